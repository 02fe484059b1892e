"""The lists of what a ray may meet in cells that models of other cells reach into, on the device."""

from __future__ import annotations

import numpy as np
import warp as wp
from numpy.typing import NDArray

from collector.render.assets.overhang import Overhang, Pieces
from collector.render.kernel.structs import Piece, records
from collector.render.kernel.structs import World as DeviceWorld
from collector.render.world.volume import Volume


class Sharing:
    """Lists of `Piece` by cell and column, see `structs.World`; kept up to date at block changes.

    `mask` [y, z, x] says which cells are shared; no ray looks into those of the border.
    """

    def __init__(self, overhang: Overhang, volume: Volume, world: DeviceWorld, device: str) -> None:
        self._overhang, self._volume, self._world, self._device = overhang, volume, world, device
        _, z, x = volume.states.shape
        self.mask = np.zeros(volume.states.shape, bool)
        self._pieces = self._found(slice(1, z - 1), slice(1, x - 1))
        self._send()

    def change(self, cells: NDArray[np.int_]) -> None:
        """Bring the lists up to date after the states of these cells (y, z, x) changed."""
        for cell in np.unique(cells[:, 1:], axis=0):
            (z, x), (depth, width) = cell, self._volume.states.shape[1:]
            area = slice(max(z - 1, 1), min(z + 2, depth - 1)), slice(max(x - 1, 1), min(x + 2, width - 1))
            self.mask[:, area[0], area[1]] = False
            kept = self.mask[tuple(self._pieces.cells.T)]
            found = self._found(*area)
            joined = np.concatenate([self._pieces.cells[kept], found.cells])
            order = np.lexsort((joined[:, 0], joined[:, 2], joined[:, 1]))
            records = np.concatenate([self._pieces.pieces[kept], found.pieces])
            self._pieces = Pieces(joined[order], records[order])
        self._send()

    def _found(self, z: slice, x: slice) -> Pieces:
        """The pieces in some columns; marks their cells."""
        low = np.array([0, z.start - 1, x.start - 1])
        states = self._volume.states[:, z.start - 1 : z.stop + 1, x.start - 1 : x.stop + 1]
        found = self._overhang.pieces(states, low[[2, 0, 1]] + np.array(self._volume.origin, np.int64))
        inner = ((found.cells > 0) & (found.cells < np.array(states.shape) - 1)).all(1)
        cells = found.cells[inner] + low
        self.mask[tuple(cells.T)] = True
        return Pieces(cells, found.pieces[inner])

    def _send(self) -> None:
        """Bring the lists to the device; none of them is empty."""
        cells, pieces = self._pieces.cells, self._pieces.pieces
        _, depth, width = self._volume.states.shape
        first = np.flatnonzero((np.diff(cells, axis=0, prepend=-1) != 0).any(1))
        rows = np.stack([cells[first, 0], first, np.append(first[1:], len(cells))[: len(first)]], 1)
        counts = np.bincount(cells[first, 1] * width + cells[first, 2], minlength=depth * width)
        ends = np.cumsum(counts)
        world = self._world
        columns = np.stack([ends - counts, ends], 1).astype(np.int32)
        world.shared_columns = wp.array(columns, dtype=wp.vec2i, device=self._device)
        shared = np.append(rows, np.zeros((1, 3), np.int64), 0).astype(np.int32)
        world.shared = wp.array(shared, dtype=wp.vec3i, device=self._device)
        world.pieces = wp.array(np.append(pieces, records(Piece, 1)), dtype=Piece, device=self._device)
