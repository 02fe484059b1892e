"""Which cells the models of neighbouring blocks reach into.

Banners, heads, tilted and shifted models are larger than their cell. A ray looks at the rectangles of the
cell that it is in; the bits found here tell it to look at those of some neighbours as well.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.bake import NORMALS
from collector.render.assets.shapes import CUBE, OPAQUE, SUNK_KIND, Shapes

SHARE = 0.02  # blocks that a model may reach out of its cell unseen
FACES = [tuple(int(v) for v in normal) for normal in NORMALS.values()]
# The neighbours in the order that the kernel looks at them: at the six faces, then at edges and corners.
NEIGHBOURS = FACES + [
    step for step in itertools.product((-1, 0, 1), repeat=3) if any(step) and step not in FACES
]
EDGES = 1 << len(FACES)  # the bit for all neighbours that are not at a face


class Overhang:
    """Finds the cells that models reach into; bit i stands for the neighbour `FACES[i]`."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        low, high = shapes.bounds[:, 0], shapes.bounds[:, 1]
        self._reaches = (low < -SHARE).any(1) | (high > 1 + SHARE).any(1) | (shapes.offset > 0)
        self._covered = (shapes.kind == CUBE) & (shapes.alpha == OPAQUE)

    def bits(self, states: NDArray[np.uint16], origin: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The bits of the cells of a box, [y, z, x], whose lowest one lies at `origin` (x, y, z, blocks)."""
        result = np.zeros(states.shape, np.uint8)
        cells = np.argwhere(self._reaches[states])
        if not len(cells):
            return result
        state = states[tuple(cells.T)]
        places = cells[:, [2, 0, 1]]
        bounds = self._shapes.bounds[state] + shifts(self._shapes.offset[state], places + origin)[:, None]
        beyond = {-1: bounds[:, 0] < -SHARE, 0: np.ones((len(cells), 3), bool), 1: bounds[:, 1] > 1 + SHARE}
        for step in NEIGHBOURS:
            reached = np.all([beyond[step[axis]][:, axis] for axis in range(3)], 0)
            x, y, z = (places[reached] + step).T
            inside = (np.minimum(np.minimum(x, y), z) >= 0) & (y < states.shape[0])
            inside &= (z < states.shape[1]) & (x < states.shape[2])
            back = (-step[0], -step[1], -step[2])
            bit = 1 << FACES.index(back) if back in FACES else EDGES
            result[y[inside], z[inside], x[inside]] |= np.uint8(bit)
        result[self._covered[states]] = 0
        return result


def shifts(kind: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far the client moves blocks at places (x, y, z), see `kernel_place.plant_shift`."""
    with np.errstate(over="ignore"):
        x = (places[:, 0] * 3129871).astype(np.int32).astype(np.int64)
        seed = x ^ (places[:, 2] * 116129781)
        seed = (seed * seed * 42317861 + seed * 11) >> 16
    parts = np.stack([(seed & 15), (seed >> 4 & 15), (seed >> 8 & 15)], 1) / 15
    shift = (parts - [0.5, 1.0, 0.5]) * [0.5, 0.2, 0.5]
    shift[:, 1] *= kind == SUNK_KIND
    return np.asarray(shift * (kind > 0)[:, None])
