"""Using blocks: levers, buttons, doors, fields."""

from __future__ import annotations

from bots.geometry import Cell
from bots.player import Player
from bots.script import Script, wait
from bots.skills.aiming import point_to_use
from bots.skills.building import equip
from bots.skills.looking import SPEED, look_at

AFTER_TICKS = 2


def use_block(player: Player, cell: Cell, *items: str, speed: float = SPEED) -> Script[None]:
    """Looks at a block and clicks on it, with the first of `items` in hand that is in the hotbar.

    What that does is for the caller to check. Raises `SkillFailed` when the block cannot be reached.
    """
    if items:
        yield from equip(player, *items)
    yield from look_at(player, point_to_use(player, cell), speed=speed)
    player.use()
    yield
    yield from wait(AFTER_TICKS)
