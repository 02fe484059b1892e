"""A server that is killed at any moment costs an attempt, is told clearly, and leaves nothing behind."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bots.errors import StageError
from bots.script import wait
from bots.stage import Stage
from bots.world import World
from collector.errors import ServerError
from collector.playing.plan import EpisodePlan
from collector.playing.play import play
from collector.recording import Seeds
from tests.processes import children, until
from tests.servers.conftest import BACKENDS, Backend

# A hundred of them: COLLECTOR_TEST_KILLS=100 pytest tests/servers/test_kills.py
KILLS = int(os.environ.get("COLLECTOR_TEST_KILLS", "2"))
RATE = 60.0  # ticks per second: three times as fast as usual


@pytest.fixture(scope="module", params=["external", "docker"])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """The backends whose server can be killed."""
    with ExitStack() as stack:
        yield BACKENDS[request.param](stack, RATE)


def plan(seed: int) -> EpisodePlan:
    return EpisodePlan(
        name=f"episode-{seed}",
        type="straightLineWalk",
        players=2,
        world="flat",
        seeds=Seeds(job=0, world=3, episode=seed),
        view_distance=3,
    )


def test_a_killed_server_is_told_at_once(backend: Backend) -> None:
    server = backend.server.ready(World(kind="flat", seed=3))
    with Stage(players=2, view_distance=3, server=server) as stage:
        ticks = stage.play_script(lambda *_: wait(10_000))
        next(ticks)
        backend.kill()
        killed_at = time.monotonic()
        with pytest.raises(StageError, match="Alpha lost the connection"):
            for _ in ticks:
                pass
        assert time.monotonic() - killed_at < 10
    backend.revive()


class Killer:
    """Kills the server some time after an episode began to be played, and has it started again later."""

    def __init__(self, backend: Backend, rng: random.Random) -> None:
        self._backend = backend
        self._wait = rng.uniform(0.0, 4.0)
        self._thread = threading.Thread(target=self._run)
        self.killed_at = 0.0

    def _run(self) -> None:
        time.sleep(self._wait)
        self._backend.kill()
        self.killed_at = time.monotonic()
        self._backend.revive()

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()


def leftovers() -> list[int]:
    """The players' processes that are still there."""
    return children(os.getpid(), "collector.playing.host") + children(os.getpid(), "bridge.js")


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_server_costs_an_attempt_and_no_episode(
    backend: Backend, tmp_path: Path, number: int
) -> None:
    backend.server.ready(World(kind="flat", seed=3))
    with Killer(backend, random.Random(number)) as killer:
        recording = play(plan(number), tmp_path / "episode", server=backend.server)
    assert recording.meta.outcome.ok
    assert recording.meta.clock.mode == "rate"
    assert killer.killed_at
    assert until(lambda: not leftovers(), 5)


def test_a_server_that_stays_away_is_told(tmp_path: Path) -> None:
    with ExitStack() as stack:
        backend = BACKENDS["external"](stack, None)
        backend.kill()
        with pytest.raises(ServerError, match=r"no Minecraft server answers at 127\.0\.0\.1:\d+ .* start it"):
            play(plan(0), tmp_path / "episode", server=backend.server)
    assert not (tmp_path / "episode").exists()
