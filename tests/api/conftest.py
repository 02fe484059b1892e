"""A service without workers, on a real Redis and a real folder, called as over the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from collector.api.app import create_app
from collector.api.tokens import Scope, Tokens
from collector.dataset import publish
from collector.jobs.board import Board, connect
from collector.jobs.embedded import EmbeddedRedis
from collector.jobs.models import JobSpec
from collector.jobs.run import dataset_url
from collector.settings import Settings
from tests.dataset import synthetic

JOB = {"dataset": "walks", "mix": {"orbit": 2}, "view": {"width": 64, "height": 64}}


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def settings(redis_server: EmbeddedRedis, tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(redis=redis_server.url, store=str(tmp_path / "datasets"), work=tmp_path / "work")
    yield settings
    connect(settings).flushall()


@pytest.fixture
def walks(settings: Settings, tmp_path: Path) -> list[str]:
    """The dataset `walks` with two episodes, the second with all planes, and the job that asked for it."""
    Board(connect(settings), settings).create(JobSpec.model_validate(JOB), "submit")
    names = ["a-orbit", "b-chase"]
    drafts = []
    for name in names:
        full = name == "b-chase"
        recording = synthetic.play(tmp_path / name, episode=name, kind=name[2:], ticks=8 if full else 40)
        drafts.append(synthetic.draft(tmp_path / f"{name}.film", recording, planes=full))
    publish(dataset_url(settings, "walks"), drafts, task="t-0")
    return names


@pytest.fixture
def tokens(settings: Settings) -> dict[str, str]:
    """A token for each scope, and one of another person; by the names of their owners."""
    made = Tokens(connect(settings), None)
    found = {scope.value: made.create(scope.value, scope) for scope in Scope}
    return {**found, "other": made.create("other", Scope.submit)}


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """Calls the service without a token."""
    with TestClient(create_app(settings), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def local(settings: Settings) -> Iterator[TestClient]:
    """Calls a service that asks for no tokens."""
    app = create_app(settings.model_copy(update={"auth": False}))
    with TestClient(app, "http://localhost", raise_server_exceptions=False) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
