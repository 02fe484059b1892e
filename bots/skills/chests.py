"""Taking things out of chests and putting them in. The chest's screen must be open."""

from __future__ import annotations

from collections.abc import Collection

from bots.errors import SkillFailed
from bots.player import Player
from bots.script import Script
from bots.skills.screens import Slot, click, own_items

SIZE = 27


def take_out(player: Player, item: str) -> Script[int]:
    """Moves a stack of an item from the chest to the player. Returns its count; 0 when there is none."""
    slots = [(slot, count) for slot, (name, count) in own_items(player).items() if name == item]
    if not slots:
        return 0
    slot, count = player.rng.choice(slots)
    before = player.count(item)
    yield from click(player, Slot(slot, own=True), quick=True)
    if player.count(item) < before + count:
        raise SkillFailed(f"{player.name} could not take {count} {item} out of slot {slot}")
    return count


def put_in(player: Player, item: str, count: int, slots: Collection[int] = range(SIZE)) -> Script[None]:
    """Carries a stack of an item to an empty one of `slots` of the chest and lays down `count` of it there,
    one by one or all at once, and what is left back where it was.

    Raises `SkillFailed` when the player has too few or the chest is full.
    """
    source = player.slot_of(item)
    empty = [slot for slot in slots if slot not in own_items(player)]
    if source is None or player.count(item) < count or not empty:
        raise SkillFailed(f"{player.name} cannot put {count} {item} into the chest")
    target = Slot(player.rng.choice(empty), own=True)
    yield from click(player, Slot(source))
    if player.carried is not None and player.carried["count"] == count:
        yield from click(player, target)
        return
    for _ in range(count):
        yield from click(player, target, right=True)
    yield from click(player, Slot(source))
