"""The types that Solaris does not have."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pytest

from bots.stage import Stage
from bots.tick import Tick
from bots.world import World
from tests.bots.conftest import events, positions


@pytest.fixture(scope="module")
def four() -> Iterator[Stage]:
    """Four players on a flat world."""
    with Stage(players=4, world=World(kind="flat", seed=3), seed=7, view_distance=3) as stage:
        yield stage


def play(stage: Stage, kind: str, number: int = 0) -> list[Tick]:
    ticks = list(stage.play(kind, number=number))
    assert stage.outcome.ok, stage.outcome.reason
    return ticks


def test_followers_end_near_the_one_before(four: Stage) -> None:
    ticks = play(four, "followTheLeader")
    order = [four.names.index(name) for name in events(ticks, "order")[0]["names"]]
    ends = [positions(ticks, player)[-1] for player in order]
    assert math.dist(positions(ticks, order[0])[0], ends[0]) > 5
    assert all(math.dist(a, b) < 6 for a, b in pairwise(ends))


def test_the_crowd_gets_across_and_back(four: Stage) -> None:
    ticks = play(four, "crowdCrossing")
    for player in range(4):
        path = positions(ticks, player)
        assert max(math.dist(path[0], at) for at in path) > 11
        assert math.dist(path[0], path[-1]) < 3


def test_the_relay_wall_stands_and_all_have_built(four: Stage) -> None:
    ticks = play(four, "relayBuilding")
    cells = {tuple(cell) for cell in events(ticks, "wall")[0]["cells"]}
    built = {change[:3]: change[3] for tick in ticks for change in tick.blocks}
    assert {cell for cell in cells if built.get(cell)} == cells
    builders = {p for tick in ticks for p in range(4) if tick.players[p]["action.place_block"]}
    assert builders == {0, 1, 2, 3}


def test_the_item_changes_hands(four: Stage) -> None:
    ticks = play(four, "itemHandOver")
    told = events(ticks, "hand_over")[0]
    order = [four.names.index(name) for name in told["order"]]

    def holders(tick: Tick) -> list[int]:
        return [p for p in range(4) if any(s["item"] == told["item"] for s in tick.players[p]["inventory"])]

    assert holders(ticks[0]) == [order[0]]
    assert holders(ticks[-1]) == [order[3]]
    assert sum(row["action.drop"] for tick in ticks for row in tick.players) == 3
    assert any(entity["item"] == told["item"] for tick in ticks for entity in tick.entities)


def test_teams_fight_each_other_only(four: Stage) -> None:
    ticks = play(four, "teamPvp")
    assert sorted(events(ticks, "teams")[0]["of"]) == [0, 0, 1, 1]
    assert sum(row["hurt"] == 10 for tick in ticks for row in tick.players) >= 4


def test_the_trail_has_torches_at_night(four: Stage) -> None:
    ticks = play(four, "torchTrail")
    assert 14000 <= ticks[0].clock["time_of_day"] <= 22100
    assert sum(1 for tick in ticks for change in tick.blocks if change[3]) >= 3


def test_the_sun_goes_round_while_players_watch(four: Stage) -> None:
    ticks = play(four, "dayNightWatch")
    hours = [tick.clock["time_of_day"] for tick in ticks]
    steps = {(b - a) % 24000 for a, b in pairwise(hours[5:])}
    assert steps == {30}
    assert max(row["pitch"] for tick in ticks for row in tick.players) > 0.4


def test_rain_comes_gradually_and_goes(four: Stage) -> None:
    ticks = play(four, "weatherChange")
    rain = [tick.clock["rain"] for tick in ticks]
    told = events(ticks, "weather")[0]
    assert rain[told["begins"]] == 0
    assert max(rain) == pytest.approx(1)
    assert max(b - a for a, b in pairwise(rain)) < 0.02
    assert rain[-1] < 0.05


def test_hiders_are_out_of_sight_and_some_are_found(four: Stage) -> None:
    ticks = play(four, "hideAndSeek", 1)
    assert events(ticks, "seeks")[0]["hidden"] >= 1
    assert events(ticks, "found")[0]["names"]
    assert any(row["sneaking"] for tick in ticks for row in tick.players)
