"""A recording to measure the renderer on: a played one with mobs that wander about, always the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from collector.recording import Header, Outcome, Recording, RecordingWriter
from collector.recording.writer import Section

MOBS = ("cow", "pig", "sheep", "chicken", "wolf", "zombie", "skeleton", "spider", "creeper", "enderman")
RING = 6.0  # blocks around the players' middle in which the nearest mob walks
SPEED = 0.1  # blocks a tick
Row = dict[str, Any]


@dataclass
class Tick:
    """One tick of the copy, as the writer wants it."""

    players: list[Row]
    clock: Row
    entities: list[Row]
    blocks: list[tuple[int, int, int, int]]
    events: list[tuple[int | None, str, Row]]
    sections: list[Section]


def populated(recording: Recording, path: Path, ticks: int) -> Recording:
    """A copy at `path` of the first ticks of a recording, with ten mobs that walk in circles."""
    players = recording.players.to_pylist()
    count = len(recording.meta.players)
    clock = recording.ticks.to_pylist()
    changes = [row for row in recording.blocks.to_pylist() if row["tick"] < ticks]
    world = recording.world.to_pylist()
    middle = np.mean([[row["x"], row["y"], row["z"]] for row in players[: ticks * count]], 0)
    header = Header(**{name: getattr(recording.meta, name) for name in Header.model_fields})
    ground = Ground(world)
    with RecordingWriter(path, header) as writer:
        for tick in range(ticks):
            writer.append(
                Tick(
                    [without_keys(row) for row in players[tick * count : (tick + 1) * count]],
                    without_keys(clock[tick]),
                    [mob(index, tick, middle, ground) for index in range(len(MOBS))],
                    [(row["x"], row["y"], row["z"], row["state"]) for row in changes if row["tick"] == tick],
                    [],
                    [section(row) for row in world if row["tick"] == tick],
                )
            )
        writer.close(Outcome(ok=True))
    return Recording(path)


def without_keys(row: Row) -> Row:
    """A row without what the writer adds."""
    return {name: value for name, value in row.items() if name not in ("tick", "player", "render_time")}


def section(row: Row) -> Section:
    """A row of the world as the writer wants it."""
    return Section(row["x"], row["y"], row["z"], row["blocks"], row["biomes"])


class Ground:
    """Where the highest block of a column is."""

    def __init__(self, world: list[Row]) -> None:
        self._columns: dict[tuple[int, int], list[Row]] = {}
        for row in sorted(world, key=lambda row: -int(row["y"])):
            self._columns.setdefault((row["x"], row["z"]), []).append(row)

    def height(self, x: float, z: float) -> float:
        """The height of what stands in a column, in blocks; 64 where nothing is known."""
        column, row = divmod(int(np.floor(x)), 16), divmod(int(np.floor(z)), 16)
        for entry in self._columns.get((column[0], row[0]), []):
            blocks = np.frombuffer(entry["blocks"], "<u2").reshape(16, 16, 16)[:, row[1], column[1]]
            if blocks.any():
                return float(entry["y"] * 16 + np.flatnonzero(blocks).max() + 1)
        return 64.0


def mob(index: int, tick: int, middle: Any, ground: Ground) -> Row:
    """One of the mobs at a tick."""
    radius = RING + 1.5 * index
    angle = 2.4 * index + tick * SPEED / radius * (-1) ** index
    x, z = middle[0] + radius * np.cos(angle), middle[2] + radius * np.sin(angle)
    ahead = angle + np.pi / 2 * (-1) ** index
    yaw = float(np.arctan2(-np.cos(ahead), -np.sin(ahead)))
    return {
        "entity": 1000 + index,
        "type": MOBS[index],
        "x": float(x),
        "y": ground.height(x, z),
        "z": float(z),
        "yaw": yaw,
        "pitch": 0.0,
        "head_yaw": yaw,
        "hurt": 0,
        "item": "",
        "count": 0,
        "metadata": "{}",
    }
