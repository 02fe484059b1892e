"""What a script can ask of a player: to know, and to press."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from bots.geometry import Box, Cell, Vec
from bots.terrain import Terrain
from bots.tick import Row

HOTBAR = 36  # window slot of the first hotbar slot
KEYS = frozenset({"forward", "back", "left", "right", "jump", "sneak", "sprint"})

Log = Callable[[int | None, str, dict[str, Any]], None]


class World(Protocol):
    """What a player can ask of the world besides what it has seen."""

    def plan(self, player: int, x: float, y: float | None, z: float, reach: float) -> tuple[bool, list[Cell]]:
        """A way on foot."""
        ...

    def outline(self, player: int, cell: Cell) -> list[Box]:
        """The boxes of a block."""
        ...


class Player:
    """One player of a stage.

    Properties tell the state before the tick that is being decided. Controls hold for that one tick: a key
    that is not held again is let go. `overshoot` is the share of looks that go a little too far and come
    back (see `skills/looking.py`).
    """

    def __init__(
        self, index: int, name: str, terrain: Terrain, rng: random.Random, world: World, log: Log
    ) -> None:
        self.index = index
        self.name = name
        self.terrain = terrain
        self.rng = rng
        self.others: list[Player] = []
        self.state: Row = {}
        self.overshoot = 0.0
        self._world = world
        self._log = log
        self._command: dict[str, Any] = {}

    # What the player knows

    @property
    def position(self) -> Vec:
        """Where the feet are."""
        return Vec(self.state["x"], self.state["y"], self.state["z"])

    @property
    def velocity(self) -> Vec:
        """Blocks per tick."""
        return Vec(self.state["vx"], self.state["vy"], self.state["vz"])

    @property
    def eye(self) -> Vec:
        """Where the player looks from."""
        return self.position.plus(0, self.state["eye_height"], 0)

    @property
    def cell(self) -> Cell:
        """The cell that the feet are in."""
        return self.position.plus(0, 0.01, 0).cell()

    @property
    def yaw(self) -> float:
        """Radians, + = left."""
        return float(self.state["yaw"])

    @property
    def pitch(self) -> float:
        """Radians, + = up."""
        return float(self.state["pitch"])

    @property
    def on_ground(self) -> bool:
        """Whether the feet touch the ground."""
        return bool(self.state["on_ground"])

    @property
    def alive(self) -> bool:
        """Whether the player lives."""
        return bool(self.state["alive"])

    @property
    def health(self) -> float:
        """0 to 20."""
        return float(self.state["health"])

    @property
    def held_item(self) -> str:
        """Name of the item in hand, "" when empty."""
        return str(self.state["held_item"])

    @property
    def food(self) -> int:
        """0 to 20."""
        return int(self.state["food"])

    @property
    def vehicle(self) -> int | None:
        """The entity that the player sits in, None on foot."""
        number: int | None = self.state["vehicle"]
        return number

    @property
    def window(self) -> str:
        """The kind of the open screen, "" when none is open."""
        return str(self.state["window"])

    @property
    def cursor(self) -> tuple[float, float]:
        """Where the cursor of the open screen is, in GUI pixels from the screen's top-left corner."""
        return self.state["cursor_x"], self.state["cursor_y"]

    @property
    def carried(self) -> Row | None:
        """The stack on the cursor."""
        stack: Row | None = self.state["carried"]
        return stack

    def count(self, item: str) -> int:
        """How many of an item the player carries, in all slots."""
        return sum(stack["count"] for stack in self.state["inventory"] if stack["item"] == item)

    def slot_of(self, item: str) -> int | None:
        """The first slot of the player's window that holds an item."""
        return next((s["slot"] for s in self.state["inventory"] if s["item"] == item), None)

    def hotbar_slot(self, items: Iterable[str]) -> int | None:
        """The hotbar slot (0-8) with the first of `items` that is in the hotbar."""
        slots = {
            s["item"]: s["slot"] - HOTBAR for s in reversed(self.state["inventory"]) if s["slot"] >= HOTBAR
        }
        return next((slots[item] for item in items if 0 <= slots.get(item, -1) <= 8), None)

    def plan(
        self, x: float, z: float, *, y: float | None = None, reach: float = 1
    ) -> tuple[bool, list[Cell]]:
        """A way on foot to within `reach` blocks of a place: whether it gets there, and the cells to step
        through.
        """
        return self._world.plan(self.index, x, y, z, reach)

    def outline(self, cell: Cell) -> list[Box]:
        """The boxes by which a block is pointed at; none for what one looks through, such as grass."""
        return self._world.outline(self.index, cell)

    # What the player does in this tick

    def hold(self, *keys: str) -> None:
        """Holds keys down: forward, back, left, right, jump, sneak, sprint."""
        unknown = set(keys) - KEYS
        if unknown:
            raise ValueError(f"no such key: {', '.join(sorted(unknown))}")
        self._command.setdefault("keys", []).extend(keys)

    def turn(self, yaw: float, pitch: float) -> None:
        """Turns the camera by radians, + = left and up."""
        self._command["yaw"] = self._command.get("yaw", 0.0) + yaw
        self._command["pitch"] = self._command.get("pitch", 0.0) + pitch

    def select(self, slot: int) -> None:
        """Selects a hotbar slot (0-8)."""
        self._command["slot"] = slot

    def attack(self) -> None:
        """Holds the attack button: hits or digs what the crosshair points at."""
        self._command["attack"] = True

    def use(self) -> None:
        """Holds the use button: places against, or uses, what the crosshair points at."""
        self._command["use"] = True

    def drop(self) -> None:
        """Throws one of the held items."""
        self._command["drop"] = True

    def press_inventory(self) -> None:
        """Presses E: opens the own inventory, or closes the screen that is open."""
        self._command["inventory"] = True

    def respawn(self) -> None:
        """Presses the button "respawn" of the dead."""
        self._command["respawn"] = True

    def move_cursor(self, dx: float, dy: float) -> None:
        """Moves the cursor of the open screen by GUI pixels, + = right and down. On a screen, `attack` is a
        left click and `use` a right one; with the key sneak held, they move a whole stack over.
        """
        self._command["cursor"] = [dx, dy]

    def log(self, kind: str, **data: Any) -> None:
        """Notes an event, such as a random choice."""
        self._log(self.index, kind, data)

    def take_command(self) -> dict[str, Any]:
        """The controls set since the last call."""
        command, self._command = self._command, {}
        return command
