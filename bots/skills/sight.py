"""Free sight: what one can see from where one stands, for choosing places."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import permutations

from bots.geometry import Cell, Vec, direction
from bots.terrain import Terrain

EYES = 1.62  # blocks above the feet of who stands
MIDDLE = 0.9  # of the body
FAN = tuple(math.radians(degrees) for degrees in range(-45, 46, 9))  # what a wide picture shows
RISES = tuple(math.radians(degrees) for degrees in (0, 8))  # above the horizon


def eye_at(cell: Cell) -> Vec:
    """The eye of somebody who stands in a cell."""
    return cell.floor().plus(0, EYES, 0)


def all_see_all(terrain: Terrain, cells: Iterable[Cell]) -> bool:
    """Whether players who stand in these cells see each other's upper half."""
    return all(
        terrain.clear(eye_at(one), other.floor().plus(0, height, 0))
        for one, other in permutations(cells, 2)
        for height in (EYES, MIDDLE)
    )


def open_view(terrain: Terrain, eye: Vec, yaw: float, blocks: float) -> bool:
    """Whether nothing stands within so many blocks of an eye that looks level to `yaw` (radians)."""
    rays = (direction(yaw + aside, rise) for aside in FAN for rise in RISES)
    return all(terrain.clear(eye, eye.plus(*ray.scaled(blocks))) for ray in rays)
