"""The rows of one player: state, action, and where the frame of the tick lies in the player's videos.

`<episode>.p<i>.parquet` has the columns of the recording's players table and, for every plane that was
rendered, `<plane>.offset`, `.bytes`, `.key` and `.crc32`: the frame's place in the video file, whether
decoding can begin there, and its checksum. What a decoder needs besides is in the file's metadata. So a
clip is one ranged read of the video, without its container.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from collector.dataset.layout import PLANES, SAMPLE_VERSION
from collector.dataset.video import FrameIndex, Stream
from collector.errors import DatasetError, SampleDamaged
from collector.recording import action_vectors

_KEY = b"collector"


class RowsMeta(BaseModel):
    """The metadata of the file: the format, and the stream of every plane."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = SAMPLE_VERSION
    streams: dict[str, Stream]


class _Version(BaseModel):
    version: int


# Reads some columns, or all.
Read = Callable[[list[str] | None], pa.Table]


class Rows:
    """One player's rows, with the streams of its videos. Columns are read when they are asked for.

    Args:
        count: number of rows.
        names: of the columns.
        read: reads columns of them.
        streams: of the videos, by plane.
    """

    def __init__(self, count: int, names: Sequence[str], read: Read, streams: Mapping[str, Stream]) -> None:
        self.count = count
        self._actions = [name for name in names if name.startswith("action.")]
        self.streams = dict(streams)
        self._read = read
        self._indices: dict[str, FrameIndex] = {}

    @classmethod
    def join(cls, table: pa.Table, videos: Mapping[str, tuple[Stream, FrameIndex]]) -> Rows:
        """The rows of a recording and the frames of its videos, one frame for every row."""
        for plane, (_, index) in videos.items():
            for field, values in index._asdict().items():
                table = table.append_column(f"{plane}.{field}", pa.array(values))
        streams = {plane: stream for plane, (stream, _) in videos.items()}
        return cls(
            table.num_rows,
            table.column_names,
            lambda columns: table.select(columns) if columns else table,
            streams,
        )

    @classmethod
    def load(cls, data: bytes) -> Rows:
        """Open a file's bytes.

        Raises:
            SampleDamaged: it cannot be read; reading columns later may raise it as well.
            DatasetError: it has another format version.
        """
        try:
            file = _File(data)
            version = _Version.model_validate_json(file.metadata).version
            if version != SAMPLE_VERSION:
                raise DatasetError(f"the sample has format {version}; this version reads {SAMPLE_VERSION}")
            streams = RowsMeta.model_validate_json(file.metadata).streams
            return cls(file.count, file.names, file.read, streams)
        except ValidationError as error:
            raise SampleDamaged(f"rows cannot be read: {error}") from error

    def dump(self) -> bytes:
        """The file's bytes; equal rows give equal bytes."""
        meta = RowsMeta(streams=self.streams).model_dump_json()
        table = self.table.combine_chunks().replace_schema_metadata({_KEY: meta.encode()})
        sink = BytesIO()
        pq.write_table(table, sink, compression="zstd")
        return sink.getvalue()

    @cached_property
    def table(self) -> pa.Table:
        """All columns."""
        return self._read(None)

    @cached_property
    def actions(self) -> NDArray[np.float32]:
        """The trainer's action vectors, float32 [rows, 25]."""
        table = self._read(self._actions)
        with _damage():
            return action_vectors({name: table[name] for name in self._actions})

    def index(self, plane: str) -> FrameIndex:
        """Where the frames of a plane are."""
        if plane not in self._indices:
            table = self._read([f"{plane}.{field}" for field in FrameIndex._fields])
            self._indices[plane] = FrameIndex(*(column.to_numpy() for column in table.columns))
        return self._indices[plane]

    @property
    def planes(self) -> tuple[str, ...]:
        """The planes that have videos."""
        return tuple(plane for plane in PLANES if plane in self.streams)


class _File:
    """A Parquet file in memory; may be read from several threads.

    Raises:
        SampleDamaged: it cannot be read.
    """

    def __init__(self, data: bytes) -> None:
        with _damage():
            self._file = pq.ParquetFile(pa.BufferReader(data))
            schema = self._file.schema_arrow  # made anew each time
            self.metadata: bytes = (schema.metadata or {})[_KEY]
            self.count: int = self._file.metadata.num_rows
            self.names: list[str] = schema.names
        self._lock = Lock()

    def read(self, columns: list[str] | None) -> pa.Table:
        """Some columns in this order, or all."""
        with _damage(), self._lock:
            table = self._file.read(columns, use_threads=False)
            return table.select(columns) if columns else table


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as error:
        raise SampleDamaged(f"rows cannot be read: {error}") from error
