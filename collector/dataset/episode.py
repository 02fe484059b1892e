"""Episodes as the catalog lists them: a million of them cost little until one is looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args, overload

import numpy as np
import pyarrow as pa

from collector.dataset.layout import Split
from collector.dataset.split import DEFAULT_RULE
from collector.errors import DatasetError

Row = dict[str, Any]

# What reading clips needs; these columns of all episodes are in memory.
LIGHT = [
    "episode",
    "player",
    "name",
    "players",
    "type",
    "split",
    "ticks",
    "width",
    "height",
    "shard",
    "rgb_offset",
    "rows_offset",
    "rows_bytes",
    "rows_sha256",
]
# Few different values, often: read as indices into them.
REPEATED = {"name", "type", "split", "shard"}
# The other columns are read for this many episodes at once, and kept for a few times as many.
BLOCK = 2048
KEPT_BLOCKS = 4

SPLITS = frozenset(get_args(Split))
# Beyond any real picture, and any member of a tar: a catalog that says more is damaged.
MAX_SIDE = 1 << 14
MAX_BYTES = 8 << 30

# Reads all catalog columns of some episodes, by name.
ReadRows = Callable[[list[str]], pa.Table]


@dataclass(frozen=True)
class Place:
    """Where bytes lie: an object, a range of it, and the SHA-256 (hex) of the range."""

    key: str
    offset: int
    bytes: int
    sha256: str


class Episode:
    """An episode of the catalog.

    Attributes:
        name, type, ticks, split: as in the catalog.
        players: their names, in the order of their indices.
        size: (width, height) of the pictures.
    """

    def __init__(self, rows: list[Row], load: Callable[[], list[Row]]) -> None:
        row = rows[0]
        for one in rows:
            _check(one)
        self.name: str = row["episode"]
        self.type: str = row["type"]
        self.players: tuple[str, ...] = tuple(one["name"] for one in rows)
        self.ticks: int = row["ticks"]
        self.split: Split = row["split"]
        self.size: tuple[int, int] = (row["width"], row["height"])
        self._rows = rows
        self._load = load

    @cached_property
    def columns(self) -> tuple[Row, ...]:
        """All columns of its catalog rows, one row for each player.

        Raises:
            DatasetError: a value is missing.
        """
        rows = self._load()
        for row in rows:
            for name in ("shard_bytes", "world_seed"):
                _expect(row, name, isinstance(row[name], int))
        return tuple(rows)

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        return tuple(self.columns[0]["tags"] or ())

    @property
    def world_seed(self) -> int:
        """The seed of its world."""
        return int(self.columns[0]["world_seed"])

    @property
    def split_rule(self) -> str:
        """What decided its side of the split; catalogs that are older than rules had the default one."""
        return self.columns[0].get("split_rule") or str(DEFAULT_RULE)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is in quarantine; none when it is not."""
        return tuple(self.columns[0]["reasons"] or ()) if self.split == "quarantine" else ()

    def place(self, member: str, player: int = 0) -> Place | None:
        """Where a member is: `card`, `rows`, or a plane. None when the sample has no such member."""
        light = f"{member}_sha256" in self._rows[player]
        row = self._rows[player] if light else self.columns[player]
        # Catalogs that are older than a plane do not have its columns.
        if row.get(f"{member}_offset") is None:
            return None
        return Place(row["shard"], row[f"{member}_offset"], row[f"{member}_bytes"], row[f"{member}_sha256"])

    def video(self, plane: str, player: int) -> tuple[str, int] | None:
        """The shard in which a video lies, and where it begins; None when there is none."""
        light = f"{plane}_offset" in self._rows[player]
        row = self._rows[player] if light else self.columns[player]
        offset = row.get(f"{plane}_offset")
        return None if offset is None else (row["shard"], offset)

    @property
    def shard(self) -> Place:
        """The shard that holds the sample."""
        row = self.columns[0]
        return Place(row["shard"], 0, row["shard_bytes"], row["shard_sha256"])

    @property
    def recording(self) -> Place | None:
        """The recording, one tar; episodes that were imported have none."""
        row = self.columns[0]
        if row["recording"] is None:
            return None
        return Place(row["recording"], 0, row["recording_bytes"], row["recording_sha256"])


def _check(row: Row) -> None:
    """What is read by these values must not be guessed at, nor take all memory."""
    for name in ("episode", "type", "split", "shard"):
        _expect(row, name, isinstance(row[name], str) and "\0" not in row[name])
    _expect(row, "split", row["split"] in SPLITS)
    for name in ("width", "height"):
        _expect(row, name, isinstance(row[name], int) and 0 < row[name] <= MAX_SIDE)
    _expect(row, "ticks", isinstance(row["ticks"], int) and row["ticks"] >= 0)


def _expect(row: Row, name: str, fine: bool) -> None:
    if not fine:
        raise DatasetError(
            f"the catalog's row of {row['episode']} is damaged: {name} is {row[name]!r}; "
            "open an earlier version, or publish the episode anew"
        )


class Episodes(Sequence[Episode]):
    """The episodes of a selection, ordered by name, made when they are asked for.

    Args:
        table: the `LIGHT` columns, ordered by episode, then player.
        read: reads all columns.
    """

    def __init__(self, table: pa.Table, read: ReadRows) -> None:
        self._table = table
        self._read = read
        self._first = np.flatnonzero(table["player"].to_numpy() == 0)
        self._blocks: OrderedDict[int, dict[str, list[Row]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._first)

    @overload
    def __getitem__(self, index: int) -> Episode: ...

    @overload
    def __getitem__(self, index: slice) -> list[Episode]: ...

    def __getitem__(self, index: int | slice) -> Episode | list[Episode]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        rows = self._table.slice(int(self._first[index]), self._row_after(index) - int(self._first[index]))
        listed = rows.to_pylist()
        return Episode(listed, lambda: self._details(index, listed[0]["episode"]))

    def __iter__(self) -> Iterator[Episode]:
        return (self[index] for index in range(len(self)))

    def column(self, name: str) -> pa.ChunkedArray:
        """A light column, one value for each episode."""
        return self._table[name].take(pa.array(self._first))

    def _row_after(self, index: int) -> int:
        return int(self._first[index + 1]) if index + 1 < len(self) else self._table.num_rows

    def _details(self, index: int, name: str) -> list[Row]:
        block = index // BLOCK
        if block not in self._blocks:
            first = self._first[block * BLOCK : (block + 1) * BLOCK]
            names = self._table["episode"].take(pa.array(first)).to_pylist()
            grouped: dict[str, list[Row]] = {}
            for row in self._read(names).to_pylist():
                grouped.setdefault(row["episode"], []).append(row)
            self._blocks[block] = grouped
            if len(self._blocks) > KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        return self._blocks[block][name]
