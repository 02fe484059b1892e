"""Rows as `RecordingWriter.append` takes them."""

from __future__ import annotations

from typing import Any, NamedTuple

import pyarrow as pa

from collector.recording import Section
from collector.recording.schema import ACTION, ITEM, STATE

ZERO = {pa.string(): "", pa.bool_(): False, ITEM: None}


class Rows(NamedTuple):
    """What is written of one tick."""

    players: list[dict[str, Any]]
    clock: dict[str, Any]
    entities: list[dict[str, Any]]
    blocks: list[tuple[int, int, int, int]]
    events: list[tuple[int | None, str, dict[str, Any]]]
    sections: list[Section]


def player_row(**values: Any) -> dict[str, Any]:
    """A player's row: zero, empty and false but for these values."""
    row = {name: [] if pa.types.is_list(kind) else ZERO.get(kind, 0) for name, kind in [*STATE, *ACTION]}
    return row | values
