"""A real Redis for every test of this folder, and workers that are real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from collector.jobs.board import Board, connect
from collector.jobs.embedded import EmbeddedRedis
from collector.jobs.models import JobSpec
from collector.settings import Settings
from collector.video.view import View

T = TypeVar("T")

SMALL = View(width=64, height=64, hud=False, view_distance=4)


def spec(**fields: Any) -> JobSpec:
    """A job of small pictures."""
    return JobSpec.model_validate({"dataset": "walks", "mix": {"orbit": 1}, "view": SMALL, **fields})


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def settings(redis_server: EmbeddedRedis, tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(
        redis=redis_server.url,
        store=str(tmp_path / "datasets"),
        work=tmp_path / "work",
        lease_seconds=2,
        backoff_seconds=0.1,
        drain_seconds=0,
        min_free_gb=0,
    )
    yield settings
    connect(settings).flushall()


@pytest.fixture
def board(settings: Settings) -> Iterator[Board]:
    client = connect(settings)
    yield Board(client, settings)
    client.close()


@pytest.fixture
def start_worker(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a worker, with options, in a session of its own; all of them are killed at the end."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        **{f"COLLECTOR_{name.upper()}": str(value) for name, value in settings if value not in {None, ()}},
    }

    def start(*options: str) -> subprocess.Popen[bytes]:
        with (tmp_path / f"worker{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "collector.cli", "worker", *options],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def until(look: Callable[[], T], seconds: float = 60.0) -> T:
    """Wait until `look` returns something true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found
