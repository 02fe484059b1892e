"""A local cache of what is read from a bucket: bounded, checked, and shared by any number of processes.

Objects are kept in blocks of 128 kB, so that clips that overlap share what they have in common, and a range
costs at most one block more than it needs. Objects never change, so blocks are never stale. A block that does
not read back as it was written is fetched again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
import zlib
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from collector.errors import UsageError
from collector.store import Store

BLOCK_BYTES = 1 << 17
# How far below the limit the cache goes when it is full, so that it need not look at its files every time.
KEPT_SHARE = 0.9

_CHECKSUM_BYTES = 4


class CachedStore:
    """Reads through a folder of at most `limit` bytes; what was used longest ago goes first.

    Raises:
        UsageError: the limit is too small to hold anything.
    """

    def __init__(self, store: Store, folder: Path, limit: int) -> None:
        if limit < 16 * BLOCK_BYTES:
            raise UsageError(f"a cache of {limit} bytes holds nothing; give it {16 * BLOCK_BYTES} or more")
        self.store = store
        self.folder = folder
        self.limit = limit
        self.hits = 0
        self.misses = 0
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._used = sum(size for _, size, _ in self._blocks())

    @property
    def url(self) -> str:
        """Where the objects are."""
        return self.store.url

    def get(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        """The bytes from `start` on, at most `length`; those without a length are not kept."""
        if length is None:
            return self.store.get(key, start)
        first, last = start // BLOCK_BYTES, max(start, start + length - 1) // BLOCK_BYTES
        blocks = {number: self._load(key, number) for number in range(first, last + 1)}
        for begin, end in _gaps(blocks):
            fetched = self.store.get(key, begin * BLOCK_BYTES, (end - begin) * BLOCK_BYTES)
            for number in range(begin, end):
                offset = (number - begin) * BLOCK_BYTES
                blocks[number] = fetched[offset : offset + BLOCK_BYTES]
                self._keep(key, number, fetched[offset : offset + BLOCK_BYTES])
        whole = b"".join(blocks[number] or b"" for number in range(first, last + 1))
        return whole[start - first * BLOCK_BYTES :][:length]

    def put(self, key: str, source: Path | bytes, sha256: str) -> None:
        """As the store does."""
        self.store.put(key, source, sha256)

    def size(self, key: str) -> int | None:
        """As the store does."""
        return self.store.size(key)

    def list(self, prefix: str = "") -> Iterator[str]:
        """As the store does."""
        return self.store.list(prefix)

    def delete(self, key: str) -> None:
        """As the store does."""
        self.store.delete(key)

    def table(self, key: str) -> tuple[str, dict[str, str]]:
        """As the store does."""
        return self.store.table(key)

    def _load(self, key: str, number: int) -> bytes | None:
        path = self._path(key, number)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:  # not there, or another process has just made room
            data = b""
        body, checksum = data[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
        good = len(checksum) == _CHECKSUM_BYTES and zlib.crc32(body) == int.from_bytes(checksum)
        self.hits, self.misses = self.hits + good, self.misses + (not good)
        return body if good else None

    def _keep(self, key: str, number: int, data: bytes) -> None:
        """Write a block; a cache that cannot be written only makes reading slower."""
        path = self._path(key, number)
        partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
        with contextlib.suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            partial.write_bytes(data + zlib.crc32(data).to_bytes(_CHECKSUM_BYTES))
            partial.rename(path)
        with self._lock:
            self._used += len(data) + _CHECKSUM_BYTES
            if self._used > self.limit:
                self._make_room()

    def _make_room(self) -> None:
        blocks = sorted(self._blocks())
        self._used = sum(size for _, size, _ in blocks)
        for _, size, path in blocks:
            if self._used <= KEPT_SHARE * self.limit:
                break
            path.unlink(missing_ok=True)
            self._used -= size

    def _blocks(self) -> Iterator[tuple[float, int, Path]]:
        """When each file of the cache was used last, its size and its path."""
        for path in self.folder.glob("*/*"):
            with contextlib.suppress(FileNotFoundError):
                found = path.stat()
                yield found.st_mtime, found.st_size, path

    def _path(self, key: str, number: int) -> Path:
        name = hashlib.sha256(f"{self.url}/{key}".encode()).hexdigest()[:32]
        return self.folder / name / str(number)


def _gaps(blocks: dict[int, bytes | None]) -> Iterator[tuple[int, int]]:
    """Runs of blocks that are not there, so that each is one request: first, and one after the last."""
    missing = [number for number, block in blocks.items() if block is None]
    begin = 0
    for place in range(1, len(missing) + 1):
        if place == len(missing) or missing[place] != missing[place - 1] + 1:
            yield missing[begin], missing[place - 1] + 1
            begin = place
