"""Textures that move, where the kernel reads them."""

from pathlib import Path

import numpy as np
import pytest
import warp as wp

from collector.render import Renderer, View
from collector.render.assets.files import assets_of
from collector.render.assets.strips import Strips
from collector.render.assets.texels import TexelPool
from collector.render.bodies.glint import Glint
from collector.render.moving import MovingTextures
from tests.render.assets.test_strips import write
from tests.render.scenes import VERSION, Scene


def dull(pool: TexelPool) -> Glint:
    """A glint on nothing."""
    return Glint(assets_of(VERSION), pool)


def test_texels_and_their_mips_are_those_of_the_tick(tmp_path: Path) -> None:
    write(tmp_path, "1.18.1", "kelp", [10, 20], {"frametime": 2})
    pool = TexelPool()
    still = pool.add("block/stone", np.full((16, 16, 4), 99, np.uint8))[0]
    kelp = pool.add("block/kelp", np.full((16, 16, 4), 10, np.uint8))[0]
    before = pool.array()
    texels = wp.array(before, dtype=wp.uint32, device="cpu")
    moving = MovingTextures(Strips("1.18.2", tmp_path), pool, set(), dull(pool))
    moving.show(2, texels)
    now = texels.numpy()
    assert (now[kelp:].view(np.uint8) == 20).all(), "all levels"
    assert np.array_equal(now[still:kelp], before[still:kelp])
    moving.show(5, texels)
    assert np.array_equal(texels.numpy(), before)


def test_ticks_that_look_the_same_are_told(tmp_path: Path) -> None:
    write(tmp_path, "1.18.1", "kelp", [10, 20], {"frametime": 2})
    pool = TexelPool()
    pool.add("minecraft:block/kelp", np.zeros((16, 16, 4), np.uint8))
    moving = MovingTextures(Strips("1.18.2", tmp_path), pool, set(), dull(pool))
    assert [moving.changes(tick, tick + 1) for tick in range(4)] == [False, True, False, True]
    idle = MovingTextures(Strips("1.18.2", tmp_path / "none"), pool, set(), dull(pool))
    assert not any(idle.changes(tick, tick + 1) for tick in range(4))


def test_fluids_that_are_not_there_stand_still(tmp_path: Path) -> None:
    pool = TexelPool()
    for name in ("water_still", "lava_still"):
        write(tmp_path, "1.18.1", name, [10, 20], {})
        pool.add(f"fixed/{name}", np.zeros((16, 16, 4), np.uint8), mipped=False)
    for fluids in (set[str](), {"water"}, {"water", "lava"}):
        moving = MovingTextures(Strips("1.18.2", tmp_path), pool, fluids, dull(pool))
        texels = wp.array(pool.array(), dtype=wp.uint32, device="cpu")
        moving.show(0, texels)
        assert np.count_nonzero(texels.numpy()) == 256 * len(fluids)


def test_water_moves_whatever_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "1.18.1", "water_still", [60, 200], {"frametime": 2})
    monkeypatch.setattr("collector.render.renderer.node_modules", lambda: tmp_path)
    scene = Scene(size=(4, 2, 4), corner=(-2, 3, -2), players=[{"pitch": -0.6}])
    scene.ground()
    scene.fill((-8, 63, -8), (8, 63, -2), "water")
    recording = scene.record(tmp_path / "pond", 4)
    view = View(width=64, height=64, hud=False, hand=False)
    single, batched = (
        np.stack([frame.planes["rgb"] for [frame] in Renderer(recording, view, batch=batch).frames()])
        for batch in (1, 4)
    )
    assert np.array_equal(single, batched)
    assert np.array_equal(single[0], single[1])
    assert (single[0] != single[2]).any(-1).mean() > 0.2
