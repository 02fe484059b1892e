"""The kernel's depth and ids against a slow reference, on random scenes of all kinds of model blocks."""

from pathlib import Path

import numpy as np
import pytest

from collector.render import Renderer, View
from collector.render.assets.files import assets_of
from collector.render.assets.shapes import INVISIBLE, SHIFTED, SUNK
from collector.render.assets.states import State
from tests.render.reference import Blocks, Picture, plant_shift
from tests.render.scenes import VERSION, Scene, states

TABLE = states()
FILES = Blocks(assets_of(VERSION))
VIEW = View(width=160, height=96, planes=("depth", "segment"), hud=False, hand=False)
# Conduits have no model in the asset package; the reference does not know fluids.
LEFT_OUT = (*INVISIBLE, "conduit")
MODELS = [block for block in TABLE.blocks if block["name"] not in LEFT_OUT]
Place = tuple[int, int, int]


def scatter(random: np.random.Generator) -> dict[Place, State]:
    """Random states of random blocks around the eye, which is left free."""
    placed: dict[Place, State] = {}
    for x, y, z in (random.integers(-12, 12, (500, 3)) + np.array([0, 63, 0])).tolist():
        block = MODELS[random.integers(len(MODELS))]
        state = TABLE[int(random.integers(block["minStateId"], block["maxStateId"] + 1))]
        if abs(x) + abs(y - 63) + abs(z) >= 4 and not state.fluid:
            placed.setdefault((x, y, z), state)
    return placed


def cast(placed: dict[Place, State], pose: np.ndarray, intrinsics: np.ndarray) -> Picture:
    """What the reference sees of the blocks."""
    rows, columns = np.mgrid[0 : VIEW.height, 0 : VIEW.width] + 0.5
    pixels = np.stack([columns.ravel(), rows.ravel(), np.ones(rows.size)])
    picture = Picture(pose[:3, 3], (pose[:3, :3] @ np.linalg.inv(intrinsics) @ pixels).T)
    for place, state in placed.items():
        shifted = state.name in SHIFTED or state.name in SUNK
        shift = plant_shift(place, state.name in SUNK) if shifted else np.zeros(3)
        picture.add(FILES.faces(state, place), np.array(place) + shift, state.block)
    return picture


@pytest.mark.parametrize("seed", range(12))
def test_depth_and_ids_agree_with_the_reference(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{"y": 62.0, "yaw": random.uniform(-3, 3)}])
    placed = scatter(random)
    for place, state in placed.items():
        scene.set_state(*place, state.id)
    renderer = Renderer(scene.record(tmp_path / "blocks"), VIEW)
    [frame] = next(renderer.frames())
    picture = cast(placed, frame.camera.pose, frame.camera.intrinsics)
    found = frame.planes["depth"].ravel()
    names = [renderer.segments[int(i)] for i in frame.planes["segment"].ravel()]
    wanted = ["sky" if o < 0 else f"block:{TABLE.blocks[o]['name']}" for o in picture.owner]
    with np.errstate(invalid="ignore"):
        near = np.abs(found - picture.depth) < 2e-3 * picture.depth + 2e-3
    near |= np.isinf(found) & np.isinf(picture.depth)
    same = np.array([a == b for a, b in zip(names, wanted, strict=True)])
    assert (picture.owner >= 0).mean() > 0.15
    assert (near & same).mean() >= 0.999, f"depth {near.mean():.4f}, ids {same.mean():.4f}"
