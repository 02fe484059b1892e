"""How far all rays of a small tile of the picture run through empty space together.

One ray per tile, as thick as the tile, leaps through the distance field; the tile's own rays then start
where it had to stop.
"""

# mypy: ignore-errors
# ruff: noqa: UP018 (Warp needs typed literals)
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
    rx, ry, rz = wp.abs(ray[0]) + spread[0], wp.abs(ray[1]) + spread[1], wp.abs(ray[2]) + spread[2]
    t = float(0.0)
    for _ in range(MAX_LEAPS):
        px, py, pz = camera.eye[0] + ray[0] * t, camera.eye[1] + ray[1] * t, camera.eye[2] + ray[2] * t
        if py < 1.0 or px < 1.0 or pz < 1.0:
            break
        cx, cy, cz = int(px), int(py), int(pz)
        if cx >= world.nx - 1 or cy >= world.ny - 1 or cz >= world.nz - 1:
            break
        skip = int(world.skip[(cy * world.nz + cz) * world.nx + cx])
        if skip == 0:
            break
        fx, fy, fz = px - float(cx), py - float(cy), pz - float(cz)
        fx, fy, fz = wp.min(fx, 1.0 - fx) - SLACK, wp.min(fy, 1.0 - fy) - SLACK, wp.min(fz, 1.0 - fz) - SLACK
        cube = float((skip & 255) - 1)
        layer = float((skip >> 8) - 1)
        a = wp.min((cube + fx - t * spread[0]) / rx, (cube + fz - t * spread[2]) / rz)
        b = wp.min((layer + fx - t * spread[0]) / rx, (layer + fz - t * spread[2]) / rz)
        leap = wp.max(wp.min(a, (cube + fy - t * spread[1]) / ry), wp.min(b, (fy - t * spread[1]) / ry))
        if leap <= 0.02:
            break
        t += leap
        if t > camera.fog_end * 1.5:
            break
    starts[view, row, column] = t
