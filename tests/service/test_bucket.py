"""A dataset in a bucket: published by several at once, read back, verified, and linked to by the API."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from collector import dataset
from collector.api.app import create_app
from collector.jobs.embedded import EmbeddedRedis
from collector.settings import Settings
from tests.dataset import synthetic
from tests.service.seaweed import BUCKET, Seaweed, use_s3


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with Seaweed(tmp_path_factory.mktemp("seaweed")) as running:
        yield running


@pytest.fixture(autouse=True)
def environment(seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> None:
    use_s3(monkeypatch, seaweed.environment)


@pytest.fixture
def root() -> str:
    """Where datasets go in this test."""
    return f"s3://{BUCKET}/{uuid.uuid4().hex}"


def publish(url: str, folder: Path, name: str) -> dataset.Published:
    recording = synthetic.play(folder / name, episode=name, ticks=20)
    return dataset.publish(url, [synthetic.draft(folder / f"{name}.film", recording)], task=f"t-{name}")


def test_many_publish_at_once_and_nothing_is_lost(root: str, tmp_path: Path) -> None:
    url, names = f"{root}/walks", [f"e{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        published = list(pool.map(lambda name: publish(url, tmp_path, name), names))
    assert not any(one.again for one in published)
    opened = dataset.open(url)
    assert [episode.name for episode in opened.episodes] == names
    assert dataset.verify(opened).ok
    clip = opened.clip("e3", 4, 8)
    assert clip.frames.shape == (2, 8, synthetic.HEIGHT, synthetic.WIDTH, 3)


def test_a_task_that_runs_twice_at_once_is_published_once(root: str, tmp_path: Path) -> None:
    url = f"{root}/twice"
    folders = [tmp_path / str(number) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        published = list(pool.map(lambda folder: publish(url, folder, "same"), folders))
    assert sum(not one.again for one in published) == 1
    opened = dataset.open(url)
    assert len(opened.episodes) == 1
    assert dataset.verify(opened).ok


def test_the_api_links_into_the_bucket(root: str, tmp_path: Path) -> None:
    publish(f"{root}/walks", tmp_path, "e0")
    with EmbeddedRedis(tmp_path / "redis") as redis:
        app = create_app(Settings(redis=redis.url, store=root, auth=False))
        with TestClient(app, "http://localhost") as client:
            assert client.get("/readyz").status_code == 200
            links = client.get("/v1/datasets/walks/episodes/e0").json()["links"]
            for link in links:
                part = {"Range": f"bytes={link['offset']}-{link['offset'] + link['bytes'] - 1}"}
                data = httpx2.get(link["url"], headers=part).content
                assert hashlib.sha256(data).hexdigest() == link["sha256"]
                assert client.get(link["href"]).content == data
            (shard,) = client.get("/v1/datasets/walks/shards").json()["shards"]
            assert hashlib.sha256(httpx2.get(shard["url"]).content).hexdigest() == shard["sha256"]
