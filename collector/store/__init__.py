"""Where a dataset lies: a few operations on named objects, the same for a folder and for a bucket.

An object is written once and whole, or not at all, and never changes afterwards. Keys are relative paths
with `/`. Every implementation passes the conformance suite in `tests/store/test_store.py`.
"""

from __future__ import annotations

from pathlib import Path

from collector.store.base import Store, digest, patiently, put_new
from collector.store.folder import FolderStore

__all__ = ["FolderStore", "Store", "digest", "open_store", "patiently", "put_new"]


def open_store(url: str | Path) -> Store:
    """The store at `url`: the path of a folder, or `s3://bucket/prefix`."""
    if str(url).startswith("s3://"):
        from collector.store.s3 import S3Store  # noqa: PLC0415 (folders open faster without boto3)

        return S3Store(str(url))
    return FolderStore(Path(url))
