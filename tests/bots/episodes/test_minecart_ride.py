"""Riders move with their carts around the track, watchers turn after them, and hands do what the rows say."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from bots.geometry import Vec, direction
from bots.tick import Tick
from tests.bots.conftest import PlayType

FASTEST = 0.4  # blocks per tick
SINK = 0.35  # blocks from a rider's feet up to the cart's position


def place(row: dict[str, Any]) -> Vec:
    return Vec(row["x"], row["y"], row["z"])


def carts(tick: Tick) -> dict[int, Vec]:
    return {row["entity"]: place(row) for row in tick.entities if row["type"] == "minecart"}


def test_everybody_rides_once_while_the_other_watches(play_type: PlayType) -> None:
    ticks = play_type("minecartRide", number=1, parameters={"seconds": (5, 6)})
    rides = [[tick for tick in ticks if tick.players[p]["vehicle"] is not None] for p in (0, 1)]
    assert not {tick.index for tick in rides[0]} & {tick.index for tick in rides[1]}
    for player, ride in enumerate(rides):
        assert [tick.index for tick in ride] == list(range(ride[0].index, ride[-1].index + 1))
        rows = [tick.players[player] for tick in ride]
        for tick, row in zip(ride, rows, strict=True):
            seat = carts(tick)[row["vehicle"]].plus(0, -SINK, 0)
            assert place(row).distance(seat) < 1e-6
            assert not row["on_ground"]
        steps = [place(b).flat_distance(place(a)) for a, b in pairwise(rows)]
        assert sum(steps) > 20
        assert max(steps) <= FASTEST + 1e-6
        assert sum(row["action.forward"] for row in rows) > 5
        watched = []
        for tick in ride[-60:]:
            watcher, rider = tick.players[1 - player], tick.players[player]
            offset = place(rider).minus(place(watcher))
            view = direction(watcher["yaw"], 0)
            watched.append((view.x * offset.x + view.z * offset.z) / math.hypot(offset.x, offset.z))
        assert sorted(watched)[len(watched) // 2] > math.cos(math.radians(30))


def test_the_hands_put_a_cart_down_get_in_and_get_out(play_type: PlayType) -> None:
    ticks = play_type("minecartRide", number=2, parameters={"seconds": (2, 3)})
    done = {
        key: [(tick, p) for tick in ticks for p in (0, 1) if tick.players[p][f"action.{key}"]]
        for key in ("place_entity", "mount", "dismount")
    }
    ((put, placer),) = done["place_entity"]
    assert not carts(put)
    after = ticks[put.index + 1]
    assert len(carts(after)) == 1
    assert not any(stack["item"] == "minecart" for stack in after.players[placer]["inventory"])
    assert {player for _, player in done["mount"]} == {player for _, player in done["dismount"]} == {0, 1}
    for key, seated in (("mount", True), ("dismount", False)):
        for tick, player in done[key]:
            assert not tick.players[player]["action.use"]
            assert (tick.players[player]["vehicle"] is not None) != seated
            assert (ticks[tick.index + 1].players[player]["vehicle"] is not None) == seated
