"""The rows of a recording as arrays, ready to be looked up by tick."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from collector.recording import Recording
from collector.render.hud import Status
from collector.render.sky import Clock


class Tracks:
    """Players' and clock's columns of a recording.

    `player[name]` is [ticks, players] for every flat column of the players table.
    """

    def __init__(self, recording: Recording) -> None:
        count = len(recording.meta.players)
        table = recording.players
        self.player = {
            name: column_array(table[name]).reshape(-1, count)
            for name in table.column_names
            if name != "inventory" and not name.startswith("action.")
        }
        self._inventory, self._held = table["inventory"], table["held_item"]
        self._players = count
        self._ticks = recording.ticks.to_pydict()

    def state(self, tick: int, player: int) -> dict[str, Any]:
        """One row of a player as plain values, without its inventory."""
        return {name: column[tick, player] for name, column in self.player.items()}

    def inventory(self, tick: int, player: int) -> dict[int, tuple[str, int]]:
        """Item name and count by slot of the player's window."""
        entries = self._inventory[tick * self._players + player].as_py() or []
        return {entry["slot"]: (entry["item"], entry["count"]) for entry in entries}

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
        )

    def item_names(self) -> set[str]:
        """Names of all items that players hold or carry."""
        carried = pc.unique(pc.struct_field(pc.list_flatten(self._inventory), "item")).to_pylist()
        held = pc.unique(self._held).to_pylist()
        return {name for name in (*carried, *held) if name}

    def clock(self, tick: int) -> Clock:
        """Clock and weather of a tick."""
        row = self._ticks
        return Clock(row["time_of_day"][tick], row["age"][tick], row["rain"][tick], row["thunder"][tick])


def column_array(column: pa.ChunkedArray) -> NDArray[Any]:
    """A column as a NumPy array."""
    return np.asarray(column.to_numpy(zero_copy_only=False))
