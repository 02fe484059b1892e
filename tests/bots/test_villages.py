"""Villages stand whole on their ground, in whatever order chunks are made, and players start beside them."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bots.bridge import AGENT, NODE
from bots.stage import Stage
from bots.world import World

SEED, REGION = 3, (1, 0)  # where the well is at (161, 65, 70)


@pytest.fixture(scope="module")
def told() -> Any:
    script = Path(__file__).with_name("villages.js")
    command = [str(part) for part in (NODE, script, AGENT, SEED, *REGION)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)


def test_chunks_are_the_same_in_any_order_and_other_land_has_no_villages(told: Any) -> None:
    assert told["same"]
    assert told["natural"] == 0


def test_houses_farms_and_streets_are_whole(told: Any) -> None:
    blocks = told["blocks"]
    doors = Counter((x, z, properties["half"]) for x, _, z, properties in blocks["_door"])
    houses = {(x, z) for x, z, _ in doors}
    assert len(houses) >= 3
    assert all(doors[x, z, half] == 1 for x, z in houses for half in ("lower", "upper"))
    heights = {(x, z): y for x, y, z, properties in blocks["_door"] if properties["half"] == "lower"}
    sides = {(x, z): p["facing"] for x, _, z, p in blocks["_door"]}
    street = {(x, z): y for x, y, z, _ in blocks["_path"]}
    for (x, z), y in heights.items():  # a step of the path lies before each door
        step = (x, z - 1) if sides[x, z] == "south" else (x, z + 1)
        assert street[step] == y - 1
    assert len(blocks["farmland"]) >= 20
    assert {p["facing"] for *_, p in blocks["_stairs"]} == {"east", "west"}
    assert len(blocks["_fence"]) >= 8
    assert len(blocks["torch"]) >= 2
    on_ground = [y == top for (_, y, _, _), top in zip(blocks["_path"], told["tops"], strict=True)]
    assert sum(on_ground) > 0.9 * len(on_ground)


def test_players_start_on_the_ground_of_a_world_with_villages() -> None:
    with Stage(world=World(kind="village", seed=SEED), seed=1, view_distance=2) as stage:
        first = next(iter(stage.play("straightLineWalk")))
    assert all(row["on_ground"] for row in first.players)
