"""A Node process that dies or hangs is noticed, reported and gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bots import bridge as bridge_module
from bots.bridge import Bridge
from bots.errors import AgentError, NodeDied, NodeHung, StageUnavailable
from tests.processes import until

NOTICED = 5.0  # seconds


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    opened = Bridge()
    yield opened
    opened.close()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def survey(bridge: Bridge, deadline: float = 20.0) -> object:
    return bridge.call("survey", [[0, 0]], deadline=deadline)


def survey_forever(bridge: Bridge, deadline: float = 20.0) -> None:
    while True:
        survey(bridge, deadline)


def open_server(bridge: Bridge) -> None:
    world = {"kind": "flat", "seed": 1, "surface": "grass"}
    options = {"version": "1.18.2", "world": world, "seed": 1, "viewDistance": 2, "maxPlayers": 2}
    bridge.call("open", options, deadline=30)


def test_calls_take_and_return_json(bridge: Bridge) -> None:
    open_server(bridge)
    assert survey(bridge) == [[63, "grass_block"]]


def test_a_refused_call_tells_why_and_harms_nothing(bridge: Bridge) -> None:
    open_server(bridge)
    with pytest.raises(AgentError, match="not a function"):
        bridge.call("survey", "no list", deadline=5)
    assert survey(bridge) == [[63, "grass_block"]]


def test_a_killed_process_ends_the_call_at_once(bridge: Bridge) -> None:
    open_server(bridge)
    threading.Timer(0.2, os.kill, (bridge.pid, signal.SIGKILL)).start()
    started = time.monotonic()
    with pytest.raises(NodeDied, match="SIGKILL"):
        survey_forever(bridge)
    assert time.monotonic() - started < NOTICED


def test_a_stopped_process_is_hung_after_the_deadline_and_killed(bridge: Bridge) -> None:
    open_server(bridge)
    os.kill(bridge.pid, signal.SIGSTOP)
    with pytest.raises(NodeHung, match="within 1 s"):
        survey(bridge, deadline=1)
    assert until(lambda: is_gone(bridge.pid), 2)


def test_a_busy_loop_is_noticed_before_a_long_deadline(bridge: Bridge) -> None:
    open_server(bridge)
    sys.modules["javascript"].__dict__["globalThis"].setImmediate(busy_loop(bridge))
    with pytest.raises(NodeDied, match="no sign of life"):  # at the deadline it would be NodeHung
        survey_forever(bridge, deadline=60)


def busy_loop(bridge: Bridge) -> object:
    """A function on the Node side that never returns."""
    make = sys.modules["javascript"].__dict__["globalThis"].Function.new
    return make("while (true) {}")


def test_a_crash_is_reported_with_its_last_output(bridge: Bridge) -> None:
    open_server(bridge)
    make = sys.modules["javascript"].__dict__["globalThis"].Function.new
    sys.modules["javascript"].__dict__["globalThis"].setImmediate(
        make("throw new Error('broken on purpose')")
    )
    with pytest.raises(NodeDied, match="broken on purpose"):
        survey_forever(bridge)


def test_only_one_at_a_time(bridge: Bridge) -> None:
    assert bridge.pid > 0
    with pytest.raises(StageUnavailable, match="another stage is open"):
        Bridge()


def test_one_after_the_other_leaves_nothing_behind() -> None:
    threads = threading.active_count()
    pids = []
    for _ in range(3):
        opened = Bridge()
        pids.append(opened.pid)
        opened.close()
        opened.close()
    deadline = time.monotonic() + 5  # a thread may take a moment to end
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= threads
    assert all(is_gone(pid) for pid in pids)


def test_a_broken_pipe_ends_the_call_at_once_and_leaves_no_threads() -> None:
    """As when Node dies just while it is written to: the package then forgets what it has running."""
    before = set(threading.enumerate())
    opened = Bridge()
    open_server(opened)
    with broken_pipe(sys.modules["javascript.connection"].__dict__["proc"].stdin.fileno()):
        started = time.monotonic()
        with pytest.raises(NodeDied):
            survey(opened)
        assert time.monotonic() - started < NOTICED
        opened.close()
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert not left


@contextmanager
def broken_pipe(descriptor: int) -> Iterator[None]:
    """Makes writing to a descriptor fail, while who reads what it was goes on."""
    before, (ending, broken) = os.dup(descriptor), os.pipe()
    os.close(ending)
    os.dup2(broken, descriptor)
    yield
    os.close(broken)
    os.close(before)


def test_an_answer_that_nobody_takes_holds_nothing_up() -> None:
    before = set(threading.enumerate())
    opened = Bridge()
    loop = sys.modules["javascript.config"].__dict__["event_loop"]
    loop.queue_request(1_000_000, {"r": 1_000_000, "action": "get", "ffid": 0, "key": "console"})
    assert until(lambda: 1_000_000 in loop.responses, 5)
    started = time.monotonic()
    opened.close()
    assert time.monotonic() - started < NOTICED / 2
    assert not [thread.name for thread in threading.enumerate() if thread not in before]


def test_what_came_too_late_for_a_dead_process_is_not_sent_to_the_next() -> None:
    opened = Bridge()
    process, unsent = (sys.modules["javascript.connection"].__dict__[name] for name in ("proc", "sendQ"))
    process.kill()
    process.wait(NOTICED)
    with pytest.raises(NodeDied):
        survey(opened)
    sys.modules["javascript.config"].__dict__["event_loop"].queue_payload({"r": 1})
    assert until(lambda: unsent, NOTICED)
    opened.close()
    assert not unsent


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bridge_module, "AGENT", tmp_path)
    with pytest.raises(StageUnavailable, match="npm ci"):
        Bridge()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_node_ends_with_its_parent(end: signal.Signals) -> None:
    code = "from bots.bridge import Bridge; import time; print(Bridge().pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdout is not None
    with parent, parent.stdout:
        node = int(parent.stdout.readline())
        assert not is_gone(node)
        parent.send_signal(end)
        parent.wait(10)
    assert until(lambda: is_gone(node), NOTICED)
