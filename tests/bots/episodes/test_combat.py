"""Hits land, hurt, push back and heal; mobs come, hit and die; nobody dies."""

from __future__ import annotations

import json
import math
from itertools import pairwise

from bots.geometry import Vec, direction
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.stage import Stage
from tests.bots.conftest import Play, PlayType, events

SHOTS_TICKS = 400


def test_pvp_hits_hurt_and_push_back(play_type: PlayType) -> None:
    ticks = play_type("pvp", "flat", 0)
    swords = events(ticks, "fight")[0]["swords"]
    for player in (0, 1):
        rows = [tick.players[player] for tick in ticks]
        others = [tick.players[1 - player] for tick in ticks]
        hits = [i for i, row in enumerate(others) if row["action.attack"]]
        hurts = [i for i, row in enumerate(rows) if row["hurt"] == 10]
        assert len(hits) >= 3
        assert set(hurts) <= {i + 1 for i in hits}
        assert min(row["health"] for row in rows) >= 1
        assert rows[hurts[0]]["health"] < rows[hurts[0] - 1]["health"]
        pushed = rows[min(hurts[0] + 4, len(rows) - 1)]
        before = rows[hurts[0] - 1]
        assert math.hypot(pushed["x"] - before["x"], pushed["z"] - before["z"]) > 0.3
        assert any(row["held_item"] == swords[player] for row in rows)


def test_mobs_come_and_are_fought(play_type: PlayType) -> None:
    ticks = play_type("pve", "flat", 1, {"mobs": (1, 1)})
    mobs = events(ticks, "mob")
    assert len(mobs) == 2
    seen = {entity["entity"]: entity["type"] for tick in ticks for entity in tick.entities}
    assert sorted(kind for kind in seen.values() if kind != "item") == sorted(mob["mob"] for mob in mobs)
    hurt = {entity["entity"] for tick in ticks for entity in tick.entities if entity["hurt"] > 0}
    assert hurt == {entity for entity, kind in seen.items() if kind != "item"}
    for entity in hurt:  # the dead fall over for a second before they vanish
        told = [
            json.loads(row["metadata"]) for tick in ticks for row in tick.entities if row["entity"] == entity
        ]
        dying = [looks["dying"] for looks in told if "dying" in looks]
        assert dying == list(range(len(dying)))
        assert 15 <= len(dying) <= 22
    assert all(row["alive"] for tick in ticks for row in tick.players)


def under_fire(player: Player, scene: Scene) -> Script[None]:
    """A skeleton appears twelve blocks to the east of the first player; the other stands far behind."""
    if player.index == 1:
        yield from wait(SHOTS_TICKS)
        return
    scene.teleport(player.others[0], player.position.plus(-30, 0, 0), 0.0)
    yield
    scene.spawn("skeleton", player.position.plus(12, 0, 0))
    yield from wait(SHOTS_TICKS - 1)


def test_skeletons_shoot_arrows_that_fly_and_hurt(play: Play) -> None:
    ticks = play(under_fire)
    (archer,) = {row["entity"] for tick in ticks for row in tick.entities if row["type"] == "skeleton"}
    bodies = [row for tick in ticks for row in tick.entities if row["entity"] == archer]
    assert all(row["item"] == "bow" for row in bodies)
    health = [tick.players[0]["health"] for tick in ticks]
    hits = [i for i in range(1, len(ticks)) if health[i] < health[i - 1]]
    assert len(hits) >= 2
    flights: dict[int, list[tuple[int, Vec, Vec]]] = {}
    for tick in ticks:
        for row in tick.entities:
            if row["type"] == "arrow":
                place = Vec(row["x"], row["y"], row["z"])
                flight = flights.setdefault(row["entity"], [])
                flight.append((tick.index, place, direction(row["yaw"], row["pitch"])))
    assert len(flights) >= 3
    for flight in flights.values():
        for (_, here, aim), (_, there, _) in pairwise(flight[:4]):
            way = there.minus(here)
            assert 0.5 < way.length() < 2
            assert sum(a * b for a, b in zip(way, aim, strict=True)) / way.length() > 0.99
    ends = {flight[-1][0] for flight in flights.values()}
    assert set(hits) <= {end + 1 for end in ends}  # whom an arrow hurts, it is gone
    for tick in ticks:
        feet = tick.players[0]
        for row in tick.entities:
            if row["entity"] == archer:
                assert math.hypot(row["x"] - feet["x"], row["z"] - feet["z"]) > 4


def test_a_wall_stops_arrows(flat: Stage) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            for x in range(-1, 2):
                for z in range(-1, 2):
                    for y in range(3):
                        if (x, z) != (0, 0) or y == 2:
                            scene.set_block(player.cell.plus(x, y, z), "glass")
        yield from under_fire(player, scene)

    ticks = list(flat.play_script(script))
    assert flat.outcome.ok
    assert all(tick.players[0]["health"] == 20 for tick in ticks)


def test_the_same_shots_again(flat: Stage) -> None:
    first, again = ([tick.entities for tick in flat.play_script(under_fire)] for _ in range(2))
    assert first == again
    assert any(row["type"] == "arrow" for rows in first for row in rows)
