"""Chests, crafting, doors, fields and duels end in the world as they should."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from bots.tick import Tick
from tests.bots.conftest import PlayType, events


def has(tick: Tick, player: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for stack in tick.players[player]["inventory"]:
        counts[stack["item"]] += stack["count"]
    return counts


def states(ticks: list[Tick], cell: list[int]) -> list[int]:
    """All states that a cell has taken."""
    return [state for tick in ticks for x, y, z, state in tick.blocks if [x, y, z] == cell]


def test_items_go_through_the_chest_from_one_to_the_other(play_type: PlayType) -> None:
    ticks = play_type("chestSharing", on="hills")
    taken = events(ticks, "taken")
    assert len(taken) == 4
    for player, item in ((0, "bread"), (1, "apple")):
        moved = sum(event["count"] for event in taken if event["item"] == item)
        assert moved > 0
        assert has(ticks[-1], player)[item] == moved
        assert has(ticks[-1], 1 - player)[item] == 8 - moved
    seen = [
        tick.players[0]["window_items"]
        for tick in ticks
        if all(row["window"] == "chest" for row in tick.players)
    ]
    assert len(seen) > 10


def test_everybody_holds_the_tool_that_they_were_to_make(play_type: PlayType) -> None:
    ticks = play_type("craftingAtTable", on="hills")
    tools = events(ticks, "crafting")[0]["tools"]
    assert [row["held_item"] for row in ticks[-1].players] == tools
    kinds = {row["window"] for tick in ticks for row in tick.players}
    assert kinds == {"", "inventory", "crafting"}


def test_a_lever_here_opens_a_door_there_and_one_walks_through(play_type: PlayType) -> None:
    ticks = play_type("doorsAndLevers", on="hills")
    gate = events(ticks, "gate")[0]
    assert len(states(ticks, gate["lever"])) == 1 + 6  # built, and thrown twice in each of three rounds
    assert len(states(ticks, gate["door"])) == 1 + 6
    door = ticks[0].blocks  # built before the first tick
    assert any([x, y, z] == gate["door"] for x, y, z, _ in door)
    crossings = [_sides(ticks, player, gate["door"], gate["lever"]) for player in (0, 1)]
    assert sorted(crossings) == [2, 4]  # there and back, once and twice


def _sides(ticks: list[Tick], player: int, door: list[int], lever: list[int]) -> int:
    """How often a player came from one side of the wall to the other."""
    axis = "x" if abs(door[0] - lever[0]) == 1 else "z"
    line = door[0 if axis == "x" else 2] + 0.5
    far = [tick.players[player][axis] > line for tick in ticks]
    return sum(a != b for a, b in pairwise(far))


def test_a_field_bears_fruit(play_type: PlayType) -> None:
    ticks = play_type("farming", on="hills")
    field = events(ticks, "field")[0]
    farmland = 3422
    for row in field["rows"]:
        for cell in row:
            assert farmland in states(ticks, cell)
            above = states(ticks, [cell[0], cell[1] + 1, cell[2]])
            assert above[-1] == 0
            assert len([state for state in above if state]) >= 2  # sown and grown
    fruit = {"wheat_seeds": "wheat", "beetroot_seeds": "beetroot", "carrot": "carrot", "potato": "potato"}
    for player, seeds in enumerate(field["seeds"]):
        before, after = has(ticks[0], player)[fruit[seeds]], has(ticks[-1], player)[fruit[seeds]]
        assert after > before or (seeds == fruit[seeds] and after == before)  # those that were sown came back


def test_somebody_dies_and_comes_back(play_type: PlayType) -> None:
    ticks = play_type("duel")
    alive = [[row["alive"] for row in tick.players] for tick in ticks]
    assert any(not all(row) for row in alive)
    assert all(alive[-1])
    dead = next(player for player in (0, 1) if not all(row[player] for row in alive))
    died = next(i for i, row in enumerate(alive) if not row[dead])
    assert ticks[died - 1].players[dead]["health"] > 0
    assert ticks[died].players[dead]["health"] == 0
    assert any(tick.players[1 - dead]["action.attack"] for tick in ticks[died - 5 : died + 1])
    assert ticks[-1].players[dead]["health"] > 0
