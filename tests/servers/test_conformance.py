"""What every server backend does alike: players join, see and act, commands act, the clock is measured."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bots.episodes.base import TOOLS
from bots.geometry import Cell, Vec
from bots.player import Player
from bots.remote import Timing
from bots.scene import Scene
from bots.script import Script, wait
from bots.stage import Stage
from bots.tick import Tick
from bots.world import World
from tests.servers.conftest import Backend

WORLD = World(kind="flat", seed=3)
GROUND = 64  # where the feet are


@pytest.fixture(scope="module")
def stage(backend: Backend) -> Iterator[Stage]:
    """Two players on the backend."""
    server = backend.server.ready(WORLD)
    with Stage(players=2, world=WORLD, seed=7, view_distance=3, server=server) as opened:
        yield opened


class Doings:
    """A script that does one thing after another, and notes at which tick it did what."""

    def __init__(self) -> None:
        self.noted: dict[str, int] = {}
        self.cell = Cell(0, 0, 0)

    def __call__(self, player: Player, scene: Scene) -> Script[None]:
        if player.index == 1:
            yield from wait(70)
            return
        yield from wait(5)
        self._note("turn", scene)
        player.turn(0.5, 0.0)
        yield
        yield from wait(2)
        self._note("walk", scene)
        for _ in range(10):
            player.hold("forward")
            yield
        yield from wait(20)  # to a stop
        self._note("block", scene)
        self.cell = player.cell.plus(0, 4, 0)
        scene.set_block(self.cell, "stone")
        yield
        yield from wait(5)
        self._note("spawn", scene)
        scene.spawn("zombie", Vec(player.position.x + 9, player.position.y, player.position.z))
        scene.set_weather(1.0)
        scene.set_time(18000)
        yield from wait(25)

    def _note(self, what: str, scene: Scene) -> None:
        self.noted[what] = scene.tick


@pytest.fixture(scope="module")
def played(stage: Stage) -> tuple[list[Tick], Doings, Timing]:
    """The ticks of one episode of `Doings`."""
    doings = Doings()
    ticks = list(stage.play_script(doings))
    assert stage.outcome.ok, stage.outcome.reason
    return ticks, doings, stage.timing


Played = tuple[list[Tick], Doings, Timing]


def test_the_server_is_well(backend: Backend, stage: Stage) -> None:
    health = backend.server.health()
    assert health.ok
    assert health.version == "1.18.2"


def test_players_join_where_they_are_wanted(played: Played) -> None:
    ticks, _, _ = played
    first = ticks[0].players
    assert len(first) == 2
    for row in first:
        assert row["y"] == GROUND
        assert row["health"] == 20
        assert {item["item"] for item in row["inventory"]} == {item for item, _ in TOOLS}
    a, b = (Vec(row["x"], row["y"], row["z"]) for row in first)
    assert 8 < a.flat_distance(b) < 17


def test_the_world_is_seen(stage: Stage, played: Played) -> None:
    ticks, _, _ = played
    here = Vec(ticks[0].players[0]["x"], GROUND, ticks[0].players[0]["z"]).cell()
    sections = {(section.x, section.y, section.z): section for section in ticks[0].sections}
    ground = sections[here.x >> 4, (GROUND - 1) >> 4, here.z >> 4]
    states = memoryview(ground.blocks).cast("H")
    assert stage.opened
    top = stage.opened.palette.block(states[15 << 8 | (here.z & 15) << 4 | here.x & 15])
    assert top.name == "grass_block"
    assert stage.opened.minecraft == "1.18.2"


def test_a_turn_and_a_step_show_in_the_next_row(played: Played) -> None:
    ticks, doings, _ = played
    turn, walk = doings.noted["turn"], doings.noted["walk"]
    yaws = [tick.players[0]["yaw"] for tick in ticks]
    assert yaws[turn + 1] - yaws[turn] == pytest.approx(0.5, abs=1e-6)
    assert yaws[turn + 2] == yaws[turn + 1]
    assert ticks[walk].players[0]["action.forward"]
    places = [Vec(tick.players[0]["x"], GROUND, tick.players[0]["z"]) for tick in ticks]
    assert places[walk + 1].flat_distance(places[walk]) > 0.05
    assert places[walk].flat_distance(places[walk - 1]) == 0


def test_a_block_that_is_set_shows_soon(backend: Backend, played: Played) -> None:
    ticks, doings, timing = played
    shown = next(
        tick.index for tick in ticks if any(tuple(doings.cell) == change[:3] for change in tick.blocks)
    )
    # The request goes out with the tick that comes after the script has asked.
    late = shown - doings.noted["block"] - 1
    if timing.mode == "virtual":
        assert late == 0
    else:  # a server may be late, but says so
        assert 0 <= late <= 2 + timing.late_ticks + timing.lag_ticks


def test_commands_act(played: Played) -> None:
    ticks, _, _ = played
    last = ticks[-1]
    assert [entity["type"] for entity in last.entities] == ["zombie"]
    assert last.clock["rain"] > 0
    assert last.clock["time_of_day"] == pytest.approx(18000, abs=60)
    assert ticks[0].clock["rain"] == 0
    assert ticks[0].clock["time_of_day"] == pytest.approx(6000, abs=200)


def test_all_players_have_every_tick(played: Played) -> None:
    ticks, _, _ = played
    assert [tick.index for tick in ticks] == list(range(len(ticks)))
    assert {len(tick.players) for tick in ticks} == {2}


def test_the_clock_tells_how_it_ran(backend: Backend, played: Played) -> None:
    ticks, _, timing = played
    assert timing.mode in backend.server.capabilities.clocks
    if timing.mode == "virtual":
        assert timing.jitter_ms is None
        return
    assert timing.ticks_per_second == 20
    assert timing.jitter_ms
    assert timing.reaction_ms
    assert 0 < timing.jitter_ms["p50"] <= timing.jitter_ms["p99"] <= timing.jitter_ms["max"]
    # Half of all samples are on time even where the machine has much else to do.
    assert timing.jitter_ms["p50"] < 25
    assert timing.late_ticks < len(ticks)


def test_the_next_episode_begins_afresh(stage: Stage, played: Played) -> None:
    """Nothing of the episode before is left: not its mobs, its rain or its night."""
    again = list(stage.play_script(lambda *_: wait(10), number=1))
    assert stage.outcome.ok, stage.outcome.reason
    assert [entity["type"] for entity in again[-1].entities] == []
    assert again[-1].clock["time_of_day"] == pytest.approx(6000, abs=200)


def test_an_episode_type_plays_to_the_end(stage: Stage) -> None:
    ticks = list(stage.play("straightLineWalk", number=2))
    assert stage.outcome.ok, stage.outcome.reason
    walked = max(
        Vec(t.players[0]["x"], 0, t.players[0]["z"]).flat_distance(
            Vec(ticks[0].players[0]["x"], 0, ticks[0].players[0]["z"])
        )
        for t in ticks
    )
    assert walked > 3
