"""The structures that the kernel reads. Lengths are blocks, counted from the volume's lowest cell."""

# mypy: ignore-errors
from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import warp as wp
from numpy.typing import NDArray


@wp.struct
class Quad:
    """A textured rectangle of a block model, in cell coordinates.

    `right` and `down` are divided by their squared lengths, so that a dot product gives 0 … 1 across.
    `level` is the texture's last mip level.
    """

    corner: wp.vec3
    normal: wp.vec3
    right: wp.vec3
    down: wp.vec3
    uv: wp.vec2
    du: wp.vec2
    dv: wp.vec2
    texture: int
    width: int
    height: int
    tint: int
    over: int
    over_tint: int
    face: int
    flags: int
    level: float
    shade: float


@wp.struct
class Facet:
    """A textured rectangle of an entity, a dropped item or the hand; `colour` is its light.

    `flash` mixes in the red of a hurt body, 0 … 1.
    """

    corner: wp.vec3
    normal: wp.vec3
    right: wp.vec3
    down: wp.vec3
    uv: wp.vec2
    du: wp.vec2
    dv: wp.vec2
    texture: int
    width: int
    segment: int
    flash: float
    colour: wp.vec3


@wp.struct
class Motion:
    """Where a facet is at the next tick: its corner and its sides; `known` is 0 if it is not there."""

    corner: wp.vec3
    right: wp.vec3
    down: wp.vec3
    known: int


@wp.struct
class Piece:
    """A rectangle that reaches into a cell.

    `quad` is its index, `shift` leads from the ray's cell to where its model stands, `owner` is the place of
    the model's cell in `Tables.neighbours`, -1 for the cell itself.
    """

    quad: int
    owner: int
    shift: wp.vec3


@wp.struct
class World:
    """The voxels; all arrays flat in the order y, z, x. `origin` is the block position of cell 0.

    `skip` is what `SkipField` says, octant by octant. Cells that models of other cells reach into, or whose
    own model is shifted, are listed by column: `shared_columns` [z, x] are first and last place in `shared`,
    a row of which is a cell's height y and its first and last place in `pieces`.
    `columns` [z, x] are 4 times the height up to which rain falls, plus 0 nothing falls, 1 rain, 2 snow.
    """

    nx: int
    ny: int
    nz: int
    origin: wp.vec3i
    skip: wp.array(dtype=wp.uint8)
    states: wp.array(dtype=wp.uint16)
    light: wp.array(dtype=wp.uint16)
    tints: wp.array(dtype=wp.vec3)
    columns: wp.array(dtype=wp.int32)
    shared_columns: wp.array(dtype=wp.vec2i)
    shared: wp.array(dtype=wp.vec3i)
    pieces: wp.array(dtype=Piece)


@wp.struct
class Start:
    """Where a ray comes to the first cell with something in it.

    `t` is the depth, negative if there is no such cell; `x`, `y`, `z` the cell's place, `through` the face
    (index in `bake.FACES`) by which the ray comes in, -1 if it begins inside.
    """

    t: float
    x: int
    y: int
    z: int
    through: int


@wp.struct
class Shadow:
    """The round shadow under a body whose feet are at `feet`; of `player`, or -1."""

    player: int
    feet: wp.vec3
    radius: float
    strength: float


@wp.struct
class Tables:
    """What block states look like, see `shapes.Shapes`."""

    kind: wp.array(dtype=wp.uint8)
    alpha: wp.array(dtype=wp.uint8)
    group: wp.array(dtype=wp.uint16)
    fluid: wp.array(dtype=wp.uint8)
    neighbours: wp.array(dtype=wp.vec3i)
    offset: wp.array(dtype=wp.uint8)
    block: wp.array(dtype=wp.uint16)
    variant: wp.array(dtype=wp.vec4i)
    variants: wp.array(dtype=wp.vec3i)
    quads: wp.array(dtype=Quad)
    texels: wp.array(dtype=wp.uint32)
    water_still: int
    water_flow: int
    lava_still: int
    lava_flow: int
    cracks: int
    clouds: int
    sun: int
    moon: int
    stars: int
    shadow: int
    rain: int
    snow: int
    digs: wp.array(dtype=wp.vec4i)
    shadows: wp.array(dtype=Shadow)
    lightmaps: wp.array2d(dtype=wp.vec3)


@wp.struct
class Sky:
    """The sky and the light of one view; colours are 0 … 1. `row` is its row in `Tables.lightmaps`.

    `rain` is its strength, `age` the world's in ticks.
    """

    sky: wp.vec3
    fog: wp.vec3
    glow: wp.vec3
    glow_strength: float
    cloud: wp.vec3
    cloud_shift: float
    cloud_height: float
    sun: wp.vec3
    sun_up: wp.vec3
    sun_strength: float
    moon_phase: int
    stars: float
    fog_start: float
    fog_end: float
    rain: float
    age: int
    row: int


@wp.struct
class Camera:
    """One player's view of one tick; `player` is its index in the recording.

    `eye` in volume coordinates; `right`, `up`, `forward` unit vectors; `half` the tangents of half the
    horizontal and vertical field of view. `target` is the outline of the block that the player looks at, with
    its bounds on the screen (left, top, right, bottom, 0 … 1; left beyond right for none), `fluid` what the
    eye is in (0 air, 16 water, 32 lava), `inside` the state of the solid block that the eye is in, or -1.
    `digs` and `shadows` are the first and last place in the tables of what there is at the tick.
    """

    player: int
    eye: wp.vec3
    right: wp.vec3
    up: wp.vec3
    forward: wp.vec3
    half: wp.vec2
    hand_half: wp.vec2
    target_low: wp.vec3
    target_high: wp.vec3
    target_bounds: wp.vec4
    fluid: int
    inside: int
    digs: wp.vec2i
    shadows: wp.vec2i
    fog: wp.vec3
    fog_start: float
    fog_end: float


def records(struct: Any, count: int) -> NDArray[np.void]:
    """Zeroed records of a structure, to be filled in and sent to the device."""
    return np.zeros(count, _dtype(struct))


@cache
def _dtype(struct: Any) -> np.dtype:
    return np.dtype(struct.numpy_dtype())
