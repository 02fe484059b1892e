"""The files of a version."""

import numpy as np

from collector.render.assets.files import Picture, assets_of


def texture(version: str, name: str) -> Picture:
    picture = assets_of(version).texture(name)
    assert picture is not None
    return picture


def test_a_texture_is_the_one_that_the_version_had() -> None:
    # The signs of empty armour slots became lighter in 1.19.4, nether bricks changed in 1.21.4.
    dark, light = (texture(version, "item/empty_armor_slot_boots") for version in ("1.18.2", "1.20"))
    assert dark[dark[..., 3] > 0].mean() < light[light[..., 3] > 0].mean()
    old, middle, new = (texture(v, "block/nether_bricks") for v in ("1.18.2", "1.20", "1.21.4"))
    assert np.array_equal(old, middle)
    assert not np.array_equal(old, new)


def test_a_texture_that_never_changed_is_the_same_in_all_versions() -> None:
    old, new = (texture(version, "block/bookshelf") for version in ("1.18.2", "1.21.4"))
    assert np.array_equal(old, new)
