"""The rows of a recording as arrays, ready to be looked up by tick."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from collector.recording import Recording
from collector.render.overlay.status import DEEP_SLEEP, HOTBAR_SLOTS, INVENTORY, Screen, Status
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
        self._inventory, self._held = table["inventory"], table["held_item"]
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

    def inventory(self, tick: int, player: int) -> dict[int, tuple[str, int]]:
        """Item name and count by slot of the player's window."""
        entries = self._inventory[tick * self._players + player].as_py() or []
        return {entry["slot"]: (entry["item"], entry["count"]) for entry in entries}

    def held_counts(self, player: int) -> NDArray[np.int64]:
        """By tick, how many items the player holds."""
        column = self._inventory.combine_chunks()
        rows = np.repeat(np.arange(len(column)), np.diff(column.offsets.to_numpy()))
        entries = column.flatten()
        slot, count = (pc.struct_field(entries, name).to_numpy() for name in ("slot", "count"))
        held = self.player["hotbar_slot"].ravel()[rows] + HOTBAR_SLOTS == slot
        result = np.zeros(len(column), np.int64)
        result[rows[held]] = count[held]
        return result.reshape(-1, self._players)[:, player]

    def status(self, tick: int, player: int) -> Status:
        """What the HUD shows of a player."""
        row = self.state(tick, player)
        carried = self.inventory(tick, player)
        return Status(
            health=float(row["health"]),
            food=int(row["food"]),
            air=int(row["air"]),
            level=int(row["xp_level"]),
            progress=float(row["xp_progress"]),
            slot=int(row["hotbar_slot"]),
            items=tuple((slot, *carried[slot]) for slot in sorted(carried)),
            screen=self._screen(tick, player),
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
            items=tuple((entry["slot"], entry["item"], entry["count"]) for entry in own),
            carried=(carried["item"], carried["count"]) if carried else None,
            cursor=(float(row["cursor_x"]), float(row["cursor_y"])),
            age=tick if row["window"] == INVENTORY else 0,
        )

    def item_names(self) -> set[str]:
        """Names of all items that players hold or carry."""
        lists = [pc.struct_field(pc.list_flatten(column), "item") for column in (self._inventory, self._own)]
        columns = [*lists, pc.struct_field(self._carried, "item"), self._held]
        return {name for column in columns for name in pc.unique(column).to_pylist() if name}

    def clock(self, tick: int) -> Clock:
        """Clock and weather of a tick."""
        row = self._ticks
        return Clock(row["time_of_day"][tick], row["age"][tick], row["rain"][tick], row["thunder"][tick])


def column_array(column: pa.ChunkedArray, null: int | str | None = None) -> NDArray[Any]:
    """A column as a NumPy array, with `null` where it holds none."""
    filled = column if null is None else column.fill_null(null)
    return np.asarray(filled.to_numpy(zero_copy_only=False))
