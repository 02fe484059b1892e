"""Stacks of items, as players carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

# What gleams without being enchanted.
GLEAMING = frozenset(
    (
        "enchanted_book",
        "enchanted_golden_apple",
        "end_crystal",
        "experience_bottle",
        "nether_star",
        "written_book",
    )
)


@dataclass(frozen=True)
class Stack:
    """Name of the item, how many, the uses that it has behind it, whether it is enchanted."""

    name: str = ""
    count: int = 0
    damage: int = 0
    enchanted: bool = False

    @property
    def look(self) -> Look:
        """What its model depends on."""
        return Look(self.name, shines(self.name, self.enchanted))


class Look(NamedTuple):
    """An item as it is drawn: its name, and whether the glint of enchantments is on it."""

    name: str
    shines: bool = False


NOTHING = Stack()
Slots = dict[int, Stack]


def stack_of(entry: dict[str, Any]) -> Stack:
    """The stack of a struct of the recording; older ones know neither wear nor enchantments."""
    return Stack(entry["item"], entry["count"], entry["damage"] or 0, bool(entry["enchanted"]))


def shines(name: str, enchanted: bool) -> bool:
    """Whether the glint is on an item."""
    return enchanted or name in GLEAMING
