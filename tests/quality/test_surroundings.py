"""Walls hide, caves are dark, and eyes in stone are found, at the tick at which the world changes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collector.quality.surroundings import DARK_LEVEL, STEP_TICKS, Surroundings, surroundings
from collector.recording import Recording
from tests.dataset.synthetic import play

STONE, GLASS = 1, 262
WALL_AT = 20
TICKS = 60
# The world is one section of stone, whose top is at this height.
GROUND = 80.0
LOOKS = (-math.pi / 2, math.pi / 2)  # east and west, at each other


def face_to_face(tick: int, player: int, row: dict[str, Any]) -> None:
    row.update({"x": 3.5 + 8 * player, "y": GROUND, "z": 8.5, "yaw": LOOKS[player], "pitch": 0.0})


def look(recording: Recording) -> Surroundings:
    tables = [recording.player(index) for index in range(2)]
    return surroundings(recording, tables, 70.0, 16 / 9)


def wall(state: int, height: int = 3) -> dict[int, list[tuple[int, int, int, int]]]:
    cells = [(7, int(GROUND) + y, z) for y in range(height) for z in range(16)]
    return {WALL_AT: [(*cell, state) for cell in cells]}


@pytest.mark.parametrize(
    ("state", "height", "hides"), [(STONE, 3, True), (GLASS, 3, False), (STONE, 1, False)]
)
def test_a_wall_hides_from_the_tick_at_which_it_stands(
    tmp_path: Path, state: int, height: int, hides: bool
) -> None:
    recording = play(tmp_path / "r", ticks=TICKS, change=face_to_face, blocks=wall(state, height))
    found = look(recording)
    before = found.ticks < WALL_AT
    for one, other in ((0, 1), (1, 0)):
        assert found.sees[one, other, before].all()
        assert found.sees[one, other, ~before].all() != hides
        assert found.sees[one, other, ~before].any() != hides
    assert not found.sees[0, 0].any()
    assert not found.inside.any()


def test_who_looks_away_does_not_see(tmp_path: Path) -> None:
    def away(tick: int, player: int, row: dict[str, Any]) -> None:
        face_to_face(tick, player, row)
        row["yaw"] += math.pi if player == 0 else 0.0

    found = look(play(tmp_path / "r", ticks=TICKS, change=away))
    assert not found.sees[0, 1].any()
    assert found.sees[1, 0].all()


def test_eyes_in_stone_and_the_light_of_a_cave(tmp_path: Path) -> None:
    def sink(tick: int, player: int, row: dict[str, Any]) -> None:
        face_to_face(tick, player, row)
        if player == 0 and tick >= 30:
            row["y"] = GROUND - 5
        if player == 1:
            row["y"] = GROUND - 8

    cave = {0: [(11, int(GROUND) - 8 + y, 8, 0) for y in range(2)]}
    found = look(play(tmp_path / "r", ticks=TICKS, change=sink, blocks=cave))
    late = found.ticks >= 30
    assert np.array_equal(found.inside[0], late)
    assert not found.inside[1].any(), "stands in a hole that was dug"
    assert (found.light[1] < DARK_LEVEL).all()
    assert (found.light[0, ~late] == 15).all()
    assert found.ticks[1] - found.ticks[0] == STEP_TICKS
