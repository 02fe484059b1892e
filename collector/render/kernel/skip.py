"""Kernels that measure how far every cell is from the nearest occupied one, an axis at a time."""

# mypy: ignore-errors
# ruff: noqa: UP018, RUF046 (Warp needs typed literals)

from __future__ import annotations

import warp as wp

wp.set_module_options({"enable_backward": False, "fast_math": True})


@wp.kernel
def along_x(occupied: wp.array3d(dtype=wp.uint8), out: wp.array3d(dtype=wp.uint8), low: wp.vec3i, limit: int):
    """Distance to the nearest occupied cell of the row."""
    a, b, c = wp.tid()
    y, z, x = a + low[0], b + low[1], c + low[2]
    best = int(limit)
    for k in range(limit):
        if x - k < 0 or occupied[y, z, wp.max(x - k, 0)] != wp.uint8(0):
            if x - k >= 0:
                best = k
            break
    for k in range(best):
        if x + k >= occupied.shape[2]:
            break
        if occupied[y, z, x + k] != wp.uint8(0):
            best = k
            break
    out[y, z, x] = wp.uint8(best)


@wp.kernel
def along_z(rows: wp.array3d(dtype=wp.uint8), out: wp.array3d(dtype=wp.uint8), low: wp.vec3i):
    """Distance to the nearest occupied cell of the layer, from the rows' distances."""
    a, b, c = wp.tid()
    y, z, x = a + low[0], b + low[1], c + low[2]
    best = int(rows[y, z, x])
    k = int(1)
    while k < best:
        if z - k >= 0:
            best = wp.min(best, wp.max(k, int(rows[y, z - k, x])))
        if z + k < rows.shape[1]:
            best = wp.min(best, wp.max(k, int(rows[y, z + k, x])))
        k += 1
    out[y, z, x] = wp.uint8(best)


@wp.kernel
def along_y(
    layers: wp.array3d(dtype=wp.uint8),
    occupied: wp.array3d(dtype=wp.uint8),
    out: wp.array3d(dtype=wp.uint16),
    low: wp.vec3i,
    limit: int,
):
    """Distance to the nearest occupied cell of all, from the layers' distances; packs both.

    An occupied cell's second distance gives way to what is known of the cell.
    """
    a, b, c = wp.tid()
    y, z, x = a + low[0], b + low[1], c + low[2]
    layer = int(layers[y, z, x])
    best = wp.min(layer, limit)
    k = int(1)
    while k < best:
        if y - k >= 0:
            best = wp.min(best, wp.max(k, int(layers[y - k, z, x])))
        if y + k < layers.shape[0]:
            best = wp.min(best, wp.max(k, int(layers[y + k, z, x])))
        k += 1
    if best == 0:
        layer = int(occupied[y, z, x])
    out[y, z, x] = wp.uint16(best + layer * 256)
