"""What a store is, and what is done with any of them."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol, TypeVar

from collector.errors import (
    DatasetError,
    ObjectExists,
    StoreError,
)

T = TypeVar("T")

CHUNK = 1 << 20
# The waits of `patiently`.
RETRY_SECONDS = (1.0, 3.0, 9.0)


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
