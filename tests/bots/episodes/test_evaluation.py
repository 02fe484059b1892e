"""The evaluation types: marker, length, and what the judge is told is what happened."""

from __future__ import annotations

import math

import pytest

from bots.stage import Stage
from bots.tick import Row, Tick
from tests.bots.conftest import PlayType, positions

TYPES = (
    "rotationEval",
    "translationEval",
    "structureEval",
    "turnToLookEval",
    "turnToLookOppositeEval",
    "bothLookAwayEval",
    "oneLooksAwayEval",
)


def start_of(ticks: list[Tick], player: int) -> int | None:
    """As the judge finds it: the last frame of the first sneak run, plus 25."""
    sneaks = [tick.index for tick in ticks if tick.players[player]["action.sneak"]]
    if not sneaks:
        return None
    last = next(i for i in sneaks if i + 1 not in sneaks)
    return last + 25


def turned(ticks: list[Tick], player: int) -> float:
    """All turning, in degrees."""
    return math.degrees(sum(tick.players[player]["action.camera_yaw"] for tick in ticks))


@pytest.mark.parametrize("kind", TYPES)
def test_the_marker_is_where_the_judge_looks_and_the_clip_is_long_enough(
    kind: str, play_type: PlayType, stages: dict[str, Stage]
) -> None:
    ticks = play_type(kind, "flat", 0, {"case": 0})
    starts = [start_of(ticks, player) for player in (0, 1)]
    acting = [start for start in starts if start is not None]
    both = kind in ("turnToLookEval", "turnToLookOppositeEval", "bothLookAwayEval")
    assert len(acting) == (2 if both else 1)
    assert acting[0] == (62 if kind == "structureEval" else 47)
    assert len(ticks) >= acting[0] + 258
    before = ticks[: acting[0]]
    assert not any(abs(row["action.camera_yaw"]) > 1e-4 for tick in before for row in tick.players)
    assert stages["flat"].metadata


@pytest.mark.parametrize(("case", "degrees"), [(0, 40), (1, -40), (2, 180), (4, -40)])
def test_rotation_turns_by_the_stated_angle(case: int, degrees: int, play_type: PlayType) -> None:
    ticks = play_type("rotationEval", "flat", 0, {"case": case})
    actor = case // 3
    assert turned(ticks, actor) == pytest.approx(degrees, abs=1e-6)
    assert turned(ticks, 1 - actor) == 0


@pytest.mark.parametrize("number", [0, 1, 2])
def test_translation_goes_where_its_key_says_and_comes_back(
    number: int, play_type: PlayType, stages: dict[str, Stage]
) -> None:
    ticks = play_type("translationEval", "flat", number, {"case": 0})
    told = stages["flat"].metadata
    path, other = positions(ticks, 0), positions(ticks, 1)[0]
    start = math.dist(path[0], other)
    extreme = max(path, key=lambda at: math.dist(at, path[0]))
    assert math.dist(extreme, path[0]) == pytest.approx(told["blocks"], abs=0.2)
    change = math.dist(extreme, other) - start
    assert {"forward": change < -2, "back": change > 2}.get(told["key"], abs(change) < 6)
    assert math.dist(path[-1], path[0]) < 1


@pytest.mark.parametrize(("case", "name"), [(0, "alpha"), (1, "bravo")])
def test_structure_stands_and_the_observer_looks_at_its_front_when_the_test_ends(
    case: int, name: str, play_type: PlayType, stages: dict[str, Stage]
) -> None:
    ticks = play_type("structureEval", "flat", case, {"case": case})
    told = stages["flat"].metadata
    assert (told["builder"], told["alpha_builds"], told["bravo_builds"]) == (name, case == 0, case == 1)
    built = [list(change[:3]) for tick in ticks for change in tick.blocks]
    assert sorted(built) == sorted(told["cells"])
    last = max(tick.index for tick in ticks if acts(tick.players[case]))
    assert last + 20 <= 62 + 240, "later, the test ends before both look"
    x, z = (sum(cell[axis] + 0.5 for cell in told["cells"]) / len(told["cells"]) for axis in (0, 2))
    assert len({cell[2] for cell in told["cells"]}) == 1, "it runs along x"
    for player in (0, 1):
        row = ticks[last + 20].players[player]
        assert math.dist((row["x"], row["z"]), (x, z - 6)) < 2
        assert math.cos(row["yaw"] - math.atan2(row["x"] - x, row["z"] - z)) > 0.999
    assert not any(acts(tick.players[1 - case]) for tick in ticks[last:])


def acts(row: Row) -> bool:
    """Whether a player presses a key or turns."""
    return any(
        value is True or (value and "camera" in name) for name, value in row.items() if "action" in name
    )


@pytest.mark.parametrize(("kind", "same"), [("turnToLookEval", True), ("turnToLookOppositeEval", False)])
def test_turn_to_look_ends_on_the_same_or_the_opposite_side(
    kind: str, same: bool, play_type: PlayType
) -> None:
    last = play_type(kind, "flat", 0)[-1]
    cosine = math.cos(last.players[0]["yaw"] - last.players[1]["yaw"])
    assert cosine == pytest.approx(1 if same else -1, abs=1e-6)


def test_looking_away_hides_the_other_and_comes_back(play_type: PlayType, stages: dict[str, Stage]) -> None:
    ticks = play_type("oneLooksAwayEval", "flat", 0, {"case": 1})
    assert stages["flat"].metadata["actors"] == ["Bravo"]
    row, other = ticks[0].players[1], ticks[0].players[0]
    to = math.atan2(row["x"] - other["x"], row["z"] - other["z"])
    off = [abs((tick.players[1]["yaw"] - to + math.pi) % math.tau - math.pi) for tick in ticks]
    assert math.degrees(max(off)) > 65
    assert off[0] == pytest.approx(off[-1], abs=1e-6)
    assert turned(ticks, 0) == 0
