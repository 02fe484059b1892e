"""The rows of a recording as arrays, ready to be looked up by tick."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from collector.recording import Recording
from collector.render.overlay.status import DEEP_SLEEP, HOTBAR_SLOTS, INVENTORY, Screen, Status
from collector.render.stacks import Look, Slots, Stack, shines, stack_of
from collector.render.world.sky import Clock

NESTED = ("inventory", "window_items", "carried")
ON_FOOT = -1
SLEEPING = "sleeping"  # a pose
# What stands for null, which is all there is in recordings from before there were these columns.
NULLS: dict[str, int | str] = {"vehicle": ON_FOOT, "pose": "standing"}


class Tracks:
    """Players' and clock's columns of a recording.

    `player[name]` is [ticks, players] for every flat column of the players table.
    """

    def __init__(self, recording: Recording) -> None:
        count = len(recording.meta.players)
        table = recording.players
        self.player = {
            name: column_array(table[name], NULLS.get(name)).reshape(-1, count)
            for name in table.column_names
            if name not in NESTED and not name.startswith("action.")
        }
        self._inventory, self._in_hand = table["inventory"], table["held_item"]
        self._own, self._carried = table["window_items"], table["carried"]
        self._players = count
        self._asleep = np.zeros(self.player["pose"].shape, np.int64)
        for tick in range(1, len(self._asleep)):
            sleeps = self.player["pose"][tick] == SLEEPING
            self._asleep[tick] = np.where(sleeps, np.minimum(self._asleep[tick - 1] + 1, DEEP_SLEEP), 0)
        self._ticks = recording.ticks.to_pydict()

    def state(self, tick: int, player: int) -> dict[str, Any]:
        """One row of a player as plain values, without its inventory."""
        return {name: column[tick, player] for name, column in self.player.items()}

    def inventory(self, tick: int, player: int) -> Slots:
        """The stacks that a player carries, by slot of its window."""
        entries = self._inventory[tick * self._players + player].as_py() or []
        return {entry["slot"]: stack_of(entry) for entry in entries}

    def held(self, tick: int, player: int) -> Stack:
        """The stack in a player's right hand."""
        return self._held[tick * self._players + player]

    @cached_property
    def _held(self) -> list[Stack]:
        """What players hold, by row; asked for at every tick, so that no row is made into objects for it."""
        column = self._inventory.combine_chunks()
        rows = np.repeat(np.arange(len(column)), np.diff(column.offsets.to_numpy()))
        held = self.player["hotbar_slot"].ravel()[rows] + HOTBAR_SLOTS == struct_column(column, "slot")
        found = {name: np.zeros(len(column), np.int64) for name in ("count", "damage", "enchanted")}
        for name, values in found.items():
            values[rows[held]] = struct_column(column, name)[held]
        names = self.player["held_item"].ravel().tolist()
        return [
            Stack(name, count, damage, bool(enchanted))
            for name, count, damage, enchanted in zip(
                names, *(values.tolist() for values in found.values()), strict=True
            )
        ]

    def status(self, tick: int, player: int) -> Status:
        """What the HUD shows of a player."""
        row = self.state(tick, player)
        carried, screen = self.inventory(tick, player), self._screen(tick, player)
        shown = [*carried.values(), *(screen.stacks if screen else ())]
        moves = bool(screen and screen.kind == INVENTORY) or any(stack.look.shines for stack in shown)
        return Status(
            health=float(row["health"]),
            food=int(row["food"]),
            air=int(row["air"]),
            level=int(row["xp_level"]),
            progress=float(row["xp_progress"]),
            slot=int(row["hotbar_slot"]),
            items=tuple(sorted(carried.items())),
            screen=screen,
            age=tick if moves else 0,
            asleep=int(self._asleep[tick, player]),
        )

    def _screen(self, tick: int, player: int) -> Screen | None:
        """The open screen of a player."""
        row = self.state(tick, player)
        if not row["window"]:
            return None
        place = tick * self._players + player
        own, carried = self._own[place].as_py() or [], self._carried[place].as_py()
        return Screen(
            kind=str(row["window"]),
            items=tuple((entry["slot"], stack_of(entry)) for entry in own),
            carried=stack_of(carried) if carried else None,
            cursor=(float(row["cursor_x"]), float(row["cursor_y"])),
        )

    def looks(self) -> set[Look]:
        """All items that players hold or carry, as they are drawn."""
        lists = [pc.list_flatten(column).combine_chunks() for column in (self._inventory, self._own)]
        stacks = pa.chunked_array([*lists, self._carried.combine_chunks().drop_null()])
        pairs = pa.table({name: pc.struct_field(stacks, name) for name in ("item", "enchanted")})
        carried = pairs.group_by(["item", "enchanted"]).aggregate([]).to_pylist()
        bare = [Stack(name) for name in pc.unique(self._in_hand).to_pylist() if name]
        return {stack.look for stack in bare} | {
            Look(entry["item"], shines(entry["item"], bool(entry["enchanted"]))) for entry in carried
        }

    def clock(self, tick: int) -> Clock:
        """Clock and weather of a tick."""
        row = self._ticks
        return Clock(row["time_of_day"][tick], row["age"][tick], row["rain"][tick], row["thunder"][tick])


def column_array(column: pa.ChunkedArray, null: int | str | None = None) -> NDArray[Any]:
    """A column as a NumPy array, with `null` where it holds none."""
    filled = column if null is None else column.fill_null(null)
    return np.asarray(filled.to_numpy(zero_copy_only=False))


def struct_column(column: pa.ListArray, name: str) -> NDArray[Any]:
    """A field of all structs of a column of lists, without those that are null; 0 where the field is."""
    field = pc.struct_field(column.flatten(), name)
    return column_array(field.fill_null(pa.scalar(0, pa.int64()).cast(field.type)))
