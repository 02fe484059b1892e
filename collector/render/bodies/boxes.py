"""Boxes of bodies with the game's unwrapped textures.

Model files count in sixteenths of a block with x to the body's left, y down and the body facing -z; bodies
here have x to their right and y up, so that a body turned by no angle looks north like the recording's yaw.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.bake import FRAMES
from collector.render.bodies.facets import FacetModel, Vector, joined

STILL = (0.0, 0.0, 0.0)
FLIP = np.diag([-1.0, -1.0, 1.0])
# Where the corner of the picture of top and bottom lies, and their axes: the pictures hang on the front's.
SIDES = {
    **{name: FRAMES[name] for name in ("north", "south", "west", "east")},
    "up": ((1, 1, 1), (-1, 0, 0), (0, 0, -1)),
    "down": ((1, 0, 0), (-1, 0, 0), (0, 0, 1)),
}


@dataclass(frozen=True)
class Box:
    """A box of a model file: lower corner and size relative to its bone, place of its unwrapped texture.

    A `plain` box takes its colour from the first texel. Sides are drawn from outside; those of a `sheer` box,
    whose texture has holes, from inside too.
    """

    low: tuple[float, float, float]
    size: tuple[float, float, float]
    uv: tuple[int, int]
    grow: float = 0.0
    mirror: bool = False
    plain: bool = False
    sheer: bool = False


@dataclass(frozen=True)
class Bone:
    """Boxes that turn together about `pivot`; `turn` is the rest rotation, radians about x, y, z."""

    pivot: tuple[float, float, float]
    boxes: tuple[Box, ...]
    turn: tuple[float, float, float] = (0.0, 0.0, 0.0)
    parent: str = ""


@dataclass(frozen=True)
class Texture:
    """A texture in the pool; `scale` is its texels per unit of the model's texture coordinates."""

    offset: int
    width: int
    scale: float = 1.0


@dataclass(frozen=True)
class Pose:
    """How bones are turned and shifted from rest: radians about x, y, z and sixteenths, by bone name."""

    turn: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    shift: dict[str, tuple[float, float, float]] = field(default_factory=dict)


def box_model(box: Box, texture: Texture) -> FacetModel:
    """The six sides of a box, in blocks, relative to its bone."""
    low, size = np.array(box.low, float), np.array(box.size, float)
    # From the model file's axes to ours.
    corner = np.array([-(low[0] + size[0]), -(low[1] + size[1]), low[2]]) - box.grow
    extent = size + 2 * box.grow
    corners, rights, downs, uvs, dus, dvs = [], [], [], [], [], []
    for side, (u, v, w, h) in unwrapped(box).items():
        where, right, down = (np.array(vector, float) for vector in SIDES[side])
        corners.append(corner + where * extent)
        rights.append(right * extent)
        downs.append(down * extent)
        flip = box.mirror
        uvs.append((u + w if flip else u, v))
        dus.append((-w if flip else w, 0))
        dvs.append((0, h))
    count = len(corners)
    scale = texture.scale
    model = FacetModel(
        np.array(corners) / 16,
        np.array(rights) / 16,
        np.array(downs) / 16,
        inset(np.array(uvs, float) * scale, np.array(dus, float) * scale),
        np.array(dus, float) * scale,
        np.array(dvs, float) * scale,
        np.full(count, texture.offset, np.int32),
        np.full(count, texture.width, np.int32),
        np.ones((count, 3)),
    )
    return joined([model, backs(model)]) if box.sheer else model


def backs(model: FacetModel) -> FacetModel:
    """The same rectangles seen from behind."""
    uv = inset(model.uv + model.du, -model.du)
    return replace(model, corner=model.corner + model.right, right=-model.right, uv=uv, du=-model.du)


def inset(uv: Vector, du: Vector) -> Vector:
    """Texture corners, moved a hair inward where the texture runs backward, to stay in their part."""
    return uv - np.where(du < 0, 1e-3, 0)


def unwrapped(box: Box) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, width and height of each side's picture, by the side's name on a body that faces north."""
    (w, h, d), (u, v) = (0.5, 0.5, 0.5) if box.plain else box.size, box.uv
    sides = {
        "up": (u + d, v, w, d),
        "down": (u + d + w, v, w, d),
        "east": (u, v + d, d, h),
        "north": (u + d, v + d, w, h),
        "west": (u + d + w, v + d, d, h),
        "south": (u + 2 * d + w, v + d, w, h),
    }
    if box.mirror:
        sides["east"], sides["west"] = sides["west"], sides["east"]
    return {name: side for name, side in sides.items() if side[2] > 0 and side[3] > 0}


class Skeleton:
    """The bones of one kind of body with a texture, ready to be posed. Its feet are at height 0."""

    def __init__(self, bones: dict[str, Bone], texture: Texture, ground: float = 24.0) -> None:
        self._bones, self._ground = bones, ground
        self._models = {
            name: joined([box_model(box, texture) for box in bone.boxes])
            for name, bone in bones.items()
            if bone.boxes
        }
        self._whole = joined(list(self._models.values()))
        self._sides = np.stack([self._whole.corner, self._whole.right, self._whole.down], -1)
        self._bone = np.repeat(
            np.arange(len(self._models)), [len(model.corner) for model in self._models.values()]
        )

    def posed(self, pose: Pose) -> FacetModel:
        """The body in a pose, in blocks."""
        frames = np.stack([self.bone_matrix(name, pose) for name in self._models])[self._bone]
        sides = frames[:, :3, :3] @ self._sides
        return replace(
            self._whole,
            corner=sides[..., 0] + frames[:, :3, 3],
            right=sides[..., 1],
            down=sides[..., 2],
        )

    def part(self, name: str) -> FacetModel:
        """One bone's boxes relative to its pivot."""
        return self._models[name]

    def bone_matrix(self, name: str, pose: Pose) -> NDArray[np.float64]:
        """From a bone's own space to the body's, in blocks."""
        bone = self._bones[name]
        turn = pose.turn.get(name, STILL)
        shift = pose.shift.get(name, STILL)
        x, y, z = (a + b for a, b in zip(bone.pivot, shift, strict=True))
        ground = 0.0 if bone.parent else self._ground
        local = frame(
            (-bone.turn[0] - turn[0], -bone.turn[1] - turn[1], bone.turn[2] + turn[2]),
            (-x / 16, (ground - y) / 16, z / 16),
        )
        if bone.parent:
            return np.asarray(self.bone_matrix(bone.parent, pose) @ local)
        return local


def frame(turn: tuple[float, float, float], place: tuple[float, float, float]) -> NDArray[np.float64]:
    """The 4x4 matrix that turns about x, then y, then z (radians, right-handed) and shifts.

    Written out, since a frame needs some hundred of them.
    """
    (cx, cy, cz), (sx, sy, sz) = map(math.cos, turn), map(math.sin, turn)
    return np.array(
        [
            [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx, place[0]],
            [sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx, place[1]],
            [-sy, cy * sx, cy * cx, place[2]],
            [0.0, 0.0, 0.0, 1.0],
        ]
    )
