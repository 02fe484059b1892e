"""What a stage tells about one tick: plain data, in the columns of the recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

Row = dict[str, Any]
SIGN = "sign"  # the kind of an event: what is written on a sign has become known
BlockChange = tuple[int, int, int, int]  # x, y, z, state


class Event(NamedTuple):
    """Something that happened, or a choice that was made. `player` is an index, or None for the whole
    stage.
    """

    player: int | None
    kind: str
    data: dict[str, Any]


class Section(NamedTuple):
    """16x16x16 blocks at a position in sections: 4096 states and 64 biomes (4x4x4), uint16 LE in the order
    y, z, x.
    """

    x: int
    y: int
    z: int
    blocks: bytes
    biomes: bytes


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick of all players.

    `players`: a row per player, the state before the tick's action and the action as carried out. `clock` and
    `entities` (rows) belong to that state. `blocks` and `sections` hold from this tick's state on: changes
    since the row before, and parts of the world seen for the first time. `events` happened while this tick
    was played.
    """

    index: int
    players: list[Row]
    clock: Row
    entities: list[Row]
    blocks: list[BlockChange]
    sections: list[Section]
    events: list[Event]
