from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector import dataset
from collector.errors import NotADataset
from collector.jobs.garbage import clean, find
from collector.store import open_store, s3
from tests.dataset import synthetic
from tests.service.seaweed import BUCKET, Seaweed, use_s3
from tests.store.test_store import sha

LEFT = ("shards/t-9.tar", "quarantine/t-9.tar", "recordings/e9.tar")


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with Seaweed(tmp_path_factory.mktemp("seaweed")) as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A dataset of one episode, beside which killed runs have left objects."""
    place = str(tmp_path / "walks")
    if request.param == "bucket":
        seaweed: Seaweed = request.getfixturevalue("seaweed")
        use_s3(monkeypatch, seaweed.environment)
        place = f"s3://{BUCKET}/{uuid.uuid4().hex}"
    drafts = [synthetic.draft(tmp_path / "film", synthetic.play(tmp_path / "e0", ticks=20))]
    dataset.publish(place, drafts, task="t-0")
    for key in LEFT:
        open_store(place).put(key, b"left", sha(b"left"))
    return place


def test_only_what_nothing_names_is_removed(url: str) -> None:
    store = open_store(url)
    before = set(store.list())
    time.sleep(1.1)
    found = find(store, hours=0)
    assert set(found.objects) == set(LEFT)
    assert found.bytes == 12
    assert clean(url, 0, keep=True) == found
    assert set(store.list()) == before
    clean(url, 0, keep=False)
    assert set(store.list()) == before - set(LEFT)
    assert dataset.verify(dataset.open(url)).ok
    assert clean(url, 0, keep=False).objects == []


def test_what_may_be_published_yet_is_left_alone(url: str) -> None:
    assert find(open_store(url)).objects == []


def test_unfinished_uploads_are_found(url: str, request: pytest.FixtureRequest) -> None:
    store = open_store(url)
    if isinstance(store, s3.S3Store):
        client = request.getfixturevalue("seaweed").client()
        name = f"{url.removeprefix(f's3://{BUCKET}/')}/shards/half.tar"
        client.create_multipart_upload(Bucket=BUCKET, Key=name)
    else:
        half = Path(url) / "shards" / ".t-1.tar.abc.partial"
        half.write_bytes(b"half")
        os.utime(half, (0, 0))
    time.sleep(1.1)
    assert len(find(store, hours=0).uploads) == 1
    clean(url, 0, keep=False)
    assert find(store, hours=0).uploads == []


def test_what_is_no_dataset_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    (tmp_path / "shards" / "mine.tar").write_text("mine")
    with pytest.raises(NotADataset):
        clean(tmp_path, 0, keep=False)
    assert (tmp_path / "shards" / "mine.tar").exists()
