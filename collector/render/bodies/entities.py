"""The recording's entities by tick: dropped items, mobs, and how they move."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from collector.recording import Recording
from collector.render.bodies.gait import Gait, gait
from collector.render.stacks import Look, shines

Row = dict[str, Any]
BENT = (13, 18)  # ticks of drawing from which a bow looks further bent


def look_of(row: Row) -> Look:
    """The item of an entity as it is drawn; a bow bends the longer it is drawn."""
    name, metadata = row["item"], row["metadata"]
    drawn = metadata.get("drawing", -1)
    if name == "bow" and drawn >= 0:
        name = f"bow_pulling_{sum(drawn >= ticks for ticks in BENT)}"
    return Look(name, shines(row["item"], bool(metadata.get("enchanted"))))


class Entities:
    """Rows of the entities table by tick, each with `slot`: the entity's place in `names`."""

    def __init__(self, recording: Recording) -> None:
        self._rows: dict[int, list[Row]] = {}
        self._tracks: dict[int, list[Row]] = {}
        slots: dict[int, int] = {}
        self.names: list[str] = []
        for row in recording.entities.to_pylist():
            if row["entity"] not in slots:
                slots[row["entity"]] = len(slots)
                self.names.append(f"entity:{row['entity']}:{row['type']}")
            row["slot"] = slots[row["entity"]]
            row["metadata"] = json.loads(row["metadata"] or "{}")
            self._rows.setdefault(row["tick"], []).append(row)
            self._tracks.setdefault(row["entity"], []).append(row)
        self._gaits: dict[int, Gait] = {}

    def at(self, tick: int) -> list[Row]:
        """The rows of a tick."""
        return self._rows.get(tick, [])

    def find(self, tick: int, entity: int) -> Row | None:
        """The row of an entity at a tick, if somebody sees it."""
        return next((row for row in self.at(tick) if row["entity"] == entity), None)

    def kinds(self) -> set[str]:
        """All types of entities."""
        return {name.split(":")[2] for name in self.names}

    def first_rows(self) -> list[Row]:
        """The first row of every entity."""
        return [rows[0] for rows in self._tracks.values()]

    def looks(self) -> set[Look]:
        """All items that entities are or hold, as they are drawn."""
        return {look_of(row) for rows in self._rows.values() for row in rows if row["item"]}

    def stride(self, row: Row) -> tuple[float, float, float]:
        """Body yaw, limb swing and its amount of an entity at the tick of a row."""
        track = self._tracks[row["entity"]]
        if row["entity"] not in self._gaits:
            x, z, yaw = (np.array([r[name] for r in track]) for name in ("x", "z", "yaw"))
            self._gaits[row["entity"]] = gait(x, z, yaw, np.zeros(len(track), bool))
        steps, index = self._gaits[row["entity"]], row["tick"] - track[0]["tick"]
        # An entity may have been out of everybody's sight in between: its rows then have gaps.
        index = min(index, len(track) - 1)
        return float(row["yaw"]), float(steps.stride[index]), float(steps.pace[index])
