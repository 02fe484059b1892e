"""The kernel's depth and ids against a slow reference, on random scenes of random blocks."""

from pathlib import Path

import numpy as np
import pytest

from collector.render import Renderer, View
from collector.render.assets import assets_of
from collector.render.models import Models
from tests.render.reference import boxes_of, cast
from tests.render.scenes import VERSION, Scene

# Blocks whose models are upright boxes, closed on all sides, with textures without holes.
BLOCKS = (
    *("stone", "oak_planks", "oak_log", "bricks", "gold_block", "smooth_sandstone", "crafting_table"),
    *("oak_slab", "stone_slab", "oak_stairs", "cobblestone_stairs", "oak_fence", "cobblestone_wall"),
    *(
        "snow",
        "white_carpet",
        "farmland",
        "dirt_path",
        "end_portal_frame",
        "stone_button",
        "enchanting_table",
    ),
    *("oak_pressure_plate", "daylight_detector", "composter", "end_portal_frame"),
)


@pytest.mark.parametrize("seed", range(4))
def test_depth_and_ids_agree_with_the_reference(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{"y": 62.0, "yaw": random.uniform(-3, 3)}])
    table, models = scene.table, Models(assets_of(VERSION))
    names = [name for name in BLOCKS if len(models.variants(table[table.find(name)])[0].parts)]
    boxes, owners = [], []
    for x, y, z in (random.integers(-12, 12, (600, 3)) + np.array([0, 63, 0])).tolist():
        if abs(x) + abs(y - 63) + abs(z) < 5:
            continue
        name = names[random.integers(len(names))]
        block = next(block for block in table.blocks if block["name"] == name)
        state = int(random.integers(block["minStateId"], block["maxStateId"] + 1))
        if table[state].properties.get("waterlogged") == "true" or scene.state_at(x, y, z):
            continue
        scene.set_state(x, y, z, state)
        for box in boxes_of(table, models, state):
            boxes.append(box + np.array([x, y, z]))
            owners.append(table[state].block)
    view = View(width=160, height=96, planes=("depth", "segment"), hud=False, hand=False)
    renderer = Renderer(scene.record(tmp_path / "blocks"), view)
    [frame] = next(renderer.frames())
    rows, columns = np.mgrid[0:96, 0:160] + 0.5
    pixels = np.stack([columns.ravel(), rows.ravel(), np.ones(rows.size)])
    rays = (frame.camera.pose[:3, :3] @ np.linalg.inv(frame.camera.intrinsics) @ pixels).T
    depth, owner = cast(np.array(boxes), np.array(owners), frame.camera.pose[:3, 3], rays)
    found = frame.planes["depth"].ravel()
    names_found = [renderer.segments[int(i)] for i in frame.planes["segment"].ravel()]
    names_wanted = ["sky" if o < 0 else f"block:{table.blocks[o]['name']}" for o in owner]
    with np.errstate(invalid="ignore"):
        near = (np.abs(found - depth) < 2e-3 * depth + 2e-3) | (np.isinf(found) & np.isinf(depth))
    same = np.array([a == b for a, b in zip(names_found, names_wanted, strict=True)])
    assert (owner >= 0).mean() > 0.15
    assert (near & same).mean() >= 0.999, f"depth {near.mean():.4f}, ids {same.mean():.4f}"
