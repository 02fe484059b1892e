"""Which point of a block to aim at, so that the crosshair meets the wanted side of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bots.errors import SkillFailed
from bots.geometry import FACES, Cell, Face, Vec, wrap
from bots.player import Player
from bots.skills.looking import angles_to

REACH = 4.4  # blocks; the game allows 4.5
INSIDE = 0.02  # blocks below the surface, so that the ray surely meets it
WOBBLE = ((0.0, 0.0), (0.04, 0.03), (-0.04, 0.03), (0.04, -0.03), (-0.04, -0.03))  # of the eye, in blocks
SPOTS = (0.0, 0.3, -0.3)  # from the middle of a side, along both of its axes


def point_to_place(player: Player, cell: Cell) -> Vec:
    """A visible point on a neighbour of `cell`, on the side from which a block goes into the cell.

    Raises `SkillFailed` when there is none within reach.
    """
    sides = ((cell.plus(*face), Face(-face.x, -face.y, -face.z)) for face in FACES)
    return _nearest_aim(
        player, [side for side in sides if player.terrain.solid(side[0])], f"place at {tuple(cell)}"
    )


def point_to_dig(player: Player, cell: Cell) -> Vec:
    """A visible point on a block. Raises `SkillFailed` when there is none within reach."""
    sides = [(cell, face) for face in FACES if not player.terrain.solid(cell.plus(*face))]
    return _nearest_aim(player, sides, f"dig {tuple(cell)}")


def can_dig(player: Player, cell: Cell) -> bool:
    """Whether `point_to_dig` finds a point."""
    try:
        point_to_dig(player, cell)
    except SkillFailed:
        return False
    return True


def _nearest_aim(player: Player, sides: list[tuple[Cell, Face]], what: str) -> Vec:
    """The visible point that needs the least turn."""
    visible = [
        point for cell, face in sides for point in _spots(cell, face) if _visible(player, cell, face, point)
    ]
    if not visible:
        raise SkillFailed(f"{player.name} cannot reach to {what}")
    return min(visible, key=lambda point: _turn_to(player, point))


def _spots(cell: Cell, face: Face) -> Iterator[Vec]:
    surface = cell.centre().plus(*(component * (0.5 - INSIDE) for component in face))
    for first in SPOTS:
        for second in SPOTS:
            if face.x:
                yield surface.plus(0, first, second)
            elif face.y:
                yield surface.plus(first, 0, second)
            else:
                yield surface.plus(first, second, 0)


def _visible(player: Player, cell: Cell, face: Face, point: Vec) -> bool:
    """Whether the ray meets the side, even if the eye were a little off: a ray along an edge is nobody's."""
    for dx, dz in WOBBLE:
        hit = player.terrain.cast(player.eye.plus(dx, 0, dz), point, REACH)
        if hit is None or hit.cell != cell or hit.face != face:
            return False
    return True


def _turn_to(player: Player, point: Vec) -> float:
    yaw, pitch = angles_to(player, point)
    return math.hypot(wrap(yaw - player.yaw), pitch - player.pitch)
