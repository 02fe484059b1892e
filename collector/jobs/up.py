"""The whole service on one machine: keeps Redis, the API and the workers running."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2

from collector.errors import ServiceError
from collector.jobs.embedded import EmbeddedRedis

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
START_SECONDS = 60.0
LOOK_SECONDS = 0.5
# A part that ends within this is started again after a second, then two, four …, up to `MOST_WAIT_SECONDS`.
AT_ONCE_SECONDS = 10.0
MOST_WAIT_SECONDS = 30.0
# Workers finish their task within 20 s or hand it back; what is left after this is killed.
STOP_SECONDS = 60.0
# What a worker of each role is called, also by its log.
_NAMES = {"both": "worker", "play": "player", "render": "renderer"}


class Part:
    """A process that is started again whenever it ends."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self.name = name
        self._command = command
        self._environment = environment
        self._log = folder / f"{name}.log"
        self._falls = 0
        self._start_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def look_after(self) -> None:
        """Start it unless it runs, or has to wait."""
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            log.warning("%s ended with %s; see %s", self.name, self.process.returncode, self._log)
            self.process = None
            self._falls = 0 if now - self._start_at > AT_ONCE_SECONDS else self._falls + 1
            self._start_at = now + min(2.0**self._falls / 2, MOST_WAIT_SECONDS)
        if self.process is None and now >= self._start_at:
            self._start_at = now
            with self._log.open("ab") as stream:
                self.process = subprocess.Popen(
                    self._command,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=stream,
                    start_new_session=True,  # Ctrl-C reaches only us, who end the parts in order
                )

    def end(self) -> None:
        """Ask it to end."""
        if self.process:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait until it has ended; kill it at the deadline."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Up:
    """All parts, as long as the context lasts; `workers` says how many of each role.

    Raises:
        ServiceError: a part does not start.
    """

    def __init__(self, data: Path, port: int, workers: dict[str, int], store: str | None = None) -> None:
        self._data = data.resolve()
        self._redis = EmbeddedRedis(self._data / "redis")
        self.url = f"http://{HOST}:{port}"
        environment = {
            **os.environ,
            "COLLECTOR_REDIS": self._redis.url,
            "COLLECTOR_STORE": store or str(self._data / "datasets"),
            "COLLECTOR_WORK": str(self._data / "work"),
            "COLLECTOR_AUTH": "false",
        }
        program = [sys.executable, "-m", "collector.cli"]
        serve = [*program, "serve", "--host", HOST, "--port", str(port)]
        self._parts = [Part("api", serve, environment, self._data)]
        self._parts += [
            Part(f"{_NAMES[role]}{number}", [*program, "worker", "--role", role], environment, self._data)
            for role, count in workers.items()
            for number in range(count)
        ]

    def watch(self, stop: threading.Event) -> None:
        """Keep everything running until `stop` is set."""
        while not stop.wait(LOOK_SECONDS):
            self._redis.look_after()
            for part in self._parts:
                part.look_after()

    def _wait_for_api(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            process = self._parts[0].process
            if process and process.poll() is not None:
                break
            with contextlib.suppress(httpx2.TransportError):
                if httpx2.get(f"{self.url}/readyz", timeout=5).is_success:
                    return
            time.sleep(0.1)
        raise ServiceError(f"the API does not start; see {self._data / 'api.log'}")

    def __enter__(self) -> Self:
        self._redis.start()
        for part in self._parts:
            part.look_after()
        try:
            self._wait_for_api()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in self._parts:
            part.end()
        deadline = time.monotonic() + STOP_SECONDS
        for part in self._parts:
            part.wait(deadline)
        self._redis.__exit__(kind, error, trace)
