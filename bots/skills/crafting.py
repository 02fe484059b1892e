"""Crafting: laying ingredients into the field of an open screen and taking what they make."""

from __future__ import annotations

from collections.abc import Mapping

from bots.errors import SkillFailed
from bots.player import Player
from bots.script import Script
from bots.skills.screens import Slot, click, own_items

RESULT = Slot(0, own=True)

# Slots of the field (1-9 of a table, 1-4 of the inventory, row by row) and what goes into them.
Recipe = Mapping[int, str]


def craft(player: Player, recipe: Recipe, product: str) -> Script[None]:
    """Lays out a recipe, one item in each slot, and takes the product. The screen must be open.

    Raises `SkillFailed` when an ingredient is missing or something else comes out.
    """
    for item in dict.fromkeys(recipe.values()):
        slots = [slot for slot, name in recipe.items() if name == item]
        yield from _lay_out(player, item, slots)
    made = own_items(player).get(0)
    if made is None or made[0] != product:
        raise SkillFailed(f"{player.name} wanted to craft {product} and got {made[0] if made else 'nothing'}")
    yield from click(player, RESULT, quick=True)


def _lay_out(player: Player, item: str, slots: list[int]) -> Script[None]:
    source = player.slot_of(item)
    if source is None or player.count(item) < len(slots):
        raise SkillFailed(f"{player.name} has too few {item} to craft with")
    yield from click(player, Slot(source))
    for slot in slots:
        yield from click(player, Slot(slot, own=True), right=True)
    if player.carried is not None:
        yield from click(player, Slot(source))
