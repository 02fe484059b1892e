"""The circle is closed, everybody goes around it the same way, and all look at somebody at every stop."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from tests.bots.conftest import PlayType, events, positions


@pytest.mark.parametrize("on", ["flat", "hills"])
def test_orbit_goes_once_around_and_comes_back(on: str, play_type: PlayType) -> None:
    ticks = play_type("orbit", on, 2, {"hold_ticks": 2})
    (orbit,) = events(ticks, "orbit")
    x, _, z = orbit["centre"]
    turns = []
    for player in (0, 1):
        path = positions(ticks, player)
        angles = [math.atan2(at[2] - z, at[0] - x) for at in path]
        steps = [(b - a + math.pi) % math.tau - math.pi for a, b in pairwise(angles)]
        turns.append(sum(steps))
        assert math.dist(path[0], path[-1]) < 2.5
    assert [abs(turn) for turn in turns] == pytest.approx([math.tau, math.tau], abs=0.6)
    assert turns[0] * turns[1] > 0
    assert (turns[0] > 0) == (orbit["turn"] == "clockwise")
    assert len(events(ticks, "look")) >= 12
