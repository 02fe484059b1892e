"""Caves are dark, and eyes in stone are found, at the tick at which the world changes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from collector.quality.surroundings import DARK_LEVEL, STEP_TICKS, Surroundings, surroundings
from collector.recording import Recording
from tests.dataset.synthetic import play

TICKS = 60
# The world is one section of stone, whose top is at this height.
GROUND = 80.0
LOOKS = (-math.pi / 2, math.pi / 2)  # east and west, at each other


def face_to_face(tick: int, player: int, row: dict[str, Any]) -> None:
    row.update({"x": 3.5 + 8 * player, "y": GROUND, "z": 8.5, "yaw": LOOKS[player], "pitch": 0.0})


def look(recording: Recording) -> Surroundings:
    tables = [recording.player(index) for index in range(2)]
    return surroundings(recording, tables)


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
