"""Stages that the tests of a module share; starting Node for every test would take most of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bots.stage import ScriptOf, Stage
from bots.tick import Tick
from bots.world import World

PlayType = Callable[..., list[Tick]]
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


@pytest.fixture
def play_type(stages: dict[str, Stage]) -> PlayType:
    """Plays a type by name on "flat" or "hills", which must succeed, and returns the ticks."""

    def run(
        kind: str, on: str = "flat", number: int = 0, parameters: dict[str, object] | None = None
    ) -> list[Tick]:
        for name, stage in stages.items():
            if name != on:
                stage.close()
        ticks = list(stages[on].play(kind, parameters, number=number))
        assert stages[on].outcome.ok, stages[on].outcome.reason
        return ticks

    return run


def events(ticks: list[Tick], kind: str) -> list[dict[str, Any]]:
    """The data of all events of a kind."""
    return [event.data for tick in ticks for event in tick.events if event.kind == kind]


def positions(ticks: list[Tick], player: int) -> list[tuple[float, float, float]]:
    """Where a player was, tick by tick."""
    return [(row["x"], row["y"], row["z"]) for row in (tick.players[player] for tick in ticks)]
