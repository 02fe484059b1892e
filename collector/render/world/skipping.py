"""The distance field that lets a ray leap over empty space.

Two distances per cell, packed into a uint16: to the nearest occupied cell in any direction (low byte, the
Chebyshev metric), and the same within the cell's own layer (high byte). The second one carries rays that
graze over flat ground, where the first is always small. A first distance of zero means occupied; the high
byte then says by what, which spares the ray from looking it up.
"""

from __future__ import annotations

import numpy as np
import warp as wp
from numpy.typing import NDArray

from collector.render.kernel.skip import along_x, along_y, along_z

CUBE = 15  # how far the first distance sees; an update touches (2 CUBE + 1)³ cells
LAYER = 63
# Bits of what there is in an occupied cell: an opaque cube (and nothing else), another cube, rectangles, a
# fluid, what belongs to neighbours, faces that vanish where two of a kind touch.
OPAQUE_CUBE, OTHER_CUBE, MODEL, FLUID, SHARED, MERGING = 1, 2, 4, 8, 16, 32


class SkipField:
    """The field of a volume, [y, z, x] on `device`, kept up to date at block changes.

    `occupied` says what there is in a cell, 0 for nothing; cells of the border count as empty.
    """

    def __init__(self, occupied: NDArray[np.uint8], device: str) -> None:
        self._device = device
        self._occupied = wp.array(occupied, dtype=wp.uint8, device=device)
        self._rows = wp.zeros(occupied.shape, dtype=wp.uint8, device=device)
        self._layers = wp.zeros(occupied.shape, dtype=wp.uint8, device=device)
        self.field = wp.zeros(occupied.shape, dtype=wp.uint16, device=device)
        whole = np.zeros(3, int), np.array(occupied.shape)
        self._rebuild(*whole, *whole)

    def change(self, cell: tuple[int, int, int], before: int, after: int) -> None:
        """Set what there is in the cell (y, z, x)."""
        y, z, x = cell
        self._occupied[y : y + 1, z : z + 1, x : x + 1].fill_(after)
        if before and after:
            self.field[y : y + 1, z : z + 1, x : x + 1].fill_(after << 8)
            return
        shape, centre = np.array(self.field.shape), np.array(cell)
        layer = np.array([0, LAYER, LAYER])
        low, high = np.maximum(centre - layer, 0), np.minimum(centre + layer + 1, shape)
        cube_low, cube_high = low.copy(), high.copy()
        cube_low[0], cube_high[0] = max(y - CUBE, 0), min(y + CUBE + 1, shape[0])
        self._rebuild(low, high, cube_low, cube_high)

    def _rebuild(self, low: NDArray[np.int_], high: NDArray[np.int_], *cube: NDArray[np.int_]) -> None:
        size = tuple(int(v) for v in high - low)
        corner = wp.vec3i(*(int(v) for v in low))
        device = self._device
        wp.launch(along_x, size, inputs=[self._occupied, self._rows, corner, LAYER], device=device)
        wp.launch(along_z, size, inputs=[self._rows, self._layers, corner], device=device)
        size = tuple(int(v) for v in cube[1] - cube[0])
        corner = wp.vec3i(*(int(v) for v in cube[0]))
        wp.launch(
            along_y, size, inputs=[self._layers, self._occupied, self.field, corner, CUBE], device=device
        )
