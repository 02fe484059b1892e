"""The kernel's depth and ids against a slow reference, on random scenes of all kinds of blocks and fluids."""

from pathlib import Path

import numpy as np
import pytest

from collector.render import Renderer, View
from collector.render.assets.files import assets_of
from collector.render.assets.shapes import INVISIBLE, SHIFTED, SUNK
from collector.render.assets.states import State
from tests.render.fluids import surfaces
from tests.render.reference import Blocks, Picture, plant_shift
from tests.render.scenes import VERSION, Scene, states

TABLE = states()
FILES = Blocks(assets_of(VERSION))
VIEW = View(width=160, height=96, planes=("depth", "segment"), hud=False, hand=False)
# Conduits have no model in the asset package, from which the reference is drawn.
LEFT_OUT = (*INVISIBLE, "conduit")
MODELS = [block for block in TABLE.blocks if block["name"] not in LEFT_OUT]
POOLS, POOL = 10, (4, 3, 4)  # clumps of fluids in a scene, and their size in blocks
FLUIDS = ("water", "lava")
Place = tuple[int, int, int]


def scatter(random: np.random.Generator, yaw: float) -> dict[Place, State]:
    """Random states of random blocks around the eye, which is left free, and clumps of fluids before it."""
    placed: dict[Place, State] = {}
    for _ in range(POOLS):
        fluid, way = FLUIDS[random.integers(2)], yaw + random.uniform(-0.8, 0.8)
        far, up = random.uniform(4, 10), random.uniform(-5, 3)
        corner = np.floor([-far * np.sin(way) - 2, 63 + up, -far * np.cos(way) - 2]).astype(int)
        for offset in np.ndindex(POOL):
            x, y, z = (int(a + b) for a, b in zip(corner, offset, strict=True))
            placed.setdefault((x, y, z), pool_state(random, fluid))
    for x, y, z in (random.integers(-12, 12, (500, 3)) + np.array([0, 63, 0])).tolist():
        placed.setdefault((x, y, z), any_state(random))
    near = [(x, y, z) for x, y, z in placed if abs(x) + abs(y - 63) + abs(z) < 4]
    return {place: state for place, state in placed.items() if place not in near and state.name != "air"}


def any_state(random: np.random.Generator) -> State:
    """A random state of a random block."""
    block = MODELS[random.integers(len(MODELS))]
    return TABLE[int(random.integers(block["minStateId"], block["maxStateId"] + 1))]


def pool_state(random: np.random.Generator, fluid: str) -> State:
    """What is in a cell of a clump: mostly the fluid at some level, air, stone, or any state."""
    kind = random.random()
    if kind < 0.55:
        return TABLE[TABLE.find(fluid, level=int(random.integers(16)))]
    if kind < 0.7:
        return TABLE[TABLE.find("air")]
    return TABLE[TABLE.find("stone")] if kind < 0.75 else any_state(random)


def cast(placed: dict[Place, State], pose: np.ndarray, intrinsics: np.ndarray) -> Picture:
    """What the reference sees of the blocks."""
    rows, columns = np.mgrid[0 : VIEW.height, 0 : VIEW.width] + 0.5
    pixels = np.stack([columns.ravel(), rows.ravel(), np.ones(rows.size)])
    picture = Picture(pose[:3, 3], (pose[:3, :3] @ np.linalg.inv(intrinsics) @ pixels).T)
    for place, state in placed.items():
        shifted = state.name in SHIFTED or state.name in SUNK
        shift = plant_shift(place, state.name in SUNK) if shifted else np.zeros(3)
        picture.add(FILES.faces(state, place), np.array(place) + shift, state.block)
        picture.add_surfaces(list(surfaces(placed.get, place)), np.array(place, float), state.block)
    return picture


@pytest.mark.parametrize("seed", range(12))
def test_depth_and_ids_agree_with_the_reference(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    yaw = random.uniform(-3, 3)
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{"y": 62.0, "yaw": yaw}])
    placed = scatter(random, yaw)
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
