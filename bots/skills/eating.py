"""Eating."""

from __future__ import annotations

from bots.errors import SkillFailed
from bots.player import Player
from bots.script import Script, wait
from bots.skills.building import equip

FULL = 20
BITES = 40  # ticks; eating takes 32
PAUSE = 3


def eat(player: Player, item: str) -> Script[None]:
    """Eats one of an item from the hotbar. Raises `SkillFailed` when the player is full or cannot."""
    if player.food >= FULL:
        raise SkillFailed(f"{player.name} is not hungry")
    yield from equip(player, item)
    before = player.food
    for _ in range(BITES):
        player.use()
        yield
        if player.food > before:
            yield from wait(PAUSE)
            return
    raise SkillFailed(f"{player.name} could not eat {item}")
