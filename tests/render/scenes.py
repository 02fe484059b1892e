"""Builds recordings by hand: blocks by name, players that stand, walk and look, entities, a clock.

The gallery, the golden pictures and the tests of the renderer are made of such recordings; they are
written by the real `RecordingWriter`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.recording import (
    ACTION_KEYS,
    EXTRA_KEYS,
    Header,
    Outcome,
    PlayerMeta,
    Recording,
    RecordingWriter,
    Seeds,
    WorldMeta,
)
from collector.recording.writer import Section
from collector.render.assets.files import assets_of
from collector.render.assets.states import States
from tests.recording.rows import Rows

VERSION = "1.18.2"
MIN_Y = -64
PLAINS = 1


def states(version: str = VERSION) -> States:
    """The block states of a version."""
    return States(assets_of(version))


PLAYER: dict[str, Any] = {
    "x": 0.5,
    "y": 64.0,
    "z": 0.5,
    "yaw": 0.0,
    "pitch": 0.0,
    "vx": 0.0,
    "vy": 0.0,
    "vz": 0.0,
    "eye_height": 1.62,
    "on_ground": True,
    "in_water": False,
    "in_lava": False,
    "sneaking": False,
    "sprinting": False,
    "alive": True,
    "health": 20.0,
    "food": 20,
    "air": 300,
    "xp_level": 0,
    "xp_progress": 0.0,
    "hotbar_slot": 0,
    "held_item": "",
    "inventory": [],
    "swing": -1,
    "hurt": 0,
    "dig_x": 0,
    "dig_y": 0,
    "dig_z": 0,
    "dig_stage": -1,
    "window": "",
    "window_items": [],
    "carried": None,
    "cursor_x": 0.0,
    "cursor_y": 0.0,
}
IDLE: dict[str, Any] = {f"action.{key}": False for key in (*ACTION_KEYS, *EXTRA_KEYS) if key != "camera"}
IDLE |= {"action.camera_yaw": 0.0, "action.camera_pitch": 0.0}
ENTITY: dict[str, Any] = {
    "type": "cow",
    "x": 0.0,
    "y": 64.0,
    "z": 0.0,
    "yaw": 0.0,
    "pitch": 0.0,
    "head_yaw": 0.0,
    "hurt": 0,
    "item": "",
    "count": 0,
    "metadata": "{}",
}


@dataclass
class Scene:
    """A box of blocks, `size` = (x, y, z) in sections, with its lower corner at `corner` in sections."""

    size: tuple[int, int, int] = (8, 2, 8)
    corner: tuple[int, int, int] = (-4, 3, -4)
    time_of_day: int = 6000
    age: int = 6000
    rain: float = 0.0
    thunder: float = 0.0
    players: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    entities: list[dict[str, Any]] = field(default_factory=list)
    biome: int = PLAINS
    version: str = VERSION

    def __post_init__(self) -> None:
        x, y, z = (16 * n for n in self.size)
        self.table = states(self.version)
        self.blocks: NDArray[np.uint16] = np.zeros((y, z, x), np.uint16)

    def put(self, x: int, y: int, z: int, name: str, **properties: str | int | bool) -> None:
        """Place a block at a position in the world."""
        ix, iy, iz = (v - 16 * c for v, c in zip((x, y, z), self.corner, strict=True))
        self.blocks[iy, iz, ix] = self.table.find(name, **properties)

    def set_state(self, x: int, y: int, z: int, state: int) -> None:
        """Place a block state at a position in the world."""
        ix, iy, iz = (v - 16 * c for v, c in zip((x, y, z), self.corner, strict=True))
        self.blocks[iy, iz, ix] = state

    def state_at(self, x: int, y: int, z: int) -> int:
        """The block state at a position in the world."""
        ix, iy, iz = (v - 16 * c for v, c in zip((x, y, z), self.corner, strict=True))
        return int(self.blocks[iy, iz, ix])

    def fill(
        self, low: tuple[int, int, int], high: tuple[int, int, int], name: str, **properties: str | int | bool
    ) -> None:
        """Fill a box, both corners included."""
        (x0, y0, z0), (x1, y1, z1) = (
            tuple(v - 16 * c for v, c in zip(corner, self.corner, strict=True)) for corner in (low, high)
        )
        self.blocks[y0 : y1 + 1, z0 : z1 + 1, x0 : x1 + 1] = self.table.find(name, **properties)

    def ground(self, height: Callable[[int, int], int] | None = None, top: str = "grass_block") -> None:
        """Stone, three of dirt and a top layer up to and including `height(x, z)`."""
        stone, dirt, cover = (self.table.find(name) for name in ("stone", "dirt", top))
        for iz in range(self.blocks.shape[1]):
            for ix in range(self.blocks.shape[2]):
                h = (height or flat)(ix + 16 * self.corner[0], iz + 16 * self.corner[2]) - 16 * self.corner[1]
                self.blocks[: max(h - 3, 0), iz, ix] = stone
                self.blocks[max(h - 3, 0) : h, iz, ix] = dirt
                self.blocks[h, iz, ix] = cover

    def tree(self, x: int, y: int, z: int, wood: str = "oak") -> None:
        """A small tree that stands on the block below (x, y, z)."""
        for dy, r in ((2, 2), (3, 2), (4, 1), (5, 1)):
            for dx in range(-r, r + 1):
                for dz in range(-r, r + 1):
                    if not (abs(dx) == r and abs(dz) == r and (dy == 5 or (dx + dz + x) % 3 == 0)):
                        self.put(x + dx, y + dy, z + dz, f"{wood}_leaves")
        for dy in range(5):
            self.put(x, y + dy, z, f"{wood}_log")

    def sections(self) -> list[Section]:
        """The world as the recording's sections."""
        biomes = np.full(64, self.biome, "<u2").tobytes()
        result = []
        for sy in range(self.size[1]):
            for sz in range(self.size[2]):
                for sx in range(self.size[0]):
                    cells = self.blocks[
                        16 * sy : 16 * sy + 16, 16 * sz : 16 * sz + 16, 16 * sx : 16 * sx + 16
                    ]
                    place = (sx + self.corner[0], sy + self.corner[1], sz + self.corner[2])
                    result.append(Section(*place, cells.astype("<u2").tobytes(), biomes))
        return result

    def record(
        self, path: Path, ticks: int = 1, script: Callable[[int], dict[str, Any]] | None = None
    ) -> Recording:
        """Write the recording. `script(tick)` may give `players`, `entities`, `blocks`, `clock`, `events`."""
        with RecordingWriter(path, self.header()) as writer:
            for index in range(ticks):
                writer.append(self._tick(index, script(index) if script else {}))
            writer.close(Outcome(ok=True))
        return Recording(path)

    def header(self) -> Header:
        """What the recording says of itself."""
        return Header(
            episode="scene",
            type="scene",
            parameters={},
            seeds=Seeds(job=0, world=0, episode=0),
            players=tuple(PlayerMeta(name=f"Player{i}") for i in range(len(self.players))),
            start_time=0,
            minecraft=self.version,
            world=WorldMeta(kind="scene", min_y=MIN_Y, height=384),
            versions={},
        )

    def _tick(self, index: int, script: dict[str, Any]) -> Rows:
        changed = script.get("players", [{}] * len(self.players))
        entities = script.get("entities", self.entities)
        clock = {"time_of_day": self.time_of_day, "age": self.age, "rain": self.rain, "thunder": self.thunder}
        return Rows(
            players=[
                {**PLAYER, **IDLE, **base, **new} for base, new in zip(self.players, changed, strict=True)
            ],
            clock={**clock, **script.get("clock", {})},
            entities=[{"entity": i, **ENTITY, **entity} for i, entity in enumerate(entities)],
            blocks=script.get("blocks", []),
            events=script.get("events", []),
            sections=self.sections() if index == 0 else [],
        )


def flat(x: int, z: int) -> int:
    """Level ground."""
    return 63


def hills(x: int, z: int) -> int:
    """A hilly height, always the same."""
    return int(63 + 3 * np.sin(x / 11) + 2 * np.cos(z / 7) + 2 * np.sin((x + z) / 19))
