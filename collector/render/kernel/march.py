"""Walks a ray through the voxels to the next surface."""

# mypy: ignore-errors
# ruff: noqa: UP018, RUF046, C901, PLR0912, PLR0915, SIM102 (Warp needs typed literals, and inlines one big function)
from __future__ import annotations

import warp as wp

from collector.render.kernel.at import at
from collector.render.kernel.place import look
from collector.render.kernel.structs import Quad, Start, Tables, World

wp.set_module_options({"enable_backward": False, "fast_math": True})

NONE = wp.constant(0)
QUAD = wp.constant(1)
FLUID = wp.constant(2)
# How far the ends of a ray inside of a cell may be off by rounding.
NUDGE = wp.constant(2.0e-4)
# Bits of what the distance field says of an occupied cell, see `skipping`.
CUTOUT = wp.constant(1)
MODEL = wp.constant(2)
WET = wp.constant(4)
SHARED = wp.constant(8)
FIRM = wp.constant(64)  # of a fluid code: the block is of solid material, see `shapes`
MAX_STEPS = wp.constant(512)


@wp.struct
class Hit:
    """A surface on the ray; also where to go on from.

    `t` counts the ray's own length; `cell` is the flat index of the cell, `x`, `y`, `z` its place. `entry` is
    where the ray came into the cell, `through` the face (index in `bake.FACES`) it came through, -1 for none.
    For FLUID, `face` is the face of the fluid's body. A model that reaches out of its cell may be met in
    another: `owner` tells of which neighbour of the ray's cell it is (a place in `Tables.neighbours`), or -1.
    """

    kind: int
    t: float
    x: int
    y: int
    z: int
    cell: int
    entry: float
    through: int
    quad: int
    face: int
    owner: int


@wp.func
def unpack(texel: wp.uint32):
    """Colour and alpha of a texel, 0 … 1."""
    value = int(texel)
    k = 1.0 / 255.0
    return wp.vec4(
        float(value & 255) * k,
        float((value >> 8) & 255) * k,
        float((value >> 16) & 255) * k,
        float((value >> 24) & 255) * k,
    )


@wp.func
def front_step(world: World, face: int):
    """The step from a cell to its neighbour at a face, in flat cells."""
    layer = world.nx * world.nz
    step = int(1)
    if face == 0:
        step = -layer
    elif face == 1:
        step = layer
    elif face == 2:
        step = -world.nx
    elif face == 3:
        step = world.nx
    elif face == 4:
        step = -1
    return step


@wp.func
def texel_index(quad: Quad, a: float, b: float):
    """Place of a rectangle's texel in the pool, for 0 … 1 across and down."""
    u = int(quad.uv[0] + a * quad.du[0] + b * quad.dv[0])
    v = int(quad.uv[1] + a * quad.du[1] + b * quad.dv[1])
    return quad.texture + wp.clamp(v, 0, quad.height - 1) * quad.width + wp.clamp(u, 0, quad.width - 1)


@wp.func
def fluid_height(world: World, tables: Tables, cell: int, kind: int):
    """Height of the fluid in a cell: 1 below more of it, 0 where there is air, -1 in solid blocks."""
    layer = world.nx * world.nz
    if at(tables.fluid, at(world.states, cell + layer)) & 48 == kind:
        if at(tables.fluid, at(world.states, cell)) & 48 == kind:
            return 1.0
    code = at(tables.fluid, at(world.states, cell))
    if code & 48 == kind:
        level = code & 15
        if level >= 8:
            return 8.0 / 9.0
        return float(8 - level) / 9.0
    if code & FIRM != 0:
        return -1.0
    return 0.0


@wp.func
def corner_height(world: World, tables: Tables, cell: int, kind: int, sx: int, sz: int):
    """Height of the fluid at a corner of a cell: full beside full cells, else the weighted mean of the cells
    there, of which the one across counts only if there is fluid beside.
    """
    total = float(0.0)
    weight = float(0.0)
    full = float(0.0)
    beside = float(0.0)
    for i in range(4):
        if i < 3 or beside > 0.0:
            h = fluid_height(world, tables, cell + (i & 1) * sx + (i >> 1) * sz * world.nx, kind)
            if i > 0:
                beside = wp.max(beside, h)
            if h >= 1.0:
                full = 1.0
            if h >= 0.8:
                total += h * 10.0
                weight += 10.0
            elif h >= 0.0:
                total += h
                weight += 1.0
    if full > 0.0:
        return 1.0
    return total / wp.max(weight, 1.0)


@wp.func
def surface_t(eye: wp.vec3, ray: wp.vec3, x: int, y: int, z: int, h: wp.vec4, t0: float, t1: float):
    """Where the ray crosses the fluid's upper surface, which is two triangles; -1 if nowhere."""
    ox, oy, oz = eye[0] - float(x), eye[1] - float(y), eye[2] - float(z)
    best = float(-1.0)
    for i in range(2):
        # Heights at north-west, south-west, south-east, north-east; the diagonal starts at north-west.
        gx = h[3] - h[0]
        gz = h[2] - h[3]
        if i == 1:
            gx = h[2] - h[1]
            gz = h[1] - h[0]
        slope = ray[1] - gx * ray[0] - gz * ray[2]
        if wp.abs(slope) > 1.0e-7:
            t = (h[0] + gx * ox + gz * oz - oy) / slope
            px, pz = ox + ray[0] * t, oz + ray[2] * t
            inside = px >= pz
            if i == 1:
                inside = px < pz
            if inside and t > t0 and t < t1 and (best < 0.0 or t < best):
                best = t
    return best


@wp.func
def exit_t(eye: wp.vec3, inverse: wp.vec3, low: wp.vec3, x: int, y: int, z: int):
    """Where the ray leaves a cell."""
    tx = (float(x) + 1.0 - low[0] - eye[0]) * inverse[0]
    ty = (float(y) + 1.0 - low[1] - eye[1]) * inverse[1]
    tz = (float(z) + 1.0 - low[2] - eye[2]) * inverse[2]
    return wp.vec3(tx, ty, tz)


@wp.func
def state_before(world: World, hit: Hit):
    """The state of the cell that the ray came from."""
    return at(world.states, hit.cell + front_step(world, hit.through))


@wp.func
def fluid_hit(
    world: World, tables: Tables, eye: wp.vec3, ray: wp.vec3, hit: Hit, kind: int, t0: float, t1: float
):
    """Where the ray meets the fluid of the cell: `t` and the face, -1 if nowhere."""
    layer = world.nx * world.nz
    full = at(tables.fluid, at(world.states, hit.cell + layer)) & 48 == kind
    h = wp.vec4(1.0, 1.0, 1.0, 1.0)
    if not full:
        h = wp.vec4(
            corner_height(world, tables, hit.cell, kind, -1, -1),
            corner_height(world, tables, hit.cell, kind, -1, 1),
            corner_height(world, tables, hit.cell, kind, 1, 1),
            corner_height(world, tables, hit.cell, kind, 1, -1),
        )
    if hit.through >= 0 and hit.entry > t0 and at(tables.fluid, state_before(world, hit)) & 48 != kind:
        px = eye[0] + ray[0] * hit.entry - float(hit.x)
        py = eye[1] + ray[1] * hit.entry - float(hit.y)
        pz = eye[2] + ray[2] * hit.entry - float(hit.z)
        level = (h[0] * (1.0 - px) + h[3] * px) * (1.0 - pz) + (h[1] * (1.0 - px) + h[2] * px) * pz
        if hit.through != 1 and py <= level:
            return wp.vec2(hit.entry, float(hit.through))
        if full and hit.through == 1:
            return wp.vec2(hit.entry, 1.0)
    if not full:
        t = surface_t(eye, ray, hit.x, hit.y, hit.z, h, wp.max(t0, hit.entry - NUDGE), t1)
        if t >= 0.0:
            return wp.vec2(t, 1.0)
    return wp.vec2(-1.0, -1.0)


@wp.func
def merges(tables: Tables, world: World, hit: Hit, state: int):
    """Whether the ray comes from a cell with which this one has no face in between, as glass and glass."""
    group = at(tables.group, state)
    return group != 0 and hit.through >= 0 and at(tables.group, state_before(world, hit)) == group


@wp.func
def pieces_in(world: World, hit: Hit):
    """The range in `World.pieces` of what reaches into a shared cell; none in any other."""
    column = at(world.shared_columns, hit.z * world.nx + hit.x)
    place = int(column[0])
    while place < column[1] and at(world.shared, place)[0] != hit.y:
        place += 1
    first, last = int(0), int(0)
    if place < column[1]:
        first = at(world.shared, place)[1]
        last = at(world.shared, place)[2]
    return first, last


@wp.func
def model_hit(
    tables: Tables,
    world: World,
    eye: wp.vec3,
    ray: wp.vec3,
    hit: Hit,
    state: int,
    shared: bool,
    merged: bool,
    t0: float,
    t1: float,
):
    """The nearest rectangle in a cell between `t0` and `t1`: its index (-1 if none), `t`, and whose it is.

    Whose is the place of the model's cell in `Tables.neighbours`, -1 for the cell itself.
    """
    first, last = int(0), int(0)
    if shared:
        first, last = pieces_in(world, hit)
    else:
        own = look(tables, world, state, hit.x, hit.y, hit.z)
        first = own[0]
        last = own[0] + own[1]
    place = eye - wp.vec3(float(hit.x), float(hit.y), float(hit.z))
    best, best_t, best_owner = int(-1), float(t1), int(-1)
    for i in range(first, last):
        index, owner = int(i), int(-1)
        origin = wp.vec3(place[0], place[1], place[2])
        if shared:
            index = world.pieces[i].quad
            owner = world.pieces[i].owner
            origin = place - world.pieces[i].shift
        normal = tables.quads[index].normal
        facing = wp.dot(normal, ray)
        if facing < -1.0e-7:
            offset = tables.quads[index].corner - origin
            t = wp.dot(offset, normal) / facing
            if t > t0 and t <= best_t:
                quad = tables.quads[index]
                p = ray * t - offset
                a = wp.dot(p, quad.right)
                b = wp.dot(p, quad.down)
                if a >= -1.0e-4 and a <= 1.0001 and b >= -1.0e-4 and b <= 1.0001:
                    hidden = merged and owner < 0 and (quad.flags & 1) != 0 and t < hit.entry + 1.0e-3
                    if not hidden and int(at(tables.texels, texel_index(quad, a, b)) >> wp.uint32(24)) > 25:
                        best = index
                        best_t = t
                        best_owner = owner
    return best, best_t, best_owner


@wp.func
def owner_of(world: World, tables: Tables, hit: Hit):
    """Place (x, y, z) and flat index of the cell that a surface belongs to."""
    x, y, z, cell = int(hit.x), int(hit.y), int(hit.z), int(hit.cell)
    if hit.owner >= 0:
        step = at(tables.neighbours, hit.owner)
        x += step[0]
        y += step[1]
        z += step[2]
        cell += step[0] + (step[1] * world.nz + step[2]) * world.nx
    return wp.vec4i(x, y, z, cell)


@wp.func
def inside(world: World, eye: wp.vec3):
    """Whether an eye is in the volume."""
    low = wp.min(eye[0], wp.min(eye[1], eye[2])) >= 1.0
    x, y, z = float(world.nx - 1), float(world.ny - 1), float(world.nz - 1)
    return low and eye[0] < x and eye[1] < y and eye[2] < z


@wp.func
def enter(world: World, eye: wp.vec3, ray: wp.vec3):
    """Where a ray starts: at the eye, or where it enters the volume. `kind` is -1 if it never does."""
    hit = Hit()
    hit.through = -1
    hit.owner = -1
    if inside(world, eye):
        hit.x = int(eye[0])
        hit.y = int(eye[1])
        hit.z = int(eye[2])
        return hit
    t = float(0.0)
    end = float(1.0e9)
    size = wp.vec3(float(world.nx), float(world.ny), float(world.nz))
    for axis in range(3):
        near = (1.0 - eye[axis]) / ray[axis]
        far = (size[axis] - 1.0 - eye[axis]) / ray[axis]
        # Faces by axis x, y, z from the lower side: west, down, north (see `bake.FACES`).
        face = int(4)
        if axis == 1:
            face = 0
        elif axis == 2:
            face = 2
        if near > far:
            swap = near
            near = far
            far = swap
            face += 1
        if near > t:
            t = near
            hit.through = face
        end = wp.min(end, far)
    hit.entry = t
    p = eye + ray * t
    hit.x = wp.clamp(int(p[0]), 1, world.nx - 2)
    hit.y = wp.clamp(int(p[1]), 1, world.ny - 2)
    hit.z = wp.clamp(int(p[2]), 1, world.nz - 2)
    if t >= end:
        hit.kind = -1
    return hit


@wp.func
def started(start: Start):
    """The start of a march; `kind` is -1 if the ray meets nothing."""
    hit = Hit()
    hit.owner = -1
    hit.entry = start.t
    hit.x = start.x
    hit.y = start.y
    hit.z = start.z
    hit.through = start.through
    if start.t < 0.0:
        hit.kind = -1
    return hit


@wp.func
def march(world: World, tables: Tables, eye: wp.vec3, ray: wp.vec3, start: Hit, t_min: float, t_max: float):
    """Go on from `start` to the next surface beyond `t_min`; `kind` is NONE if none comes before `t_max`."""
    # The march runs in mirrored coordinates in which every ray ascends: X counts from the upper end of the
    # volume where the ray runs down the x axis. A cell is found by signed steps from the corner `origin`.
    layer_cells = world.nx * world.nz
    ox, oy, oz = eye[0], eye[1], eye[2]
    x, y, z = int(start.x), int(start.y), int(start.z)
    step_x, step_y, step_z = int(1), int(layer_cells), int(world.nx)
    face_x, face_y, face_z = int(4), int(0), int(2)
    origin = int(0)
    octant = int(0)
    if ray[0] < 0.0:
        ox = float(world.nx) - ox
        x = world.nx - 1 - x
        origin += world.nx - 1
        step_x = -1
        face_x = 5
        octant += 1
    if ray[1] < 0.0:
        oy = float(world.ny) - oy
        y = world.ny - 1 - y
        origin += (world.ny - 1) * layer_cells
        step_y = -layer_cells
        face_y = 1
        octant += 2
    if ray[2] < 0.0:
        oz = float(world.nz) - oz
        z = world.nz - 1 - z
        origin += (world.nz - 1) * world.nx
        step_z = -world.nx
        face_z = 3
        octant += 4
    octant *= layer_cells * world.ny
    rx, ry, rz = wp.abs(ray[0]), wp.abs(ray[1]), wp.abs(ray[2])
    # `t` at which the ray crosses a plane X is X * gx + hx.
    gx, gy, gz = 1.0 / rx, 1.0 / ry, 1.0 / rz
    hx, hy, hz = -ox * gx, -oy * gy, -oz * gz
    t = float(start.entry)
    through = int(start.through)
    hit = Hit()
    hit.kind = NONE
    if start.kind < 0:
        return hit
    steps = int(0)
    while steps < MAX_STEPS:
        steps += 1
        cell = origin + x * step_x + y * step_y + z * step_z
        skip = at(world.skip, octant + cell)
        cube = skip & 15
        layer = skip >> 4
        if cube == 0:
            out = wp.min(float(x + 1) * gx + hx, wp.min(float(y + 1) * gy + hy, float(z + 1) * gz + hz))
            hit.x = x
            hit.y = y
            hit.z = z
            if step_x < 0:
                hit.x = world.nx - 1 - x
            if step_y < 0:
                hit.y = world.ny - 1 - y
            if step_z < 0:
                hit.z = world.nz - 1 - z
            hit.cell = cell
            hit.owner = -1
            hit.entry = t
            hit.through = through
            if layer == 0:
                if through >= 0 and t > t_min:
                    hit.kind = QUAD
                    hit.quad = -1
                    hit.t = t
                    break
            state = at(world.states, cell)
            merged = merges(tables, world, hit, state)
            if (layer & CUTOUT) != 0 and through >= 0 and t > t_min and not merged:
                index = look(tables, world, state, hit.x, hit.y, hit.z)[0] + through
                quad = tables.quads[index]
                p = eye + ray * t - wp.vec3(float(hit.x), float(hit.y), float(hit.z)) - quad.corner
                texel = at(tables.texels, texel_index(quad, wp.dot(p, quad.right), wp.dot(p, quad.down)))
                if int(texel >> wp.uint32(24)) > 25:
                    hit.kind = QUAD
                    hit.quad = index
                    hit.t = t
            if hit.kind == NONE and (layer & (MODEL | SHARED)) != 0:
                found, where, owner = model_hit(
                    tables,
                    world,
                    eye,
                    ray,
                    hit,
                    state,
                    (layer & SHARED) != 0,
                    merged,
                    wp.max(t_min, t - 1.0e-3),
                    out + 1.0e-3,
                )
                if found >= 0:
                    hit.kind = QUAD
                    hit.quad = found
                    hit.t = where
                    hit.owner = owner
            if (layer & WET) != 0:
                end = out
                if hit.kind == QUAD:
                    end = hit.t
                wet = fluid_hit(world, tables, eye, ray, hit, at(tables.fluid, state) & 48, t_min, end)
                if wet[0] >= 0.0:
                    hit.kind = FLUID
                    hit.owner = -1
                    hit.t = wet[0]
                    hit.face = int(wet[1])
            if hit.kind != NONE:
                break
            cube = 1
            layer = 1
        # Out of the empty cube around the cell, or of the flat empty box, whichever reaches further.
        tx = float(x + cube) * gx + hx
        ty = float(y + cube) * gy + hy
        tz = float(z + cube) * gz + hz
        wide_x = float(x + layer) * gx + hx
        wide_y = float(y + 1) * gy + hy
        wide_z = float(z + layer) * gz + hz
        near = wp.min(tx, wp.min(ty, tz))
        tall = cube
        if wp.min(wide_x, wp.min(wide_y, wide_z)) > near:
            tx = wide_x
            ty = wide_y
            tz = wide_z
            cube = layer
            tall = 1
        # The crossed plane fixes one coordinate exactly, and with it the face of the next cell; the others
        # must not fall back by rounding, or the ray would step to and fro at an edge for ever.
        if tx <= ty and tx <= tz:
            t = tx
            x += cube
            y = wp.max(y, int(oy + ry * t))
            z = wp.max(z, int(oz + rz * t))
            through = face_x
        elif ty <= tz:
            t = ty
            x = wp.max(x, int(ox + rx * t))
            y += tall
            z = wp.max(z, int(oz + rz * t))
            through = face_y
        else:
            t = tz
            x = wp.max(x, int(ox + rx * t))
            y = wp.max(y, int(oy + ry * t))
            z += cube
            through = face_z
        if t >= t_max or x >= world.nx - 1 or y >= world.ny - 1 or z >= world.nz - 1:
            break
    if hit.kind != NONE and hit.t >= t_max:
        hit.kind = NONE
    if hit.kind == QUAD and hit.quad < 0:
        state = at(world.states, hit.cell)
        hit.quad = look(tables, world, state, hit.x, hit.y, hit.z)[0] + hit.through
    return hit
