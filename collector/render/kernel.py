"""The ray caster: one thread per pixel, the same source for CPU and CUDA."""

# mypy: ignore-errors
# ruff: noqa: UP018, RUF046, C901, PLR0912, PLR0915 (Warp needs typed literals, and inlines one big function)
from __future__ import annotations

import warp as wp

from collector.render.kernel_beam import BEAM, view_ray
from collector.render.kernel_march import FLUID, NONE, QUAD, enter, march, unpack
from collector.render.kernel_shade import shade_fluid, shade_quad
from collector.render.kernel_sky import clouds, sky_colour
from collector.render.kernel_types import Camera, Facet, Sky, Tables, World

wp.set_module_options(
    {
        "enable_backward": False,
        "fast_math": True,
        # Measured (docs/decisions/renderer-kernel.md): all in one function, without vectors of three.
        "cpu_compiler_flags": "-march=native -ffast-math -fno-slp-vectorize"
        " -mllvm=-inline-threshold=9000 -mllvm=-inline-cold-callsite-threshold=3000",
    }
)

TILE = 16  # pixels; facets are listed by tiles of this side
# Ids of the segment plane; blocks and entities count on from theirs.
SKY, HAND, HUD, BLOCK, ENTITY = (
    wp.constant(0),
    wp.constant(1),
    wp.constant(2),
    wp.constant(16),
    wp.constant(32768),
)
MAX_LAYERS = wp.constant(12)  # of translucent surfaces in front of each other
INVERT = wp.constant(1)  # alpha of the HUD that inverts what is behind it, see `hud.INVERT`
LINE_WIDTH, LINE_ALPHA = wp.constant(2.0), wp.constant(0.4)  # of the target's outline, in pixels
CLEAR = wp.constant(0.01)  # share of light at which a ray ends


@wp.func
def facet_hit(
    facets: wp.array(dtype=Facet),
    items: wp.array(dtype=wp.int32),
    tables: Tables,
    origin: wp.vec3,
    ray: wp.vec3,
    first: int,
    last: int,
):
    """The nearest facet of a list: its index (-1 if none), `t` and texel."""
    best = int(-1)
    best_t = float(1.0e9)
    best_texel = wp.uint32(0)
    for i in range(first, last):
        index = items[i]
        facet = facets[index]
        facing = wp.dot(facet.normal, ray)
        if facing < -1.0e-9:
            offset = facet.corner - origin
            t = wp.dot(offset, facet.normal) / facing
            if t > 0.01 and t < best_t:
                p = ray * t - offset
                a = wp.dot(p, facet.right)
                b = wp.dot(p, facet.down)
                if a >= 0.0 and a < 1.0 and b >= 0.0 and b < 1.0:
                    u = int(facet.uv[0] + a * facet.du[0] + b * facet.dv[0])
                    v = int(facet.uv[1] + a * facet.du[1] + b * facet.dv[1])
                    texel = tables.texels[facet.texture + v * facet.width + u]
                    if int(texel >> wp.uint32(24)) > 25:
                        best = index
                        best_t = t
                        best_texel = texel
    return best, best_t, best_texel


@wp.func
def facet_colour(facet: Facet, texel: wp.uint32):
    """The lit colour of a facet."""
    c = unpack(texel)
    colour = wp.cw_mul(wp.vec3(c[0], c[1], c[2]), facet.colour)
    return colour * (1.0 - facet.flash) + wp.vec3(0.7, 0.0, 0.0) * facet.flash


@wp.func
def fog_share(camera: Camera, offset: wp.vec3):
    """How much of the fog colour lies over a point at this offset from the eye: 0 … 1."""
    across = wp.sqrt(offset[0] * offset[0] + offset[2] * offset[2])
    distance = wp.max(across, wp.abs(offset[1]))
    return wp.clamp((distance - camera.fog_start) / (camera.fog_end - camera.fog_start), 0.0, 1.0)


@wp.func
def edge_hit(eye: wp.vec3, ray: wp.vec3, a: wp.vec3, edge: wp.vec3, width: float, t_max: float):
    """Whether the ray passes within `width` (at a depth of 1) of an edge from `a`, before `t_max`."""
    offset = a - eye
    rr, ee, re = wp.dot(ray, ray), wp.dot(edge, edge), wp.dot(ray, edge)
    det = rr * ee - re * re
    if det < 1.0e-9:
        return False
    s = wp.clamp((re * wp.dot(offset, ray) - rr * wp.dot(offset, edge)) / det, 0.0, 1.0)
    point = offset + edge * s
    t = wp.dot(point, ray) / rr
    return t > 0.0 and t < t_max and wp.length(point - ray * t) < width * t


@wp.func
def outlined(camera: Camera, ray: wp.vec3, width: float, t_max: float):
    """Whether an edge of the target's outline is seen along a ray."""
    low = camera.target_low
    size = camera.target_high - low
    for axis in range(3):
        edge = wp.vec3(0.0, 0.0, 0.0)
        edge[axis] = size[axis]
        for i in range(4):
            a = wp.vec3(low[0], low[1], low[2])
            if (i & 1) != 0:
                a[(axis + 1) % 3] += size[(axis + 1) % 3]
            if (i & 2) != 0:
                a[(axis + 2) % 3] += size[(axis + 2) % 3]
            if edge_hit(camera.eye, ray, a, edge, width, t_max):
                return True
    return False


@wp.func
def clipped(x: float):
    """A colour as a byte."""
    return wp.uint8(wp.clamp(x, 0.0, 1.0) * 255.0 + 0.5)


@wp.kernel
def render(
    world: World,
    tables: Tables,
    skies: wp.array(dtype=Sky),
    cameras: wp.array(dtype=Camera),
    facets: wp.array(dtype=Facet),
    tiles: wp.array3d(dtype=wp.vec4i),
    items: wp.array(dtype=wp.int32),
    starts: wp.array3d(dtype=float),
    hud: wp.array3d(dtype=wp.uint32),
    rgb: wp.array4d(dtype=wp.uint8),
    depth: wp.array3d(dtype=wp.float32),
    segment: wp.array3d(dtype=wp.uint16),
    view: int,
    first_row: int,
):
    """Draw one band of rows of one view."""
    band_row, column = wp.tid()
    row = band_row + first_row
    height, width = rgb.shape[1], rgb.shape[2]
    camera = cameras[view]
    sky = skies[view]
    sx = 2.0 * (float(column) + 0.5) / float(width) - 1.0
    sy = 1.0 - 2.0 * (float(row) + 0.5) / float(height)
    tile = tiles[view, row // TILE, column // TILE]

    colour = wp.vec3(0.0, 0.0, 0.0)
    through = float(1.0)
    t_seen = float(0.0)
    seen = int(SKY)

    if tile[2] < tile[3]:
        ray = wp.vec3(sx * camera.hand_half[0], sy * camera.hand_half[1], -1.0)
        index, t, texel = facet_hit(facets, items, tables, wp.vec3(0.0, 0.0, 0.0), ray, tile[2], tile[3])
        if index >= 0:
            colour = facet_colour(facets[index], texel)
            through = 0.0
            seen = HAND
            t_seen = t

    if through > 0.0:
        # The ray's forward part is 1, so that `t` is the depth along the camera axis.
        ray = view_ray(camera, sx, sy)
        for axis in range(3):
            if wp.abs(ray[axis]) < 1.0e-6:
                ray[axis] = 1.0e-6
        long = wp.length(ray)
        unit = ray / long
        pixel = 2.0 * camera.half[1] / float(height)

        entity = int(-1)
        t_entity = float(1.0e9)
        texel = wp.uint32(0)
        if tile[0] < tile[1]:
            entity, t_entity, texel = facet_hit(facets, items, tables, camera.eye, ray, tile[0], tile[1])

        t_max = wp.min(camera.fog_end * 1.5, t_entity)
        hit = enter(world, camera.eye, ray, starts[view, row // BEAM, column // BEAM])
        if hit.through < 0:
            hit.fluid = camera.fluid
        t_min = float(0.0)
        for _ in range(MAX_LAYERS):
            hit = march(world, tables, camera.eye, ray, hit, t_min, t_max)
            if hit.kind == NONE:
                break
            state = int(world.states[hit.cell])
            surface = wp.vec4(0.0, 0.0, 0.0, 1.0)
            if hit.kind == FLUID:
                surface = shade_fluid(world, tables, sky, camera, hit, ray, int(tables.fluid[state]) & 48)
            else:
                surface = shade_quad(world, tables, sky, camera, hit, ray, pixel)
            alpha = surface[3]
            if hit.kind == QUAD and int(tables.alpha[state]) < 2:
                alpha = 1.0
            fog = fog_share(camera, ray * hit.t)
            shown = wp.vec3(surface[0], surface[1], surface[2]) * (1.0 - fog) + camera.fog * fog
            colour += shown * (through * alpha)
            through *= 1.0 - alpha
            if seen == SKY:
                seen = BLOCK + int(tables.block[state])
                t_seen = hit.t
            if through < CLEAR:
                break
            t_min = hit.t + 1.0e-4
        if through >= CLEAR:
            behind = wp.vec3(0.0, 0.0, 0.0)
            if entity >= 0 and hit.kind == NONE:
                fog = fog_share(camera, ray * t_entity)
                behind = facet_colour(facets[entity], texel) * (1.0 - fog) + camera.fog * fog
                if seen == SKY:
                    seen = facets[entity].segment
                    t_seen = t_entity
            elif camera.fluid > 0:
                behind = camera.fog
            else:
                behind = sky_colour(tables, sky, unit)
                cloud = clouds(world, tables, sky, camera, unit, 1.0e9)
                behind = behind * (1.0 - cloud[1]) + sky.cloud * (cloud[0] * cloud[1])
            colour += behind * through
        x, y = (sx + 1.0) * 0.5, (1.0 - sy) * 0.5
        bounds = camera.target_bounds
        if x > bounds[0] and x < bounds[2] and y > bounds[1] and y < bounds[3]:
            t_line = t_seen * 1.002 + 0.01
            if seen == SKY:
                t_line = 1.0e9
            if outlined(camera, ray, LINE_WIDTH * 0.5 * pixel, t_line):
                colour = colour * (1.0 - LINE_ALPHA)

    over = unpack(hud[view, row, column])
    code = int(hud[view, row, column] >> wp.uint32(24))
    if code == INVERT:
        colour = wp.vec3(1.0, 1.0, 1.0) - colour
        seen = HUD
    elif code > 0:
        colour = colour * (1.0 - over[3]) + wp.vec3(over[0], over[1], over[2]) * over[3]
        if over[3] > 0.5:
            seen = HUD
    rgb[view, row, column, 0] = clipped(colour[0])
    rgb[view, row, column, 1] = clipped(colour[1])
    rgb[view, row, column, 2] = clipped(colour[2])
    depth[view, row, column] = t_seen
    if seen == SKY:
        depth[view, row, column] = wp.inf
    segment[view, row, column] = wp.uint16(seen)
