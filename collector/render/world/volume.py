"""The voxel world of a recording: one block of cells that holds every section that was seen.

Arrays are ordered y, z, x and have a border of one empty cell on every side, so that neighbours can be
read without a check. Cell (0, 0, 0) lies at `origin`, in blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from collector.errors import RenderError

# Here states take 2 bytes, light 2, what a ray finds 2; on the device states 2, light 2, distances 9. So
# 200 blocks of height around players who stay together are 0.3 GiB at a view distance of 8 chunks, 4 at 32.
CELL_BYTES = 19
MAX_CELLS = 4 * 2**30 // CELL_BYTES


@dataclass
class Volume:
    """Block states and biomes; `states` is [y, z, x] with the border, `biomes` the same at a quarter scale.

    `biomes` has one entry per 4x4x4 cells of the volume without its border.
    """

    origin: tuple[int, int, int]
    states: NDArray[np.uint16]
    biomes: NDArray[np.uint16]

    @property
    def size(self) -> tuple[int, int, int]:
        """Cells along x, y and z, with the border."""
        y, z, x = self.states.shape
        return x, y, z

    def cell(self, x: int, y: int, z: int) -> tuple[int, int, int] | None:
        """Index (y, z, x) of a block position, or None outside of the volume."""
        index = (y - self.origin[1], z - self.origin[2], x - self.origin[0])
        inside = all(0 < i < n - 1 for i, n in zip(index, self.states.shape, strict=True))
        return index if inside else None


def read_volume(world: pa.Table, changes: pa.Table, air: NDArray[np.bool_]) -> Volume:
    """The world as first seen, trimmed in height to the sections that are or will be more than air.

    `air` says of every state id whether it is air.

    Raises:
        RenderError: the recording has no world, or one too large to hold.
    """
    if world.num_rows == 0:
        raise RenderError("the recording holds no world section; nothing can be drawn")
    place = np.stack([world[axis].to_numpy() for axis in "xyz"], 1).astype(np.int64)
    states = np.frombuffer(b"".join(world["blocks"].to_pylist()), "<u2").reshape(-1, 16, 16, 16)
    biomes = np.frombuffer(b"".join(world["biomes"].to_pylist()), "<u2").reshape(-1, 4, 4, 4)
    low, high = bounds(place, solid_sections(states, air), changes)
    shape = (high - low)[[1, 2, 0]]
    if int(np.prod(shape * 16 + 2)) > MAX_CELLS:
        spans = tuple(int(v) * 16 for v in high - low)
        raise RenderError(
            f"the world of the recording spans {spans} blocks, which takes more than "
            f"{MAX_CELLS * CELL_BYTES / 2**30:.0f} GiB of memory; play it with a smaller view distance or "
            "with players who stay nearer to each other"
        )
    volume = Volume(
        tuple(int(v) * 16 - 1 for v in low),  # type: ignore[arg-type]
        np.zeros(shape * 16 + 2, np.uint16),
        np.zeros(shape * 4, np.uint16),
    )
    check_states(states, air)
    # Later rows repeat a section only if it was forgotten in between; its first sight holds.
    for index in reversed(range(len(place))):
        if np.all((place[index] >= low) & (place[index] < high)):
            y, z, x = (place[index] - low)[[1, 2, 0]]
            inner = tuple(slice(1 + 16 * v, 17 + 16 * v) for v in (y, z, x))
            volume.states[inner] = states[index]
            volume.biomes[tuple(slice(4 * v, 4 * v + 4) for v in (y, z, x))] = biomes[index]
    return volume


def solid_sections(states: NDArray[np.uint16], air: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which sections hold anything but air."""
    lookup = np.ones(65536, bool)
    lookup[: len(air)] = ~air
    return np.array([bool(lookup[section].any()) for section in states])


def check_states(states: NDArray[np.uint16], air: NDArray[np.bool_]) -> None:
    """Raise `RenderError` if a state id is unknown to the version."""
    highest = int(states.max())
    if highest >= len(air):
        raise RenderError(
            f"the recording holds block state {highest}, but its Minecraft version ends at {len(air) - 1}; "
            "its `meta.minecraft` names the wrong version"
        )


def bounds(
    place: NDArray[np.int64], solid: NDArray[np.bool_], changes: pa.Table
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lower and upper corner of the volume, in sections."""
    low, high = place.min(0), place.max(0) + 1
    heights = place[solid, 1] if solid.any() else place[:1, 1]
    if changes.num_rows:
        heights = np.concatenate([heights, changes["y"].to_numpy().astype(np.int64) // 16])
    low[1], high[1] = heights.min(), heights.max() + 1
    return low, high
