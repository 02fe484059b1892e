"""Turns are eased, end where they should, and their speeds are spread out."""

from __future__ import annotations

import math
import statistics

import pytest

from bots.player import Player
from bots.scene import Scene
from bots.script import Script
from bots.skills.looking import look, turn_by
from bots.tick import Tick
from tests.bots.conftest import Play, events


def camera(ticks: list[Tick], player: int = 0) -> list[float]:
    """Degrees turned in each tick."""
    return [math.degrees(tick.players[player]["action.camera_yaw"]) for tick in ticks]


def test_a_turn_speeds_up_and_slows_down_and_ends_exactly(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        yield from turn_by(player, math.radians(-120), speed=100)

    turns = camera(play(script))
    assert sum(turns) == pytest.approx(-120, abs=1e-9)
    assert len(turns) == math.ceil(120 / (100 * 0.8) * 20)
    assert abs(turns[0]) < abs(turns[5]) > abs(turns[-1])
    assert max(abs(turn) for turn in turns) == pytest.approx(100 / 20, rel=0.02)


def test_more_than_half_a_turn_goes_the_long_way(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        yield from turn_by(player, math.radians(270))

    assert sum(camera(play(script))) == pytest.approx(270)


def test_speeds_of_looks_differ_and_do_not_pile_up(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        for _ in range(60):
            yield from look(player, player.rng.uniform(-3, 3), player.rng.uniform(-1, 1))

    ticks = play(script)
    speeds = [event["speed"] for event in events(ticks, "look")]
    assert len(speeds) >= 100
    assert 70 < statistics.median(speeds) < 110
    assert statistics.quantiles(speeds, n=10)[0] < 65
    assert statistics.quantiles(speeds, n=10)[-1] > 110
    sharp = [abs(turn) for turn in camera(ticks) if abs(turn) > 1e-6]
    assert max(sharp) < 171 / 20 + 0.01
    assert sum(turn % 1 > 1e-6 for turn in sharp) > 0.99 * len(sharp)  # not in whole degrees
