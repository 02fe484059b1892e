"""Reads a recording: a folder, or the same files in one tar."""

from __future__ import annotations

import hashlib
import tarfile
from functools import cached_property
from io import BufferedReader, BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from collector.errors import NotARecording, RecordingDamaged, SchemaError
from collector.recording.schema import SCHEMA_VERSION, TABLES, Meta, Model


class _Version(Model, extra="ignore"):
    schema_version: int


class Recording:
    """A whole recording at `path`. Tables are read when first asked for.

    Raises:
        NotARecording: the path holds none, or only a partial one.
        SchemaError: it was written by another schema version.
        RecordingDamaged: a file is missing, truncated or unreadable.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._files = _folder_or_tar(self.path)
        self.meta = self._read_meta()

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """The table `name` of `schema.TABLES`, or only some of its columns."""
        file = f"{name}.parquet"
        expected = self.meta.files.get(file)
        try:
            with self._files.open(file) as stream:
                if expected is None or stream.seek(0, 2) != expected.bytes:
                    raise RecordingDamaged(f"{self.path}: {file} is truncated")
                stream.seek(0)
                return pq.read_table(stream, columns=columns, schema=None if columns else TABLES[name])
        except KeyError:
            raise RecordingDamaged(f"{self.path}: {file} is missing") from None
        except (pa.ArrowException, OSError) as error:
            raise RecordingDamaged(f"{self.path}: {file} cannot be read: {error}") from error

    @cached_property
    def players(self) -> pa.Table:
        """A row per tick and player, ordered by tick, then player."""
        return self.table("players")

    @cached_property
    def ticks(self) -> pa.Table:
        """A row per tick: clock and weather."""
        return self.table("ticks")

    @cached_property
    def entities(self) -> pa.Table:
        """A row per tick and entity."""
        return self.table("entities")

    @cached_property
    def blocks(self) -> pa.Table:
        """The changes of the world."""
        return self.table("blocks")

    @cached_property
    def events(self) -> pa.Table:
        """Phases, chat, errors, random choices."""
        return self.table("events")

    @cached_property
    def world(self) -> pa.Table:
        """The sections as first seen."""
        return self.table("world")

    def player(self, index: int) -> pa.Table:
        """The rows of one player, one for every tick."""
        return self.players.take(pa.array(range(index, self.players.num_rows, len(self.meta.players))))

    def verify(self) -> None:
        """Check every file against the hash in `meta.json`.

        Raises:
            RecordingDamaged: a file is missing or has other bytes.
        """
        for name, file in self.meta.files.items():
            try:
                with self._files.open(name) as stream:
                    hashed = hashlib.file_digest(stream, "sha256").hexdigest()
            except KeyError:
                raise RecordingDamaged(f"{self.path}: {name} is missing") from None
            if hashed != file.sha256:
                raise RecordingDamaged(f"{self.path}: {name} has changed since it was recorded")

    def pack(self, path: Path) -> None:
        """Write the recording as one uncompressed tar; the same recording gives the same bytes."""
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            for name in ("meta.json", *self.meta.files):
                with self._files.open(name) as stream:
                    info = tarfile.TarInfo(name)
                    info.size = stream.seek(0, 2)
                    stream.seek(0)
                    tar.addfile(info, stream)

    def _read_meta(self) -> Meta:
        try:
            with self._files.open("meta.json") as stream:
                text = stream.read()
        except KeyError:
            raise NotARecording(
                f"{self.path} holds no meta.json: no recording, or one that was cut off while it was played"
            ) from None
        try:
            version = _Version.model_validate_json(text).schema_version
            if version != SCHEMA_VERSION:
                raise SchemaError(
                    f"{self.path} has recording schema {version}; this version reads {SCHEMA_VERSION}"
                )
            return Meta.model_validate_json(text)
        except ValidationError as error:
            raise RecordingDamaged(f"{self.path}: meta.json is damaged: {error}") from error


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, name: str) -> BufferedReader:
        try:
            return (self._path / name).open("rb")
        except FileNotFoundError:
            raise KeyError(name) from None


class _Tar:
    def __init__(self, path: Path) -> None:
        try:
            with tarfile.open(path, "r:") as tar:
                members = [member for member in tar.getmembers() if member.isfile()]
        except (tarfile.TarError, EOFError, OSError, ValueError, OverflowError) as error:
            raise NotARecording(f"{path} is neither a folder nor a readable tar: {error}") from error
        self._path = path
        self._spans = {member.name: (member.offset_data, member.size) for member in members}

    def open(self, name: str) -> BytesIO:
        offset, size = self._spans[name]
        with self._path.open("rb") as stream:
            stream.seek(offset)
            return BytesIO(stream.read(size))


def _folder_or_tar(path: Path) -> _Folder | _Tar:
    if path.is_dir():
        return _Folder(path)
    if path.is_file():
        return _Tar(path)
    raise NotARecording(f"{path} does not exist")
