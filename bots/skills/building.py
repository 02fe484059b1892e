"""Placing blocks."""

from __future__ import annotations

from bots.errors import SkillFailed
from bots.geometry import Cell
from bots.player import Player
from bots.script import Script, wait
from bots.skills.aiming import point_to_place
from bots.skills.looking import SPEED, look_at

TRIES = 4
RETRY_TICKS = 4  # somebody may be in the way for a moment


def equip(player: Player, *items: str) -> Script[None]:
    """Takes the first of the items that is in the hotbar into the hand. Raises `SkillFailed` if none is."""
    slot = player.hotbar_slot(items)
    if slot is None:
        raise SkillFailed(f"{player.name} has no {' or '.join(items)} in the hotbar")
    if slot != player.state["hotbar_slot"]:
        player.select(slot)
        yield


def place(player: Player, cell: Cell, item: str, *, speed: float = SPEED) -> Script[None]:
    """Puts a block of an item into a cell, aiming at a neighbour; tries again when it does not stand.

    Raises `SkillFailed` when the cell is taken, out of reach, or it did not work.
    """
    if player.terrain.solid(cell):
        raise SkillFailed(
            f"{player.name} cannot place at {tuple(cell)}: {player.terrain.block(cell).name} is there"
        )
    yield from equip(player, item)
    for _ in range(TRIES):
        yield from look_at(player, point_to_place(player, cell), speed=speed)
        player.use()
        yield
        if player.terrain.block(cell).name == item:
            return
        yield from wait(RETRY_TICKS)
    raise SkillFailed(f"{player.name} tried {TRIES} times to place {item} at {tuple(cell)}")
