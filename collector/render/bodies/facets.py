"""Textured rectangles of everything that is not a block: bodies, items, the hand.

A `FacetModel` is a set of rectangles in its own space; placed by a matrix and lit, it becomes records for
the kernel, which finds them through lists by screen tile.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.render.kernel.render import TILE
from collector.render.kernel.structs import Facet, records

Vector = NDArray[np.float64]
HIDDEN = (1.0, 1.0, 0.0, 0.0)  # screen bounds of what cannot be seen
NEXT, LAST = [1, 2, 0], [2, 0, 1]  # of the axes, for a cross product
NEAR = 0.02  # blocks; nothing nearer to the eye is drawn

# Directions of the two lamps that the client lights bodies with, and its brightness formula.
LAMPS = np.array([[0.2, 1.0, -0.7], [-0.2, 1.0, 0.7]]) / np.sqrt(1.53)
LAMP_LIGHT, AMBIENT = 0.6, 0.4


@dataclass(frozen=True)
class FacetModel:
    """Rectangles in model space: `corner`, `right`, `down` are [n, 3]; `uv`, `du`, `dv` [n, 2] in texels.

    `texture` and `width` place each rectangle's texture in the pool; `tint` [n, 3] multiplies its colour.
    """

    corner: Vector
    right: Vector
    down: Vector
    uv: Vector
    du: Vector
    dv: Vector
    texture: NDArray[np.int32]
    width: NDArray[np.int32]
    tint: Vector

    def moved(self, matrix: Vector) -> FacetModel:
        """The model under a 4x4 matrix."""
        linear = matrix[:3, :3].T
        return FacetModel(
            self.corner @ linear + matrix[:3, 3],
            self.right @ linear,
            self.down @ linear,
            self.uv,
            self.du,
            self.dv,
            self.texture,
            self.width,
            self.tint,
        )


def joined(models: Sequence[FacetModel]) -> FacetModel:
    """Several models as one."""
    names = FacetModel.__dataclass_fields__
    return FacetModel(**{name: np.concatenate([getattr(m, name) for m in models]) for name in names})


def lit(
    model: FacetModel, light: Vector, segment: int, flash: float = 0.0, turn: Vector | None = None
) -> NDArray[np.void]:
    """Records for the kernel. `light` is a colour; `turn` leads from model to world directions."""
    facets = records(Facet, len(model.corner))
    # Written out: for so few rectangles, NumPy's own takes several times as long.
    down, right = model.down, model.right
    normal = down[:, NEXT] * right[:, LAST] - down[:, LAST] * right[:, NEXT]
    normal /= np.maximum(np.sqrt(squares(normal)), 1e-12)
    world = normal if turn is None else normal @ turn.T
    lamps = np.maximum(world @ LAMPS.T, 0).sum(1) * LAMP_LIGHT + AMBIENT
    facets["corner"], facets["normal"] = model.corner, normal
    facets["right"] = right / np.maximum(squares(right), 1e-12)
    facets["down"] = down / np.maximum(squares(down), 1e-12)
    facets["uv"], facets["du"], facets["dv"] = model.uv, model.du, model.dv
    facets["texture"], facets["width"] = model.texture, model.width
    facets["segment"], facets["flash"] = segment, flash
    facets["colour"] = model.tint * light * np.minimum(lamps, 1.0)[:, None]
    return facets


def squares(vectors: Vector) -> Vector:
    """The squared lengths of vectors [n, 3], as [n, 1]."""
    return np.asarray(np.einsum("ij,ij->i", vectors, vectors)[:, None])


@dataclass(frozen=True)
class Lens:
    """Projects points: `eye` and `axes` (rows right, up, forward) of a view, tangents of its half angles."""

    eye: Vector
    axes: Vector
    half: tuple[float, float]

    def may_see(self, centre: Vector, radius: float) -> bool:
        """Whether any of a ball may be on the screen."""
        x, y, z = (self.axes @ (centre - self.eye)).tolist()
        return z > -radius and all(
            abs(aside) - z * half < radius * math.hypot(1.0, half)
            for aside, half in zip((x, y), self.half, strict=True)
        )

    def boxes(self, facets: NDArray[np.void]) -> Vector:
        """Screen bounds of facets seen from their front, [n, 4]: left, top, right, bottom from 0 to 1.

        A facet that cannot be seen has its left beyond its right.
        """
        right = facets["right"] / np.maximum(squares(facets["right"]), 1e-12)
        down = facets["down"] / np.maximum(squares(facets["down"]), 1e-12)
        corner = facets["corner"] - self.eye
        around = np.stack([corner, corner + right, corner + right + down, corner + down], 1) @ self.axes.T
        bounds = self._bounds(around)
        outside = (bounds[:, :2] > 1).any(1) | (bounds[:, 2:] < 0).any(1)
        bounds[outside | ((facets["normal"] * corner).sum(1) >= 0)] = HIDDEN
        return bounds

    def _bounds(self, around: Vector) -> Vector:
        """Screen bounds of polygons [n, corners, 3] in the eye's axes, as far as they are before it."""
        after = np.roll(around, -1, 1)
        before, behind = around[..., 2], after[..., 2]
        crossing = (before > NEAR) != (behind > NEAR)
        share = np.where(crossing, (NEAR - before) / np.where(crossing, behind - before, 1.0), 0.0)
        points = np.concatenate([around, around + (after - around) * share[..., None]], 1)
        drawn = np.concatenate([before > NEAR, crossing], 1)
        depth = np.where(drawn, points[..., 2], 1.0)
        x = points[..., 0] / depth / self.half[0] * 0.5 + 0.5
        y = 0.5 - points[..., 1] / depth / self.half[1] * 0.5
        low = [np.where(drawn, axis, np.inf).min(1) for axis in (x, y)]
        high = [np.where(drawn, axis, -np.inf).max(1) for axis in (x, y)]
        return np.stack([*low, *high], 1)

    def box_bounds(self, low: Vector, high: Vector) -> Vector:
        """Screen bounds of an upright box, with some room; the whole screen if it reaches behind the eye."""
        corners = np.array(
            [[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
        )
        seen = (corners - self.eye) @ self.axes.T
        if seen[:, 2].min() < NEAR:
            return np.array([0.0, 0.0, 1.0, 1.0])
        x = seen[:, 0] / seen[:, 2] / self.half[0] * 0.5 + 0.5
        y = 0.5 - seen[:, 1] / seen[:, 2] / self.half[1] * 0.5
        return np.array([x.min() - 0.01, y.min() - 0.01, x.max() + 0.01, y.max() + 0.01])


def tile_lists(
    bounds: Vector,
    numbers: NDArray[np.int64],
    size: tuple[int, int],
    tiles: NDArray[np.int32],
    items: list[NDArray[np.int32]],
) -> None:
    """List facets by the tiles that their bounds touch.

    `tiles` [rows, columns, 2] receives the first and last place of each tile's list in the concatenation of
    `items`, to which the list is appended; `numbers` are the facets' indices; `size` width and height.
    """
    rows, columns = tiles.shape[:2]
    pixels = bounds * [size[0], size[1], size[0], size[1]] / TILE
    low = np.floor(pixels[:, :2] - 0.1).astype(int).clip(0, [columns - 1, rows - 1])
    high = np.floor(pixels[:, 2:] + 0.1).astype(int).clip(0, [columns - 1, rows - 1]) + 1
    shown = np.flatnonzero(bounds[:, 0] <= bounds[:, 2])
    wide, tall = (high - low)[shown].T
    facet = np.repeat(shown, wide * tall)
    place = np.arange(facet.size) - np.repeat(np.cumsum(wide * tall) - wide * tall, wide * tall)
    across = np.repeat(wide, wide * tall)
    tile = (low[facet, 1] + place // across) * columns + low[facet, 0] + place % across
    order = np.argsort(tile, kind="stable")
    counts = np.bincount(tile, minlength=rows * columns)
    start = sum(len(item) for item in items)
    ends = start + np.cumsum(counts)
    tiles[..., 0] = (ends - counts).reshape(rows, columns)
    tiles[..., 1] = ends.reshape(rows, columns)
    items.append(numbers[facet[order]].astype(np.int32))


def matrix(linear: Vector | None = None, shift: Sequence[float] | Vector = (0.0, 0.0, 0.0)) -> Vector:
    """A 4x4 matrix: `linear` first, then a shift."""
    result = np.eye(4)
    if linear is not None:
        result[:3, :3] = linear
    result[:3, 3] = shift
    return result
