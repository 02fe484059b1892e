"""Writes a shard: an uncompressed tar that is the same, byte for byte, for the same members."""

from __future__ import annotations

import hashlib
import tarfile
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from collector.errors import StorageFull


class Member(NamedTuple):
    """A member of a shard: where its bytes begin, how many, and their SHA-256 (hex)."""

    offset: int
    bytes: int
    sha256: str


class ShardWriter:
    """Writes `path`; use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tar = tarfile.open(path, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115 (closed by close)

    def add(self, name: str, source: Path | bytes) -> Member:
        """Append a member.

        Raises:
            StorageFull: no space is left.
        """
        info = tarfile.TarInfo(name)
        with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
            hashed = hashlib.file_digest(stream, "sha256").hexdigest()
            info.size = stream.seek(0, 2)
            stream.seek(0)
            try:
                self._tar.addfile(info, stream)
            except OSError as error:
                raise StorageFull(f"{self.path} cannot be written: {error}") from error
        blocks = -(-info.size // tarfile.BLOCKSIZE)
        return Member(self._tar.offset - blocks * tarfile.BLOCKSIZE, info.size, hashed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tar.close()
