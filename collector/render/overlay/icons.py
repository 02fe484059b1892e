"""Pictures of items for the HUD, drawn from their models as the client's inventory does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Picture
from collector.render.bodies.facets import FacetModel
from collector.render.bodies.items import Item

SIDE = 16  # pixels of an icon at scale 1
# Light on upright blocks in the inventory by the direction of a face after it was turned: from the left, up.
LAMPS = np.array([[-0.93, 0.26, 0.26], [0.2, 0.97, -0.1]])


def icon(item: Item, texels: NDArray[np.uint32], scale: int) -> Picture:
    """The item's icon, 16 `scale` pixels square, RGBA."""
    side = SIDE * scale
    model = item.model.moved(item.placed("gui"))
    normal = np.cross(model.down, model.right)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    picture = np.zeros((side, side, 4), np.float64)
    near = np.full((side, side), -np.inf)
    for i in np.flatnonzero(normal[:, 2] > 1e-3):
        shade = 1.0 if item.flat else block_shade(normal[i])
        draw(picture, near, model, int(i), texels, shade)
    return np.asarray(np.rint(picture.clip(0, 1) * 255), np.uint8)


def block_shade(normal: NDArray[np.float64]) -> float:
    """Light on a face of a block in the inventory: bright from above, darker to the right."""
    return float(np.clip(np.maximum(LAMPS @ normal, 0).sum() * 0.6 + 0.4, 0, 1))


def draw(
    picture: NDArray[np.float64],
    near: NDArray[np.float64],
    model: FacetModel,
    index: int,
    texels: NDArray[np.uint32],
    shade: float,
) -> None:
    """Draw one rectangle of a model that is seen along -z, nearer ones over farther ones."""
    side = len(picture)
    axis = (np.arange(side) + 0.5) / side - 0.5
    x, y = np.meshgrid(axis, -axis)
    corner, right, down = model.corner[index], model.right[index], model.down[index]
    basis = np.array([[right[0], down[0]], [right[1], down[1]]])
    if abs(np.linalg.det(basis)) < 1e-9:
        return
    ab = np.linalg.inv(basis) @ np.stack([x - corner[0], y - corner[1]]).reshape(2, -1)
    a, b = ab.reshape(2, side, side)
    depth = corner[2] + a * right[2] + b * down[2]
    inside = (a >= 0) & (a < 1) & (b >= 0) & (b < 1) & (depth >= near - 1e-6)
    uv = model.uv[index] + a[inside, None] * model.du[index] + b[inside, None] * model.dv[index]
    at = model.texture[index] + uv[:, 1].astype(int) * model.width[index] + uv[:, 0].astype(int)
    rgba = np.ascontiguousarray(texels[at]).view(np.uint8).reshape(-1, 4) / 255
    rows, columns = np.nonzero(inside)
    shown = rgba[:, 3] > 0.1
    rows, columns, rgba = rows[shown], columns[shown], rgba[shown]
    rgba[:, :3] *= model.tint[index] * shade
    picture[rows, columns] = rgba
    near[rows, columns] = depth[rows, columns]
