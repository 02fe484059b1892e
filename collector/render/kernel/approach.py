"""How far the rays of a picture run through empty space, before the first cell with something in it.

Leaps depend on each other: each begins where the one before it ended. So some neighbouring rays leap in
lockstep, without branches, and on a CPU the compiler turns a step of all of them into vector instructions.
"""

# mypy: ignore-errors
# ruff: noqa: UP018, RUF046, PLR0915 (Warp needs typed literals, and an array for each part of many rays)
from __future__ import annotations

import warp as wp

from collector.render.kernel.at import at
from collector.render.kernel.march import enter, inside
from collector.render.kernel.structs import Camera, Start, World

# Measured (docs/decisions/renderer-kernel.md): unrolled loops over the rays would not become vectors.
OPTIONS = {
    "enable_backward": False,
    "fast_math": True,
    "max_unroll": 0,
    "cpu_compiler_flags": "-march=native -ffast-math -ffp-contract=fast -Wno-nan-infinity-disabled"
    " -mllvm=-inline-threshold=9000 -mllvm=-inline-cold-callsite-threshold=3000",
}
LANES = 16  # rays in lockstep on a CPU
NOWHERE = wp.constant(-1.0)  # depth of a ray that meets nothing
MARGIN = wp.constant(1.0e-3)  # depth by which a ray ends before it leaves the volume


@wp.func
def view_ray(camera: Camera, x: float, y: float):
    """The ray through a place of the picture, -1 … 1 to the right and up; its part along the axis is 1.

    None runs quite along a plane of cells.
    """
    ray = camera.forward + camera.right * (x * camera.half[0]) + camera.up * (y * camera.half[1])
    return wp.vec3(aslant(ray[0]), aslant(ray[1]), aslant(ray[2]))


@wp.func
def aslant(way: float):
    """A ray's part along an axis, never zero."""
    return wp.where(wp.abs(way) < 1.0e-6, 1.0e-6, way)


@wp.func
def axis_of(face: int):
    """The axis that a face (index in `bake.FACES`) lies across: 0 for x, 1 for y, 2 for z; -1 for no face."""
    return wp.where(face < 0, -1, (face // 2 + 1) % 3)


@wp.func
def face_of(axis: int, steps: wp.vec3i):
    """The face through which a ray comes into a cell along an axis, for its steps from cell to cell."""
    if axis < 0:
        return -1
    return (axis + 2) % 3 * 2 + wp.where(steps[axis] < 0, 1, 0)


@wp.func
def leap(skip: int, x: int, y: int, z: int, eye: wp.vec3, ray: wp.vec3, inverse: wp.vec3):
    """Where an ascending ray leaves the empty space around a cell: `t`, the next cell, the crossed axis.

    It leaves the empty cube or the flat empty box, whichever reaches further, as in `march`.
    """
    cube, layer = skip & 15, skip >> 4
    px, py, pz = float(x) - eye[0], float(y) - eye[1], float(z) - eye[2]
    tall_x, wide_x = (px + float(cube)) * inverse[0], (px + float(layer)) * inverse[0]
    tall_y, wide_y = (py + float(cube)) * inverse[1], (py + 1.0) * inverse[1]
    tall_z, wide_z = (pz + float(cube)) * inverse[2], (pz + float(layer)) * inverse[2]
    tall, wide = wp.min(tall_x, wp.min(tall_y, tall_z)), wp.min(wide_x, wp.min(wide_y, wide_z))
    flat = wide > tall
    t = wp.max(wide, tall)
    tx, ty, tz = (
        wp.where(flat, wide_x, tall_x),
        wp.where(flat, wide_y, tall_y),
        wp.where(flat, wide_z, tall_z),
    )
    along, up = wp.where(flat, layer, cube), wp.where(flat, 1, cube)
    on_x = tx <= ty and tx <= tz
    on_y = not on_x and ty <= tz
    on_z = not on_x and not on_y
    to_x = wp.where(on_x, x + along, wp.max(x, int(eye[0] + ray[0] * t)))
    to_y = wp.where(on_y, y + up, wp.max(y, int(eye[1] + ray[1] * t)))
    to_z = wp.where(on_z, z + along, wp.max(z, int(eye[2] + ray[2] * t)))
    return t, to_x, to_y, to_z, wp.where(on_x, 0, wp.where(on_y, 1, 2))


@wp.func
def mirrored(down: bool, place: int, size: int):
    """A cell's place along an axis, counted from the upper end of the volume if the ray runs down."""
    return wp.where(down, size - 1 - place, place)


@wp.func
def pixel_ray(camera: Camera, size: wp.vec2i, column: int, row: int):
    """The ray through the middle of a pixel."""
    x = 2.0 * (float(column) + 0.5) / float(size[0]) - 1.0
    y = 1.0 - 2.0 * (float(row) + 0.5) / float(size[1])
    return view_ray(camera, x, y)


def approacher(lanes: int):
    """The kernel in which a thread does so many neighbouring rays of a row."""
    floats, ints = wp.types.vector(lanes, wp.float32), wp.types.vector(lanes, wp.int32)

    @wp.kernel(module="unique", module_options=OPTIONS)
    def approach(
        world: World,
        cameras: wp.array(dtype=Camera),
        starts: wp.array(dtype=Start),
        size: wp.vec2i,
        first_view: int,
        first_row: int,
    ):
        """Write where each ray of some rows comes to the first cell with something in it."""
        band_view, band_row, part = wp.tid()
        view, row = band_view + first_view, band_row + first_row
        camera = cameras[view]
        eye = camera.eye
        high = wp.vec3(float(world.nx), float(world.ny), float(world.nz))
        layer_cells = world.nx * world.nz
        # Coordinates are mirrored as in `march`: every ray ascends.
        ox, oy, oz = floats(), floats(), floats()
        rx, ry, rz = floats(), floats(), floats()
        gx, gy, gz = floats(), floats(), floats()
        t, end = floats(), floats()
        x, y, z = ints(), ints(), ints()
        step_x, step_y, step_z = ints(), ints(), ints()
        origin, axis = ints(), ints()
        for i in range(lanes):
            ray = pixel_ray(camera, size, part * lanes + i, row)
            down_x, down_y, down_z = ray[0] < 0.0, ray[1] < 0.0, ray[2] < 0.0
            rx[i] = wp.abs(ray[0])
            ry[i] = wp.abs(ray[1])
            rz[i] = wp.abs(ray[2])
            gx[i] = 1.0 / rx[i]
            gy[i] = 1.0 / ry[i]
            gz[i] = 1.0 / rz[i]
            ox[i] = wp.where(down_x, high[0] - eye[0], eye[0])
            oy[i] = wp.where(down_y, high[1] - eye[1], eye[1])
            oz[i] = wp.where(down_z, high[2] - eye[2], eye[2])
            x[i] = int(ox[i])
            y[i] = int(oy[i])
            z[i] = int(oz[i])
            step_x[i] = wp.where(down_x, -1, 1)
            step_y[i] = wp.where(down_y, -layer_cells, layer_cells)
            step_z[i] = wp.where(down_z, -world.nx, world.nx)
            octant = wp.where(down_x, 1, 0) + wp.where(down_y, 2, 0) + wp.where(down_z, 4, 0)
            corner = mirrored(down_x, 0, world.nx) + mirrored(down_z, 0, world.nz) * world.nx
            origin[i] = (octant * world.ny + mirrored(down_y, 0, world.ny)) * layer_cells + corner
            axis[i] = -1
            out_x, out_z = (high[0] - 1.0 - ox[i]) * gx[i], (high[2] - 1.0 - oz[i]) * gz[i]
            out = wp.min((high[1] - 1.0 - oy[i]) * gy[i], wp.min(out_x, out_z))
            end[i] = wp.min(camera.fog_end * 1.5, out - MARGIN)
        if not inside(world, eye):
            for i in range(lanes):
                hit = enter(world, eye, pixel_ray(camera, size, part * lanes + i, row))
                x[i] = mirrored(step_x[i] < 0, hit.x, world.nx)
                y[i] = mirrored(step_y[i] < 0, hit.y, world.ny)
                z[i] = mirrored(step_z[i] < 0, hit.z, world.nz)
                t[i] = hit.entry
                axis[i] = axis_of(hit.through)
                if hit.kind < 0:
                    end[i] = NOWHERE
        going = int(1)
        while going > 0:
            going = int(0)
            for i in range(lanes):
                skip = at(world.skip, origin[i] + x[i] * step_x[i] + y[i] * step_y[i] + z[i] * step_z[i])
                start, ray = wp.vec3(ox[i], oy[i], oz[i]), wp.vec3(rx[i], ry[i], rz[i])
                inverse = wp.vec3(gx[i], gy[i], gz[i])
                to_t, to_x, to_y, to_z, to_axis = leap(skip, x[i], y[i], z[i], start, ray, inverse)
                empty = (skip & 15) > 0
                moves = empty and to_t < end[i]
                ends = empty and to_t >= end[i]
                x[i] = wp.where(moves, to_x, x[i])
                y[i] = wp.where(moves, to_y, y[i])
                z[i] = wp.where(moves, to_z, z[i])
                t[i] = wp.where(moves, to_t, wp.where(ends, NOWHERE, t[i]))
                axis[i] = wp.where(moves, to_axis, axis[i])
                going += wp.where(moves, 1, 0)
        for i in range(lanes):
            column = part * lanes + i
            if column < size[0]:
                found = Start()
                found.t = t[i]
                found.x = mirrored(step_x[i] < 0, x[i], world.nx)
                found.y = mirrored(step_y[i] < 0, y[i], world.ny)
                found.z = mirrored(step_z[i] < 0, z[i], world.nz)
                found.through = face_of(axis[i], wp.vec3i(step_x[i], step_y[i], step_z[i]))
                starts[(view * size[1] + row) * size[0] + column] = found

    return approach


approach_many, approach_one = approacher(LANES), approacher(1)
