"""Places to do something at: level ground, and spots around its middle."""

from __future__ import annotations

from bots.errors import SkillFailed
from bots.geometry import Cell, Face, Vec, heading
from bots.player import Player
from bots.scene import Scene
from bots.spawn import TREES
from bots.terrain import Terrain

SEARCH = 32  # blocks around
CLIMB = 14  # blocks up or down
STEEPS = (0, 1, 2)  # blocks up or down within a yard, the best first
YARD = 4  # blocks from the middle of a yard to its edge
HEADROOM = 4  # blocks that are cleared above a yard
# Where up to eight stand around something, close enough to use it.
RING = ((2, 0), (-2, 0), (0, 2), (0, -2), (2, 2), (-2, -2), (2, -2), (-2, 2))
FACING = {Face(0, 0, -1): "north", Face(0, 0, 1): "south", Face(-1, 0, 0): "west", Face(1, 0, 0): "east"}


def find_level(terrain: Terrain, centre: Cell, radius: int, *, search: int = SEARCH) -> Cell:
    """The nearest cell around which one can stand at the same level for `radius` blocks to all sides.

    Raises `SkillFailed` when there is none within `search` blocks.
    """
    near = range(-search, search + 1)
    square = range(-radius, radius + 1)
    for x, z in sorted(((x, z) for x in near for z in near), key=lambda at: at[0] ** 2 + at[1] ** 2):
        ground = terrain.ground(centre.plus(x, 0, z), CLIMB)
        if ground and all(terrain.standable(ground.plus(dx, 0, dz)) for dx in square for dz in square):
            return ground
    side = 2 * radius + 1
    raise SkillFailed(f"no level ground of {side} x {side} blocks within {search} blocks")


def find_yard(terrain: Terrain, centre: Cell, radius: int = YARD) -> Cell:
    """The nearest middle of dry, nearly level ground, of which `level` makes a yard. Raises `SkillFailed`."""
    near = range(-SEARCH, SEARCH + 1)
    offsets = sorted(((x, z) for x in near for z in near), key=lambda at: at[0] ** 2 + at[1] ** 2)
    for steep in STEEPS:
        for x, z in offsets:
            ground = terrain.ground(centre.plus(x, 0, z), CLIMB)
            if ground and all(_near_level(terrain, cell, steep) for cell in _square(ground, radius)):
                return ground
    raise SkillFailed(f"no dry, nearly level ground {2 * radius + 1} blocks wide within {SEARCH} blocks")


def level(scene: Scene, middle: Cell, radius: int = YARD) -> None:
    """Makes a level yard: fills what is too low and takes away what is too high."""
    surface = scene.terrain.block(middle.plus(0, -1, 0)).name
    for cell in _square(middle, radius):
        for up in range(-STEEPS[-1], 0):
            if not scene.terrain.solid(cell.plus(0, up, 0)):
                scene.set_block(cell.plus(0, up, 0), surface)
        for up in range(HEADROOM):
            if not scene.terrain.block(cell.plus(0, up, 0)).air:
                scene.set_block(cell.plus(0, up, 0), "air")


def _square(middle: Cell, radius: int) -> list[Cell]:
    side = range(-radius, radius + 1)
    return [middle.plus(x, 0, z) for x in side for z in side]


def _near_level(terrain: Terrain, cell: Cell, steep: int) -> bool:
    """Whether there is ground at about this height, and no water or trunk on it."""
    ground = terrain.ground(cell, steep)
    return ground is not None and not terrain.block(ground.plus(0, -1, 0)).name.endswith(TREES)


def around(middle: Cell, index: int) -> Cell:
    """The spot of a player around the middle."""
    x, z = RING[index]
    return middle.plus(x, 0, z)


def bring(scene: Scene, player: Player, spot: Cell, towards: Vec) -> None:
    """Puts a player onto a spot, facing a place. Only before the first tick."""
    scene.teleport(player, spot.floor(), heading(towards.minus(spot.floor())))
