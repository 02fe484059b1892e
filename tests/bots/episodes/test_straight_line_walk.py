"""The walker comes out beyond the other, who has not moved but watched."""

from __future__ import annotations

import math

import pytest

from tests.bots.conftest import PlayType, events, positions

NAMES = ("Alpha", "Bravo")


@pytest.mark.parametrize(("on", "number"), [("flat", 0), ("flat", 1), ("hills", 2)])
def test_the_walker_passes_the_other_and_both_look(on: str, number: int, play_type: PlayType) -> None:
    ticks = play_type("straightLineWalk", on, number)
    (roles,) = events(ticks, "roles")
    walker, passed = NAMES.index(roles["walker"]), NAMES.index(roles["passed"])
    start, end = positions(ticks, walker)[0], positions(ticks, walker)[-1]
    mark = positions(ticks, passed)[0]
    assert math.dist(start, end) > math.dist(start, mark) + roles["beyond"] - 2
    assert positions(ticks, passed)[-1] == mark
    assert any(tick.players[walker]["sprinting"] for tick in ticks) == roles["sprint"]
    for looker, other in ((walker, passed), (passed, walker)):
        row, seen = ticks[-1].players[looker], ticks[-1].players[other]
        bearing = math.atan2(row["x"] - seen["x"], row["z"] - seen["z"])
        assert math.cos(row["yaw"] - bearing) > 0.99
