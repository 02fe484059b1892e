"""The ray along each player's view: which block it meets first."""

# mypy: ignore-errors
# ruff: noqa: UP018 (Warp needs typed literals)
from __future__ import annotations

import warp as wp

from collector.render.kernel.at import at
from collector.render.kernel.march import QUAD, enter, march, owner_of
from collector.render.kernel.structs import Tables, World

wp.set_module_options({"enable_backward": False, "fast_math": True})


@wp.kernel
def aim(
    world: World,
    tables: Tables,
    eyes: wp.array(dtype=wp.vec3),
    forward: wp.array(dtype=wp.vec3),
    reach: float,
    cells: wp.array(dtype=wp.vec4i),
):
    """Write the cell (x, y, z) and block state of each view's target, never a fluid; state -1 for none."""
    view = wp.tid()
    ray = forward[view]
    for axis in range(3):
        if wp.abs(ray[axis]) < 1.0e-6:
            ray[axis] = 1.0e-6
    hit = enter(world, eyes[view], ray)
    t_min = float(0.0)
    cells[view] = wp.vec4i(0, 0, 0, -1)
    for _ in range(8):
        hit = march(world, tables, eyes[view], ray, hit, t_min, reach)
        if hit.kind == QUAD:
            owner = owner_of(world, tables, hit)
            cells[view] = wp.vec4i(owner[0], owner[1], owner[2], at(world.states, owner[3]))
        if hit.kind < 2:
            break
        t_min = hit.t + 1.0e-4
