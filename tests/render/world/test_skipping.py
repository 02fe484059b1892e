import numpy as np
import pytest

from collector.render.world.skipping import FAR, MODEL, OCCUPIED, OCTANTS, SkipField


def nearest(occupied: np.ndarray, cell: np.ndarray, way: tuple[int, int, int], flat: bool) -> int:
    """The distance to the nearest occupied cell ahead, by looking at every cell."""
    steps = (np.argwhere(occupied) - cell) * np.array(way)[[1, 2, 0]]
    steps = steps[(steps >= 0).all(1)]
    if flat:
        steps = steps[steps[:, 0] == 0]
    return int(steps.max(1).min()) if len(steps) else 255


def check(field: SkipField, occupied: np.ndarray, random: np.random.Generator) -> None:
    packed = field.field.numpy()
    for cell in random.integers(0, occupied.shape, (100, 3)):
        for octant, way in enumerate(OCTANTS):
            value = int(packed[(octant, *cell)])
            if occupied[tuple(cell)]:
                assert value == int(occupied[tuple(cell)] & 15) << 4
                continue
            assert value & 15 == min(nearest(occupied, cell, way, flat=False), FAR)
            assert value >> 4 == min(nearest(occupied, cell, way, flat=True), FAR)


@pytest.mark.parametrize("seed", range(3))
def test_distances_are_exact_and_stay_so(seed: int) -> None:
    random = np.random.default_rng(seed)
    occupied = (random.random((20, 50, 40)) < 0.002).astype(np.uint8) * np.uint8(OCCUPIED | MODEL)
    field = SkipField(occupied, "cpu")
    check(field, occupied, random)
    for _ in range(10):
        y, z, x = (int(v) for v in random.integers(0, occupied.shape))
        before, after = int(occupied[y, z, x]), int(random.choice([0, OCCUPIED | MODEL, OCCUPIED]))
        occupied[y, z, x] = after
        field.change((y, z, x), before, after)
    check(field, occupied, random)
