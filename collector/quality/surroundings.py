"""What the world around the players says, from the recording: inside blocks, in the dark, who sees whom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from collector.quality.measures import eyes, on_screen, positions
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
# Rays are looked along in steps of this many blocks, so a corner that hides less is missed.
RAY_STEP = 0.1
# Heights of a player at which others see him, as shares of the height of his eyes: shins, chest, eyes.
SEEN_AT = (0.15, 0.65, 1.0)
# A night under the open sky gives 3 of 15, a cave 0.
DARK_LEVEL = 2.0


class Surroundings(NamedTuple):
    """What was found in the ticks that were looked at.

    Attributes:
        ticks: which ones.
        inside: bool [players, ticks], whether the eyes are inside a block that hides everything.
        light: float [players, ticks], light at the eyes from sky and blocks, 0 … 15.
        sees: bool [players, others, ticks], whether one sees the other: in the picture, with nothing between.
    """

    ticks: NDArray[np.int64]
    inside: NDArray[np.bool_]
    light: Floats
    sees: NDArray[np.bool_]


def surroundings(recording: Recording, tables: Sequence[pa.Table], fov: float, aspect: float) -> Surroundings:
    """Look at every `STEP_TICKS`-th tick of an episode.

    Args:
        recording: of the episode.
        tables: rows of every player.
        fov: vertical field of view in degrees.
        aspect: width by height of the picture.

    Raises:
        RenderError: the recording holds no world, or one of another version of the game.
    """
    ticks = np.arange(0, tables[0].num_rows, STEP_TICKS)
    looks = [eyes(table) for table in tables]
    framed = [
        [_framed(table, other, fov, aspect) if other is not table else None for other in tables]
        for table in tables
    ]
    players = range(len(tables))
    found = Surroundings(
        ticks,
        np.zeros((len(tables), len(ticks)), bool),
        np.zeros((len(tables), len(ticks))),
        np.zeros((len(tables), len(tables), len(ticks)), bool),
    )
    world = _World(recording)
    for place, tick in enumerate(ticks):
        world.advance(int(tick))
        for player in players:
            eye = looks[player][tick]
            found.inside[player, place] = world.hidden(eye[None])[0]
            found.light[player, place] = world.light(eye, int(tick))
            for other in players:
                if (inside := framed[player][other]) is not None and other != player:
                    points = _points(tables[other], looks[other], int(tick))[inside[:, tick]]
                    found.sees[player, other, place] = any(world.clear(eye, point) for point in points)
    return found


def _framed(table: pa.Table, other: pa.Table, fov: float, aspect: float) -> NDArray[np.bool_]:
    """Which points of a player are inside the picture of another, bool [points, ticks]."""
    feet, look = positions(other), eyes(other)
    return np.stack([on_screen(table, feet + share * (look - feet), fov, aspect).inside for share in SEEN_AT])


def _points(table: pa.Table, look: Floats, tick: int) -> Floats:
    """The points at which a player is seen at a tick, [points, 3]."""
    feet = np.array([table[axis][tick].as_py() for axis in "xyz"], np.float64)
    return np.stack([feet + share * (look[tick] - feet) for share in SEEN_AT])


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

    def hidden(self, points: Floats) -> NDArray[np.bool_]:
        """Whether each of some points, [count, 3], is inside a full opaque block."""
        cells, known = self._cells(points)
        hides: NDArray[np.bool_] = known & self._hides[self._volume.states[tuple(cells.T)]]
        return hides

    def clear(self, eye: Floats, point: Floats) -> bool:
        """Whether nothing stands between two points."""
        steps = max(2, int(np.linalg.norm(point - eye) / RAY_STEP))
        along = np.linspace(0, 1, steps)[:, None]
        return not self.hidden(eye + along * (point - eye)).any()

    def light(self, point: Floats, tick: int) -> float:
        """Light at a point, 0 … 15; the sky's goes down with the night and the weather."""
        cells, known = self._cells(point[None])
        cell = tuple(cells[0])
        sky = float(self._light.sky[cell]) if known[0] else 15.0
        block = float(self._light.block[cell]) if known[0] else 0.0
        row = self._clocks[tick]
        clock = Clock(row["time_of_day"], row["age"], row["rain"], row["thunder"])
        return max(block, sky * sky_darkness(clock))

    def _cells(self, points: Floats) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Indices (y, z, x) of the cells of points, and which of them the volume holds; the others' are 0."""
        x, y, z = (np.floor(points[:, axis]).astype(np.int64) for axis in range(3))
        low = self._volume.origin
        cells = np.stack([y - low[1], z - low[2], x - low[0]], 1)
        known: NDArray[np.bool_] = np.all(
            (cells > 0) & (cells < np.array(self._volume.states.shape) - 1), axis=1
        )
        return np.where(known[:, None], cells, 0), known


@cache
def _states(minecraft: str) -> States:
    return States(assets_of(minecraft))


def _changes(blocks: pa.Table) -> list[tuple[int, int, int, int, int]]:
    columns = (blocks[name].to_pylist() for name in ("tick", "x", "y", "z", "state"))
    return list(zip(*columns, strict=True))
