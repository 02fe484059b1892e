"""The cache gives the same bytes, asks for each once, stays within its limit, and trusts no file."""

from __future__ import annotations

import hashlib
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import collector.dataset
from collector.dataset.cache import BLOCK_BYTES, CachedStore
from collector.errors import ObjectMissing, UsageError
from collector.store import FolderStore
from tests.dataset.synthetic import collect

DATA = np.random.default_rng(0).bytes(40 * BLOCK_BYTES + 777)
LIMIT = 100 * BLOCK_BYTES


class Counting(FolderStore):
    """Notes what is asked for."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: list[tuple[int, int | None]] = []
        self.read = 0

    def get(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        self.asked.append((start, length))
        data = super().get(key, start, length)
        self.read += len(data)
        return data


@pytest.fixture
def store(tmp_path: Path) -> Counting:
    store = Counting(tmp_path / "s")
    store.put("a/b", DATA, hashlib.sha256(DATA).hexdigest())
    return store


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_ranges_are_the_same_and_read_once(store: Counting, tmp_path: Path) -> None:
    cached = CachedStore(store, tmp_path / "c", LIMIT)
    generator = np.random.default_rng(1)
    for _ in range(200):
        start = int(generator.integers(0, len(DATA) + 10))
        length = int(generator.integers(0, 5 * BLOCK_BYTES))
        assert cached.get("a/b", start, length) == DATA[start : start + length]
    assert store.read <= len(DATA)
    assert cached.get("a/b", 5) == DATA[5:]
    again = CachedStore(store, tmp_path / "c", LIMIT)
    store.asked.clear()
    assert again.get("a/b", 3, 1000) == DATA[3:1003]
    assert not store.asked, "another process finds it there"


def test_one_request_for_what_lies_together(store: Counting, tmp_path: Path) -> None:
    cached = CachedStore(store, tmp_path / "c", LIMIT)
    cached.get("a/b", 3 * BLOCK_BYTES, 10)
    store.asked.clear()
    cached.get("a/b", 1, 6 * BLOCK_BYTES)
    assert store.asked == [(0, 3 * BLOCK_BYTES), (4 * BLOCK_BYTES, 3 * BLOCK_BYTES)]


def test_stays_within_its_limit_and_keeps_what_was_used_last(store: Counting, tmp_path: Path) -> None:
    limit = 16 * BLOCK_BYTES
    cached = CachedStore(store, tmp_path / "c", limit)
    for number in range(40):
        cached.get("a/b", number * BLOCK_BYTES, 100)
        assert size(tmp_path / "c") <= limit + BLOCK_BYTES
    store.asked.clear()
    cached.get("a/b", 39 * BLOCK_BYTES, 100)
    assert not store.asked
    cached.get("a/b", 0, 100)
    assert store.asked, "the oldest has gone"


@pytest.mark.parametrize("damage", [b"", b"x", b"changed" * 1000])
def test_a_damaged_block_is_fetched_again(store: Counting, tmp_path: Path, damage: bytes) -> None:
    cached = CachedStore(store, tmp_path / "c", LIMIT)
    cached.get("a/b", 0, 100)
    (block,) = (path for path in (tmp_path / "c").rglob("*") if path.is_file())
    block.write_bytes(damage)
    assert cached.get("a/b", 0, 100) == DATA[:100]
    assert len(store.asked) == 2


def test_threads_that_make_room_do_not_disturb_each_other(store: Counting, tmp_path: Path) -> None:
    caches = [CachedStore(store, tmp_path / "c", 16 * BLOCK_BYTES) for _ in range(2)]

    def read(number: int) -> bool:
        start = number * 7919 * 64 % len(DATA)
        return caches[number % 2].get("a/b", start, 3000) == DATA[start : start + 3000]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(300)))


def test_what_is_missing_or_too_small_is_told(store: Counting, tmp_path: Path) -> None:
    with pytest.raises(ObjectMissing):
        CachedStore(store, tmp_path / "c", LIMIT).get("none", 0, 10)
    with pytest.raises(UsageError, match="holds nothing"):
        CachedStore(store, tmp_path / "c", 1000)


def test_a_dataset_reads_through_it_also_in_workers(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 40})
    plain = collector.dataset.open(tmp_path / "d").clip("a", 3, 9)
    dataset = collector.dataset.open(tmp_path / "d", cache=tmp_path / "c", cache_bytes=LIMIT)
    copy = pickle.loads(pickle.dumps(dataset))
    for one in (dataset, copy):
        assert np.array_equal(one.clip("a", 3, 9).frames, plain.frames)
    assert isinstance(copy.store, CachedStore)
    assert copy.store.misses == 0
