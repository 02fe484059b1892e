"""Writes a recording while it is played, in constant memory, and renames it into place when it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

import pyarrow as pa
import pyarrow.parquet as pq

from collector.durable import sync
from collector.recording.schema import TABLES, TICK_MS, ClockMeta, File, Header, Meta, Outcome

PARTIAL = ".partial"
# Rows are buffered for this many ticks: long enough for compact row groups, short enough to stay small.
FLUSH_TICKS = 256

Row = dict[str, Any]


class Section(NamedTuple):
    """16x16x16 blocks as first seen; the position counts in sections. Bytes as in the `world` table."""

    x: int
    y: int
    z: int
    blocks: bytes
    biomes: bytes


class TickRows(Protocol):
    """What the recorder needs of one tick; the stage's `Tick` is one."""

    @property
    def players(self) -> Sequence[Row]:
        """A row per player: the state before the tick and the action of the tick."""
        ...

    @property
    def clock(self) -> Row:
        """The columns of the `ticks` table."""
        ...

    @property
    def entities(self) -> Sequence[Row]:
        """A row per entity that some player sees."""
        ...

    @property
    def blocks(self) -> Sequence[tuple[int, int, int, int]]:
        """The changes (x, y, z, state id) that hold from this tick on."""
        ...

    @property
    def events(self) -> Sequence[tuple[int | None, str, Row]]:
        """What happened: player index or None, kind, data."""
        ...

    @property
    def sections(self) -> Sequence[tuple[int, int, int, bytes, bytes]]:
        """The sections that are first seen at this tick, as `Section`."""
        ...


class RecordingWriter:
    """Writes `path` tick by tick. Use as a context manager; without `close` nothing is left behind."""

    def __init__(self, path: Path, header: Header) -> None:
        self.path = path
        self.header = header
        self.ticks = 0
        self._partial = path.with_name(path.name + PARTIAL)
        shutil.rmtree(self._partial, ignore_errors=True)
        self._partial.mkdir(parents=True)
        self._tables: dict[str, _TableWriter] = {}
        try:
            for name in TABLES:
                self._tables[name] = _TableWriter(self._partial, name)
        except OSError:
            self.discard()
            raise

    def append(self, tick: TickRows) -> None:
        """Write the next tick."""
        index = self.ticks
        time = self.header.start_time + index * TICK_MS
        for player, row in enumerate(tick.players):
            self._tables["players"].add({"tick": index, "player": player, "render_time": time, **row})
        self._tables["ticks"].add({"tick": index, **tick.clock})
        for entity in tick.entities:
            self._tables["entities"].add({"tick": index, **entity})
        for x, y, z, state in tick.blocks:
            self._tables["blocks"].add({"tick": index, "x": x, "y": y, "z": z, "state": state})
        for who, kind, data in tick.events:
            event = {"player": who, "kind": kind, "data": json.dumps(data, sort_keys=True)}
            self._tables["events"].add({"tick": index, **event})
        for section in tick.sections:
            self._tables["world"].add({"tick": index, **Section(*section)._asdict()})
        self.ticks += 1
        if self.ticks % FLUSH_TICKS == 0:
            self._flush()

    def close(
        self, outcome: Outcome, metadata: Mapping[str, Any] | None = None, clock: ClockMeta | None = None
    ) -> Meta:
        """Write `meta.json`, move the recording into place and return what was written."""
        for table in self._tables.values():
            table.close()
        files = {path.name: digest(path) for path in sorted(self._partial.iterdir())}
        meta = Meta(
            **self.header.model_dump(),
            ticks=self.ticks,
            outcome=outcome,
            metadata=dict(metadata or {}),
            clock=clock or ClockMeta(),
            files=files,
        )
        target = self._partial / "meta.json"
        target.write_text(meta.model_dump_json(indent=1) + "\n")
        sync(target)
        self._partial.rename(self.path)
        sync(self.path.parent)
        return meta

    def discard(self) -> None:
        """Leave nothing behind; harmless once the recording is in its place."""
        for table in self._tables.values():
            table.discard()
        shutil.rmtree(self._partial, ignore_errors=True)

    def _flush(self) -> None:
        for table in self._tables.values():
            table.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


class _TableWriter:
    """One Parquet file, a row group for every flush."""

    def __init__(self, folder: Path, name: str) -> None:
        self._schema = TABLES[name]
        self._rows: list[Row] = []
        self._file = pq.ParquetWriter(folder / f"{name}.parquet", self._schema, compression="zstd")

    def add(self, row: Row) -> None:
        self._rows.append(row)

    def flush(self) -> None:
        if self._rows:
            self._file.write_table(pa.Table.from_pylist(self._rows, self._schema))
            self._rows = []

    def close(self) -> None:
        self.flush()
        self._file.close()

    def discard(self) -> None:
        """Let go of the file; on a full disk even that may fail, and it is removed anyway."""
        with contextlib.suppress(OSError):
            self._file.close()


def digest(path: Path) -> File:
    """Size and SHA-256 of a file, which is on disk when this returns."""
    with path.open("rb") as stream:
        hashed = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    return File(bytes=path.stat().st_size, sha256=hashed)
