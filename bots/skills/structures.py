"""What players build: lists of cells from the bottom up, and building them."""

from __future__ import annotations

from collections.abc import Callable

from bots.errors import SkillFailed
from bots.geometry import Cell, Face
from bots.player import Player
from bots.script import Script, wait
from bots.skills.building import build
from bots.terrain import Terrain

Put = Callable[[Player, Cell, str], Script[None]]

ROUNDS = 2
GROUND_REACH = 8  # blocks up or down to the ground of a column


def wall(base: Cell, along: Face, width: int, height: int) -> list[Cell]:
    """A wall with `base` in the middle of its lowest row."""
    columns = range(-(width // 2), width - width // 2)
    return [base.plus(along.x * at, up, along.z * at) for up in range(height) for at in columns]


def platform(corner: Cell, size: int) -> list[Cell]:
    """A square slab, one block thick."""
    return [corner.plus(x, 0, z) for x in range(size) for z in range(size)]


def on_ground(terrain: Terrain, cells: list[Cell]) -> list[Cell]:
    """The cells with every column moved to where its ground is. Raises `SkillFailed` where there is none
    near.
    """
    lowest = min(cell.y for cell in cells)
    moved = []
    for cell in cells:
        ground = terrain.ground(cell._replace(y=lowest), GROUND_REACH)
        if ground is None:
            raise SkillFailed(f"there is no ground to build on near {tuple(cell)}")
        moved.append(cell._replace(y=ground.y + cell.y - lowest))
    return sorted(moved, key=lambda cell: cell.y)


def build_all(player: Player, cells: list[Cell], item: str, between: int) -> Script[None]:
    """Builds cells in order, walking to where each can be reached from (see `fill`)."""
    yield from fill(player, cells, item, between, build)


def fill(player: Player, cells: list[Cell], item: str, between: int, put: Put) -> Script[None]:
    """Fills cells in order by `put`, with a pause of `between` ticks after each; what is filled is left.

    What did not work is tried once more at the end. Raises `SkillFailed` when more than half of the cells
    stay empty.
    """
    missing = cells
    for _ in range(ROUNDS):
        for cell in missing:
            if player.terrain.solid(cell):
                continue
            try:
                yield from put(player, cell, item)
            except SkillFailed as reason:
                player.log("block_failed", cell=list(cell), reason=str(reason))
            yield from wait(between)
        missing = [cell for cell in cells if not player.terrain.solid(cell)]
    if len(missing) * 2 > len(cells):
        raise SkillFailed(f"{player.name} could not build {len(missing)} of {len(cells)} blocks")
