"""The glint of enchanted things: a picture that wanders over them, added to their own.

The client draws a thing once more with the glint's picture, which it turns, stretches and moves, and adds the
square of its colour. Here the textures of such things are copies, enlarged so that the glint has finer texels
than they have, which are painted anew at every tick. Where the client's atlas has a texture is not known:
each begins at the glint's corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Assets, Picture
from collector.render.assets.texels import TexelPool
from collector.render.bodies.facets import Vector

Spread = tuple[float, float]
ENLARGED = 4
TICK_MS = 50
SPEED = 8
PERIODS = 110_000, 30_000  # ms in which it wanders once across, and once down
TURN = np.radians(10.0)
# Of the glint's width and height that a texel of a texture covers: of items, in an atlas of 1024 x 512 texels
# that is covered eight times, and of armour, a picture of 64 x 32 that is covered by 0.16.
ITEM: Spread = (8 / 1024, 8 / 512)
ARMOUR: Spread = (0.16 / 64, 0.16 / 32)


@dataclass(frozen=True)
class Shining:
    """A texture in the pool that the glint is on: its picture, and how the glint is spread over it."""

    offset: int
    picture: Picture
    spread: Spread


class Glint:
    """The things of a recording that shine; their textures go to `pool`."""

    def __init__(self, assets: Assets, pool: TexelPool) -> None:
        self._assets, self._pool = assets, pool
        self._shining: dict[str, Shining] = {}

    def add(self, name: str, picture: Picture, spread: Spread) -> tuple[int, int, int]:
        """Offset, width and height of the enlarged copy of a texture, which from now on shines."""
        large = picture.repeat(ENLARGED, 0).repeat(ENLARGED, 1)
        place = self._pool.add(f"glint/{name}", large, mipped=False)
        self._shining[name] = Shining(place[0], large, spread)
        return place

    def __bool__(self) -> bool:
        return bool(self._shining)

    def texels(self, tick: int) -> Iterator[tuple[int, NDArray[np.uint32]]]:
        """Offset and texels of every texture that shines, at a tick."""
        for shining in self._shining.values():
            yield shining.offset, self._painted(shining, tick).view(np.uint32).ravel()

    def _painted(self, shining: Shining, tick: int) -> Picture:
        height, width = shining.picture.shape[:2]
        x, y = (np.arange(side) + 0.5 for side in (width, height))
        u = x[None, :] / ENLARGED * shining.spread[0]
        v = y[:, None] / ENLARGED * shining.spread[1]
        result = shining.picture.copy()
        lit = result[..., :3] + self._light(tick, u, v)
        result[..., :3] = np.rint(np.minimum(lit, 255))
        return result

    def _light(self, tick: int, u: Vector, v: Vector) -> Vector:
        """What is added at places of the glint before it is turned and moved, [v, u, 3], 0 … 255."""
        time = tick * TICK_MS * SPEED
        across = u * np.cos(TURN) - v * np.sin(TURN) - time % PERIODS[0] / PERIODS[0]
        down = u * np.sin(TURN) + v * np.cos(TURN) + time % PERIODS[1] / PERIODS[1]
        return blurred(self._squares, across, down)

    @cached_property
    def _squares(self) -> Vector:
        picture = self._assets.picture("misc/enchanted_item_glint", "misc/enchanted_glint_item")
        return picture[..., :3].astype(np.float64) ** 2 / 255


def blurred(picture: Vector, u: Vector, v: Vector) -> Vector:
    """A picture that repeats, sampled at places of it (1 is its width or height) between its texels."""
    height, width = picture.shape[:2]
    x, y = u * width - 0.5, v * height - 0.5
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    a, b = (x - left)[..., None], (y - top)[..., None]
    at = [[picture[(top + j) % height, (left + i) % width] for i in (0, 1)] for j in (0, 1)]
    rows = [row[0] * (1 - a) + row[1] * a for row in at]
    return np.asarray(rows[0] * (1 - b) + rows[1] * b)
