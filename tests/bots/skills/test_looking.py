"""Turns are eased, end where they should, and their speeds are spread out."""

from __future__ import annotations

import math
import statistics

import pytest

from bots.geometry import wrap
from bots.player import Player
from bots.scene import Scene
from bots.script import Script
from bots.skills.looking import look, look_at, turn_by
from bots.tick import Tick
from tests.bots.conftest import Play, PlayType, events


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
    assert not events(ticks, "overshoot")  # nobody asked for it
    speeds = [event["speed"] for event in events(ticks, "look")]
    assert len(speeds) >= 100
    assert 70 < statistics.median(speeds) < 110
    assert statistics.quantiles(speeds, n=10)[0] < 65
    assert statistics.quantiles(speeds, n=10)[-1] > 110
    sharp = [abs(turn) for turn in camera(ticks) if abs(turn) > 1e-6]
    assert max(sharp) < 171 / 20 + 0.01
    assert sum(turn % 1 > 1e-6 for turn in sharp) > 0.99 * len(sharp)  # not in whole degrees


def test_overshoot_goes_too_far_waits_and_comes_back_to_the_same_angles(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            yield from look(player, 0.0, 0.0)
            player.overshoot = 1.0
            for turn in range(1, 21):
                yield from look(player, wrap(turn * 2.0), 0.4 * (-1) ** turn)
                player.log("there", yaw=player.yaw, pitch=player.pitch)
                yield

    ticks = play(script)
    notes = events(ticks, "overshoot")
    assert len(notes) == 20
    assert statistics.quantiles([note["degrees"] for note in notes], n=10)[0] > math.degrees(2) * 0.03
    assert max(note["degrees"] for note in notes) <= 12
    for turn, there in enumerate(events(ticks, "there"), start=1):
        assert wrap(there["yaw"] - turn * 2.0) == pytest.approx(0, abs=1e-6)
        assert there["pitch"] == pytest.approx(0.4 * (-1) ** turn, abs=1e-6)
    turns = camera(ticks)
    back = [turn for turn in turns if turn < -1e-6]  # all looks go to the left
    too_far = sum(note["degrees"] for note in notes)
    assert -sum(back) == pytest.approx(too_far * 2 / math.hypot(2, 0.6), rel=0.1)
    assert max(map(abs, turns)) < 171 / 20 + 0.01


def test_overshoot_is_asked_for_by_a_parameter_and_happens_as_often_as_it_says(play_type: PlayType) -> None:
    asked = play_type("orbit", parameters={"overshoot": 0.5})
    wide = [look for look in events(asked, "look") if look["degrees"] > 10]
    assert 0.2 < len(events(asked, "overshoot")) / len(wide) < 0.8


def test_small_and_steep_looks_do_not_go_astray(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        player.overshoot = 1.0
        yield from look(player, player.yaw, 1.55)
        yield from look(player, player.yaw, 1.45)
        yield from look_at(player, player.others[0])

    ticks = play(script)
    assert len(events(ticks, "overshoot")) == 4  # up and down again, of both players
    assert max(tick.players[0]["pitch"] for tick in ticks) <= math.pi / 2
