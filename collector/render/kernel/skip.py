"""Kernels that measure how much empty space lies ahead of every cell, for one octant of directions.

`forward` is +1 or -1 along x, y and z: the way in which the octant's rays run.
"""

# mypy: ignore-errors
# ruff: noqa: SIM102 (Warp inlines one big function)

from __future__ import annotations

import warp as wp

wp.set_module_options({"enable_backward": False, "fast_math": True})


@wp.func
def ahead(field: wp.array3d(dtype=wp.uint8), y: int, z: int, x: int, limit: int, shift: int):
    """One of a cell's two distances, told by its place in bits; the limit beyond the volume."""
    distance = int(limit)
    if y >= 0 and z >= 0 and x >= 0:
        if y < field.shape[0] and z < field.shape[1] and x < field.shape[2]:
            packed = int(field[y, z, x])
            distance = 0
            if (packed & 15) != 0:
                distance = (packed >> shift) & 15
    return distance


@wp.kernel
def squares(
    occupied: wp.array3d(dtype=wp.uint8),
    field: wp.array3d(dtype=wp.uint8),
    low: wp.vec3i,
    size: wp.vec3i,
    forward: wp.vec3i,
    limit: int,
):
    """The side of the largest empty square of a layer that begins at a cell; a thread does a layer of a box.

    An occupied cell gets what there is in it; any other keeps its cube, which is at least 1.
    """
    y = wp.tid() + low[0]
    for row in range(size[1]):
        z = low[1] + row
        if forward[2] > 0:
            z = low[1] + size[1] - 1 - row
        for column in range(size[2]):
            x = low[2] + column
            if forward[0] > 0:
                x = low[2] + size[2] - 1 - column
            packed = (int(occupied[y, z, x]) & 15) << 4
            if int(occupied[y, z, x]) == 0:
                near_z, near_x = z + forward[2], x + forward[0]
                side = wp.min(
                    ahead(field, y, near_z, near_x, limit, 4),
                    wp.min(ahead(field, y, near_z, x, limit, 4), ahead(field, y, z, near_x, limit, 4)),
                )
                packed = (wp.min(side + 1, limit) << 4) | wp.max(int(field[y, z, x]) & 15, 1)
            field[y, z, x] = wp.uint8(packed)


@wp.kernel
def cubes(field: wp.array3d(dtype=wp.uint8), y: int, low_z: int, low_x: int, forward: wp.vec3i, limit: int):
    """The side of the largest empty cube that begins at a cell of a layer, when the next layer is done."""
    a, b = wp.tid()
    z, x = a + low_z, b + low_x
    packed = int(field[y, z, x])
    if (packed & 15) != 0:
        near_y, near_z, near_x = y + forward[1], z + forward[2], x + forward[0]
        side = wp.min(
            wp.min(ahead(field, near_y, z, x, limit, 0), ahead(field, near_y, z, near_x, limit, 0)),
            wp.min(ahead(field, near_y, near_z, x, limit, 0), ahead(field, near_y, near_z, near_x, limit, 0)),
        )
        side = wp.min(wp.min(side + 1, packed >> 4), limit)
        field[y, z, x] = wp.uint8((packed & 240) | side)
