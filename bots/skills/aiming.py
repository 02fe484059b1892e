"""Which point of a block to aim at, so that the crosshair meets the wanted side of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from bots.errors import SkillFailed
from bots.geometry import FACES, Box, Cell, Face, Vec, wrap
from bots.player import Player
from bots.skills.looking import angles_to
from bots.terrain import Terrain

BODY = 0.32  # half width of a body, and a little
TALL = 1.82
REACH = 4.4  # blocks; the game allows 4.5
INSIDE = 0.02  # blocks below the surface, so that the ray surely meets it
WOBBLE = ((0.0, 0.0), (0.04, 0.03), (-0.04, 0.03), (0.04, -0.03), (-0.04, -0.03))  # of the eye, in blocks
SPOTS = (0.0, 0.3, -0.3)  # from the middle of a side, along both of its axes


def point_to_place(player: Player, cell: Cell) -> Vec:
    """A visible point on a neighbour of `cell`, on the side from which a block goes into the cell.

    Of those that can be seen, the one that needs the least turn. Raises `SkillFailed` when there is none
    within reach.
    """
    points = points_to_place(player.terrain, player.eye, cell)
    return _least_turn(player, unobstructed(player, points), f"place at {tuple(cell)}")


def point_to_dig(player: Player, cell: Cell) -> Vec:
    """A visible point on a block. Raises `SkillFailed` when there is none within reach."""
    points = points_to_dig(player.terrain, player.eye, cell)
    return _least_turn(player, unobstructed(player, points), f"dig {tuple(cell)}")


def point_to_use(player: Player, cell: Cell) -> Vec:
    """A visible point on a block of any shape, such as a lever. Raises `SkillFailed` when there is none
    within reach.
    """
    candidates = (point for box in player.outline(cell) for point in _points_of(cell, box))
    points = [point for point in candidates if _sees(player, point, cell)]
    return _least_turn(player, unobstructed(player, points), f"use what is at {tuple(cell)}")


def _points_of(cell: Cell, box: Box) -> Iterator[Vec]:
    """The middle of a box and of each of its sides."""
    half = Vec((box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2, (box.z1 - box.z0) / 2)
    middle = Vec(*cell).plus(box.x0 + half.x, box.y0 + half.y, box.z0 + half.z)
    yield middle
    for face in FACES:
        yield middle.plus(*(step * max(0.0, size - INSIDE) for step, size in zip(face, half, strict=True)))


def _sees(player: Player, point: Vec, cell: Cell) -> bool:
    distance = player.eye.distance(point)
    hit = player.terrain.cast(player.eye, point, distance)
    return distance < REACH and (hit is None or hit.cell == cell)


def points_to_place(terrain: Terrain, eye: Vec, cell: Cell) -> list[Vec]:
    """All such points as seen from an eye."""
    sides = [(cell.plus(*face), Face(-face.x, -face.y, -face.z)) for face in FACES]
    return _visible(terrain, eye, [side for side in sides if terrain.solid(side[0])])


def points_to_dig(terrain: Terrain, eye: Vec, cell: Cell) -> list[Vec]:
    """All visible points on a block as seen from an eye."""
    return _visible(terrain, eye, [(cell, face) for face in FACES if not terrain.solid(cell.plus(*face))])


def unobstructed(player: Player, points: list[Vec]) -> list[Vec]:
    """Those of the points that no other player's body hides."""
    return [
        point
        for point in points
        if not any(_crosses_body(player.eye, point, other.position) for other in player.others)
    ]


def _crosses_body(eye: Vec, point: Vec, feet: Vec) -> bool:
    """Whether the line from the eye to a point goes through somebody's body (the slab test)."""
    enter, leave = 0.0, 1.0
    low, high = feet.plus(-BODY, 0, -BODY), feet.plus(BODY, TALL, BODY)
    for start, end, least, most in zip(eye, point, low, high, strict=True):
        way = end - start
        if way == 0:
            if not least <= start <= most:
                return False
            continue
        first, second = sorted(((least - start) / way, (most - start) / way))
        enter, leave = max(enter, first), min(leave, second)
    return enter <= leave


def _least_turn(player: Player, points: list[Vec], what: str) -> Vec:
    if not points:
        raise SkillFailed(f"{player.name} cannot reach to {what}")

    def turn(point: Vec) -> float:
        yaw, pitch = angles_to(player, point)
        return math.hypot(wrap(yaw - player.yaw), pitch - player.pitch)

    return min(points, key=turn)


def _visible(terrain: Terrain, eye: Vec, sides: Sequence[tuple[Cell, Face]]) -> list[Vec]:
    return [
        point
        for cell, face in sides
        for point in _spots(cell, face)
        if _meets(terrain, eye, point, cell, face)
    ]


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


def _meets(terrain: Terrain, eye: Vec, point: Vec, cell: Cell, face: Face) -> bool:
    """Whether the ray meets the side, even if the eye were a little off: a ray along an edge is nobody's."""
    for dx, dz in WOBBLE:
        hit = terrain.cast(eye.plus(dx, 0, dz), point, REACH)
        if hit is None or hit.cell != cell or hit.face != face:
            return False
    return True
