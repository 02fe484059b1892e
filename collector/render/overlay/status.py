"""What the HUD shows of a player at a tick."""

from __future__ import annotations

from dataclasses import dataclass

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
    """An open screen: its kind as in the recording's `window`, the items of its own part by slot, what the
    cursor carries (name and count), the cursor's tip in GUI pixels from the window's top left corner, and the
    tick, by which the figure in the inventory sways (0 in screens that have none)."""

    kind: str
    items: tuple[tuple[int, str, int], ...]
    carried: tuple[str, int] | None
    cursor: tuple[float, float]
    age: int = 0


@dataclass(frozen=True)
class Status:
    """What the HUD shows of a player. `items` are name and count by slot of the player's window, `asleep` the
    ticks since it fell asleep, 0 for who is awake."""

    health: float
    food: int
    air: int
    level: int
    progress: float
    slot: int
    items: tuple[tuple[int, str, int], ...]
    screen: Screen | None = None
    asleep: int = 0

    @property
    def held(self) -> str:
        """The name of the item in the right hand, or nothing."""
        return next((name for slot, name, _ in self.items if slot == HOTBAR_SLOTS + self.slot), "")

    @property
    def armour(self) -> int:
        """Armour points, 0 … 20."""
        total = 0
        for slot, name, _ in self.items:
            material, _, piece = name.partition("_")
            if 5 <= slot <= 8 and piece in ARMOUR_PIECES:
                total += ARMOUR_POINTS.get(material, (0, 0, 0, 0))[ARMOUR_PIECES.index(piece)]
        return total
