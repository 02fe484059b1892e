"""Stages that the tests of a module share; starting Node for every test would take most of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bots.stage import ScriptOf, Stage
from bots.tick import Tick
from bots.world import World

Play = Callable[[ScriptOf], list[Tick]]


@pytest.fixture(scope="module")
def stages() -> Iterator[dict[str, Stage]]:
    """A stage on either world. Only one at a time has its Node running; the other starts it again when it
    plays.
    """
    both = {
        "flat": Stage(players=2, world=World(kind="flat", seed=3), seed=7, view_distance=2),
        "hills": Stage(players=2, world=World(kind="hills", seed=3), seed=7, view_distance=4),
    }
    yield both
    for stage in both.values():
        stage.close()


@pytest.fixture
def flat(stages: dict[str, Stage]) -> Stage:
    """Two players on a flat world, with a small view."""
    stages["hills"].close()
    return stages["flat"]


@pytest.fixture
def hills(stages: dict[str, Stage]) -> Stage:
    """Two players in hills."""
    stages["flat"].close()
    return stages["hills"]


@pytest.fixture
def play(flat: Stage) -> Play:
    """Plays a script on the flat stage, which must succeed, and returns the ticks."""

    def run(script: ScriptOf) -> list[Tick]:
        ticks = list(flat.play_script(script))
        assert flat.outcome.ok, flat.outcome.reason
        return ticks

    return run
