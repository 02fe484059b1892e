"""The conformance suite that every store passes."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from collector.errors import DatasetError, ObjectDamaged, ObjectExists, ObjectMissing, StorageFull, StoreError
from collector.store import Store, digest, open_store, patiently, put_new


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(params=["folder"])
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "store")


def test_gives_back_what_was_put(store: Store, tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    source = tmp_path / "source"
    source.write_bytes(data)
    store.put("a/b/one.bin", source, sha(data))
    store.put("two.bin", b"small", sha(b"small"))
    assert store.get("a/b/one.bin") == data
    assert store.get("two.bin") == b"small"
    assert store.size("a/b/one.bin") == len(data)
    assert digest(store, "a/b/one.bin") == sha(data)


def test_reads_ranges(store: Store) -> None:
    data = bytes(range(256))
    store.put("k", data, sha(data))
    assert store.get("k", 10, 5) == data[10:15]
    assert store.get("k", 250, 100) == data[250:]
    assert store.get("k", 250) == data[250:]
    assert store.get("k", 300, 5) == b""


def test_never_overwrites(store: Store) -> None:
    store.put("k", b"first", sha(b"first"))
    with pytest.raises(ObjectExists, match="k"):
        store.put("k", b"other", sha(b"other"))
    assert store.get("k") == b"first"


def test_one_of_many_writers_wins(store: Store) -> None:
    def attempt(number: int) -> bool:
        data = str(number).encode() * 1000
        try:
            store.put("k", data, sha(data))
        except ObjectExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(attempt, range(8)))
    assert sum(won) == 1
    assert store.get("k") == str(won.index(True)).encode() * 1000
    assert list(store.list()) == ["k"]


def test_refuses_bytes_that_changed_on_the_way(store: Store) -> None:
    with pytest.raises(ObjectDamaged):
        store.put("k", b"data", sha(b"other"))
    assert store.size("k") is None
    assert list(store.list()) == []


def test_misses_what_is_not_there(store: Store) -> None:
    with pytest.raises(ObjectMissing, match="none"):
        store.get("none")
    assert store.size("none") is None
    store.delete("none")


def test_lists_by_prefix_and_deletes(store: Store) -> None:
    for key in ("b/2", "a/1", "b/10"):
        store.put(key, b"", sha(b""))
    assert list(store.list()) == ["a/1", "b/10", "b/2"]
    assert list(store.list("b/")) == ["b/10", "b/2"]
    store.delete("b/10")
    assert list(store.list("b/")) == ["b/2"]


@pytest.mark.parametrize("key", ["../escape", "/etc/passwd", "a/../../b", ""])
def test_refuses_keys_outside_of_the_store(store: Store, key: str) -> None:
    with pytest.raises(StoreError, match="is no key"):
        store.put(key, b"", sha(b""))
    with pytest.raises(StoreError, match="is no key"):
        store.get(key)


def test_leftovers_of_a_killed_run_are_no_obstacle(store: Store) -> None:
    assert put_new(store, "s/t.tar", b"one", sha(b"one")) == "s/t.tar"
    assert put_new(store, "s/t.tar", b"one", sha(b"one")) == "s/t.tar"
    other = put_new(store, "s/t.tar", b"two", sha(b"two"))
    assert other == f"s/t-{sha(b'two')[:12]}.tar"
    assert put_new(store, "s/t.tar", b"two", sha(b"two")) == other
    assert store.get("s/t.tar") == b"one"
    assert store.get(other) == b"two"


def test_a_failure_that_passes_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.store.base.RETRY_SECONDS", (0.01, 0.01))
    left: list[Exception] = [StoreError("once"), DatasetError("twice")]

    def call() -> str:
        if left:
            raise left.pop()
        return "done"

    assert patiently(call) == "done"
    left = [StoreError(str(number)) for number in range(3)]
    with pytest.raises(StoreError, match="0"):
        patiently(call)
    left = [ValueError("a bug")]
    with pytest.raises(ValueError, match="a bug"):
        patiently(call)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_folder_is_told_and_keeps_nothing(small_disk: Path) -> None:
    data = os.urandom(4_000_000)
    with pytest.raises(StorageFull, match="no space"):
        open_store(small_disk).put("k", data, sha(data))
    assert not any(path.is_file() for path in small_disk.rglob("*"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        open_store(tmp_path / "file" / "store").put("k", b"", sha(b""))
