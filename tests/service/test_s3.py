"""The store in a bucket, on a real S3 service: the conformance suite, and what only a bucket can do."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx2
import pytest

from collector.errors import ObjectDamaged, ObjectExists, StoreError, UsageError
from collector.store import Store, open_store, s3
from tests.service.seaweed import BUCKET, Seaweed, forget_s3, use_s3
from tests.store.test_store import (  # noqa: F401 (these are the suite)
    sha,
    test_gives_back_what_was_put,
    test_leftovers_of_a_killed_run_are_no_obstacle,
    test_lists_by_prefix_and_deletes,
    test_misses_what_is_not_there,
    test_never_overwrites,
    test_one_of_many_writers_wins,
    test_reads_ranges,
    test_refuses_bytes_that_changed_on_the_way,
    test_refuses_keys_outside_of_the_store,
)


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with Seaweed(tmp_path_factory.mktemp("seaweed")) as running:
        yield running


@pytest.fixture(autouse=True)
def environment(seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use_s3(monkeypatch, seaweed.environment)
    yield
    forget_s3()


@pytest.fixture
def store() -> Store:
    """A new prefix for every test."""
    return open_store(f"s3://{BUCKET}/{uuid.uuid4().hex}")


def test_large_objects_are_sent_in_parts_and_only_once(
    store: Store, tmp_path: Path, seaweed: Seaweed
) -> None:
    data = os.urandom(s3.PART_BYTES * 2 + 12_345)
    source = tmp_path / "large"
    source.write_bytes(data)
    with pytest.raises(ObjectDamaged):
        store.put("large", source, sha(b"other"))
    assert store.size("large") is None
    store.put("large", source, sha(data))
    assert store.get("large", s3.PART_BYTES - 5, 10) == data[s3.PART_BYTES - 5 : s3.PART_BYTES + 5]
    assert store.size("large") == len(data)
    with pytest.raises(ObjectExists):
        store.put("large", source, sha(data))
    uploads = seaweed.client().list_multipart_uploads(Bucket=BUCKET)
    assert not uploads.get("Uploads")


def test_the_service_checks_what_arrives(store: Store, seaweed: Seaweed) -> None:
    # Not our own check but that of the service, which sees what the network did.
    with pytest.raises(boto3.exceptions.botocore.exceptions.ClientError, match=r"[Cc]hecksum|[Dd]igest"):
        seaweed.client().put_object(
            Bucket=BUCKET, Key="k", Body=b"data", ChecksumSHA256=s3._base64(sha(b"other"))
        )


def test_links_let_anyone_read_for_a_while(store: Store) -> None:
    store.put("a/k", b"content", sha(b"content"))
    assert isinstance(store, s3.S3Store)
    answer = httpx2.get(store.link("a/k"), headers={"Range": "bytes=0-2"})
    assert (answer.status_code, answer.content) == (206, b"con")
    broken = store.link("a/k").replace("X-Amz-Signature=", "X-Amz-Signature=0")
    assert httpx2.get(broken).status_code == 403


def test_many_keys_are_listed_in_order(store: Store) -> None:
    for number in range(1005):
        store.put(f"n/{number:05d}", b"", sha(b""))
    assert list(store.list("n/")) == [f"n/{number:05d}" for number in range(1005)]


def test_a_wrong_secret_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    forget_s3()
    with pytest.raises(StoreError, match=r"refuses|SignatureDoesNotMatch"):
        open_store(f"s3://{BUCKET}/x").put("k", b"", sha(b""))


def test_a_service_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setitem(s3._CONFIG, "retries", {"total_max_attempts": 1})
    with pytest.raises(StoreError, match="cannot be reached"):
        open_store(f"s3://{BUCKET}/x").get("k")


def test_uploads_keep_the_rate_that_was_asked_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLECTOR_UPLOAD_MB_PER_SECOND", "2")
    s3._pace.cache_clear()
    data = os.urandom(500_000)
    begin = time.monotonic()
    for number in range(5):
        store.put(str(number), data, sha(data))
    assert time.monotonic() - begin >= 1
    s3._pace.cache_clear()
    monkeypatch.setenv("COLLECTOR_UPLOAD_MB_PER_SECOND", "fast")
    with pytest.raises(UsageError, match="no number"):
        store.put("x", data, sha(data))
    s3._pace.cache_clear()


@pytest.mark.parametrize("url", ["s3://", "s3:///x"])
def test_a_place_without_a_bucket_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="s3://bucket/prefix"):
        open_store(url)
