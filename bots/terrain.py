"""The world as the players have seen it: a copy on this side, so that scripts can look at blocks without
asking Node.
"""

from __future__ import annotations

import bisect
import math
from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bots.geometry import Cell, Face, Vec
from bots.tick import BlockChange, Section

SIZE = 16
AIR = frozenset({"air", "cave_air", "void_air"})
LIQUIDS = frozenset({"water", "lava"})
MAX_FALL = 64
FALL_IS_DEEP = 4


class Block(NamedTuple):
    """A kind of block. `solid`: it stops a body."""

    name: str
    solid: bool

    @property
    def air(self) -> bool:
        """Whether nothing is there."""
        return self.name in AIR

    @property
    def liquid(self) -> bool:
        """Whether it is water or lava."""
        return self.name in LIQUIDS


class Hit(NamedTuple):
    """What a ray met: the block's cell, the side it came in by, and where."""

    cell: Cell
    face: Face
    point: Vec


class Palette:
    """The blocks of a Minecraft version by state id."""

    def __init__(self, rows: Iterable[tuple[str, int, int, int, int]]) -> None:
        ordered = sorted(rows, key=lambda row: row[1])
        self._first = [row[1] for row in ordered]
        self._blocks = [Block(row[0], bool(row[3])) for row in ordered]
        self._default = {row[0]: row[4] for row in ordered}

    def block(self, state: int) -> Block:
        """The block that has the state."""
        return self._blocks[bisect.bisect_right(self._first, state) - 1]

    def default_state(self, name: str) -> int:
        """The state that a block of this name has when nothing else is said. Raises `KeyError`."""
        return self._default[name]


class Terrain:
    """Blocks by position, at the heights (y) that the world has. What nobody has seen yet is air."""

    def __init__(self, palette: Palette, heights: range) -> None:
        self.palette = palette
        self.heights = heights
        self._sections: dict[tuple[int, int, int], array[int]] = {}
        self._columns: set[tuple[int, int]] = set()

    def learn(self, sections: Iterable[Section], changes: Iterable[BlockChange]) -> None:
        """Takes in what a tick has brought."""
        for section in sections:
            self._sections[section.x, section.y, section.z] = array("H", section.blocks)
            self._columns.add((section.x, section.z))
        for x, y, z, state in changes:
            key = (x >> 4, y >> 4, z >> 4)
            blocks = self._sections.setdefault(key, array("H", bytes(2 * SIZE**3)))
            blocks[_index(x, y, z)] = state

    def holds(self, cell: Cell) -> bool:
        """Whether a cell is in a part of the world that has been seen."""
        return cell.y in self.heights and (cell.x >> 4, cell.z >> 4) in self._columns

    def state(self, x: int, y: int, z: int) -> int:
        """The state id at a position."""
        blocks = self._sections.get((x >> 4, y >> 4, z >> 4))
        return blocks[_index(x, y, z)] if blocks is not None else 0

    def block(self, cell: Cell) -> Block:
        """The block in a cell."""
        return self.palette.block(self.state(*cell))

    def solid(self, cell: Cell) -> bool:
        """Whether the block stops a body."""
        return self.block(cell).solid

    def open(self, cell: Cell) -> bool:
        """Whether a body can be there: no solid block, no liquid."""
        block = self.block(cell)
        return not block.solid and not block.liquid

    def standable(self, cell: Cell) -> bool:
        """Whether somebody can stand with their feet in this cell."""
        return self.solid(cell.plus(0, -1, 0)) and self.open(cell) and self.open(cell.plus(0, 1, 0))

    def ground(self, cell: Cell, reach: int = MAX_FALL) -> Cell | None:
        """The cell nearest to this one, up or down, in which somebody can stand; None if none is within
        `reach`.
        """
        for step in range(reach + 1):
            for offset in (-step, step):
                candidate = cell.plus(0, offset, 0)
                if self.standable(candidate):
                    return candidate
        return None

    def cast(self, eye: Vec, towards: Vec, reach: float) -> Hit | None:
        """The first solid block on the ray from `eye` through `towards`, within `reach` blocks."""
        offset = towards.minus(eye)
        length = offset.length()
        if length == 0:
            return None
        for cell, face, distance in _cells(eye, offset.scaled(1 / length), reach):
            if self.solid(cell):
                return Hit(cell, face, eye.plus(*offset.scaled(distance / length)))
        return None

    def clear(self, start: Vec, end: Vec) -> bool:
        """Whether there is only air on the straight way between two points."""
        offset = end.minus(start)
        length = offset.length()
        way = _cells(start, offset.scaled(1 / length), length) if length else ()
        return all(self.block(cell).air for cell, _, _ in way)


def _index(x: int, y: int, z: int) -> int:
    return (y & 15) << 8 | (z & 15) << 4 | (x & 15)


def _cells(start: Vec, ray: Vec, reach: float) -> Iterator[tuple[Cell, Face, float]]:
    """The cells along a ray, each with the side it is entered by and the distance (Amanatides and Woo,
    1987).
    """
    cell = list(start.cell())
    steps = [int(math.copysign(1, component)) for component in ray]
    spans = [abs(1 / component) if component else math.inf for component in ray]
    gaps = [
        ((at + 1 - value) if step > 0 else (value - at)) * span if span != math.inf else math.inf
        for at, value, step, span in zip(cell, start, steps, spans, strict=True)
    ]
    yield Cell(*cell), Face(0, 0, 0), 0.0
    while (distance := min(gaps)) <= reach:
        axis = gaps.index(distance)
        cell[axis] += steps[axis]
        gaps[axis] += spans[axis]
        face = [0, 0, 0]
        face[axis] = -steps[axis]
        yield Cell(*cell), Face(*face), distance
