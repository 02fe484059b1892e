"""The ray caster: one thread per pixel, the same source for CPU and CUDA."""

# mypy: ignore-errors
# ruff: noqa: UP018, RUF046, SIM102 (Warp needs typed literals, and inlines one big function)
from __future__ import annotations

import warp as wp

from collector.render.kernel.approach import view_ray
from collector.render.kernel.at import at
from collector.render.kernel.march import FLUID, NONE, Hit, enter, march, owner_of, started, unpack
from collector.render.kernel.shade import buried, shade_fluid, shade_quad
from collector.render.kernel.sky import clouds, sky_colour
from collector.render.kernel.structs import Camera, Facet, Motion, Sky, Start, Tables, World
from collector.render.kernel.weather import weather

OPTIONS = {
    "enable_backward": False,
    "fast_math": True,
    # Measured (docs/decisions/renderer-kernel.md): all in one function, without vectors of three.
    "cpu_compiler_flags": "-march=native -ffast-math -ffp-contract=fast -fno-slp-vectorize"
    " -Wno-nan-infinity-disabled -mllvm=-inline-threshold=9000"
    " -mllvm=-inline-cold-callsite-threshold=3000",
}

TILE = 16  # pixels; facets are listed by tiles of this side
# Ids of the segment plane; blocks and entities count on from theirs.
SKY, HAND, HUD, PARTICLE, BLOCK, ENTITY = (
    wp.constant(0),
    wp.constant(1),
    wp.constant(2),
    wp.constant(3),
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
        index = at(items, i)
        facet = facets[index]
        facing = wp.dot(facet.normal, ray)
        if facing < -1.0e-9:
            offset = facet.corner - origin
            t = wp.dot(offset, facet.normal) / facing
            if t > 0.01 and t < best_t:
                p = ray * t - offset
                a = wp.dot(p, facet.right)
                b = wp.dot(p, facet.down)
                # A hair beyond the edges, so that nothing shows between two sides of a box.
                if a >= -1.0e-3 and a <= 1.001 and b >= -1.0e-3 and b <= 1.001:
                    a = wp.clamp(a, 0.0, 0.9999)
                    b = wp.clamp(b, 0.0, 0.9999)
                    u = int(facet.uv[0] + a * facet.du[0] + b * facet.dv[0])
                    v = int(facet.uv[1] + a * facet.du[1] + b * facet.dv[1])
                    texel = at(tables.texels, facet.texture + v * facet.width + u)
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


@wp.struct
class Pixel:
    """A pixel in the making: what is seen first and at what depth, and the share still to be filled.

    `normal` is that of the first surface in the world, `facet` its facet, -1 for none.
    """

    colour: wp.vec3
    through: float
    t: float
    seen: int
    normal: wp.vec3
    facet: int


@wp.func
def draw_hand(
    pixel: Pixel,
    tables: Tables,
    camera: Camera,
    facets: wp.array(dtype=Facet),
    items: wp.array(dtype=wp.int32),
    tile: wp.vec4i,
    sx: float,
    sy: float,
):
    """The pixel with the hand in it, which nothing in the world can cover."""
    ray = wp.vec3(sx * camera.hand_half[0], sy * camera.hand_half[1], -1.0)
    index, t, texel = facet_hit(facets, items, tables, wp.vec3(0.0, 0.0, 0.0), ray, tile[2], tile[3])
    if index >= 0:
        facet = facets[index]
        pixel.colour = facet_colour(facet, texel)
        pixel.through = 0.0
        pixel.seen = HAND
        pixel.t = t
        pixel.facet = index
        n = facet.normal
        pixel.normal = camera.right * n[0] + camera.up * n[1] - camera.forward * n[2]
    return pixel


@wp.func
def draw_blocks(
    pixel: Pixel,
    world: World,
    tables: Tables,
    sky: Sky,
    camera: Camera,
    ray: wp.vec3,
    side: float,
    start: Hit,
    t_max: float,
):
    """The pixel with the blocks from `start` to `t_max`; `side` is the size of a pixel at a depth of 1."""
    hit = start
    t_min = float(0.0)
    for _ in range(MAX_LAYERS):
        hit = march(world, tables, camera.eye, ray, hit, t_min, t_max)
        if hit.kind == NONE:
            break
        owner = owner_of(world, tables, hit)
        state = at(world.states, owner[3])
        surface = wp.vec4(0.0, 0.0, 0.0, 1.0)
        if hit.kind == FLUID:
            surface = shade_fluid(world, tables, sky, camera, hit, ray, at(tables.fluid, state) & 48)
        else:
            surface = shade_quad(world, tables, sky, camera, hit, owner, ray, side)
            if at(tables.alpha, state) < 2:
                surface[3] = 1.0
        alpha = surface[3]
        fog = fog_share(camera, ray * hit.t)
        shown = wp.vec3(surface[0], surface[1], surface[2]) * (1.0 - fog) + camera.fog * fog
        pixel.colour += shown * (pixel.through * alpha)
        pixel.through *= 1.0 - alpha
        if pixel.seen == SKY:
            pixel.seen = BLOCK + at(tables.block, state)
            pixel.t = hit.t
            if hit.kind == FLUID:
                step = at(tables.neighbours, hit.face)
                pixel.normal = wp.vec3(float(step[0]), float(step[1]), float(step[2]))
            else:
                pixel.normal = tables.quads[hit.quad].normal
        if pixel.through < CLEAR:
            break
        t_min = hit.t + 1.0e-4
    return pixel


@wp.func
def background(world: World, tables: Tables, sky: Sky, camera: Camera, ray: wp.vec3):
    """The colour behind everything: the sky, or the murk of a fluid."""
    if camera.fluid > 0:
        return camera.fog
    unit = wp.normalize(ray)
    cloud = clouds(world, tables, sky, camera, unit, 1.0e9)
    tone = sky.cloud * (cloud[0] * (1.0 - cloud[2])) + sky.fog * cloud[2]
    return sky_colour(tables, sky, unit) * (1.0 - cloud[1]) + tone * cloud[1]


@wp.func
def draw_air(
    pixel: Pixel,
    world: World,
    tables: Tables,
    sky: Sky,
    camera: Camera,
    ray: wp.vec3,
    sx: float,
    sy: float,
    side: float,
    wet: bool,
):
    """The pixel with what falls before it if it is `wet`, and with the outline of the target."""
    if wet and sky.rain > 0.0 and camera.fluid == 0:
        t_air = pixel.t
        if pixel.seen == SKY:
            t_air = 1.0e9
        air = weather(world, tables, sky, camera, ray, t_air)
        pixel.colour = pixel.colour * (1.0 - air[3]) + wp.vec3(air[0], air[1], air[2])
    x, y = (sx + 1.0) * 0.5, (1.0 - sy) * 0.5
    bounds = camera.target_bounds
    if x > bounds[0] and x < bounds[2] and y > bounds[1] and y < bounds[3]:
        t_line = pixel.t * 1.002 + 0.01
        if pixel.seen == SKY:
            t_line = 1.0e9
        if outlined(camera, ray, LINE_WIDTH * 0.5 * side, t_line):
            pixel.colour = pixel.colour * (1.0 - LINE_ALPHA)
    return pixel


@wp.func
def draw_scene(
    pixel: Pixel,
    world: World,
    tables: Tables,
    sky: Sky,
    camera: Camera,
    facets: wp.array(dtype=Facet),
    items: wp.array(dtype=wp.int32),
    tile: wp.vec4i,
    sx: float,
    sy: float,
    side: float,
    start: Hit,
    wet: bool,
):
    """The pixel with the world in it: blocks, bodies, sky, weather, and the outline of the target."""
    # The ray's part along the camera axis is 1, so that `t` is the depth.
    ray = view_ray(camera, sx, sy)
    entity = int(-1)
    t_entity = float(1.0e9)
    texel = wp.uint32(0)
    if tile[0] < tile[1]:
        entity, t_entity, texel = facet_hit(facets, items, tables, camera.eye, ray, tile[0], tile[1])
    t_max = wp.min(camera.fog_end * 1.5, t_entity)
    pixel = draw_blocks(pixel, world, tables, sky, camera, ray, side, start, t_max)
    if pixel.through >= CLEAR:
        if entity >= 0:
            fog = fog_share(camera, ray * t_entity)
            shown = facet_colour(facets[entity], texel) * (1.0 - fog) + camera.fog * fog
            pixel.colour += shown * pixel.through
            if pixel.seen == SKY:
                pixel.seen = facets[entity].segment
                pixel.t = t_entity
                pixel.facet = entity
                pixel.normal = facets[entity].normal
        else:
            pixel.colour += background(world, tables, sky, camera, ray) * pixel.through
    return draw_air(pixel, world, tables, sky, camera, ray, sx, sy, side, wet)


@wp.func
def draw_hud(pixel: Pixel, texel: wp.uint32):
    """The pixel with a texel of the HUD over it."""
    code = int(texel >> wp.uint32(24))
    if code == INVERT:
        pixel.colour = wp.vec3(1.0, 1.0, 1.0) - pixel.colour
        pixel.seen = HUD
    elif code > 0:
        over = unpack(texel)
        pixel.colour = pixel.colour * (1.0 - over[3]) + wp.vec3(over[0], over[1], over[2]) * over[3]
        if over[3] > 0.5:
            pixel.seen = HUD
    return pixel


@wp.func
def draw_sample(
    world: World,
    tables: Tables,
    sky: Sky,
    camera: Camera,
    facets: wp.array(dtype=Facet),
    items: wp.array(dtype=wp.int32),
    tile: wp.vec4i,
    sx: float,
    sy: float,
    side: float,
    start: Hit,
    wet: bool,
):
    """What one ray sees, without the HUD; `side` is the size at a depth of 1 of what it stands for."""
    pixel = Pixel()
    pixel.through = 1.0
    pixel.facet = -1
    if tile[2] < tile[3]:
        pixel = draw_hand(pixel, tables, camera, facets, items, tile, sx, sy)
    if pixel.through > 0.0 and camera.inside >= 0:
        pixel.colour = buried(tables, camera.inside, sx * 0.5 + 0.5, 0.5 - sy * 0.5)
        pixel.seen = BLOCK + at(tables.block, camera.inside)
    elif pixel.through > 0.0:
        pixel = draw_scene(pixel, world, tables, sky, camera, facets, items, tile, sx, sy, side, start, wet)
    return pixel


@wp.func
def moved_to(
    pixel: Pixel,
    camera: Camera,
    follow: Camera,
    facets: wp.array(dtype=Facet),
    motions: wp.array(dtype=Motion),
    sx: float,
    sy: float,
):
    """Where what a pixel shows is seen at the next tick, -1 … 1 to the right and up; third, 0 if unknown."""
    hand = pixel.seen == HAND
    ray = view_ray(camera, sx, sy)
    point = camera.eye + ray * pixel.t - follow.eye
    if pixel.seen == SKY:
        point = ray
    elif hand:
        point = wp.vec3(sx * camera.hand_half[0], sy * camera.hand_half[1], -1.0) * pixel.t
    if pixel.facet >= 0:
        motion = motions[pixel.facet]
        facet = facets[pixel.facet]
        if motion.known == 0:
            return wp.vec3(0.0, 0.0, 0.0)
        place = point - facet.corner
        if not hand:
            place += follow.eye
        point = (
            motion.corner
            + motion.right * wp.dot(place, facet.right)
            + motion.down * wp.dot(place, facet.down)
        )
        if not hand:
            point -= follow.eye
    x, y, z = wp.dot(point, follow.right), wp.dot(point, follow.up), wp.dot(point, follow.forward)
    half = follow.half
    if hand:
        x, y, z = point[0], point[1], -point[2]
        half = follow.hand_half
    if z < 1.0e-3:
        return wp.vec3(0.0, 0.0, 0.0)
    return wp.vec3(x / (z * half[0]), y / (z * half[1]), 1.0)


@wp.func
def along(view: int, row: int, height: int, width: int, side: int):
    """The place of a row's first tile among those of all views, for tiles of a side."""
    across, down = (width + side - 1) // side, (height + side - 1) // side
    return (view * down + row // side) * across


def caster(full: bool):
    """The kernel that draws; one that is not `full` knows no rain, no supersampling, no normals and no flow.

    Nearly all pictures need none of them, and what the compiler can leave out costs nothing. Each is a
    module of its own: what two kernels call is not compiled into one function.
    """

    @wp.kernel(module="unique", module_options=OPTIONS)
    def render(
        world: World,
        tables: Tables,
        skies: wp.array(dtype=Sky),
        cameras: wp.array(dtype=Camera),
        follows: wp.array(dtype=Camera),
        facets: wp.array(dtype=Facet),
        motions: wp.array(dtype=Motion),
        tiles: wp.array(dtype=wp.vec4i),
        items: wp.array(dtype=wp.int32),
        starts: wp.array(dtype=Start),
        hud: wp.array(dtype=wp.uint32),
        rgb: wp.array(dtype=wp.vec3ub),
        depth: wp.array(dtype=wp.float32),
        segment: wp.array(dtype=wp.uint16),
        normals: wp.array(dtype=wp.vec3),
        flow: wp.array(dtype=wp.vec2),
        size: wp.vec2i,
        first_view: int,
        first_row: int,
        run: int,
        samples: int,
        beyond: float,
        unknown: float,
    ):
        """Draw one band of rows of some views.

        A thread draws a run of pixels of a row: one on CUDA, all of them on the CPU, where setting up a
        thread (loading all these arguments) costs as much as a third of a pixel. `follows` are the cameras of
        the next tick; `normals` and `flow` are empty unless they are wanted. With `samples` above 1 the
        colour is the mean of so many rows and columns of rays per pixel; the other planes are of the ray
        through its middle. `beyond` is the depth of the sky, `unknown` the flow of what cannot be followed.
        """
        band_view, band_row, part = wp.tid()
        view = band_view + first_view
        row = band_row + first_row
        width, height = size[0], size[1]
        camera = cameras[view]
        sky = skies[view]
        side = 2.0 * camera.half[1] / float(height * samples)
        first = (view * height + row) * width
        first_tile = along(view, row, height, width, TILE)
        for column in range(part * run, wp.min(part * run + run, width)):
            place = first + column
            tile = at(tiles, first_tile + column // TILE)
            start = started(starts[place])
            x = 2.0 * (float(column) + 0.5) / float(width) - 1.0
            y = 1.0 - 2.0 * (float(row) + 0.5) / float(height)
            pixel = draw_sample(
                world, tables, sky, camera, facets, items, tile, x, y, side, start, wp.static(full)
            )
            if wp.static(full):
                if samples > 1:
                    colour = wp.vec3(0.0, 0.0, 0.0)
                    for ray in range(samples * samples):
                        sx = x + (2.0 * (float(ray % samples) + 0.5) / float(samples) - 1.0) / float(width)
                        sy = y - (2.0 * (float(ray // samples) + 0.5) / float(samples) - 1.0) / float(height)
                        begin = enter(world, camera.eye, view_ray(camera, sx, sy))
                        sample = draw_sample(
                            world, tables, sky, camera, facets, items, tile, sx, sy, side, begin, True
                        )
                        colour += sample.colour
                    pixel.colour = colour / float(samples * samples)
            t = pixel.t
            if pixel.seen == SKY:
                t = beyond
            if wp.static(full) and normals.shape[0] > 0:
                normals[place] = pixel.normal
            if wp.static(full) and flow.shape[0] > 0:
                moved = moved_to(pixel, camera, follows[view], facets, motions, x, y)
                flow[place] = wp.vec2(unknown, unknown)
                if moved[2] > 0.0:
                    across, down = (moved[0] - x) * float(width), (y - moved[1]) * float(height)
                    flow[place] = wp.vec2(across, down) * 0.5
            pixel = draw_hud(pixel, at(hud, place))
            red, green, blue = clipped(pixel.colour[0]), clipped(pixel.colour[1]), clipped(pixel.colour[2])
            rgb[place] = wp.vec3ub(red, green, blue)
            depth[place] = t
            segment[place] = wp.uint16(pixel.seen)

    return render


render_plain, render_full = caster(full=False), caster(full=True)
