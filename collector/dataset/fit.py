"""How pictures come to another size: the middle of them, scaled, so that shapes are kept."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Size = tuple[int, int]  # height, width


class Fit(NamedTuple):
    """Scale a picture to `scaled`, then take the middle `size` of it (both height, width)."""

    scaled: Size
    size: Size

    @classmethod
    def of(cls, source: Size, size: Size | None) -> Fit:
        """The smallest scaling of `source` that covers `size`."""
        if size is None:
            return cls(source, source)
        factor = max(size[0] / source[0], size[1] / source[1])
        return cls((max(size[0], round(source[0] * factor)), max(size[1], round(source[1] * factor))), size)

    @property
    def middle(self) -> tuple[slice, slice]:
        """Where the middle is in a scaled picture."""
        top, left = ((whole - part) // 2 for whole, part in zip(self.scaled, self.size, strict=True))
        return slice(top, top + self.size[0]), slice(left, left + self.size[1])

    def factors(self, source: Size) -> tuple[float, float]:
        """How many times wider and higher a pixel's way becomes: right, down."""
        return self.scaled[1] / source[1], self.scaled[0] / source[0]

    def nearest(self, plane: NDArray[Any]) -> NDArray[Any]:
        """Scale and cut a plane whose values must not be mixed: each pixel takes its nearest neighbour's."""
        if self.scaled == plane.shape[:2]:
            return plane[self.middle]
        rows, columns = (
            (np.arange(count) * source + source // 2) // count
            for count, source in zip(self.scaled, plane.shape[:2], strict=True)
        )
        vertical, horizontal = self.middle
        picked: NDArray[Any] = plane[rows[vertical]][:, columns[horizontal]]
        return picked
