"""What is drawn follows the weights, depends on the seed alone, and fits the types."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from bots.episodes import episode_types
from collector.collecting.mix import JobMix, choose
from collector.errors import PlayerCountError, UnknownEpisodeType, UsageError
from collector.playing.plan import EpisodePlan

MANY = 4000


def drawn(count: int = MANY, **fields: Any) -> list[EpisodePlan]:
    types = fields.pop("types", {"orbit": 1, "chase": 3})
    return list(JobMix(draw={"episodes": count, "types": types}, **fields).planned())


def shares(values: list[Any]) -> dict[Any, float]:
    return {value: count / len(values) for value, count in Counter(values).items()}


def test_equal_jobs_draw_equal_episodes_and_other_seeds_do_not() -> None:
    fields: dict[str, Any] = {"players": {2: 1, 4: 1}, "world": {"flat": 1, "terrain": 1}, "time": "any"}
    first = drawn(50, seed=7, **fields)
    assert first == drawn(50, seed=7, **fields)
    assert [plan.type for plan in first] != [plan.type for plan in drawn(50, seed=8, **fields)]


def test_shares_follow_the_weights() -> None:
    plans = drawn(
        players={2: 3, 4: 1},
        world={"flat": 1, "hills": 1, "terrain": 2},
        weather={"clear": 8, "rain": 2},
        surface={"snow": 1, "sand": 1},
        time={"noon": 1, 18000: 1},
    )
    assert shares([plan.type for plan in plans]) == pytest.approx({"orbit": 0.25, "chase": 0.75}, abs=0.03)
    assert shares([plan.players for plan in plans]) == pytest.approx({2: 0.75, 4: 0.25}, abs=0.03)
    worlds = shares([plan.world for plan in plans])
    assert worlds == pytest.approx({"flat": 0.25, "hills": 0.25, "terrain": 0.5}, abs=0.03)
    assert shares([plan.weather for plan in plans]) == pytest.approx({"clear": 0.8, "rain": 0.2}, abs=0.03)
    assert shares([plan.surface for plan in plans]) == pytest.approx({"snow": 0.5, "sand": 0.5}, abs=0.03)
    assert shares([plan.time for plan in plans]) == pytest.approx({6000: 0.5, 18000: 0.5}, abs=0.03)


def test_choices_are_independent_of_each_other() -> None:
    plans = drawn(players={2: 1, 4: 1}, world={"flat": 1, "terrain": 1}, types={"orbit": 1, "chase": 1})
    triples = shares([(plan.type, plan.players, plan.world) for plan in plans])
    assert len(triples) == 8
    assert all(share == pytest.approx(1 / 8, abs=0.03) for share in triples.values())


def test_types_without_weights_weigh_one_by_the_root_of_their_length() -> None:
    plans = drawn(types={"straightLineWalk": None, "placeAndMine": None})
    lengths = {name: episode_types()[name].typical_seconds for name in ("straightLineWalk", "placeAndMine")}
    weights = {name: length**-0.5 for name, length in lengths.items()}
    expected = {name: weight / sum(weights.values()) for name, weight in weights.items()}
    assert shares([plan.type for plan in plans]) == pytest.approx(expected, abs=0.03)


def test_no_types_are_all_training_types_that_the_players_can_play() -> None:
    types = {plan.type for plan in drawn(types={})}
    assert types == {
        name for name, kind in episode_types().items() if kind.players[0] <= 2 <= kind.players[1]
    } - {name for name in episode_types() if name.endswith("Eval")}
    many = {plan.type for plan in drawn(2000, types={}, players=16)}
    assert many
    assert all(episode_types()[name].players[1] == 16 for name in many)


def test_a_type_is_played_by_numbers_that_it_takes() -> None:
    plans = drawn(500, types={"placeAndMine": 1, "orbit": 1}, players={2: 1, 16: 1})
    assert {plan.players for plan in plans if plan.type == "placeAndMine"} == {2}
    assert {plan.players for plan in plans if plan.type == "orbit"} == {2, 16}


def test_any_time_is_any_time() -> None:
    times = [plan.time for plan in drawn(time="any")]
    assert min(times) < 500
    assert max(times) > 23500
    assert abs(sum(times) / len(times) - 12000) < 500
    assert {plan.time for plan in drawn(3, time="midnight")} == {18000}


def test_counts_come_before_what_is_drawn() -> None:
    job = JobMix(mix={"pvp": 2}, draw={"episodes": 3, "types": {"orbit": 1}})
    assert [plan.name for plan in job.planned()] == [
        *("000000-pvp", "000001-pvp"),
        *("000002-orbit", "000003-orbit", "000004-orbit"),
    ]
    assert job.count == 5


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, UsageError),
        ({"mix": {"ballet": 1}}, UnknownEpisodeType),
        ({"draw": {"episodes": 1, "types": {"ballet": 1}}}, UnknownEpisodeType),
        ({"mix": {"rotationEval": 1}, "players": {3: 1, 4: 1}}, PlayerCountError),
        ({"mix": {"orbit": 0}}, UsageError),
    ],
)
def test_what_cannot_be_played_is_refused(fields: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        JobMix(**fields).check_mix()


@pytest.mark.parametrize(
    "fields",
    [
        {"world": "moon"},
        {"world": {"flat": 0}},
        {"players": {2: float("inf")}},
        {"time": 24000},
        {"weather": "snowing"},
        {"draw": {"episodes": 0}},
        {"draw": {"episodes": 1, "types": {"orbit": -1}}},
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        JobMix(**fields)


def test_the_largest_number_still_chooses() -> None:
    assert choose({"a": 0.1, "b": 0.2}, 2**32 - 1) == "b"
    assert choose({"a": 0.1, "b": 0.2}, 0) == "a"


def test_parameters_are_those_of_the_type_and_of_all() -> None:
    job = JobMix(
        mix={"orbit": 1, "chase": 1, "rotationEval": 2},
        parameters={"any": {"overshoot": 0.25}, "orbit": {"points": 5, "overshoot": 0.5}},
    )
    job.check_mix()
    assert [plan.parameters for plan in job.planned()] == [
        {"overshoot": 0.5, "points": 5},
        {"overshoot": 0.25},
        {"case": 0, "overshoot": 0.25},
        {"case": 1, "overshoot": 0.25},
    ]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"orbit": {"pionts": 5}}, "parameters of orbit: pionts: Extra inputs"),
        ({"orbit": {"points": 1}}, "parameters of orbit: points: .*greater than or equal to 3"),
        ({"any": {"points": 5}}, "parameters of chase: points"),
    ],
)
def test_parameters_that_no_type_takes_are_refused(parameters: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        JobMix(mix={"chase": 1, "orbit": 1}, parameters=parameters).check_mix()


def test_parameters_of_an_unknown_type_are_refused() -> None:
    with pytest.raises(UnknownEpisodeType, match="orbti"):
        JobMix(mix={"orbit": 1}, parameters={"orbti": {}}).check_mix()
