"""Every type, played twice with the same seed, gives the same recording, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from bots.episodes import episode_types
from bots.stage import Stage
from bots.tick import Tick
from bots.world import World

TICKS = 120  # of each type: enough for chance, other players and the world to have a say
ALONE = 2


@pytest.fixture(scope="module")
def stages() -> Iterator[dict[int, Stage]]:
    """Stages by number of players; they share one Node process in turn."""
    counts = {max(ALONE, kind.players[0]) for kind in episode_types().values()}
    made = {n: Stage(players=n, world=World(kind="hills", seed=5), seed=11, view_distance=2) for n in counts}
    yield made
    for stage in made.values():
        stage.close()


def play(stages: dict[int, Stage], name: str, number: int, **parameters: float) -> str:
    """The hash of all that the first ticks of an episode tell."""
    players = max(ALONE, episode_types()[name].players[0])
    for other in stages.values():
        if other is not stages[players]:
            other.close()
    digest = hashlib.sha256()
    ticks = stages[players].play(name, parameters, number=number)
    for tick in ticks:
        digest.update(told(tick))
        if tick.index == TICKS:
            ticks.close()  # type: ignore[attr-defined]
            break
    else:
        assert stages[players].outcome.ok, stages[players].outcome.reason
    return digest.hexdigest()


def told(tick: Tick) -> bytes:
    rest = (tick.players, tick.clock, tick.entities, tick.blocks, tick.events)
    return repr(rest).encode() + b"".join(section.blocks + section.biomes for section in tick.sections)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(episode_types()))
def test_same_seed_same_recording(name: str, stages: dict[int, Stage]) -> None:
    first = play(stages, name, 1)
    assert play(stages, name, 1) == first


@pytest.mark.slow
def test_overshoot_is_the_same_again_and_not_the_same_as_none(stages: dict[int, Stage]) -> None:
    first = play(stages, "orbit", 1, overshoot=0.9)
    assert play(stages, "orbit", 1, overshoot=0.9) == first != play(stages, "orbit", 1)
