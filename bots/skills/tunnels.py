"""Digging one's way through the ground."""

from __future__ import annotations

from bots.errors import SkillFailed
from bots.geometry import Cell, Face
from bots.player import Player
from bots.script import Script, wait
from bots.skills.mining import dig
from bots.skills.moving import stand_still, step_to

FALLING = frozenset({"sand", "red_sand", "gravel"})
CAVE_INS = 6  # blocks that may fall into a cell while it is dug
FALL_TICKS = 16  # until what stood above has come down
SETTLE_TICKS = 4
DEEPEST = 3  # blocks that one may fall


def dig_down(player: Player, blocks: int) -> Script[None]:
    """Digs away what is underfoot, block by block, and falls in."""
    for _ in range(blocks):
        below = player.cell.plus(0, -1, 0)
        check_dry(player, below)
        if all(not player.terrain.solid(below.plus(0, -drop, 0)) for drop in range(1, DEEPEST + 1)):
            raise SkillFailed(f"{player.name} will not fall into a cave at {tuple(below)}")
        yield from clear(player, below)
        yield from wait(SETTLE_TICKS)
        yield from stand_still(player)


def tunnel(player: Player, face: Face, blocks: int, *, down: bool = False) -> Script[None]:
    """Digs a passage two blocks high and walks through it; `down` makes it a staircase."""
    for _ in range(blocks):
        yield from dig_step(player, face, down=down)


def dig_step(player: Player, face: Face, *, down: bool = False) -> Script[None]:
    """Digs one block of a passage and steps in. Raises `SkillFailed` at water, lava and holes."""
    ahead = player.cell.plus(face.x, 0, face.z)
    cells = [ahead.plus(0, 1, 0), ahead, ahead.plus(0, -1, 0)] if down else [ahead.plus(0, 1, 0), ahead]
    for cell in cells:
        check_dry(player, cell)
        yield from clear(player, cell)
    if all(not player.terrain.solid(cells[-1].plus(0, -drop, 0)) for drop in range(1, DEEPEST + 1)):
        raise SkillFailed(f"{player.name} will not step over a hole at {tuple(ahead)}")
    yield from step_to(player, cells[-1].floor())


def clear(player: Player, cell: Cell) -> Script[None]:
    """Digs a cell free, again when sand falls into it."""
    for _ in range(CAVE_INS):
        falling = player.terrain.block(cell.plus(0, 1, 0)).name in FALLING
        yield from dig(player, cell)
        if not falling:
            return
        yield from wait(FALL_TICKS)
    raise SkillFailed(f"{player.name} cannot keep {tuple(cell)} free")


def check_dry(player: Player, cell: Cell) -> None:
    """Raises `SkillFailed` if a liquid is in a cell or next to it."""
    around = [
        cell,
        *(cell.plus(*offset) for offset in ((1, 0, 0), (-1, 0, 0), (0, 0, 1), (0, 0, -1), (0, 1, 0))),
    ]
    if any(player.terrain.block(at).liquid for at in around):
        raise SkillFailed(f"{player.name} met a liquid at {tuple(cell)}")
