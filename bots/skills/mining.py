"""Breaking blocks."""

from __future__ import annotations

from bots.errors import SkillFailed
from bots.geometry import Cell
from bots.player import Player
from bots.script import Script
from bots.skills.aiming import point_to_dig, point_to_use
from bots.skills.building import equip
from bots.skills.looking import SPEED, look_at

SHOVEL = ("dirt", "grass", "sand", "gravel", "snow", "clay", "podzol", "mycelium", "farmland")
AXE = ("planks", "log", "wood", "fence", "door", "chest", "bookshelf", "crafting_table", "pumpkin", "melon")
TIERS = ("diamond", "iron", "stone", "wooden")
DEADLINE = 200  # ticks for one block
MISSES = 5  # ticks in a row without digging, before aiming anew


def dig(player: Player, cell: Cell, *, speed: float = SPEED) -> Script[None]:
    """Breaks a block with the best tool in the hotbar. Raises `SkillFailed` when out of reach or after 10
    s.
    """
    if not player.terrain.solid(cell):
        return
    yield from take_tool(player, player.terrain.block(cell).name)
    misses, aim = MISSES, point_to_dig
    for _ in range(DEADLINE):
        if not player.terrain.solid(cell):  # perhaps by somebody else
            return
        if misses >= MISSES:
            yield from look_at(player, aim(player, cell), speed=speed)
            misses, aim = 0, point_to_use  # if that does not help, it has another shape than a full block
        player.attack()
        yield
        misses = 0 if player.state["dig_stage"] >= 0 else misses + 1
    raise SkillFailed(
        f"{player.name} did not break {player.terrain.block(cell).name} within {DEADLINE} ticks"
    )


def take_tool(player: Player, block: str) -> Script[None]:
    """Takes the tool for a block into the hand, if there is one in the hotbar."""
    kind = "shovel" if _any_in(SHOVEL, block) else "axe" if _any_in(AXE, block) else "pickaxe"
    tools = [f"{tier}_{kind}" for tier in TIERS]
    if player.hotbar_slot(tools) is not None:
        yield from equip(player, *tools)


def _any_in(parts: tuple[str, ...], name: str) -> bool:
    return any(part in name for part in parts) and "sandstone" not in name
