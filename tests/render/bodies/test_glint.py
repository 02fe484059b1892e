"""The glint of enchantments."""

from pathlib import Path

import numpy as np
import pytest

from collector.render import Renderer, View
from collector.render.assets.files import assets_of
from collector.render.assets.texels import TexelPool
from collector.render.bodies.glint import ENLARGED, ITEM, Glint, blurred
from tests.render.scenes import VERSION, Scene

GREY = np.full((16, 16, 4), (60, 60, 60, 255), np.uint8)
VIEW = View(width=320, height=180)


def painted(tick: int) -> np.ndarray:
    """A grey texture with the glint at a tick."""
    glint = Glint(assets_of(VERSION), TexelPool())
    glint.add("item/grey", GREY, ITEM)
    [(_, texels)] = glint.texels(tick)
    side = 16 * ENLARGED
    return texels.view(np.uint8).reshape(side, side, 4).astype(int)


def test_the_glint_adds_violet_light() -> None:
    added = painted(0) - [60, 60, 60, 255]
    assert added.min() == 0
    red, green, blue = added[..., :3].reshape(-1, 3).mean(0)
    assert blue > 1.3 * red > 2 * green > 0
    assert added[..., 2].std() > 5, "in bands"


def test_the_glint_wanders_and_comes_back() -> None:
    assert np.abs(painted(0) - painted(4)).max() > 8
    # Across in 110 s of an eighth of the clock's ms, down in 30 s: together again after 330 s of them.
    assert np.array_equal(painted(0), painted(330_000 // (8 * 50)))


def test_holes_stay_holes() -> None:
    glint = Glint(assets_of(VERSION), TexelPool())
    glint.add("item/hole", np.zeros((16, 16, 4), np.uint8), ITEM)
    [(_, texels)] = glint.texels(3)
    assert (texels.view(np.uint8).reshape(-1, 4)[:, 3] == 0).all()


def test_pictures_repeat_and_blur_between_their_texels() -> None:
    picture = np.array([[[0.0], [10.0]], [[20.0], [30.0]]])
    u, v = np.array([[0.25, 0.5, 1.0, 1.25]]), np.array([[0.25]])
    assert blurred(picture, u, v)[0, :, 0] == pytest.approx([0, 5, 5, 0])
    assert blurred(picture, np.array([[0.25]]), np.array([[0.5]]))[0, 0, 0] == pytest.approx(10)


def test_what_is_enchanted_shines_in_the_hand_and_in_the_hotbar(tmp_path: Path) -> None:
    sword = {"slot": 36, "item": "iron_sword", "count": 1}
    script = [
        {"players": [{"held_item": "iron_sword", "inventory": [{**sword, "enchanted": enchanted}]}]}
        for enchanted in (False, *[True] * 13)
    ]
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1))
    recording = scene.record(tmp_path / "sword", len(script), script.__getitem__)
    frames = Renderer(recording, VIEW).frames([0, 12, 13])
    dull, first, second = (f.planes["rgb"].astype(int) for [f] in frames)
    slot = np.s_[161:177, 71:87]
    violet = first[slot] - dull[slot]
    assert violet[..., 2].max() > 20
    assert violet[..., 2].sum() > 1.3 * violet[..., 1].sum()
    assert np.abs(first[slot] - second[slot]).max() > 0, "it moves"
    hand = np.s_[60:150, 200:320]
    assert np.abs(first[hand] - dull[hand]).max() > 20
    assert np.abs(first[hand] - second[hand]).max() > 0
