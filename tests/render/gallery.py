"""Makes the gallery: contact sheets of every block, body, light, sky, weather, overlay and screen.

    python -m tests.render.gallery docs/gallery

Everything in it is drawn from recordings that are made on the way, by the renderer as it is.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from collector.recording import Recording
from collector.render import Renderer, View
from collector.render.assets.files import assets_of
from collector.render.assets.shapes import INVISIBLE
from collector.render.bodies.mobs import MOBS
from tests.render.looks import ARMOUR, LOOKS, SWORD, meadow
from tests.render.scenes import VERSION, Scene, hills

Picture = NDArray[np.uint8]
Script = Callable[[int], dict[str, Any]]
QUALITY = 85  # of the JPEG files
BARE = View(width=64, height=64, fov=27, hud=False, hand=False, view_distance=4, supersampling=2)
WORN = (
    *(("diamond_sword", 40), ("iron_pickaxe", 120), ("bow", 200), ("golden_shovel", 30), ("stone_axe", 1)),
    *(("shears", 236), ("iron_hoe", 0), ("diamond_chestplate", 300), ("enchanted_golden_apple", 0)),
)
PACES = {"walking": 0.15, "swimming, arms ahead": 0.1, "swimming, arms back": 0.22}  # blocks a tick
SMALL = View(width=320, height=180, view_distance=6)
ITEMS = (
    *("oak_planks", "cobblestone", "torch", "bread", "diamond_sword", "iron_pickaxe", "oak_log", "apple"),
    *("bow", "chest", "glass", "ladder", "redstone", "oak_stairs", "white_wool", "bucket", "compass"),
)
NIGHT, DUSK, DAWN = 18000, 13000, 23500


@dataclass(frozen=True)
class Sheet:
    """Pictures of one size with their names, in reading order."""

    title: str
    pictures: list[Picture]
    names: list[str]
    columns: int


def shots(recording: Recording, view: View) -> list[Picture]:
    """The first player's picture of every tick."""
    return [frames[0].planes["rgb"] for frames in Renderer(recording, view, players=[0]).frames()]


def studio(**scene: Any) -> Scene:
    """A floor of white concrete with the eye a little above it, looking at (0, 64, 0)."""
    eye = {"x": 2.2, "y": 64.3, "z": 2.6, "yaw": math.atan2(1.7, 2.1), "pitch": -0.42, "eye_height": 1.62}
    result = Scene(size=(4, 3, 4), corner=(-2, 3, -2), players=[{**eye, **scene.pop("player", {})}], **scene)
    result.fill((-32, 62, -32), (31, 63, 31), "white_concrete")
    return result


def blocks(folder: Path) -> Sheet:
    """Every block of the version that has a picture, in its default state, one a tick."""
    scene = studio(time_of_day=6000)
    table = [block for block in scene.table.blocks if block["name"] not in INVISIBLE]
    script: Script = lambda tick: {"blocks": [(0, 64, 0, table[tick]["defaultState"])]}  # noqa: E731
    recording = scene.record(folder / "blocks", len(table), script)
    return Sheet("Blocks", shots(recording, BARE), [block["name"] for block in table], 30)


def bodies(folder: Path) -> Sheet:
    """Every kind of body, then what else moves, one a tick."""
    stone = {"state": studio().table.find("gravel")}
    things: list[tuple[str, dict[str, Any]]] = [(kind, {"type": kind}) for kind in MOBS]
    things += [
        ("slime of size 2", {"type": "slime", "metadata": '{"size": 2}'}),
        ("calf", {"type": "cow", "metadata": '{"baby": true}'}),
        ("skeleton with a bow", {"type": "skeleton", "item": "bow"}),
        (
            "skeleton that draws it",
            {"type": "skeleton", "item": "bow", "metadata": '{"aiming": true, "drawing": 18}'},
        ),
        ("hurt cow", {"type": "cow", "hurt": 6}),
        ("dying cow", {"type": "cow", "metadata": '{"dying": 8}'}),
        (
            "enchanted item",
            {"type": "item", "item": "diamond_sword", "count": 1, "metadata": '{"enchanted": true}'},
        ),
        ("dropped stack", {"type": "item", "item": "diamond_sword", "count": 1}),
        ("dropped blocks", {"type": "item", "item": "oak_planks", "count": 40}),
        ("experience", {"type": "experience_orb", "count": 20}),
        ("falling block", {"type": "falling_block", "metadata": f'{{"state": {stone["state"]}}}'}),
        ("item frame", {"type": "item_frame", "item": "compass", "metadata": '{"facing": "south"}', "y": 65}),
        ("painting", {"type": "painting", "metadata": '{"motive": "kebab", "facing": "south"}', "y": 65}),
        ("unknown kind", {"type": "axolotl"}),
    ]
    place = {"x": 0.5, "y": 64.0, "z": 0.5, "yaw": math.pi - 0.2, "head_yaw": math.pi - 0.4}
    script: Script = lambda tick: {"entities": [{**place, "entity": tick, **things[tick][1]}]}  # noqa: E731
    scene = studio(player={"x": 2.6, "z": 3.6, "yaw": math.atan2(2.1, 3.1), "pitch": -0.12})
    recording = scene.record(folder / "bodies", len(things), script)
    view = BARE.model_copy(update={"width": 128, "height": 128, "fov": 52})
    return Sheet("Bodies and things", shots(recording, view), [name for name, _ in things], 9)


def players(folder: Path) -> Sheet:
    """Players: skins, poses, armour, held items."""
    table, place = studio().table, {"x": 0.5, "y": 64.0, "z": 0.5, "yaw": math.pi - 0.3, "pitch": -0.1}
    poses: list[tuple[str, dict[str, Any]]] = [
        ("standing", {}),
        ("walking", {"x": 0.5}),
        ("sneaking", {"sneaking": True, "eye_height": 1.27}),
        ("striking", {"swing": 2, "held_item": "diamond_sword"}),
        ("hurt", {"hurt": 6}),
        ("armour", {"inventory": ARMOUR}),
        ("enchanted armour", {"inventory": gleaming(ARMOUR)}),
        ("a block in the hand", {"held_item": "oak_planks"}),
        ("dead", {"alive": False, "health": 0.0}),
        ("swimming, arms ahead", {"pose": "swimming", "in_water": True, "y": 64.5}),
        ("swimming, arms back", {"pose": "swimming", "in_water": True, "y": 64.5, "x": 0.5}),
        ("crawling", {"pose": "swimming", "z": -0.6}),
        ("gliding", {"pose": "fall_flying", "y": 64.8, "z": -1.2}),
        ("in bed", {"pose": "sleeping", "y": 64.6875}),
        ("in a minecart", {"vehicle": 0, "y": 63.65}),
        ("in a boat", {"vehicle": 1, "y": 63.55}),
    ]
    props: dict[str, dict[str, Any]] = {
        "in bed": {
            "blocks": [
                (0, 64, z, table.find("red_bed", facing="south", part=part))
                for z, part in ((0, "head"), (-1, "foot"))
            ]
        },
        "in a minecart": {
            "blocks": [(0, 64, 0, 0), (0, 64, -1, 0)],
            "entities": [{**place, "type": "minecart", "yaw": math.pi - 0.3}],
        },
        "in a boat": {"entities": [{**place, "entity": 1, "type": "boat", "yaw": math.pi - 0.5}]},
    }
    names = [name for name, _ in poses] + [f"skin {i}" for i in range(8)]
    far = {"x": 25.0, "z": 25.0}

    def script(tick: int) -> dict[str, Any]:
        shown = 1 if tick < 12 * len(poses) else 1 + tick - 12 * len(poses)
        rows = [{**place, **(far if index != shown else {})} for index in range(1, 9)]
        if tick < 12 * len(poses):
            # Twelve ticks for each, so that a walk gets going and a body falls.
            name, pose = poses[tick // 12]
            step = PACES.get(name, 0.0) * (tick % 12 - 11)
            rows[0] |= {"z": place["z"] + step} | pose
            return {"players": [{}, *rows], **props.get(name, {})}
        return {"players": [{}, *rows]}

    scene = studio(player={"x": 2.0, "z": 3.0, "yaw": math.atan2(1.5, 2.5), "pitch": -0.2})
    scene.players += [{} for _ in range(8)]
    recording = scene.record(folder / "players", 12 * len(poses) + 8, script)
    view = BARE.model_copy(update={"width": 128, "height": 128, "fov": 45})
    wanted = [12 * i + 11 for i in range(len(poses))] + [12 * len(poses) + i for i in range(8)]
    pictures = [f[0].planes["rgb"] for f in Renderer(recording, view, players=[0]).frames(wanted)]
    return Sheet("Players", pictures, names, 8)


def skies(folder: Path) -> Sheet:
    """The sky by time and weather, looking east."""
    times = [("morning", 500), ("noon", 6000), ("evening", 11500), ("dusk", DUSK), ("night", NIGHT)]
    times += [("before dawn", 22800), ("sunrise", DAWN)]
    weathers = [("clear", 0.0, 0.0), ("rain", 1.0, 0.0), ("thunder", 1.0, 1.0)]
    cases = [(f"{name}, {weather}", time, r, t) for weather, r, t in weathers for name, time in times]
    east = {"y": 65.0, "yaw": -math.pi / 2 + 0.2, "pitch": 0.15}
    scene = meadow(players=[east], grass=0.1)
    script: Script = lambda tick: {  # noqa: E731
        "clock": {
            "time_of_day": cases[tick][1],
            "age": 24000 * (tick % 8) + cases[tick][1],
            "rain": cases[tick][2],
            "thunder": cases[tick][3],
        }
    }
    recording = scene.record(folder / "skies", len(cases), script)
    view = View(width=240, height=135, hud=False, hand=False)
    return Sheet("Sky and weather, looking east", shots(recording, view), [case[0] for case in cases], 7)


def cave(**scene: Any) -> Scene:
    """A hollow in stone with a torch, an ore and a pool of lava."""
    result = Scene(size=(4, 3, 4), corner=(-2, 2, -2), **scene)
    result.fill((-32, 32, -32), (31, 79, 31), "stone")
    result.fill((-5, 40, -9), (5, 44, 5), "cave_air")
    result.fill((-3, 39, -8), (0, 39, -6), "lava")
    result.put(3, 41, -9, "diamond_ore")
    return result


def written(x: int, y: int, z: int, *lines: str, **look: Any) -> tuple[None, str, dict[str, Any]]:
    """The event that tells what is written on the front of a sign."""
    front = {"lines": [*lines, *[""] * (4 - len(lines))], "colour": "black", "glowing": False, **look}
    return None, "sign", {"x": x, "y": y, "z": z, "front": front, "back": {**front, "lines": []}}


WRITTEN = [
    written(-2, 64, -2, "North road", "to the mill", "and the lake", "--->"),
    written(0, 64, -2, "Welcome", "", "home", colour="red"),
    written(2, 65, -2, "Shop", "open 9-17", colour="white"),
    written(3, 64, -2, "Lamps", "for the night", colour="orange", glowing=True),
]


def signs() -> Scene:
    """The signs that are written on."""
    scene = Scene(size=(4, 2, 4), corner=(-2, 3, -2), players=[{"pitch": -0.25}])
    scene.ground()
    scene.fill((1, 64, -3), (4, 66, -3), "stone")
    scene.put(-2, 64, -2, "oak_sign", rotation=0)
    scene.put(0, 64, -2, "birch_sign", rotation=1)
    scene.put(2, 65, -2, "spruce_wall_sign", facing="south")
    scene.put(3, 64, -2, "dark_oak_sign", rotation=15)
    return scene


def lights(folder: Path) -> Sheet:
    """Light in caves and at night, air, water and lava around the eye, snow."""
    pictures, names = [], []

    def add(name: str, scene: Scene, events: Sequence[Any] = ()) -> None:
        recording = scene.record(folder / name.replace(" ", "-"), 1, lambda _: {"events": events})
        pictures.append(shots(recording, SMALL)[-1])
        names.append(name)

    here = {"y": 40.0, "z": 3.5}
    add("cave", cave(players=[here]))
    lit = cave(players=[here])
    lit.put(4, 42, -4, "wall_torch", facing="west")
    add("cave with a torch", lit)
    night = meadow(players=[{"y": 65.0}], time_of_day=NIGHT)
    for x, z in ((-3, -5), (3, -7), (0, -9)):
        night.put(x, 65, z, "torch")
    add("torches at night", night)
    for name, fluid, depth in (("under water", "water", 6), ("in lava", "lava", 3)):
        pool = Scene(size=(4, 3, 4), corner=(-2, 2, -2), players=[{"y": 60.0, "pitch": 0.1, "air": 200}])
        pool.ground(lambda x, z: 57 + (x * x + 3 * z * z) % 3)
        pool.fill((-32, 58, -32), (31, 58 + depth, 31), fluid)
        for x in range(-6, 7, 3):
            pool.put(x, 60, -6, "sea_lantern")
        add(name, pool)
    shore = Scene(size=(8, 3, 8), corner=(-4, 2, -4), players=[{"y": 65.0, "pitch": -0.15}])
    shore.ground(lambda x, z: int(61 + 3 * math.sin(x / 9) + z / 12), top="sand")
    blocks = shore.blocks
    layers = blocks[: 62 - 32 + 1]
    layers[layers == 0] = shore.table.find("water")
    add("shore", shore)
    names_of = [biome["name"] for biome in assets_of(VERSION).table("biomes")]
    add("snow", meadow(players=[{"y": 65.0}], rain=1.0, biome=names_of.index("snowy_plains")))
    add("signs", signs(), WRITTEN)
    buried = cave(players=[{"y": 50.0}])
    add("inside of a block", buried)
    return Sheet("Light, water, lava, snow, signs", pictures, names, 3)


def gleaming(stacks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same stacks, enchanted."""
    return [{**stack, "enchanted": True} for stack in stacks]


def hands(folder: Path) -> Sheet:
    """First person: arm and items, swings, digging with chips, a block bursting, a hurt and a dead player."""
    pack = [{"slot": 36, "item": "diamond_pickaxe", "count": 1}, {"slot": 37, "item": "torch", "count": 64}]
    base = {"y": 64.0, "pitch": -0.35, "inventory": pack}
    dig = {"dig_x": 0, "dig_y": 64, "dig_z": -2, "held_item": "diamond_pickaxe", "action.attack": True}
    cases: list[tuple[str, list[dict[str, Any]]]] = [
        ("bare arm", [{}]),
        ("swing", [{"swing": 3}]),
        ("pickaxe", [{"held_item": "diamond_pickaxe"}]),
        ("enchanted pickaxe", [{"held_item": "diamond_pickaxe", "inventory": gleaming(pack)}] * 9),
        ("torch", [{"held_item": "torch", "hotbar_slot": 1}]),
        ("block", [{"held_item": "bricks"}]),
        ("changing items", [{}, {"held_item": "diamond_pickaxe"}, {"held_item": "diamond_pickaxe"}]),
        ("digging", [{**dig, "dig_stage": i // 2, "swing": i % 6} for i in range(12)]),
        ("bursting", [{**dig, "dig_stage": 9}, {**dig, "dig_stage": 9}, {}, {}, {}]),
        ("hurt", [{"hurt": 8, "health": 13.0}]),
        ("dead", [{"alive": True}, *[{"alive": False, "health": 0.0}] * 15]),
        ("sprinting", [{"sprinting": True, "on_ground": True}] * 3),
    ]
    pictures = []
    for name, rows in cases:
        scene = meadow(players=[base], grass=0.0)
        scene.fill((-3, 64, -4), (3, 66, -1), "air")
        scene.fill((0, 64, -2), (0, 64, -2), "stone")
        burst = {2: [(0, 64, -2, 0)]} if name == "bursting" else {}
        script = [{"players": [row], "blocks": burst.get(tick, [])} for tick, row in enumerate(rows)]
        recording = scene.record(folder / name.replace(" ", "-"), len(rows), script.__getitem__)
        pictures.append(shots(recording, SMALL)[-1])
    return Sheet("First person", pictures, [name for name, _ in cases], 4)


def overlays(folder: Path) -> Sheet:
    """The HUD in several states, and the open screens."""
    pack = [{"slot": 9 + i, "item": name, "count": 1 + 7 * i} for i, name in enumerate(ITEMS)]
    belt = [{"slot": 36 + i, "item": name, "count": 64 - i} for i, name in enumerate(ITEMS[:9])]
    pack += belt
    worn = [
        {"slot": 36 + i, "item": name, "count": 1, "damage": damage, "enchanted": i % 3 == 2}
        for i, (name, damage) in enumerate(WORN)
    ]
    chest = [{"slot": 3 * i, "item": name, "count": 1 + i} for i, name in enumerate(ITEMS)]
    grid = [{"slot": i, "item": "oak_planks", "count": 2} for i in (1, 2, 4, 5)]
    grid.append({"slot": 0, "item": "crafting_table", "count": 1})
    cases: list[tuple[str, dict[str, Any]]] = [
        ("full", {"inventory": belt}),
        ("worn and enchanted", {"inventory": worn, "hotbar_slot": 6}),
        ("wounded", {"inventory": belt, "health": 5.0, "food": 7, "hotbar_slot": 4}),
        (
            "armour, air, experience",
            {"inventory": SWORD + ARMOUR, "air": 130, "xp_level": 7, "xp_progress": 0.6},
        ),
        (
            "inventory",
            {"window": "inventory", "inventory": pack + ARMOUR, "cursor_x": 35.0, "cursor_y": 95.0},
        ),
        ("empty inventory", {"window": "inventory", "cursor_x": 88.0, "cursor_y": 83.0}),
        ("chest", {"window": "chest", "window_items": chest[:9], "inventory": pack, "cursor_x": 90.0}),
        (
            "large chest",
            {
                "window": "large_chest",
                "window_items": chest,
                "inventory": pack,
                "cursor_x": 30.0,
                "cursor_y": 60.0,
            },
        ),
        (
            "crafting",
            {
                "window": "crafting",
                "window_items": grid,
                "inventory": pack,
                "carried": {"slot": -1, "item": "oak_planks", "count": 13},
                "cursor_x": 62.0,
                "cursor_y": 62.0,
            },
        ),
    ]
    scene = meadow(players=[{"y": 65.0}], grass=0.2)
    recording = scene.record(folder / "overlays", len(cases), lambda tick: {"players": [cases[tick][1]]})
    view = View(width=427, height=240, view_distance=6)
    return Sheet("Overlay and screens", shots(recording, view), [name for name, _ in cases], 4)


def looks(folder: Path) -> Sheet:
    """The scenes that are like frames of the official client."""
    pictures = [np.asarray(look.picture(SMALL, folder / name)) for name, look in LOOKS.items()]
    return Sheet("Scenes", pictures, list(LOOKS), 3)


def planes(folder: Path) -> Sheet:
    """All planes of one view."""
    scene = meadow(players=[{"y": 65.0, "pitch": -0.1}], grass=0.2)
    scene.ground(hills)
    scene.tree(-3, hills(-3, -8) + 1, -8)
    scene.entities = [
        {"type": "cow", "x": 2.5, "y": hills(2, -5) + 1.0, "z": -5.0, "yaw": 1.0, "head_yaw": 1.2}
    ]
    script: Script = lambda tick: {"players": [{"x": 0.5 + 0.2 * tick, "yaw": 0.02 * tick}]}  # noqa: E731
    view = SMALL.model_copy(update={"planes": ("rgb", "depth", "segment", "normals", "flow")})
    [frame] = next(Renderer(scene.record(folder / "planes", 2, script), view).frames())
    found = frame.planes
    near = np.clip(255 - 40 * np.log2(np.maximum(found["depth"], 1)), 0, 255)
    random = np.random.default_rng(0).integers(40, 255, (65536, 3))
    flow = np.nan_to_num(found["flow"])
    pictures = [
        found["rgb"],
        np.repeat(near[..., None], 3, -1).astype(np.uint8),
        random[found["segment"]].astype(np.uint8),
        ((found["normals"] + 1) * 127.5).astype(np.uint8),
        np.clip(128 + np.stack([flow[..., 0] * 12, flow[..., 1] * 12, 0 * flow[..., 0]], -1), 0, 255).astype(
            np.uint8
        ),
    ]
    return Sheet("Planes", pictures, ["rgb", "depth", "segment", "normals", "flow"], 3)


SHEETS = (looks, blocks, bodies, players, skies, lights, hands, overlays, planes)


def grid(sheet: Sheet) -> Picture:
    """The pictures of a sheet side by side."""
    height, width = sheet.pictures[0].shape[:2]
    rows = -(-len(sheet.pictures) // sheet.columns)
    result = np.full((rows * height, sheet.columns * width, 3), 255, np.uint8)
    for index, picture in enumerate(sheet.pictures):
        row, column = divmod(index, sheet.columns)
        result[row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    return result


def page(sheets: dict[str, Sheet]) -> str:
    """The page that shows the sheets."""
    lines = [
        "# Gallery",
        "",
        "Made by `python -m tests.render.gallery docs/gallery`; rows are read from the left.",
    ]
    for file, sheet in sheets.items():
        lines += ["", f"## {sheet.title}", "", f"![{sheet.title}](gallery/{file})", ""]
        rows = [sheet.names[i : i + sheet.columns] for i in range(0, len(sheet.names), sheet.columns)]
        names = [f"{number}. {', '.join(row)}" for number, row in enumerate(rows, 1)]
        lines += ["<details><summary>What is what, row by row</summary>", "", *names, "", "</details>"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Make all sheets, or those that are named, and the page if all are made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go; the page goes beside it")
    parser.add_argument("--only", nargs="*", help="names of sheets, to look at them while working")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    done: dict[str, Sheet] = {}
    for make in SHEETS:
        if arguments.only and make.__name__ not in arguments.only:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            sheet = make(Path(scratch))
        file = f"{make.__name__}.jpg"
        Image.fromarray(grid(sheet)).save(arguments.folder / file, quality=QUALITY)
        done[file] = sheet
    if not arguments.only:
        arguments.folder.with_suffix(".md").write_text(page(done))


if __name__ == "__main__":
    main()
