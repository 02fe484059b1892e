"""What the world around the players says, from the recording: inside blocks, in the dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from collector.quality.measures import eyes
from collector.recording import Recording
from collector.render.assets.files import assets_of
from collector.render.assets.shapes import INVISIBLE
from collector.render.assets.states import States
from collector.render.world.light import FULL, LightField
from collector.render.world.sky import Clock, sky_darkness
from collector.render.world.volume import Volume, read_volume

Floats = NDArray[np.float64]

# Every fifth tick is looked at: a quarter of a second.
STEP_TICKS = 5
# A night under the open sky gives 3 of 15, a cave 0.
DARK_LEVEL = 2.0


class Surroundings(NamedTuple):
    """What was found in the ticks that were looked at.

    Attributes:
        ticks: which ones.
        inside: bool [players, ticks], whether the eyes are inside a block that hides everything.
        light: float [players, ticks], light at the eyes from sky and blocks, 0 … 15.
    """

    ticks: NDArray[np.int64]
    inside: NDArray[np.bool_]
    light: Floats


def surroundings(recording: Recording, tables: Sequence[pa.Table]) -> Surroundings:
    """Look at every `STEP_TICKS`-th tick of an episode.

    Args:
        recording: of the episode.
        tables: rows of every player.

    Raises:
        RenderError: the recording holds no world, or one of another version of the game.
    """
    ticks = np.arange(0, tables[0].num_rows, STEP_TICKS)
    looks = [eyes(table) for table in tables]
    found = Surroundings(
        ticks, np.zeros((len(tables), len(ticks)), bool), np.zeros((len(tables), len(ticks)))
    )
    world = _World(recording)
    for place, tick in enumerate(ticks):
        world.advance(int(tick))
        for player, look in enumerate(looks):
            found.inside[player, place] = world.hidden(look[tick])
            found.light[player, place] = world.light(look[tick], int(tick))
    return found


class _World:
    """The blocks and the light of a recording, at one tick after the other."""

    def __init__(self, recording: Recording) -> None:
        states = _states(recording.meta.minecraft)
        air = np.array([state.name in INVISIBLE and not state.fluid for state in states.states])
        self._volume: Volume = read_volume(recording.world, recording.blocks, air)
        self._hides = states.full & (states.opacity == FULL)
        self._light = LightField(self._volume.states, states.opacity, states.emission)
        self._changes = _changes(recording.blocks)
        self._clocks = recording.ticks.to_pylist()
        self._next = 0

    def advance(self, tick: int) -> None:
        """Apply the changes up to a tick."""
        cells = []
        while self._next < len(self._changes) and self._changes[self._next][0] <= tick:
            _, x, y, z, state = self._changes[self._next]
            self._next += 1
            cell = self._volume.cell(x, y, z)
            if cell is not None and self._volume.states[cell] != state:
                self._volume.states[cell] = state
                cells.append(cell)
        for cell in cells:
            self._light.change(np.array([cell]))

    def hidden(self, point: Floats) -> bool:
        """Whether a point is inside a full opaque block."""
        cell = self._cell(point)
        return cell is not None and bool(self._hides[self._volume.states[cell]])

    def light(self, point: Floats, tick: int) -> float:
        """Light at a point, 0 … 15; the sky's goes down with the night and the weather."""
        cell = self._cell(point)
        sky = 15.0 if cell is None else float(self._light.sky[cell])
        block = 0.0 if cell is None else float(self._light.block[cell])
        row = self._clocks[tick]
        clock = Clock(row["time_of_day"], row["age"], row["rain"], row["thunder"])
        return max(block, sky * sky_darkness(clock))

    def _cell(self, point: Floats) -> tuple[int, int, int] | None:
        """The index (y, z, x) of a point's cell, or None outside of the volume."""
        x, y, z = (math.floor(at) for at in point)
        return self._volume.cell(x, y, z)


@cache
def _states(minecraft: str) -> States:
    return States(assets_of(minecraft))


def _changes(blocks: pa.Table) -> list[tuple[int, int, int, int, int]]:
    columns = (blocks[name].to_pylist() for name in ("tick", "x", "y", "z", "state"))
    return list(zip(*columns, strict=True))
