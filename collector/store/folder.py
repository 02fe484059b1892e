"""A dataset in a folder."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import uuid
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

from collector.durable import sync
from collector.errors import (
    ObjectDamaged,
    ObjectExists,
    ObjectMissing,
    StorageFull,
    StoreError,
)
from collector.store.base import CHUNK

_PARTIAL = ".partial"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FolderStore:
    """A store in a local folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def url(self) -> str:
        """The folder."""
        return str(self.root)

    def put(self, key: str, source: Path | bytes, sha256: str) -> None:
        """Write a temporary file, have it on disk, then link it to its name, which fails if that is taken."""
        target = self._path(key)
        partial = target.with_name(f".{target.name}.{uuid.uuid4().hex}{_PARTIAL}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if _write(source, partial) != sha256:
                raise ObjectDamaged(f"{key} changed on its way to {self.root}")
            _link(partial, target)
            sync(target.parent)
        except OSError as error:
            raise _failure(error, target) from error
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)

    def get(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """Read a range of the file."""
        try:
            with self._path(key).open("rb") as stream:
                stream.seek(start)
                return stream.read(-1 if length is None else length)
        except FileNotFoundError:
            raise ObjectMissing(f"{self.root} holds no {key}") from None
        except OSError as error:
            raise StoreError(f"{key} in {self.root} cannot be read: {error}") from error

    def size(self, key: str) -> int | None:
        """Ask the file system."""
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return None

    def list(self, prefix: str = "") -> Iterator[str]:
        """Walk the folder; unfinished objects are not listed."""
        paths = (path for path in self.root.rglob("*") if path.is_file() and path.suffix != _PARTIAL)
        keys = (path.relative_to(self.root).as_posix() for path in paths)
        return iter(sorted(key for key in keys if key.startswith(prefix)))

    def delete(self, key: str) -> None:
        """Remove the file."""
        self._path(key).unlink(missing_ok=True)

    def table(self, key: str) -> tuple[str, dict[str, str]]:
        """A path; the file system needs no options."""
        return str(self._path(key)), {}

    def _path(self, key: str) -> Path:
        parts = PurePosixPath(key)
        if not key or parts.is_absolute() or ".." in parts.parts:
            raise StoreError(f"{key!r} is no key: expected a relative path without '..'")
        return self.root / parts


def _write(source: Path | bytes, target: Path) -> str:
    """Copy to disk and return the SHA-256 of what was written."""
    hashed = hashlib.sha256()
    with _open(source) as reader, target.open("xb") as writer:
        while piece := reader.read(CHUNK):
            hashed.update(piece)
            writer.write(piece)
        writer.flush()
        os.fsync(writer.fileno())
    return hashed.hexdigest()


def _open(source: Path | bytes) -> IO[bytes]:
    return BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _link(partial: Path, target: Path) -> None:
    try:
        os.link(partial, target)
    except FileExistsError:
        raise ObjectExists(f"{target} exists already; objects are never overwritten") from None


def _failure(error: OSError, target: Path) -> StoreError | StorageFull:
    if error.errno in _FULL:
        return StorageFull(f"no space is left for {target}: free some, or choose another folder")
    return StoreError(f"{target} cannot be written: {error}")
