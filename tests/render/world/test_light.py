import numpy as np
import pytest

from collector.render.world.light import LightField
from tests.render.scenes import states

TABLE = states()
STONE, TORCH, LEAVES, AIR = (TABLE.find(name) for name in ("stone", "torch", "oak_leaves", "air"))


def field(blocks: np.ndarray) -> LightField:
    return LightField(blocks, TABLE.opacity, TABLE.emission)


def room() -> np.ndarray:
    """A stone block of 21 cells with a closed hollow in it, under the open sky; y, z, x."""
    blocks = np.full((24, 21, 21), AIR, np.uint16)
    blocks[1:21] = STONE
    blocks[5:15, 3:18, 3:18] = AIR
    return blocks


def test_light_falls_from_a_torch_by_one_a_step() -> None:
    blocks = room()
    blocks[10, 10, 10] = TORCH
    light = field(blocks)
    for steps in range(6):
        assert light.block[10, 10, 10 + steps] == 14 - steps
        assert light.block[10 - steps // 2, 10, 10 + steps - steps // 2] == 14 - steps
    assert light.block[10, 10, 19] == 0


def test_the_sky_reaches_into_a_shaft_and_spreads_below() -> None:
    blocks = room()
    assert field(blocks).sky[10, 10, 10] == 0
    blocks[15:21, 10, 10] = AIR
    light = field(blocks)
    assert light.sky[5, 10, 10] == 15
    assert light.sky[14, 10, 13] == 12
    blocks[21, 10, 10] = LEAVES
    assert field(blocks).sky[20, 10, 10] == 13


@pytest.mark.parametrize("seed", range(4))
def test_changes_give_the_same_light_as_a_fresh_start(seed: int) -> None:
    random = np.random.default_rng(seed)
    blocks = random.choice([AIR, AIR, AIR, STONE, LEAVES], (40, 40, 40)).astype(np.uint16)
    light = field(blocks)
    for _ in range(15):
        cell = random.integers(1, 39, 3)
        blocks[tuple(cell)] = random.choice([AIR, STONE, TORCH])
        light.change(cell[None])
    fresh = field(blocks)
    np.testing.assert_array_equal(light.sky, fresh.sky)
    np.testing.assert_array_equal(light.block, fresh.block)
