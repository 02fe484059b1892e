"""Scenes like frames of the official client, and sheets that show theirs and ours side by side.

    python -m tests.render.looks THEIRS OUT

THEIRS is a folder of the client's frames, 640x360, named as in `LOOKS`; they are nobody's to publish, so OUT
is not to be committed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from collector.render import Renderer, View
from tests.render.scenes import Scene

# View distance and brightness are what the haze and the mornings of their films tell.
SIZE = View(width=640, height=360, view_distance=12, brightness=2.0)
PLANKS = [{"slot": 36, "item": "oak_planks", "count": 55}]
DIRT = [{"slot": 36, "item": "dirt", "count": 64}]
SWORD = [{"slot": 36, "item": "diamond_sword", "count": 1}]
ARMOUR = [
    {"slot": 5 + i, "item": f"diamond_{piece}", "count": 1}
    for i, piece in enumerate(("helmet", "chestplate", "leggings", "boots"))
]
BUILDER = {"y": 64.0, "held_item": "oak_planks", "inventory": PLANKS}
DIGGER = {"y": 64.0, "held_item": "dirt", "inventory": DIRT}
FIGHTER = {"y": 64.0, "held_item": "diamond_sword", "inventory": SWORD + ARMOUR}


def meadow(seed: int = 3, grass: float = 0.35, **scene: Any) -> Scene:
    """Gentle plains with grass and flowers, trees far off, level around the middle."""
    result = Scene(size=(16, 3, 16), corner=(-8, 3, -8), **scene)
    result.ground(lambda x, z: int(63.4 + 0.9 * np.sin(x / 13) * np.cos(z / 17)))
    random = np.random.default_rng(seed)
    table = result.table
    plants = [table.find("grass")] * 40 + [table.find(name) for name in ("dandelion", "poppy", "oxeye_daisy")]
    tops = (result.blocks > 0).sum(0)
    for iz, ix in np.argwhere(random.random(tops.shape) < grass):
        result.blocks[tops[iz, ix], iz, ix] = plants[random.integers(len(plants))]
    for _ in range(25):
        x, z = (int(v) for v in random.integers(-120, 120, 2))
        if abs(x) + abs(z) > 60:
            result.tree(x, 64, z)
    return result


def lawn(scene: Scene, *flowers: tuple[int, int], reach: int = 6) -> Scene:
    """Short grass around the middle, with dandelions at some places."""
    scene.fill((-reach, 63, -reach), (reach, 63, reach), "grass_block")
    scene.fill((-reach, 64, -reach), (reach, 65, reach), "air")
    for x, z in flowers:
        scene.put(x, 64, z, "dandelion")
    return scene


def noon() -> Scene:
    """Grass at noon from above, planks in the hand."""
    player = BUILDER | {"pitch": -0.62, "yaw": 0.3}
    scene = lawn(meadow(players=[player]))
    scene.put(-3, 64, -2, "oak_sapling")
    return scene


def inventory() -> Scene:
    """The inventory before the evening's world."""
    screen = {"window": "inventory", "cursor_x": 106.0, "cursor_y": 111.0}
    scene = lawn(meadow(players=[BUILDER | {"z": 6.5, "pitch": -0.1} | screen], time_of_day=13000))
    scene.fill((0, 64, -1), (0, 68, -1), "oak_planks")
    return scene


def gate() -> Scene:
    """A gate of planks over flowers, by day."""
    player = BUILDER | {"x": 2.6, "z": 2.9, "yaw": 0.45, "pitch": -0.06}
    scene = lawn(meadow(players=[player], grass=0.2), (-3, -5), (-4, -6), (-5, -5), (-5, -4), (-2, -6))
    scene.fill((-1, 64, -2), (5, 65, -2), "oak_planks")
    scene.fill((0, 64, -2), (0, 64, -2), "air")
    scene.fill((3, 64, -3), (3, 69, -3), "oak_planks")
    return scene


def clouds() -> Scene:
    """Planks and clouds from below."""
    player = BUILDER | {"y": 128.0, "z": 1.2, "yaw": -0.1, "pitch": 0.42}
    scene = Scene(size=(8, 2, 8), corner=(-4, 8, -4), players=[player], age=30000)
    scene.fill((-4, 129, -2), (1, 129, -2), "oak_planks")
    scene.fill((0, 130, -2), (0, 131, -2), "oak_planks")
    scene.fill((0, 131, -2), (3, 131, -2), "oak_planks")
    return scene


def low_sun() -> Scene:
    """The sun when the day begins, flowers before it."""
    player = DIGGER | {"yaw": -np.pi / 2 - 0.5, "pitch": -0.15}
    scene = meadow(players=[player], time_of_day=150)
    return lawn(scene, (4, 2), (5, 3), (5, 4), (4, 4), (8, 3), (7, 5), (8, 5), (9, 6))


def fog() -> Scene:
    """Across the plains to where they fade."""
    pigs = [
        {"type": "pig", "x": x, "y": 64.0, "z": z, "yaw": 2.0, "head_yaw": 2.2}
        for x, z in ((0.5, -22.0), (1.5, -24.0))
    ]
    return lawn(meadow(players=[DIGGER | {"pitch": -0.28}], entities=pigs))


def dirt() -> Scene:
    """A block of dirt and its shades."""
    player = DIGGER | {"pitch": -0.52, "yaw": 0.12, "x": 0.7}
    scene = lawn(meadow(players=[player]))
    scene.put(0, 64, -3, "dirt")
    return scene


def breaking() -> Scene:
    """Grass that is being broken, seen from above."""
    dig = {"dig_x": 0, "dig_y": 63, "dig_z": -2, "dig_stage": 6, "swing": 2}
    player = DIGGER | {"pitch": -0.75, **dig}
    pig = {"type": "pig", "x": -2.5, "y": 64.0, "z": -4.5, "yaw": 2.0, "head_yaw": 2.2}
    return lawn(meadow(players=[player], entities=[pig]), reach=3)


def bursting() -> Scene:
    """A tuft of grass that has just been broken, the hand on its way back."""
    scene = lawn(meadow(players=[DIGGER | {"pitch": -0.62, "swing": 3, "action.attack": True}]), reach=3)
    scene.put(0, 64, -2, "grass")
    return scene


def outline() -> Scene:
    """The outline of the block under the crosshair, and a pig with its shadow."""
    player = DIGGER | {"pitch": -0.6, "yaw": 0.1}
    pigs = [
        {"type": "pig", "x": x, "y": 64.0, "z": z, "yaw": yaw, "head_yaw": yaw}
        for x, z, yaw in ((-2.9, -2.4, 2.0), (-3.6, -4.0, 2.6))
    ]
    scene = lawn(meadow(players=[player], entities=pigs))
    scene.fill((-1, 63, -4), (-1, 63, 0), "dirt")
    return scene


def sword() -> Scene:
    """A sword at rest."""
    return lawn(meadow(players=[FIGHTER | {"pitch": -0.55, "yaw": 0.6}]), reach=3)


def spiders() -> Scene:
    """Spiders close by, one of them hurt, when the day ends."""
    places = ((-1.3, 64.0, -3.4, 2.84, 0), (0.9, 64.3, -2.8, 3.29, 6), (4.4, 64.0, -3.6, 3.74, 0))
    entities = [
        {"type": "spider", "x": x, "y": y, "z": z, "yaw": yaw, "head_yaw": yaw, "hurt": hurt}
        for x, y, z, yaw, hurt in places
    ]
    return lawn(meadow(players=[FIGHTER | {"pitch": -0.2}], time_of_day=12300, entities=entities), reach=8)


def sunset() -> Scene:
    """A spider dies in the red light after sunset."""
    player = FIGHTER | {"yaw": np.pi / 2 + 0.4, "pitch": -0.1}
    spider = {"type": "spider", "x": -6.0, "y": 65.0, "z": 2.5, "yaw": 0.0, "head_yaw": 0.0, "hurt": 6}
    spider["metadata"] = '{"dying": 12}'
    return meadow(players=[player], time_of_day=13150, entities=[spider])


def chips() -> Scene:
    """A wall of planks from near by, chips flying from it, seeds on the lawn beside."""
    dig = {"dig_x": -1, "dig_y": 65, "dig_z": -2, "dig_stage": 1, "action.attack": True}
    player = BUILDER | {"x": -0.1, "z": 0.05, "yaw": 0.12, "pitch": -0.36, "swing": 3} | dig
    seeds = [
        {"type": "item", "item": "wheat_seeds", "count": 1, "x": x, "y": 64.0, "z": z}
        for x, z in ((0.3, -3.3), (0.75, -1.7))
    ]
    scene = lawn(meadow(players=[player], entities=seeds, grass=0.3), reach=4)
    scene.fill((-2, 64, -2), (-1, 67, -2), "oak_planks")
    scene.fill((-3, 64, -2), (-3, 64, -2), "oak_planks")
    return scene


def moonrise() -> Scene:
    """Three spiders that leap, under the moon as it rises; a sword on its way through a blow."""
    places = ((3.2, 64.5, 2.4, 0.76), (2.0, 65.1, 3.0, 0.56), (0.1, 64.6, 3.6, 1.46))
    entities: list[dict[str, Any]] = [
        {"type": "spider", "x": x, "y": y, "z": z, "yaw": yaw, "head_yaw": yaw} for x, y, z, yaw in places
    ]
    entities.append({"type": "item", "item": "wheat_seeds", "count": 1, "x": 2.5, "z": 2.2})
    player = FIGHTER | {"yaw": -2.27, "pitch": -0.35, "swing": 3}
    return lawn(meadow(players=[player], time_of_day=13200, entities=entities, grass=0.3), reach=4)


def death_roll() -> Scene:
    """A spider rolls on its back in the evening's red, experience orbs before it."""
    player = FIGHTER | {"yaw": np.pi / 2 - 0.2, "pitch": -0.1, "swing": 4, "xp_level": 1, "xp_progress": 0.3}
    dying = {"type": "spider", "x": -1.5, "y": 66.1, "z": 0.2, "yaw": 4.2, "head_yaw": 4.2, "hurt": 4}
    entities: list[dict[str, Any]] = [
        {**dying, "metadata": '{"dying": 9}'},
        {"type": "spider", "x": -0.9, "y": 63.2, "z": -0.9, "yaw": 5.2, "head_yaw": 5.2},
        {"type": "experience_orb", "count": 3, "x": -0.9, "y": 65.0, "z": 0.45},
        {"type": "experience_orb", "count": 3, "x": -1.4, "y": 66.0, "z": 0.2},
    ]
    scene = meadow(players=[player], time_of_day=13050, entities=entities, grass=0.6)
    scene.fill((-3, 62, -2), (-1, 63, 1), "air")
    scene.fill((-3, 61, -2), (-1, 61, 1), "dirt")
    scene.fill((-3, 64, -2), (0, 65, 1), "air")
    return scene


@dataclass(frozen=True)
class Look:
    """A scene, the frame that its last tick is like, and blocks that change, by tick."""

    scene: Callable[[], Scene]
    frame: str
    ticks: int = 1
    changes: dict[int, list[tuple[int, int, int, int]]] = field(default_factory=dict)

    def picture(self, view: View, folder: Path) -> Image.Image:
        """The scene as we draw it."""
        recording = self.scene().record(
            folder, self.ticks, lambda tick: {"blocks": self.changes.get(tick, [])}
        )
        [frame] = next(Renderer(recording, view).frames([self.ticks - 1]))
        return Image.fromarray(frame.planes["rgb"])


LOOKS: dict[str, Look] = {
    look.scene.__name__: look
    for look in (
        Look(noon, "build_gate_7_060"),
        Look(gate, "build_gate_7_330"),
        Look(chips, "build_gate_7_400", 4),
        Look(clouds, "build_gate_7_598"),
        Look(low_sun, "build_pillar_6_060"),
        Look(fog, "build_pillar_6_150"),
        Look(dirt, "build_pillar_6_200"),
        Look(breaking, "build_pillar_6_300"),
        Look(bursting, "build_pillar_6_300", 4, {2: [(0, 64, -2, 0)]}),
        Look(outline, "build_pillar_6_400"),
        Look(sword, "combat_spider_7_060"),
        Look(moonrise, "combat_spider_7_120"),
        Look(spiders, "combat_spider_7_200"),
        Look(death_roll, "combat_spider_7_300", 4),
        Look(sunset, "combat_spider_7_400"),
        Look(inventory, "build_gate_7_200"),
    )
}


def sheet(look: Look, theirs: Path, folder: Path) -> Image.Image:
    """The client's frame to the left of ours."""
    result = Image.new("RGB", (2 * SIZE.width, SIZE.height))
    with Image.open(theirs / f"{look.frame}.png") as picture:
        result.paste(picture, (0, 0))
    result.paste(look.picture(SIZE, folder), (SIZE.width, 0))
    return result


def main() -> None:
    """Make the sheets that are named, or all."""
    parser = argparse.ArgumentParser(description="show the official client's frames beside ours")
    parser.add_argument("theirs", type=Path, help="a folder of the client's frames, 640x360")
    parser.add_argument("out", type=Path, help="where the sheets go")
    parser.add_argument("--only", nargs="*", choices=LOOKS, help="names of scenes", default=list(LOOKS))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.only:
        with tempfile.TemporaryDirectory() as scratch:
            sheet(LOOKS[name], arguments.theirs, Path(scratch) / name).save(arguments.out / f"{name}.png")


if __name__ == "__main__":
    main()
