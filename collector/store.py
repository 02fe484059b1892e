"""Where a dataset lies: a few operations on named objects, the same for a folder and for a bucket.

An object is written once and whole, or not at all, and never changes afterwards. Keys are relative paths
with `/`. Every implementation passes the conformance suite in `tests/test_store.py`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Protocol, TypeVar

from collector.durable import sync
from collector.errors import (
    DatasetError,
    ObjectDamaged,
    ObjectExists,
    ObjectMissing,
    StorageFull,
    StoreError,
)

T = TypeVar("T")

CHUNK = 1 << 20
# The waits of `patiently`.
RETRY_SECONDS = (1.0, 3.0, 9.0)
_PARTIAL = ".partial"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Store(Protocol):
    """A place for objects."""

    @property
    def url(self) -> str:
        """Where the store is."""
        ...

    def put(self, key: str, source: Path | bytes, sha256: str) -> None:
        """Store an object, durably.

        Raises:
            ObjectExists: there is one under that key.
            ObjectDamaged: the bytes do not have that SHA-256 (hex).
            StorageFull: no space is left.
        """
        ...

    def get(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The bytes from `start` on, at most `length`; fewer where the object ends.

        Raises:
            ObjectMissing: there is none under that key.
        """
        ...

    def size(self, key: str) -> int | None:
        """Size in bytes, None when there is no such object."""
        ...

    def list(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin with `prefix`, sorted."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object; it is no error when there is none."""
        ...

    def table(self, key: str) -> tuple[str, dict[str, str]]:
        """Location and storage options with which Delta Lake opens the table at `key`."""
        ...


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


def open_store(url: str | Path) -> Store:
    """The store at `url`: the path of a folder, or `s3://bucket/prefix`."""
    if str(url).startswith("s3://"):
        from collector.s3 import S3Store  # noqa: PLC0415 (folders open faster without boto3)

        return S3Store(str(url))
    return FolderStore(Path(url))


def put_new(store: Store, key: str, source: Path | bytes, sha256: str) -> str:
    """Store an object that may be there already; returns the key that holds these bytes.

    A run that was killed before its commit leaves objects behind. The next run finds its own bytes
    there, or other ones, beside which it stores its own under a name that ends in their hash.
    """
    try:
        store.put(key, source, sha256)
    except ObjectExists:
        if digest(store, key) == sha256:
            return key
        path = PurePosixPath(key)
        other = str(path.with_name(f"{path.stem}-{sha256[:12]}{path.suffix}"))
        return key if other == key else put_new(store, other, source, sha256)
    return key


def patiently(call: Callable[[], T]) -> T:
    """What `call` returns; it is called again after a while when a store or a catalog has failed.

    For calls that may be repeated, at the end of work that would be dear to repeat. Each operation of a store
    has retries of its own; this is for what they do not see, as an answer that is whole and wrong.

    Raises:
        StoreError, DatasetError: it failed every time.
    """
    for wait in RETRY_SECONDS:
        try:
            return call()
        except (StoreError, DatasetError):
            time.sleep(wait * random.uniform(0.5, 1))
    return call()


def digest(store: Store, key: str) -> str:
    """SHA-256 (hex) of an object, read in pieces."""
    hashed = hashlib.sha256()
    position = 0
    while piece := store.get(key, position, CHUNK):
        hashed.update(piece)
        position += len(piece)
    return hashed.hexdigest()


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
