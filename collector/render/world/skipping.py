"""The distance field that lets a ray leap over empty space.

For each octant of directions, two numbers per cell, packed into a byte: the side of the largest empty cube
that begins at the cell and extends the way the octant's rays run (low half), and the same of a square within
the cell's layer (high half). The second one carries rays that graze over flat ground, where the first is
always small. A first number of zero means occupied; the high half then says by what, which spares the ray
from looking it up. What lies behind a ray does not shorten its leaps: in a forest it needs two fifths fewer
of them than with distances that count in all directions.
"""

from __future__ import annotations

import numpy as np
import warp as wp
from numpy.typing import NDArray

from collector.render.kernel.skip import cubes, squares

FAR = 15  # how far both numbers see
# Bits of what there is in an occupied cell: a cube that is not opaque, rectangles, a fluid, what belongs to
# neighbours. A cell with none of them is an opaque cube.
OCCUPIED, CUTOUT, MODEL, FLUID, SHARED = 16, 1, 2, 4, 8
# The ways along x, y and z; the place of an octant counts 1, 2 and 4 for those that descend.
OCTANTS = [(1 - 2 * (i & 1), 1 - (i & 2), 1 - (i >> 2) * 2) for i in range(8)]
Place = tuple[int, int, int]


class SkipField:
    """The field of a volume, [octant, y, z, x] on `device`, kept up to date at block changes.

    `occupied` says what there is in a cell, OCCUPIED and more bits, 0 for nothing; cells of the border count
    as empty.
    """

    def __init__(self, occupied: NDArray[np.uint8], device: str) -> None:
        self._device = device
        self._occupied = wp.array(occupied, dtype=wp.uint8, device=device)
        self.field = wp.zeros((len(OCTANTS), *occupied.shape), dtype=wp.uint8, device=device)
        whole = (0, 0, 0), (occupied.shape[0], occupied.shape[1], occupied.shape[2])
        for octant in range(len(OCTANTS)):
            self._squares(octant, *whole)
            self._cubes(octant, *whole)

    def change(self, cell: Place, before: int, after: int) -> None:
        """Set what there is in the cell (y, z, x)."""
        y, z, x = cell
        self._occupied[y : y + 1, z : z + 1, x : x + 1].fill_(after)
        if before and after:
            self.field[:, y : y + 1, z : z + 1, x : x + 1].fill_((after & 15) << 4)
            return
        for octant in range(len(OCTANTS)):
            self._squares(octant, *self._behind(octant, cell, (1, FAR, FAR)))
            self._cubes(octant, *self._behind(octant, cell, (FAR, FAR, FAR)))

    def _behind(self, octant: int, cell: Place, reach: Place) -> tuple[Place, Place]:
        """Lower and upper corner of the cells from which rays of the octant may come to a cell."""
        forward = np.array(OCTANTS[octant])[[1, 2, 0]]
        far = np.array(cell) - forward * (np.array(reach) - 1)
        low = np.maximum(np.minimum(cell, far), 0)
        high = np.minimum(np.maximum(cell, far) + 1, self._occupied.shape)
        return tuple(low.tolist()), tuple(high.tolist())

    def _squares(self, octant: int, low: Place, high: Place) -> None:
        size = wp.vec3i(*(b - a for a, b in zip(low, high, strict=True)))
        way = wp.vec3i(*OCTANTS[octant])
        inputs = [self._occupied, self.field[octant], wp.vec3i(*low), size, way, FAR]
        wp.launch(squares, high[0] - low[0], inputs=inputs, device=self._device)

    def _cubes(self, octant: int, low: Place, high: Place) -> None:
        way, field = wp.vec3i(*OCTANTS[octant]), self.field[octant]
        layers = range(low[0], high[0])
        for y in reversed(layers) if OCTANTS[octant][1] > 0 else layers:
            size = high[1] - low[1], high[2] - low[2]
            wp.launch(cubes, size, inputs=[field, y, low[1], low[2], way, FAR], device=self._device)
