"""The Redis of `collector up`: one at a time in a folder, whatever happens to whoever has started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from collector.errors import ServiceError
from collector.jobs import embedded
from collector.jobs.embedded import EmbeddedRedis

START = """
import os, signal, sys
from pathlib import Path
from collector.jobs.embedded import EmbeddedRedis
server = EmbeddedRedis(Path(sys.argv[1]))
server.start()
print(server.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_written_is_there_after_a_kill(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        assert server.process
        with redis.Redis.from_url(server.url) as client:
            client.set("a", "b")
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(10)
        server.look_after()
        with redis.Redis.from_url(server.url) as client:
            assert client.get("a") == b"b"


def test_two_never_write_to_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedRedis(tmp_path), monkeypatch.context() as patch:
        patch.setattr(embedded, "START_SECONDS", 0.3)
        with pytest.raises(ServiceError, match="a Redis works in"):
            EmbeddedRedis(tmp_path).start()
    with EmbeddedRedis(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        assert client.ping()


def test_one_that_was_left_alone_still_has_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    left = int(done.stdout)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(embedded, "START_SECONDS", 0.3)
            with pytest.raises(ServiceError, match=f"kill {left}"):
                EmbeddedRedis(tmp_path).start()
    finally:
        os.kill(left, signal.SIGKILL)
    with EmbeddedRedis(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        assert client.ping()
