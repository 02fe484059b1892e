"""The whole service, as `collector up` starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from collector.ports import free_port


@dataclass
class Running:
    """A service that runs."""

    process: subprocess.Popen[str]
    url: str
    data: Path

    def run(self, *words: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command against it."""
        return subprocess.run(
            [sys.executable, "-m", "collector.cli", *words],
            env={**os.environ, "COLLECTOR_URL": self.url},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )


@contextmanager
def running(data: Path, *options: str) -> Iterator[Running]:
    """A service with its data in a folder, as long as the context lasts; `options` go to `collector up`."""
    data.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with (data / "up.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "collector.cli", "up", "--data", str(data), "--port", str(port), *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert line.startswith("collector is at"), (data / "up.log").read_text()
        yield Running(process, line.split()[-1], data)
        process.terminate()
        assert process.wait(60) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("service")) as found:
        yield found
