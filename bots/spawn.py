"""Where players start: on ground that they can stand on, a given distance apart, facing each other."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bots.errors import SkillFailed
from bots.geometry import Vec, heading
from bots.terrain import LIQUIDS

RADIUS = 5000  # blocks around the origin
TRIES = 100
ELBOW_ROOM = 3.0  # blocks between neighbours on the circle
MAX_SLOPE = 0.5  # height difference per block of distance
TREES = ("_leaves", "_log", "cactus")
BUILT = ("_planks", "_slab", "_stairs", "_fence", "torch", "farmland")  # roofs and fields

Survey = Callable[[list[tuple[int, int]]], list[tuple[int, str]]]


class Place(NamedTuple):
    """Where a player starts. Radians, + = left."""

    position: Vec
    yaw: float


def find_places(
    rng: random.Random, players: int, distance: tuple[float, float], survey: Survey
) -> list[Place]:
    """Places for players on a circle whose diameter is between the distances (wider for a crowd).

    `survey` tells the height and the name of the highest block at columns. Raises `SkillFailed` when no such
    places are found.
    """
    for _ in range(TRIES):
        columns = _circle(rng, players, distance)
        tops = survey(columns)
        if all(_is_ground(name) for _, name in tops):
            points = [Vec(x + 0.5, y + 1.0, z + 0.5) for (x, z), (y, _) in zip(columns, tops, strict=True)]
            if _is_even(points):
                return [Place(point, _facing(point, points)) for point in points]
    raise SkillFailed(f"no place for {players} players was found in {TRIES} tries; try another world seed")


def _circle(rng: random.Random, players: int, distance: tuple[float, float]) -> list[tuple[int, int]]:
    angle, away = rng.uniform(0, math.tau), rng.uniform(0, RADIUS)
    centre = (away * math.cos(angle), away * math.sin(angle))
    crowded = ELBOW_ROOM / (2 * math.sin(math.pi / players)) if players > 1 else 0.0
    radius = max(rng.uniform(*distance) / 2, crowded)
    first = rng.uniform(0, math.tau)
    angles = [first + math.tau * index / players for index in range(players)]
    return [
        (math.floor(centre[0] + radius * math.cos(a)), math.floor(centre[1] + radius * math.sin(a)))
        for a in angles
    ]


def _is_ground(name: str) -> bool:
    return name not in LIQUIDS and not name.endswith(TREES + BUILT) and name != "air"


def _is_even(points: Sequence[Vec]) -> bool:
    return all(abs(a.y - b.y) <= 1 + MAX_SLOPE * a.flat_distance(b) for a in points for b in points)


def _facing(point: Vec, points: Sequence[Vec]) -> float:
    """The yaw towards the middle of the others; north for one player alone."""
    others = [other for other in points if other != point]
    if not others:
        return 0.0
    middle = Vec(sum(p.x for p in others) / len(others), point.y, sum(p.z for p in others) / len(others))
    return heading(middle.minus(point))
