"""Rain and snow in the air around the eye: an upright picture in every column, as the client draws them."""

# mypy: ignore-errors
# ruff: noqa: UP018, RUF046 (Warp needs typed literals)
from __future__ import annotations

import warp as wp

from collector.render.kernel.at import at
from collector.render.kernel.march import unpack
from collector.render.kernel.structs import Camera, Sky, Tables, World

wp.set_module_options({"enable_backward": False, "fast_math": True})

RANGE = wp.constant(10.0)  # blocks around the eye
MAX_COLUMNS = wp.constant(24)
RAIN = wp.constant(1)
SNOW = wp.constant(2)
WIDTH, HEIGHT = wp.constant(64), wp.constant(256)  # texels of both pictures
DAYLIGHT = wp.constant(61 * 60)  # place in the light map of full sky light


@wp.func
def fallen(x: int, z: int, kind: int, age: int):
    """How far the picture of a column has moved: across and down, in pictures."""
    hashed = x * x * 3121 + x * 45238971 + z * z * 418711 + z * 13761
    part = float((hashed >> 5) & 255) / 255.0
    if kind == RAIN:
        return wp.vec2(0.0, -(float((age + hashed) & 31) / 32.0) * (3.0 + part))
    return wp.vec2(part + float(age) * 0.01 * (part - 0.5), part - float(age & 511) / 512.0)


@wp.func
def column_texel(
    world: World, tables: Tables, sky: Sky, camera: Camera, ray: wp.vec3, x: int, z: int, t_max: float
):
    """Colour and alpha of what falls in a column, where the ray crosses its picture."""
    nothing = wp.vec4(0.0, 0.0, 0.0, 0.0)
    packed = at(world.columns, z * world.nx + x)
    kind = packed & 3
    dx, dz = float(x) + 0.5 - camera.eye[0], float(z) + 0.5 - camera.eye[2]
    apart = wp.sqrt(dx * dx + dz * dz)
    # The picture stands across the line from the eye's column to this one.
    ax, az = float(x - int(camera.eye[0])), float(z - int(camera.eye[2]))
    length = wp.sqrt(ax * ax + az * az)
    facing = ray[0] * ax + ray[2] * az
    if kind == 0 or apart > RANGE or length < 0.5 or facing < 1.0e-6:
        return nothing
    t = (dx * ax + dz * az) / facing
    if t <= 0.0 or t >= t_max:
        return nothing
    y = camera.eye[1] + ray[1] * t
    across = ((ray[0] * t - dx) * -az + (ray[2] * t - dz) * ax) / length
    if y < float(packed >> 2) or wp.abs(y - camera.eye[1]) > RANGE or wp.abs(across) > 0.5:
        return nothing
    shift = fallen(x + world.origin[0], z + world.origin[2], kind, sky.age)
    u = across + 0.5 + shift[0]
    v = shift[1] - (y + float(world.origin[1])) * 0.25
    texture = tables.rain
    share = float(0.5)
    if kind == SNOW:
        texture = tables.snow
        share = 0.3
    column = wp.min(int((u - wp.floor(u)) * float(WIDTH)), WIDTH - 1)
    row = wp.min(int((v - wp.floor(v)) * float(HEIGHT)), HEIGHT - 1)
    texel = unpack(at(tables.texels, texture + row * WIDTH + column))
    near = apart / RANGE
    texel[3] = texel[3] * ((1.0 - near * near) * share + 0.5) * sky.rain
    return texel


@wp.func
def weather(world: World, tables: Tables, sky: Sky, camera: Camera, ray: wp.vec3, t_max: float):
    """Colour (times alpha) and alpha of all that falls on a ray up to `t_max`."""
    light = tables.lightmaps[sky.row, DAYLIGHT]
    colour = wp.vec3(0.0, 0.0, 0.0)
    through = float(1.0)
    x, z = int(camera.eye[0]), int(camera.eye[2])
    step_x, step_z = int(1), int(1)
    if ray[0] < 0.0:
        step_x = -1
    if ray[2] < 0.0:
        step_z = -1
    gx, gz = wp.abs(1.0 / ray[0]), wp.abs(1.0 / ray[2])
    tx = wp.abs(float(x + (step_x + 1) / 2) - camera.eye[0]) * gx
    tz = wp.abs(float(z + (step_z + 1) / 2) - camera.eye[2]) * gz
    for _ in range(MAX_COLUMNS):
        if wp.min(tx, tz) > t_max:
            break
        if tx < tz:
            x += step_x
            tx += gx
        else:
            z += step_z
            tz += gz
        if x < 1 or z < 1 or x >= world.nx - 1 or z >= world.nz - 1:
            break
        texel = column_texel(world, tables, sky, camera, ray, x, z, t_max)
        colour += wp.cw_mul(wp.vec3(texel[0], texel[1], texel[2]), light) * (texel[3] * through)
        through *= 1.0 - texel[3]
    return wp.vec4(colour[0], colour[1], colour[2], 1.0 - through)
