"""Points, directions and angles.

Angles as in the recording: radians, yaw 0 looks north (-z) and grows to the left, pitch grows upward.
"""

from __future__ import annotations

import math
from typing import NamedTuple

TURN = 2 * math.pi


class Vec(NamedTuple):
    """A point or an offset, in blocks."""

    x: float
    y: float
    z: float

    def plus(self, x: float, y: float, z: float) -> Vec:
        """This moved by an offset."""
        return Vec(self.x + x, self.y + y, self.z + z)

    def minus(self, other: Vec) -> Vec:
        """The offset from `other` to this."""
        return Vec(self.x - other.x, self.y - other.y, self.z - other.z)

    def scaled(self, factor: float) -> Vec:
        """This times a number."""
        return Vec(self.x * factor, self.y * factor, self.z * factor)

    def length(self) -> float:
        """The distance from the origin."""
        return math.sqrt(self.x**2 + self.y**2 + self.z**2)

    def distance(self, other: Vec) -> float:
        """The distance to another point."""
        return self.minus(other).length()

    def flat_distance(self, other: Vec) -> float:
        """The distance to another point, seen from above."""
        return math.hypot(self.x - other.x, self.z - other.z)

    def cell(self) -> Cell:
        """The block cell that the point is in."""
        return Cell(math.floor(self.x), math.floor(self.y), math.floor(self.z))


class Cell(NamedTuple):
    """The place of a block."""

    x: int
    y: int
    z: int

    def plus(self, x: int, y: int, z: int) -> Cell:
        """The cell at an offset."""
        return Cell(self.x + x, self.y + y, self.z + z)

    def centre(self) -> Vec:
        """The middle of the block."""
        return Vec(self.x + 0.5, self.y + 0.5, self.z + 0.5)

    def floor(self) -> Vec:
        """Where somebody stands who stands in the middle of this cell."""
        return Vec(self.x + 0.5, float(self.y), self.z + 0.5)


class Box(NamedTuple):
    """A part of a block: two corners within its cell, 0 to 1."""

    x0: float
    y0: float
    z0: float
    x1: float
    y1: float
    z1: float


class Face(NamedTuple):
    """The side of a block towards a neighbour."""

    x: int
    y: int
    z: int


FACES = (Face(0, -1, 0), Face(0, 1, 0), Face(0, 0, -1), Face(0, 0, 1), Face(-1, 0, 0), Face(1, 0, 0))
SIDES = FACES[2:]


def wrap(angle: float) -> float:
    """The same direction in (-pi, pi]."""
    return math.pi - (math.pi - angle) % TURN


def direction(yaw: float, pitch: float) -> Vec:
    """The unit vector of a view."""
    return Vec(-math.sin(yaw) * math.cos(pitch), math.sin(pitch), -math.cos(yaw) * math.cos(pitch))


def heading(offset: Vec) -> float:
    """The yaw that looks along an offset."""
    return math.atan2(-offset.x, -offset.z)


def elevation(offset: Vec) -> float:
    """The pitch that looks along an offset."""
    return math.atan2(offset.y, math.hypot(offset.x, offset.z))
