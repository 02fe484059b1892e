"""The rows of a recording as arrays, ready to be looked up by tick."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from collector.recording import Recording
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
        self._inventory = table["inventory"]
        self._players = count
        self._ticks = recording.ticks.to_pydict()

    def state(self, tick: int, player: int) -> dict[str, Any]:
        """One row of a player as plain values, without its inventory."""
        return {name: column[tick, player] for name, column in self.player.items()}

    def inventory(self, tick: int, player: int) -> dict[int, tuple[str, int]]:
        """Item name and count by slot of the player's window."""
        entries = self._inventory[tick * self._players + player].as_py() or []
        return {entry["slot"]: (entry["item"], entry["count"]) for entry in entries}

    def clock(self, tick: int) -> Clock:
        """Clock and weather of a tick."""
        row = self._ticks
        return Clock(row["time_of_day"][tick], row["age"][tick], row["rain"][tick], row["thunder"][tick])


def column_array(column: pa.ChunkedArray) -> NDArray[Any]:
    """A column as a NumPy array."""
    return np.asarray(column.to_numpy(zero_copy_only=False))
