"""Scenes like the frames of the official client that the renderer is compared with, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from collector.recording import Recording
from tests.render.scenes import Scene

PLANKS = [{"slot": 36, "item": "oak_planks", "count": 55}]
SWORD = [{"slot": 36, "item": "diamond_sword", "count": 1}]
ARMOUR = [
    {"slot": 5 + i, "item": f"diamond_{piece}", "count": 1}
    for i, piece in enumerate(("helmet", "chestplate", "leggings", "boots"))
]


def meadow(seed: int = 3, grass: float = 0.35, **scene: Any) -> Scene:
    """Gentle plains with grass and flowers, trees far off."""
    result = Scene(size=(16, 3, 16), corner=(-8, 3, -8), **scene)
    result.ground(lambda x, z: int(63.4 + 0.9 * np.sin(x / 13) * np.cos(z / 17)))
    random = np.random.default_rng(seed)
    table = result.table
    plants = [table.find("grass")] * 20 + [table.find(name) for name in ("dandelion", "poppy", "oxeye_daisy")]
    tops = (result.blocks > 0).sum(0)
    for iz, ix in np.argwhere(random.random(tops.shape) < grass):
        result.blocks[tops[iz, ix], iz, ix] = plants[random.integers(len(plants))]
    for _ in range(25):
        x, z = (int(v) for v in random.integers(-120, 120, 2))
        if abs(x) + abs(z) > 60:
            result.tree(x, 64, z)
    return result


def noon() -> Scene:
    """Plains at noon, looking down, with planks in the hand."""
    player = {"y": 64.4, "pitch": -0.5, "yaw": 0.3, "held_item": "oak_planks", "inventory": PLANKS}
    return meadow(players=[player], grass=0.2)


def gate() -> Scene:
    """A gate of planks over flowers, by day."""
    player = {"y": 64.4, "z": 2.5, "yaw": 0.35, "pitch": -0.1, "held_item": "oak_planks", "inventory": PLANKS}
    scene = meadow(players=[player], grass=0.15)
    scene.fill((-2, 64, -3), (3, 66, -3), "oak_planks")
    scene.fill((-1, 64, -3), (-1, 64, -3), "air")
    scene.fill((2, 64, -4), (2, 69, -4), "oak_planks")
    for x, z in ((-5, -4), (-6, -5), (-4, -5), (-7, -3)):
        scene.put(x, 65, z, "air")
        scene.put(x, 64, z, "dandelion")
    return scene


def clouds() -> Scene:
    """Planks and clouds from below."""
    player = {
        "y": 128.0,
        "z": 2.5,
        "yaw": -0.2,
        "pitch": 0.45,
        "held_item": "oak_planks",
        "inventory": PLANKS,
    }
    scene = Scene(size=(8, 2, 8), corner=(-4, 8, -4), players=[player], age=30000)
    scene.fill((-3, 130, -2), (1, 130, -2), "oak_planks")
    scene.fill((1, 131, -2), (1, 133, -2), "oak_planks")
    scene.fill((1, 133, -2), (4, 133, -2), "oak_planks")
    return scene


def low_sun() -> Scene:
    """The sun low in the east, flowers before it."""
    player = {"y": 64.4, "yaw": -np.pi / 2 + 0.35, "pitch": -0.02, "held_item": "dirt", "inventory": PLANKS}
    scene = meadow(players=[player], time_of_day=23700, grass=0.25)
    for x, z in ((5, 1), (6, 2), (7, 1), (6, -2), (5, 3), (8, 3)):
        scene.put(x, 65, z, "air")
        scene.put(x, 64, z, "dandelion")
    return scene


def breaking() -> Scene:
    """Grass that is being broken, seen from above."""
    dig = {"dig_x": 0, "dig_y": 63, "dig_z": -2, "dig_stage": 6, "swing": 2}
    player = {"y": 64.4, "pitch": -0.75, "held_item": "dirt", "inventory": PLANKS, **dig}
    scene = meadow(players=[player], grass=0.3)
    scene.fill((-1, 64, -3), (1, 65, -1), "air")
    scene.fill((-1, 63, -3), (1, 63, -1), "grass_block")
    scene.entities = [{"type": "pig", "x": -2.5, "y": 64.0, "z": -4.5, "yaw": 2.0, "head_yaw": 2.2}]
    return scene


def spiders(time_of_day: int = 12300) -> Scene:
    """Spiders in the grass."""
    player = {"y": 64.4, "pitch": -0.12, "held_item": "diamond_sword", "inventory": SWORD + ARMOUR}
    entities = [
        {"type": "spider", "x": -1.5, "y": 64.0, "z": -4.0, "yaw": np.pi - 0.3, "head_yaw": np.pi - 0.2},
        {"type": "spider", "x": 1.0, "y": 64.4, "z": -3.2, "yaw": np.pi + 0.2, "head_yaw": np.pi, "hurt": 6},
        {"type": "spider", "x": 4.0, "y": 64.0, "z": -5.0, "yaw": np.pi + 0.6, "head_yaw": np.pi + 0.7},
    ]
    return meadow(players=[player], grass=0.35, time_of_day=time_of_day, entities=entities)


def sunset() -> Scene:
    """The same in the red light after sunset."""
    scene = spiders(12900)
    scene.players[0]["yaw"] = np.pi / 2 + 0.4
    return scene


LOOKS: dict[str, Callable[[], Scene]] = {
    look.__name__: look for look in (noon, gate, clouds, low_sun, breaking, spiders, sunset)
}


def record(name: str, folder: Path) -> Recording:
    """The recording of one of the scenes: three ticks."""
    return LOOKS[name]().record(folder / name, 3)
