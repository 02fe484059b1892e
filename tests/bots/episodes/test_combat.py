"""Hits land, hurt, push back and heal; mobs come, hit and die; nobody dies."""

from __future__ import annotations

import json
import math

from tests.bots.conftest import PlayType, events


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
