"""The cache before a real bucket: what it holds is read without the bucket, and it stays within its limit."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import collector.dataset
from collector.dataset import publish
from collector.dataset.cache import BLOCK_BYTES, CachedStore
from collector.store import open_store
from tests.dataset import synthetic
from tests.service.seaweed import BUCKET, Seaweed, forget_s3, use_s3

LIMIT = 16 * BLOCK_BYTES


@pytest.fixture
def seaweed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seaweed]:
    with Seaweed(tmp_path / "seaweed") as running:
        use_s3(monkeypatch, running.environment)
        yield running
        forget_s3()


def test_a_bucket_is_read_once_and_the_cache_stays_small(seaweed: Seaweed, tmp_path: Path) -> None:
    url = f"s3://{BUCKET}/cached"
    recordings = [synthetic.play(tmp_path / f"{name}.r", episode=name) for name in ("e0", "e1")]
    drafts = [synthetic.draft(tmp_path / one.meta.episode, one) for one in recordings]
    publish(url, drafts, task="t")
    straight = collector.dataset.open(url).clip("e0", 7, 20)
    cache = tmp_path / "cache"
    cached = collector.dataset.open(url, cache=cache, cache_bytes=LIMIT)
    first = cached.clip("e0", 7, 20)
    assert np.array_equal(first.frames, straight.frames)
    assert np.array_equal(first.actions, straight.actions)
    other = pickle.loads(pickle.dumps(cached))  # as a worker process opens it

    # More than the cache may hold goes through it, in ranges; then the clip again.
    data = np.random.default_rng(0).bytes(3 * LIMIT)
    store = CachedStore(open_store(url), cache, LIMIT)
    store.put("large", data, hashlib.sha256(data).hexdigest())
    for start in range(0, len(data), 3 * BLOCK_BYTES // 2):
        assert store.get("large", start, BLOCK_BYTES) == data[start : start + BLOCK_BYTES]
        assert sum(file.stat().st_size for file in cache.rglob("*") if file.is_file()) <= LIMIT
    assert np.array_equal(other.clip("e0", 7, 20).frames, straight.frames)

    seaweed.kill()
    assert np.array_equal(other.clip("e0", 5, 20).frames[:, 2:], straight.frames[:, :-2])
