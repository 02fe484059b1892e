from __future__ import annotations

from collector.collecting.mix import JobMix
from collector.playing.plan import derive


def test_equal_jobs_plan_equal_episodes_and_other_seeds_do_not() -> None:
    mix = {"orbit": 2, "placeAndMine": 1}
    first = list(JobMix(mix=mix, seed=7).planned())
    assert first == list(JobMix(mix=mix, seed=7).planned())
    assert [plan.name for plan in first] == ["000000-orbit", "000001-orbit", "000002-placeAndMine"]
    other = list(JobMix(mix=mix, seed=8).planned())
    seeds = {(plan.seeds.world, plan.seeds.episode) for plan in first + other}
    assert len(seeds) == len(first + other)


def test_an_attempt_changes_the_episode_seed_only() -> None:
    (plan,) = JobMix(mix={"orbit": 1}, seed=7).planned()
    assert plan.attempt(0) == plan
    again = plan.attempt(1)
    assert again.seeds.world == plan.seeds.world
    assert again.seeds.episode != plan.seeds.episode
    assert plan.attempt(2).seeds != again.seeds


def test_derived_seeds_are_stable_over_versions() -> None:
    # Recordings are named by their seeds: these figures may never change.
    assert derive(7, "world", 0) == 1762070706
    assert derive(7, "episode", 0) == 580516267


def test_evaluation_types_are_counted_through_their_variants() -> None:
    plans = list(JobMix(mix={"rotationEval": 3, "orbit": 1}, seed=7).planned())
    assert [plan.parameters for plan in plans] == [{"case": 0}, {"case": 1}, {"case": 2}, {}]
