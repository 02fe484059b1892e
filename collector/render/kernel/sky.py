"""The sky behind everything: gradient, sunrise glow, sun, moon, stars, clouds."""

# mypy: ignore-errors
# ruff: noqa: UP018, RUF046, C901, SIM108 (Warp needs typed literals, and inlines one big function)
from __future__ import annotations

import warp as wp

from collector.render.kernel.at import at
from collector.render.kernel.march import unpack
from collector.render.kernel.structs import Camera, Sky, Tables, World

wp.set_module_options({"enable_backward": False, "fast_math": True})

SKY_PLANE = wp.constant(16.0)  # the client's sky is a plane this high above the eye, fogged by distance
SUN_HALF = wp.constant(0.30)  # half the sun's side over its distance: 30 / 100
MOON_HALF = wp.constant(0.20)
CLOUD_CELL = wp.constant(12.0)
CLOUD_DEPTH = wp.constant(4.0)
CLOUD_RANGE = wp.constant(512.0)
CLOUD_SIDE = wp.constant(256)  # texels of the cloud picture
CLOUD_ALPHA = wp.constant(0.8)
STAR_SIDE = wp.constant(512)


@wp.func
def body_texel(
    tables: Tables,
    texture: int,
    side: int,
    d: wp.vec3,
    axis: wp.vec3,
    up: wp.vec3,
    half: float,
    u0: float,
    v0: float,
    share: float,
):
    """Texel of a square picture in the sky around `axis`; black where there is none."""
    toward = wp.dot(d, axis)
    if toward <= 0.0:
        return wp.vec3(0.0, 0.0, 0.0)
    across = wp.cross(up, axis)
    u = wp.dot(d, across) / toward / half
    v = wp.dot(d, up) / toward / half
    if wp.abs(u) >= 1.0 or wp.abs(v) >= 1.0:
        return wp.vec3(0.0, 0.0, 0.0)
    column = int((u0 + (u * 0.5 + 0.5) * share) * float(side))
    row = int((v0 + (v * 0.5 + 0.5) * share) * float(side))
    texel = unpack(at(tables.texels, texture + row * side + column))
    return wp.vec3(texel[0], texel[1], texel[2]) * texel[3]


@wp.func
def star_light(tables: Tables, sky: Sky, d: wp.vec3):
    """Brightness of the stars in a direction; they turn with the sun."""
    across = wp.cross(sky.sun_up, sky.sun)
    q = wp.vec3(wp.dot(d, across), wp.dot(d, sky.sun_up), wp.dot(d, sky.sun))
    m = wp.max(wp.abs(q[0]), wp.max(wp.abs(q[1]), wp.abs(q[2])))
    face = int(0)
    u, v = float(q[1]), float(q[2])
    if wp.abs(q[1]) == m:
        face = 1
        u = q[0]
    elif wp.abs(q[2]) == m:
        face = 2
        u = q[0]
        v = q[1]
    if q[face] < 0.0:
        face += 3
    column = wp.min(int((u / m * 0.5 + 0.5) * float(STAR_SIDE)), STAR_SIDE - 1)
    row = wp.min(int((v / m * 0.5 + 0.5) * float(STAR_SIDE)), STAR_SIDE - 1)
    texel = at(tables.texels, tables.stars + (face * STAR_SIDE + row) * STAR_SIDE + column)
    return float(int(texel) & 255) / 255.0


@wp.func
def sky_colour(tables: Tables, sky: Sky, d: wp.vec3):
    """The colour of the open sky in the unit direction `d`, without clouds."""
    colour = sky.fog
    if d[1] > 0.0:
        far = wp.min(SKY_PLANE / wp.max(d[1], 1.0e-4) / sky.fog_end, 1.0)
        colour = sky.sky * (1.0 - far) + sky.fog * far
    if sky.glow_strength > 0.0:
        # A shallow cone: its tip 100 away on the horizon below the sun, its rim a ring of 120 around the eye
        # that rises toward the sun by 40 times the strength. Strength falls from tip to rim.
        side = float(1.0)
        if sky.sun[0] < 0.0:
            side = -1.0
        rise = 40.0 * sky.glow_strength
        spread = wp.sqrt(d[1] * d[1] / (rise * rise) + d[2] * d[2] / 14400.0)
        reach = d[0] * side + 100.0 * spread - 120.0 * d[1] / rise
        if reach > 0.0 and d[1] > 0.0:
            strength = sky.glow_strength * wp.clamp(1.0 - 100.0 * spread / reach, 0.0, 1.0)
            colour = colour * (1.0 - strength) + sky.glow * strength
    light = body_texel(tables, tables.sun, 32, d, sky.sun, sky.sun_up, SUN_HALF, 0.0, 0.0, 1.0)
    column = float(sky.moon_phase & 3) * 0.25
    row = float((sky.moon_phase >> 2) & 1) * 0.5
    moon = body_moon(tables, d, -sky.sun, sky.sun_up, column, row)
    light = (light + moon) * sky.sun_strength
    if sky.stars > 0.0 and d[1] > 0.0:
        star = star_light(tables, sky, d) * sky.stars * sky.stars
        light = light + wp.vec3(star, star, star)
    return colour + light


@wp.func
def body_moon(tables: Tables, d: wp.vec3, axis: wp.vec3, up: wp.vec3, column: float, row: float):
    """Texel of the moon: one of 4 x 2 phases in a picture of 128 x 64."""
    toward = wp.dot(d, axis)
    if toward <= 0.0:
        return wp.vec3(0.0, 0.0, 0.0)
    across = wp.cross(up, axis)
    u = wp.dot(d, across) / toward / MOON_HALF
    v = wp.dot(d, up) / toward / MOON_HALF
    if wp.abs(u) >= 1.0 or wp.abs(v) >= 1.0:
        return wp.vec3(0.0, 0.0, 0.0)
    x = int((column + (u * 0.5 + 0.5) * 0.25) * 128.0)
    y = int((row + (v * 0.5 + 0.5) * 0.5) * 64.0)
    texel = unpack(at(tables.texels, tables.moon + y * 128 + x))
    return wp.vec3(texel[0], texel[1], texel[2]) * texel[3]


@wp.func
def cloud_at(tables: Tables, x: int, z: int):
    """Whether there is a cloud in a cell of the cloud layer."""
    index = (z & (CLOUD_SIDE - 1)) * CLOUD_SIDE + (x & (CLOUD_SIDE - 1))
    return int(at(tables.texels, tables.clouds + index) >> wp.uint32(24)) > 127


@wp.func
def clouds(world: World, tables: Tables, sky: Sky, camera: Camera, d: wp.vec3, t_max: float):
    """The clouds in the unit direction `d`, up to the distance `t_max`: shade, alpha, share of fog; 0 … 1."""
    base = sky.cloud_height - float(world.origin[1]) - camera.eye[1]
    if wp.abs(d[1]) < 1.0e-3:
        return wp.vec3(0.0, 0.0, 0.0)
    ta = base / d[1]
    tb = (base + CLOUD_DEPTH) / d[1]
    t = wp.max(wp.min(ta, tb), 0.0)
    end = wp.min(wp.max(ta, tb), wp.min(t_max, CLOUD_RANGE))
    if t >= end:
        return wp.vec3(0.0, 0.0, 0.0)
    ox = (camera.eye[0] + float(world.origin[0]) + sky.cloud_shift) / CLOUD_CELL
    oz = (camera.eye[2] + float(world.origin[2])) / CLOUD_CELL + 0.33
    dx, dz = d[0] / CLOUD_CELL, d[2] / CLOUD_CELL
    # The face that is seen: below or above, unless a side is entered first.
    shade = float(0.7)
    if d[1] < 0.0:
        shade = 1.0
    for _ in range(96):
        px, pz = ox + dx * t, oz + dz * t
        x, z = int(wp.floor(px)), int(wp.floor(pz))
        if cloud_at(tables, x, z):
            far = wp.clamp(t / CLOUD_RANGE, 0.0, 1.0)
            return wp.vec3(shade, CLOUD_ALPHA * wp.min(2.0 - 2.0 * far, 1.0), far * far)
        tx = float(1.0e9)
        tz = float(1.0e9)
        if dx > 0.0:
            tx = (float(x + 1) - px) / dx
        elif dx < 0.0:
            tx = (float(x) - px) / dx
        if dz > 0.0:
            tz = (float(z + 1) - pz) / dz
        elif dz < 0.0:
            tz = (float(z) - pz) / dz
        if tx < tz:
            shade = 0.9
        else:
            shade = 0.8
        t += wp.min(tx, tz) + 1.0e-3
        if t >= end:
            break
    return wp.vec3(0.0, 0.0, 0.0)
