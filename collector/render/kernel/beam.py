"""How far all rays of a small tile of the picture run through empty space together.

One ray per tile, as thick as the tile, leaps through the distance field; the tile's own rays then start
where it had to stop.
"""

# mypy: ignore-errors
# ruff: noqa: UP018, RUF046 (Warp needs typed literals)
from __future__ import annotations

import warp as wp

from collector.render.kernel.structs import Camera, World

wp.set_module_options({"enable_backward": False, "fast_math": True})

BEAM = 8  # pixels; side of a tile
MAX_LEAPS = wp.constant(48)
SLACK = wp.constant(0.02)  # blocks that are kept between the beam and what may be solid


@wp.func
def view_ray(camera: Camera, x: float, y: float):
    """The ray through a place of the picture, -1 … 1 to the right and up; its part along the axis is 1."""
    return camera.forward + camera.right * (x * camera.half[0]) + camera.up * (y * camera.half[1])


@wp.func
def clear(free: float, place: float, ray: float, spread: float, half: float):
    """How much further a beam may run along an axis before it leaves its cell and `free` cells on each side.

    `place` is where its middle is in the cell, 0 … 1; `half` is half its width, which grows by `spread`.
    """
    ahead, speed = place, wp.abs(ray)
    if ray < 0.0:
        ahead = 1.0 - place
    front = free + 1.0 - ahead - half
    back = free + ahead - half
    leap = front / (speed + spread)
    if back < 0.0:
        leap = 0.0
    elif spread > speed:
        leap = wp.min(leap, back / (spread - speed))
    return leap


@wp.kernel
def beam(
    world: World,
    cameras: wp.array(dtype=Camera),
    starts: wp.array3d(dtype=float),
    size: wp.vec2i,
    first_view: int,
    first: int,
):
    """Write the depth up to which every ray of a tile is free."""
    band_view, band_row, column = wp.tid()
    view = band_view + first_view
    row = band_row + first
    camera = cameras[view]
    width, height = float(size[0]), float(size[1])
    x = 2.0 * (float(column * BEAM) + 0.5 * float(BEAM)) / width - 1.0
    y = 1.0 - 2.0 * (float(row * BEAM) + 0.5 * float(BEAM)) / height
    ray = view_ray(camera, x, y)
    across = camera.right * (float(BEAM) / width * camera.half[0])
    up = camera.up * (float(BEAM) / height * camera.half[1])
    # The furthest that a ray of the tile is from the middle one, per block of depth, along each axis.
    spread = wp.vec3(
        wp.abs(across[0]) + wp.abs(up[0]),
        wp.abs(across[1]) + wp.abs(up[1]),
        wp.abs(across[2]) + wp.abs(up[2]),
    )
    t = float(0.0)
    for _ in range(MAX_LEAPS):
        px, py, pz = camera.eye[0] + ray[0] * t, camera.eye[1] + ray[1] * t, camera.eye[2] + ray[2] * t
        if py < 1.0 or px < 1.0 or pz < 1.0:
            break
        cx, cy, cz = int(px), int(py), int(pz)
        if cx >= world.nx - 1 or cy >= world.ny - 1 or cz >= world.nz - 1:
            break
        # A beam's rays may be of several octants, and it is as thick behind as before its middle.
        cell = (cy * world.nz + cz) * world.nx + cx
        cube, layer = int(15), int(15)
        for octant in range(8):
            skip = int(world.skip[octant * world.nx * world.ny * world.nz + cell])
            cube = wp.min(cube, (skip & 15) - 1)
            layer = wp.min(layer, (skip >> 4) - 1)
        if cube < 0:
            break
        fx, fy, fz = px - float(cx), py - float(cy), pz - float(cz)
        hx, hy, hz = t * spread[0] + SLACK, t * spread[1] + SLACK, t * spread[2] + SLACK
        free, wide = float(cube), float(layer)
        tall = wp.min(
            clear(free, fy, ray[1], spread[1], hy),
            wp.min(clear(free, fx, ray[0], spread[0], hx), clear(free, fz, ray[2], spread[2], hz)),
        )
        flat = wp.min(
            clear(0.0, fy, ray[1], spread[1], hy),
            wp.min(clear(wide, fx, ray[0], spread[0], hx), clear(wide, fz, ray[2], spread[2], hz)),
        )
        leap = wp.max(tall, flat)
        if leap <= 0.02:
            break
        t += leap
        if t > camera.fog_end * 1.5:
            break
    starts[view, row, column] = t
