import numpy as np
import pytest

from collector.render.world.skipping import CUBE, LAYER, MODEL, OPAQUE_CUBE, SkipField


def nearest(occupied: np.ndarray, cell: np.ndarray, flat: bool) -> int:
    """The distance by looking at every cell."""
    steps = np.abs(np.argwhere(occupied) - cell)
    if flat:
        steps = steps[steps[:, 0] == 0]
    return int(steps.max(1).min()) if len(steps) else 255


def check(field: SkipField, occupied: np.ndarray, random: np.random.Generator) -> None:
    packed = field.field.numpy()
    for cell in random.integers(0, occupied.shape, (300, 3)):
        value = int(packed[tuple(cell)])
        if occupied[tuple(cell)]:
            assert value == int(occupied[tuple(cell)]) << 8
            continue
        assert value & 255 == min(nearest(occupied, cell, flat=False), CUBE)
        assert value >> 8 == min(nearest(occupied, cell, flat=True), LAYER)


@pytest.mark.parametrize("seed", range(3))
def test_distances_are_exact_and_stay_so(seed: int) -> None:
    random = np.random.default_rng(seed)
    occupied = (random.random((20, 50, 40)) < 0.002).astype(np.uint8) * np.uint8(MODEL)
    field = SkipField(occupied, "cpu")
    check(field, occupied, random)
    for _ in range(10):
        y, z, x = (int(v) for v in random.integers(0, occupied.shape))
        before, after = int(occupied[y, z, x]), int(random.choice([0, MODEL, OPAQUE_CUBE]))
        occupied[y, z, x] = after
        field.change((y, z, x), before, after)
    check(field, occupied, random)
