from __future__ import annotations

import pytest
from pydantic import ValidationError

from collector.collecting.collect import SHARD_EPISODES
from collector.jobs.models import TASK_VIDEO_SECONDS, JobState, batches, new_job_id, task_name
from collector.video.view import View
from tests.jobs.conftest import SMALL, spec


def test_batches_cover_all_episodes_once_and_in_order() -> None:
    job = spec(mix={"orbit": 30, "straightLineWalk": 25}, view=View())
    cuts = list(batches(job))
    assert [first for first, _ in cuts] == [sum(count for _, count in cuts[:i]) for i in range(len(cuts))]
    assert sum(count for _, count in cuts) == 55
    assert all(1 <= count <= SHARD_EPISODES for _, count in cuts)


def test_larger_pictures_make_smaller_batches() -> None:
    def first(view: View) -> int:
        return next(batches(spec(mix={"orbit": 100}, view=view)))[1]

    assert first(SMALL) == SHARD_EPISODES
    assert first(View(width=1920, height=1080)) == 1
    assert 1 <= first(View()) < SHARD_EPISODES
    assert TASK_VIDEO_SECONDS >= 60


def test_drawn_episodes_are_cut_as_the_longest_could_be() -> None:
    job = spec(mix={"orbit": 1}, draw={"episodes": 40}, players={2: 1, 4: 1}, view=View())
    cuts = list(batches(job))
    assert sum(count for _, count in cuts) == job.count == 41
    larger = list(batches(spec(mix={"orbit": 1}, draw={"episodes": 40}, players=2, view=View())))
    assert len(cuts) > len(larger)


def test_what_is_wanted_is_counted_in_frames_of_all_players() -> None:
    assert spec().wanted_frames == 0
    assert spec(frames=500).wanted_frames == 500
    assert spec(hours=0.5).wanted_frames == 36_000
    assert spec(hours=0.5, frames=500).wanted_frames == 500


def test_names_of_plans_are_those_of_one_job_only() -> None:
    job = spec(mix={"orbit": 2})
    names = [plan.name for name in ("a", "b") for plan in job.named_plans(name, 0, 2)]
    assert names == ["a-000000-orbit", "a-000001-orbit", "b-000000-orbit", "b-000001-orbit"]
    (second,) = job.named_plans("a", 1, 1)
    assert second.seeds == job.plans()[1].seeds


def test_ids_sort_by_time() -> None:
    first, second = new_job_id(), new_job_id()
    assert len(first) == 17
    assert first[:11] <= second[:11]
    assert task_name(first, 3) == f"{first}-00003"


@pytest.mark.parametrize(
    "fields",
    [
        {"dataset": "../etc"},
        {"dataset": ""},
        {"mix": {"orbit": 150_000, "chase": 100_000}},
        {"draw": {"episodes": 0}},
        {"players": {}},
        {"world": {}},
        {"frames": 0},
        {"hours": 0},
        {"mix": {"orbit": 0}},
        {"players": 0},
        {"seed": -1},
        {"priority": 11},
        {"deadline": "2030-01-01T00:00:00"},
        {"labels": {"a b": "c"}},
        {"colour": "red"},
        {"split": {"train": 0.9}},
        {"split": {"train": 0.5, "val": 0.2, "tset": 0.3}},
        {"split": {"by": "player"}},
    ],
)
def test_refuses_what_makes_no_sense(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        spec(**fields)


def test_an_ended_job_is_told_from_one_that_goes_on() -> None:
    assert {state for state in JobState if state.ended} == {"done", "failed", "cancelled"}
