"""Garbage of a dataset: what runs left behind that were killed between storing and publishing.

The catalog is only ever added to, so what its newest version does not name, no version names. A run may be
about to publish what it has just stored; hence only old objects count.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from collector.dataset.catalog import Catalog
from collector.dataset.layout import QUARANTINE, RECORDINGS, SHARDS
from collector.jobs.relay import PLAYED
from collector.store import FolderStore, Store, open_store
from collector.store.s3 import S3Store

# Longer than any run of a task lives, with its retries.
OLD_HOURS = 24.0
# What was played waits for a renderer, and no catalog names it: only what has waited for days is garbage.
PLAYED_HOURS = 7 * 24.0


class Garbage(BaseModel):
    """What is not referenced: `objects` by key, and `uploads` that were never completed."""

    objects: list[str]
    uploads: list[str]
    bytes: int


def find(store: Store, hours: float = OLD_HOURS) -> Garbage:
    """The garbage in a dataset that is older than that.

    Raises:
        NotADataset: there is no dataset; nothing of such a folder or bucket is ever called garbage.
    """
    # The listing comes first: what is published meanwhile is then in the catalog.
    limit = time.time() - hours * 3600
    places = (SHARDS, QUARANTINE, RECORDINGS)
    old = [(key, size) for key, size, modified in _objects(store, *places) if modified < limit]
    rows = Catalog(store).rows(["shard", "recording"])
    named = set(rows["shard"].to_pylist()) | set(rows["recording"].to_pylist())
    orphans = [(key, size) for key, size in old if key not in named]
    limit_played = time.time() - max(hours, PLAYED_HOURS) * 3600
    orphans += [(key, size) for key, size, modified in _objects(store, PLAYED) if modified < limit_played]
    return Garbage(
        objects=[key for key, _ in orphans],
        uploads=list(_uploads(store, limit)),
        bytes=sum(size for _, size in orphans),
    )


def remove(store: Store, garbage: Garbage) -> None:
    """Delete what `find` has found."""
    for key in garbage.objects:
        store.delete(key)
    for upload in garbage.uploads:
        if isinstance(store, S3Store):
            store.abort(upload)
        elif isinstance(store, FolderStore):
            (store.root / upload).unlink(missing_ok=True)


def _objects(store: Store, *places: str) -> Iterator[tuple[str, int, float]]:
    """(key, bytes, Unix time) of everything in these places."""
    for place in places:
        if isinstance(store, S3Store):
            yield from store.entries(f"{place}/")
        elif isinstance(store, FolderStore):
            for key in store.list(f"{place}/"):
                found = (store.root / key).stat()
                yield key, found.st_size, found.st_mtime


def _uploads(store: Store, limit: float) -> Iterator[str]:
    """Names of unfinished uploads, from before `limit`."""
    if isinstance(store, S3Store):
        yield from store.unfinished(limit)
    elif isinstance(store, FolderStore):
        for path in sorted(store.root.rglob(".*.partial")):
            if path.stat().st_mtime < limit:
                yield path.relative_to(store.root).as_posix()


def clean(url: str | Path, hours: float, *, keep: bool) -> Garbage:
    """Find the garbage of the dataset at `url`, and remove it unless it is to be kept."""
    store = open_store(url)
    garbage = find(store, hours)
    if not keep:
        remove(store, garbage)
    return garbage
