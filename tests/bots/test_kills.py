"""A stage is killed at random moments: Node ends or hangs, an end of a player's connection goes.

Each time the stage must say so and play the next episode within `RESTART` seconds, and nothing may be left
behind. `KILLS=100 pytest tests/bots/test_kills.py` is the long form, for a machine that does nothing else.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Self

import pytest

from bots.errors import StageError
from bots.stage import Stage
from bots.world import World
from tests.processes import children, until

KILLS = int(os.environ.get("KILLS", "6"))
SEED = int(os.environ.get("KILLS_SEED", "1"))
RESTART = 10.0  # seconds until the next episode has its first tick
LONGEST = 60  # ticks until a kill
# The hands of a player end a connection in place of the next command.
CUT = """
const cache = process.getBuiltinModule('module')._cache
const { Controls } = cache[Object.keys(cache).find(name => name.endsWith('agent/controls.js'))].exports
Controls.prototype.apply = function () { this.bot._client.%s }
"""


def run_in_node(code: str) -> None:
    make = sys.modules["javascript"].__dict__["globalThis"].Function.new
    make(code)()


def kill(stage: Stage) -> None:
    assert stage.pid
    os.kill(stage.pid, signal.SIGKILL)


def stop(stage: Stage) -> None:
    assert stage.pid
    os.kill(stage.pid, signal.SIGSTOP)


def hang(stage: Stage) -> None:
    with contextlib.suppress(Exception):  # the call itself may never come back
        run_in_node("setImmediate(() => { while (true) {} })")


def cut_player(stage: Stage) -> None:
    run_in_node(CUT % "end('cut')")


def cut_server(stage: Stage) -> None:
    run_in_node(CUT % "peer.end('cut')")


FAULTS: list[Callable[[Stage], None]] = [kill, stop, hang, cut_player, cut_server]


class Traces(NamedTuple):
    """What a stage could leave behind."""

    threads: int
    files: int
    folders: int

    @classmethod
    def now(cls) -> Self:
        files = list(Path("/proc/self/fd").iterdir())
        folders = list(Path(tempfile.gettempdir()).glob("stage-*"))
        return cls(threading.active_count(), len(files), len(folders))

    def no_more_than(self, before: Traces) -> bool:
        return all(now <= then for now, then in zip(self, before, strict=True))


def play_until(stage: Stage, number: int, moment: int, fault: Callable[[Stage], None]) -> None:
    for tick in stage.play("orbit", number=number):
        if tick.index == moment:
            fault(stage)


@pytest.mark.slow
def test_after_any_kill_the_next_episode_plays_soon_and_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rng = random.Random(SEED)
    restarts: dict[str, list[float]] = {fault.__name__: [] for fault in FAULTS}
    with Stage(world=World(kind="hills", seed=2), seed=SEED, view_distance=2) as stage:
        assert next(stage.play("orbit"))
        before = Traces.now()
        for number in range(KILLS):
            fault, killed = FAULTS[number % len(FAULTS)], stage.pid
            with pytest.raises(StageError):
                play_until(stage, number, rng.randrange(LONGEST), fault)
            began = time.monotonic()
            assert next(stage.play("orbit", number=number)), fault.__name__
            restarts[fault.__name__].append(time.monotonic() - began)
            assert children(os.getpid(), "bin/node") == [stage.pid] != [killed]
            assert until(lambda: Traces.now().no_more_than(before), 5), (
                fault.__name__,
                before,
                Traces.now(),
            )
    assert until(lambda: not children(os.getpid(), "bin/node"), 5)
    assert not list(tmp_path.iterdir())
    every = [seconds for times in restarts.values() for seconds in times]
    for name, times in {**restarts, "all": every}.items():
        ordered = ", ".join(f"{seconds:.2f}" for seconds in sorted(times)[-3:])
        print(f"{name}: {len(times)}, median {statistics.median(times):.2f} s, slowest {ordered} s")  # noqa: T201
    assert max(every) < RESTART
