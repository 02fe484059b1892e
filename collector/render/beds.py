"""The beds that players sleep in."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from collector.render.world.world import World


class Bed(NamedTuple):
    """Yaw of the view of who lies in a bed, degrees as in the recording, and the way from feet to head."""

    view: float
    way: tuple[int, int]


# By the facing of the block.
BEDS = {
    "north": Bed(180.0, (0, -1)),
    "south": Bed(0.0, (0, 1)),
    "east": Bed(90.0, (1, 0)),
    "west": Bed(270.0, (-1, 0)),
}


def bed_of(world: World, row: dict[str, Any]) -> str:
    """Which way the head of the bed is that a player with this row sleeps in; nothing if there is none."""
    place = math.floor(row["x"]), math.floor(row["y"]), math.floor(row["z"])
    state = world.states[world.history.state(place, int(row["tick"]))]
    return state.properties["facing"] if state.name.endswith("_bed") else ""
