"""What the client derives from a block's place: the look that it picks, and how far a plant is shifted."""

# mypy: ignore-errors
# ruff: noqa: UP018 (Warp needs typed literals)
from __future__ import annotations

import warp as wp

from collector.render.kernel.at import at
from collector.render.kernel.structs import Tables, World

wp.set_module_options({"enable_backward": False, "fast_math": True})


@wp.func
def place_seed(world: World, x: int, y: int, z: int):
    """The number that the client derives from a place for all that is random about a block there."""
    px, py, pz = x + world.origin[0], y + world.origin[1], z + world.origin[2]
    seed = wp.int64(px * 3129871) ^ (wp.int64(pz) * wp.int64(116129781)) ^ wp.int64(py)
    return (seed * seed * wp.int64(42317861) + seed * wp.int64(11)) >> wp.int64(16)


@wp.func
def plant_shift(tables: Tables, world: World, state: int, x: int, z: int):
    """How far a plant stands from where its model says."""
    kind = at(tables.offset, state)
    if kind == 0:
        return wp.vec3(0.0, 0.0, 0.0)
    seed = place_seed(world, x, -world.origin[1], z)
    down = float(0.0)
    if kind == 2:
        down = (float(int(seed >> wp.int64(4)) & 15) / 15.0 - 1.0) * 0.2
    return wp.vec3(
        (float(int(seed) & 15) / 15.0 - 0.5) * 0.5,
        down,
        (float(int(seed >> wp.int64(8)) & 15) / 15.0 - 0.5) * 0.5,
    )


@wp.func
def look(tables: Tables, world: World, state: int, x: int, y: int, z: int):
    """The rectangles, first and count, of the look that the client picks here.

    It picks with Java's random generator, seeded by position.
    """
    variant = at(tables.variant, state)
    if variant[1] <= 1:
        return wp.vec2i(variant[2], variant[3])
    last = variant[0] + variant[1] - 1
    total = at(tables.variants, last)[0]
    seed = place_seed(world, x, y, z)
    mask = wp.int64(281474976710655)
    state48 = (seed ^ wp.int64(25214903917)) & mask
    state48 = (state48 * wp.int64(25214903917) + wp.int64(11)) & mask
    state48 = (state48 * wp.int64(25214903917) + wp.int64(11)) & mask
    choice = wp.abs(int(state48 >> wp.int64(16))) % total
    row = variant[0]
    while row < last and at(tables.variants, row)[0] <= choice:
        row += 1
    picked = at(tables.variants, row)
    return wp.vec2i(picked[1], picked[2])
