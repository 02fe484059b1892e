"""One pool of all texels, with mip levels, that the kernel samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Picture

GAMMA = 2.2
MAX_LEVELS = 5


class TexelPool:
    """Textures one behind the other: RGBA texels as uint32 (R lowest), each texture followed by its mips."""

    def __init__(self) -> None:
        self._chunks: list[NDArray[np.uint32]] = []
        self._size = 0
        self._known: dict[str, tuple[int, int, int]] = {}
        self._mipped: dict[str, bool] = {}

    def add(self, name: str, picture: Picture, mipped: bool = True) -> tuple[int, int, int]:
        """Offset, width and height of a texture, with its mip levels or without; a name is stored once."""
        if name not in self._known:
            height, width = picture.shape[:2]
            self._known[name] = (self._size, width, height)
            self._mipped[name] = mipped
            for level in mips(picture) if mipped else [picture]:
                texels = np.ascontiguousarray(level).view(np.uint32).ravel()
                self._chunks.append(texels)
                self._size += texels.size
        return self._known[name]

    def textures(self) -> dict[str, tuple[int, bool]]:
        """The place of every texture in the array, and whether its mip levels follow it, by name."""
        return {name: (place[0], self._mipped[name]) for name, place in self._known.items()}

    def array(self) -> NDArray[np.uint32]:
        """All texels."""
        return np.concatenate(self._chunks) if self._chunks else np.zeros(1, np.uint32)


def mips(picture: Picture) -> list[Picture]:
    """The picture and its halvings, averaged in linear light and weighted by alpha, as the client does."""
    levels = [picture]
    while len(levels) < MAX_LEVELS and min(levels[-1].shape[:2]) > 1:
        levels.append(halve(levels[-1]))
    return levels


def halve(picture: Picture) -> Picture:
    """The picture at half its size; transparent texels lend no colour."""
    height, width = picture.shape[0] // 2, picture.shape[1] // 2
    quads = picture[: height * 2, : width * 2].reshape(height, 2, width, 2, 4).astype(np.float64) / 255
    alpha = quads[..., 3:]
    weight = np.maximum(alpha.sum((1, 3)), 1e-6)
    colour = ((quads[..., :3] ** GAMMA * alpha).sum((1, 3)) / weight) ** (1 / GAMMA)
    return np.asarray(np.rint(np.concatenate([colour, alpha.mean((1, 3))], -1) * 255), np.uint8)
