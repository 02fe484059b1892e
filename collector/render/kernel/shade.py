"""The colour of a surface: texture, biome tint, face shade, smooth light, ambient occlusion."""

# mypy: ignore-errors
# ruff: noqa: UP018, RUF046 (Warp needs typed literals, and inlines one big function)
from __future__ import annotations

import warp as wp

from collector.render.kernel.at import at
from collector.render.kernel.march import Hit, front_step, unpack
from collector.render.kernel.place import plant_shift
from collector.render.kernel.structs import Camera, Quad, Sky, Tables, World

wp.set_module_options({"enable_backward": False, "fast_math": True})

BOUNDARY = wp.constant(1)
OCCLUSION = wp.constant(2)
MIPPED = wp.constant(4)
GRASS = wp.constant(1)
WATER = wp.constant(3)
CONSTANT = wp.constant(4)
LIGHT_STEPS = wp.constant(61)  # the light map holds quarter levels from 0 to 15


@wp.func
def lit(tables: Tables, sky: Sky, sky_level: float, block_level: float):
    """The colour of light for levels 0 … 15."""
    return tables.lightmaps[sky.row, int(sky_level * 4.0 + 0.5) * LIGHT_STEPS + int(block_level * 4.0 + 0.5)]


@wp.func
def cell_light(world: World, tables: Tables, sky: Sky, cell: int):
    """The colour of light in one cell."""
    packed = at(world.light, cell)
    return lit(tables, sky, float((packed >> 4) & 15), float(packed & 15))


@wp.func
def smooth_corner(side_a: int, side_b: int, corner: int, centre: int):
    """Sky level, block level and openness (0 … 1) at a corner of a face, each the mean of four cells."""
    if (side_a & 256) != 0 and (side_b & 256) != 0:
        corner = side_a
    open_sum = 4.0 - 0.8 * float(
        ((side_a >> 8) & 1) + ((side_b >> 8) & 1) + ((corner >> 8) & 1) + ((centre >> 8) & 1)
    )
    # Cells without any light, such as solid ones, do not darken: they count as the cell in front.
    if (side_a & 255) == 0:
        side_a = centre
    if (side_b & 255) == 0:
        side_b = centre
    if (corner & 255) == 0:
        corner = centre
    sky_sum = ((side_a >> 4) & 15) + ((side_b >> 4) & 15) + ((corner >> 4) & 15) + ((centre >> 4) & 15)
    block_sum = (side_a & 15) + (side_b & 15) + (corner & 15) + (centre & 15)
    return wp.vec3(float(sky_sum), float(block_sum), open_sum) * 0.25


@wp.func
def smooth_light(world: World, tables: Tables, sky: Sky, cell: int, face: int, p: wp.vec3):
    """Light on a face at the place `p` (0 … 1 in its cell), where `cell` is the cell in front of it."""
    row = world.nx
    layer = world.nx * world.nz
    su, sv = int(1), int(row)
    a, b = p[0], p[2]
    if face >= 4:
        su = row
        sv = layer
        a = p[2]
        b = p[1]
    elif face >= 2:
        sv = layer
        b = p[1]
    centre = at(world.light, cell)
    left = at(world.light, cell - su)
    right = at(world.light, cell + su)
    near = at(world.light, cell - sv)
    far = at(world.light, cell + sv)
    c00 = smooth_corner(left, near, at(world.light, cell - su - sv), centre)
    c10 = smooth_corner(right, near, at(world.light, cell + su - sv), centre)
    c01 = smooth_corner(left, far, at(world.light, cell - su + sv), centre)
    c11 = smooth_corner(right, far, at(world.light, cell + su + sv), centre)
    a = wp.clamp(a, 0.0, 1.0)
    b = wp.clamp(b, 0.0, 1.0)
    m = (c00 * (1.0 - a) + c10 * a) * (1.0 - b) + (c01 * (1.0 - a) + c11 * a) * b
    return lit(tables, sky, m[0], m[1]) * m[2]


@wp.func
def tinted(world: World, kind: int, x: int, z: int):
    """The colour that a texture is multiplied with."""
    if kind == 0:
        return wp.vec3(1.0, 1.0, 1.0)
    if kind >= CONSTANT:
        return at(world.tints, world.nx * world.nz * 3 + kind - CONSTANT)
    return at(world.tints, (z * world.nx + x) * 3 + kind - 1)


@wp.func
def mip_sample(tables: Tables, base: int, width: int, height: int, u: float, v: float, level: float):
    """The texel at `u`, `v` (texels of level 0): nearest within a level, linear between two."""
    w = int(width)
    h = int(height)
    offset = int(base)
    low = int(level)
    scale = float(1.0)
    for _ in range(low):
        offset += w * h
        w = w >> 1
        h = h >> 1
        scale = scale * 0.5
    spot = wp.clamp(int(v * scale), 0, h - 1) * w + wp.clamp(int(u * scale), 0, w - 1)
    colour = unpack(at(tables.texels, offset + spot))
    part = level - float(low)
    if part > 0.02:
        offset += w * h
        w = w >> 1
        h = h >> 1
        scale = scale * 0.5
        spot = wp.clamp(int(v * scale), 0, h - 1) * w + wp.clamp(int(u * scale), 0, w - 1)
        colour = colour * (1.0 - part) + unpack(at(tables.texels, offset + spot)) * part
    return colour


@wp.func
def log2(x: float):
    """The binary logarithm of a number from 1 on, to 0.0002: the library's is a call that costs as much as a
    texel.
    """
    bits = wp.cast(x, wp.int32)
    m = wp.cast((bits & 8388607) | 1065353216, float) - 1.0
    # The polynomial through both ends that is nearest to the curve by least squares.
    curve = m * (1.43837933 + m * (-0.67588065 + m * (0.31815448 - m * 0.08065316)))
    return float((bits >> 23) - 127) + curve


@wp.func
def mip_level(quad: Quad, ray: wp.vec3, t: float, pixel: float):
    """The mip level at which a texel is about a pixel, for a surface at `t` on the ray."""
    slant = -wp.dot(quad.normal, ray)
    # Texels per block times blocks per pixel, the longer side of the slanted pixel.
    footprint = float(quad.width) * t * pixel * wp.length(ray) / wp.max(slant, 1.0e-3)
    if footprint <= 1.0:
        return 0.0
    return wp.min(log2(footprint), quad.level)


@wp.func
def cracked(tables: Tables, camera: Camera, colour: wp.vec3, cell: wp.vec4i, face: int, place: wp.vec3):
    """The colour of a block that is being broken, at a place in its cell."""
    for i in range(camera.digs[0], camera.digs[1]):
        dig = at(tables.digs, i)
        if dig[0] == cell[0] and dig[1] == cell[1] and dig[2] == cell[2]:
            u, v = place[0], 1.0 - place[1]
            if face < 2:
                v = place[2]
            elif face >= 4:
                u = place[2]
            row = dig[3] * 16 + wp.clamp(int(v * 16.0), 0, 15)
            texel = unpack(at(tables.texels, tables.cracks + row * 16 + wp.clamp(int(u * 16.0), 0, 15)))
            if texel[3] > 0.1:
                colour = wp.cw_mul(colour, wp.vec3(texel[0], texel[1], texel[2])) * 2.0
    return colour


@wp.func
def shadow(tables: Tables, camera: Camera, place: wp.vec3):
    """How much the shadows of all bodies but one's own darken the top of a block at a place, 0 … 1."""
    light = float(1.0)
    for i in range(camera.shadows[0], camera.shadows[1]):
        caster = tables.shadows[i]
        drop = caster.feet[1] - place[1]
        if caster.player != camera.player and drop > -0.1 and drop < 2.0:
            u = (place[0] - caster.feet[0]) / caster.radius * 0.5 + 0.5
            v = (place[2] - caster.feet[2]) / caster.radius * 0.5 + 0.5
            if u > 0.0 and u < 1.0 and v > 0.0 and v < 1.0:
                spot = wp.min(int(v * 64.0), 63) * 64 + wp.min(int(u * 64.0), 63)
                dark = float(int(at(tables.texels, tables.shadow + spot)) >> 24 & 255) / 255.0
                light *= 1.0 - dark * wp.clamp((caster.strength - drop * 0.5) * 0.5, 0.0, 1.0)
    return 1.0 - light


@wp.func
def buried(tables: Tables, state: int, x: float, y: float):
    """The view from inside of a solid block: its texture over the whole picture, nearly black."""
    quad = tables.quads[at(tables.variant, state)[2]]
    column, row = wp.clamp(int(x * 16.0), 0, quad.width - 1), wp.clamp(int(y * 16.0), 0, quad.height - 1)
    texel = unpack(at(tables.texels, quad.texture + row * quad.width + column))
    return wp.vec3(texel[0], texel[1], texel[2]) * 0.1


@wp.func
def shade_quad(
    world: World,
    tables: Tables,
    sky: Sky,
    camera: Camera,
    hit: Hit,
    owner: wp.vec4i,
    ray: wp.vec3,
    pixel: float,
):
    """Colour and alpha of a rectangle of the block model of the cell `owner`, lit."""
    quad = tables.quads[hit.quad]
    place = camera.eye + ray * hit.t - wp.vec3(float(owner[0]), float(owner[1]), float(owner[2]))
    state = at(world.states, owner[3])
    p = place - quad.corner - plant_shift(tables, world, state, owner[0], owner[2])
    a = wp.clamp(wp.dot(p, quad.right), 0.0, 0.99999)
    b = wp.clamp(wp.dot(p, quad.down), 0.0, 0.99999)
    u = quad.uv[0] + a * quad.du[0] + b * quad.dv[0]
    v = quad.uv[1] + a * quad.du[1] + b * quad.dv[1]
    level = float(0.0)
    if (quad.flags & MIPPED) != 0:
        level = mip_level(quad, ray, hit.t, pixel)
    texel = mip_sample(tables, quad.texture, quad.width, quad.height, u, v, level)
    colour = wp.cw_mul(wp.vec3(texel[0], texel[1], texel[2]), tinted(world, quad.tint, owner[0], owner[2]))
    if quad.over >= 0:
        over = mip_sample(tables, quad.over, quad.width, quad.height, u, v, level)
        top = wp.cw_mul(wp.vec3(over[0], over[1], over[2]), tinted(world, quad.over_tint, owner[0], owner[2]))
        colour = colour * (1.0 - over[3]) + top * over[3]
    colour = cracked(tables, camera, colour, owner, quad.face, place)
    if quad.face == 1:
        colour = colour * (1.0 - shadow(tables, camera, camera.eye + ray * hit.t))
    front = owner[3]
    if (quad.flags & BOUNDARY) != 0:
        front = owner[3] + front_step(world, quad.face)
    light = wp.vec3(1.0, 1.0, 1.0)
    if (quad.flags & OCCLUSION) != 0:
        light = smooth_light(world, tables, sky, front, quad.face, place)
    else:
        light = cell_light(world, tables, sky, front)
    colour = wp.cw_mul(colour, light) * quad.shade
    return wp.vec4(colour[0], colour[1], colour[2], texel[3])


@wp.func
def shade_fluid(world: World, tables: Tables, sky: Sky, camera: Camera, hit: Hit, ray: wp.vec3, fluid: int):
    """Colour and alpha of the surface of water or lava."""
    p = camera.eye + ray * hit.t - wp.vec3(float(hit.x), float(hit.y), float(hit.z))
    u, v = p[0], p[2]
    texture = tables.water_still
    shade = float(1.0)
    if fluid == 32:
        texture = tables.lava_still
    if hit.face == 0:
        shade = 0.5
    if hit.face >= 2:
        u = p[0]
        shade = 0.8
        if hit.face >= 4:
            u = p[2]
            shade = 0.6
        v = 1.0 - p[1]
        texture = tables.water_flow
        if fluid == 32:
            texture = tables.lava_flow
    spot = wp.clamp(int(v * 16.0), 0, 15) * 16 + wp.clamp(int(u * 16.0), 0, 15)
    texel = unpack(at(tables.texels, texture + spot))
    colour = wp.vec3(texel[0], texel[1], texel[2])
    if fluid == 32:
        return wp.vec4(colour[0], colour[1], colour[2], 1.0)
    above = at(world.light, hit.cell + world.nx * world.nz)
    here = at(world.light, hit.cell)
    light = lit(
        tables, sky, float(wp.max((here >> 4) & 15, (above >> 4) & 15)), float(wp.max(here & 15, above & 15))
    )
    colour = wp.cw_mul(wp.cw_mul(colour, tinted(world, WATER, hit.x, hit.z)), light) * shade
    return wp.vec4(colour[0], colour[1], colour[2], texel[3])
