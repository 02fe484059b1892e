"""The rows of one player: state, action, and where the frame of the tick lies in the player's videos.

`<episode>.p<i>.parquet` has the columns of the recording's players table and, for every plane that was
rendered, `<plane>.offset`, `.bytes`, `.key` and `.crc32`: the frame's place in the video file, whether
decoding can begin there, and its checksum. What a decoder needs besides is in the file's metadata. So a
clip is one ranged read of the video, without its container.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from io import BytesIO

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


class Rows:
    """One player's rows, with the streams of its videos."""

    def __init__(self, table: pa.Table, streams: Mapping[str, Stream]) -> None:
        self.table = table
        self.streams = dict(streams)
        self._indices: dict[str, FrameIndex] = {}

    @classmethod
    def join(cls, table: pa.Table, videos: Mapping[str, tuple[Stream, FrameIndex]]) -> Rows:
        """The rows of a recording and the frames of its videos, one frame for every row."""
        for plane, (_, index) in videos.items():
            for field, values in index._asdict().items():
                table = table.append_column(f"{plane}.{field}", pa.array(values))
        return cls(table, {plane: stream for plane, (stream, _) in videos.items()})

    @classmethod
    def load(cls, data: bytes, columns: list[str] | None = None) -> Rows:
        """Read a file's bytes, or only some columns of it.

        Raises:
            SampleDamaged: it cannot be read.
            DatasetError: it has another format version.
        """
        try:
            table = pq.read_table(BytesIO(data), columns=columns, use_threads=False)
            text = (table.schema.metadata or {})[_KEY]
            version = _Version.model_validate_json(text).version
            if version != SAMPLE_VERSION:
                raise DatasetError(f"the sample has format {version}; this version reads {SAMPLE_VERSION}")
            return cls(table, RowsMeta.model_validate_json(text).streams)
        except (pa.ArrowException, OSError, KeyError, ValidationError) as error:
            raise SampleDamaged(f"rows cannot be read: {error}") from error

    def dump(self) -> bytes:
        """The file's bytes; equal rows give equal bytes."""
        meta = RowsMeta(streams=self.streams).model_dump_json()
        table = self.table.combine_chunks().replace_schema_metadata({_KEY: meta.encode()})
        sink = BytesIO()
        pq.write_table(table, sink, compression="zstd")
        return sink.getvalue()

    @cached_property
    def actions(self) -> NDArray[np.float32]:
        """The trainer's action vectors, float32 [rows, 25]."""
        return action_vectors(
            {name: self.table[name] for name in self.table.column_names if "action." in name}
        )

    def index(self, plane: str) -> FrameIndex:
        """Where the frames of a plane are."""
        if plane not in self._indices:
            columns = (self.table[f"{plane}.{field}"].to_numpy() for field in FrameIndex._fields)
            self._indices[plane] = FrameIndex(*columns)
        return self._indices[plane]

    @property
    def planes(self) -> tuple[str, ...]:
        """The planes that have videos."""
        return tuple(plane for plane in PLANES if plane in self.streams)
