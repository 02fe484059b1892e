"""Pictures of models for the overlay: items and the figure of a player, seen along -z."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Picture
from collector.render.bodies.facets import FacetModel

Axis = NDArray[np.float64]
CLEAR = 0.1  # alpha up to which a texel is not drawn


def raster(model: FacetModel, lamps: Axis, texels: NDArray[np.uint32], x: Axis, y: Axis) -> Picture:
    """The model at the places `x` (rising) and `y` (falling) of its space, RGBA [y, x].

    `lamps` [lamps, 3] are directions to the light; without any, all is fully bright. `texels` is the pool.
    """
    normal = np.cross(model.down, model.right)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    shades = np.ones(len(normal)) if not len(lamps) else lit(normal, lamps)
    picture = np.zeros((len(y), len(x), 4), np.float64)
    near = np.full(picture.shape[:2], -np.inf)
    for i in np.flatnonzero(normal[:, 2] > 1e-3):
        draw(picture, near, model, int(i), float(shades[i]), texels, x, y)
    return np.asarray(np.rint(picture.clip(0, 1) * 255), np.uint8)


def lit(normal: Axis, lamps: Axis) -> Axis:
    """The client's light on faces with these normals."""
    return np.asarray(np.clip(np.maximum(normal @ lamps.T, 0).sum(1) * 0.6 + 0.4, 0, 1))


def draw(
    picture: Axis,
    near: Axis,
    model: FacetModel,
    index: int,
    shade: float,
    texels: NDArray[np.uint32],
    x: Axis,
    y: Axis,
) -> None:
    """Draw one rectangle of a model, over what is farther and under what is nearer."""
    corner, right, down = model.corner[index], model.right[index], model.down[index]
    determinant = right[0] * down[1] - down[0] * right[1]
    if abs(determinant) < 1e-9:
        return
    columns = slice(*np.searchsorted(x, extent(corner[0], right[0], down[0])))
    rows = slice(*np.searchsorted(-y, extent(-corner[1], -right[1], -down[1])))
    dx, dy = x[None, columns] - corner[0], y[rows, None] - corner[1]
    a = (dx * down[1] - dy * down[0]) / determinant
    b = (dy * right[0] - dx * right[1]) / determinant
    depth = corner[2] + a * right[2] + b * down[2]
    inside = (a >= 0) & (a < 1) & (b >= 0) & (b < 1) & (depth >= near[rows, columns] - 1e-6)
    uv = model.uv[index] + a[inside, None] * model.du[index] + b[inside, None] * model.dv[index]
    at = model.texture[index] + uv[:, 1].astype(int) * model.width[index] + uv[:, 0].astype(int)
    rgba = np.ascontiguousarray(texels[at]).view(np.uint8).reshape(-1, 4) / 255
    shown = rgba[:, 3] > CLEAR
    inside[inside] = shown
    rgba[:, :3] *= model.tint[index] * shade
    picture[rows, columns][inside] = rgba[shown]
    near[rows, columns][inside] = depth[inside]


def extent(corner: float, right: float, down: float) -> tuple[float, float]:
    """The lowest and the highest place of a rectangle on an axis."""
    return corner + min(right, 0) + min(down, 0), corner + max(right, 0) + max(down, 0)
