"""What the HUD shows of a player at a tick."""

from __future__ import annotations

from dataclasses import dataclass

from collector.render.stacks import NOTHING, Stack

HOTBAR_SLOTS = 36  # the hotbar's first slot in the player's window
DEEP_SLEEP = 100  # ticks until the picture of who sleeps is darkest
INVENTORY = "inventory"  # the kind of a player's own screen
ARMOUR_POINTS = {
    "leather": (1, 3, 2, 1),
    "golden": (2, 5, 3, 1),
    "chainmail": (2, 5, 4, 1),
    "iron": (2, 6, 5, 2),
}
ARMOUR_POINTS |= {"diamond": (3, 8, 6, 3), "netherite": (3, 8, 6, 3), "turtle": (2, 0, 0, 0)}
ARMOUR_PIECES = ("helmet", "chestplate", "leggings", "boots")


@dataclass(frozen=True)
class Screen:
    """An open screen: its kind as in the recording's `window`, the stacks of its own part by slot, what the
    cursor carries, and the cursor's tip in GUI pixels from the window's top left corner."""

    kind: str
    items: tuple[tuple[int, Stack], ...]
    carried: Stack | None
    cursor: tuple[float, float]

    @property
    def stacks(self) -> list[Stack]:
        """All stacks on it but the player's own."""
        return [*(stack for _, stack in self.items), *([self.carried] if self.carried else [])]


@dataclass(frozen=True)
class Status:
    """What the HUD shows of a player. `items` are the stacks by slot of the player's window, `asleep` the
    ticks since it fell asleep, 0 for who is awake; `age` the tick, by which what moves in it does, 0 if
    nothing."""

    health: float
    food: int
    air: int
    level: int
    progress: float
    slot: int
    items: tuple[tuple[int, Stack], ...]
    screen: Screen | None = None
    asleep: int = 0
    age: int = 0

    @property
    def held(self) -> Stack:
        """The stack in the right hand."""
        return dict(self.items).get(HOTBAR_SLOTS + self.slot, NOTHING)

    @property
    def armour(self) -> int:
        """Armour points, 0 … 20."""
        total = 0
        for slot, stack in self.items:
            material, _, piece = stack.name.partition("_")
            if 5 <= slot <= 8 and piece in ARMOUR_PIECES:
                total += ARMOUR_POINTS.get(material, (0, 0, 0, 0))[ARMOUR_PIECES.index(piece)]
        return total
