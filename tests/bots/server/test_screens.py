"""Chests, crafting fields and the cursor, as the rows of the recording tell of them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait
from bots.skills.building import equip
from bots.skills.chests import put_in, take_out
from bots.skills.crafting import craft
from bots.skills.mining import dig
from bots.skills.moving import walk_to
from bots.skills.screens import Slot, click, close_screen, open_block, open_inventory
from bots.tick import Tick
from tests.bots.conftest import Play


def items_of(tick: Tick, player: int) -> Counter[str]:
    """All that a player has: in slots and on the cursor."""
    row = tick.players[player]
    counts: Counter[str] = Counter()
    for stack in [*row["inventory"], *([row["carried"]] if row["carried"] else [])]:
        counts[stack["item"]] += stack["count"]
    return counts


def test_what_one_puts_into_a_chest_another_sees_and_takes_out(play: Play) -> None:
    steps: list[str] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        first, second = scene.players
        cell = first.cell.plus(2, 0, 0)
        if player is first:
            scene.set_block(cell, "chest")
            scene.fill_chest(cell, [(13, "apple", 5)])
            scene.give(player, "oak_planks", 8, 3)
            yield from wait(2)
        yield from walk_to(player, cell.x + (0.5 if player is second else -0.5), cell.z + 1.5, reach=0.5)
        yield from wait(10)
        yield from open_block(player, cell)
        steps.append(f"open {player.index}")
        yield from until(lambda: len([s for s in steps if s.startswith("open")]) == 2)
        if player is first:
            yield from put_in(player, "oak_planks", 3)
            steps.append("put")
        else:
            yield from until(lambda: "put" in steps)
            yield from wait(2)
            assert (yield from take_out(player, "oak_planks")) == 3
            assert (yield from take_out(player, "apple")) == 5
        yield from close_screen(player)
        yield from wait(3)

    ticks = play(script)
    assert items_of(ticks[-1], 0)["oak_planks"] == 5
    assert items_of(ticks[-1], 1)["oak_planks"] == 3
    assert items_of(ticks[-1], 1)["apple"] == 5
    both = [tick for tick in ticks if all(row["window"] == "chest" for row in tick.players)]
    assert len(both) > 20
    for tick in both:  # everybody who looks into a chest sees the same
        assert tick.players[0]["window_items"] == tick.players[1]["window_items"]
    assert any(len(row["window_items"]) == 2 for tick in both for row in tick.players[:1])
    assert all(row["carried"] is None for row in ticks[-1].players)
    assert all(row["window"] == "" and row["window_items"] == [] for row in ticks[-1].players)


def test_the_cursor_moves_smoothly_and_the_camera_rests_while_a_screen_is_open(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            scene.give(player, "oak_log", 4, 0)
            yield from wait(2)
            yield from open_inventory(player)
            yield from click(player, Slot(36))
            yield from click(player, Slot(9))
            player.turn(1.0, 0.0)
            player.hold("forward")
            yield
            yield from close_screen(player)
        yield from wait(2)

    ticks = play(script)
    rows = [tick.players[0] for tick in ticks]
    assert [row["action.inventory"] for row in rows].count(True) == 2
    shown = [row for row in rows if row["window"] == "inventory"]
    assert (shown[0]["cursor_x"], shown[0]["cursor_y"]) == (88, 83)
    moves = [
        abs(b["cursor_x"] - a["cursor_x"]) + abs(b["cursor_y"] - a["cursor_y"]) for a, b in pairwise(shown)
    ]
    assert 0 < max(moves) < 60
    assert sum(move > 0 for move in moves) > 5
    carried = [row["carried"] for row in shown if row["carried"]]
    logs = {"item": "oak_log", "count": 4, "damage": 0, "enchanted": False}
    assert carried[0] == {"slot": -1, **logs}
    assert [s for s in rows[-1]["inventory"] if s["item"] == "oak_log"] == [{"slot": 9, **logs}]
    assert len({(row["x"], row["z"], row["yaw"], row["pitch"]) for row in shown}) == 1
    assert not any(row["action.forward"] for row in shown)


def test_crafting_in_the_inventory_and_at_a_table(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            cell = player.cell.plus(1, 0, 1)
            scene.set_block(cell, "crafting_table")
            scene.give(player, "oak_log", 3, 0)
            yield from wait(2)
            yield from open_inventory(player)
            for _ in range(2):
                yield from craft(player, {1: "oak_log"}, "oak_planks")
            yield from craft(player, {1: "oak_planks", 3: "oak_planks"}, "stick")
            yield from close_screen(player)
            yield from open_block(player, cell)
            planks = dict.fromkeys((1, 2, 3), "oak_planks")
            yield from craft(player, {**planks, 5: "stick", 8: "stick"}, "wooden_pickaxe")
            yield from close_screen(player)
        yield from wait(2)

    ticks = play(script)
    have = items_of(ticks[-1], 0)
    assert (have["oak_log"], have["oak_planks"], have["stick"], have["wooden_pickaxe"]) == (1, 3, 2, 1)
    kinds = [tick.players[0]["window"] for tick in ticks]
    assert {"inventory", "crafting"} <= set(kinds)
    results = [s["item"] for tick in ticks for s in tick.players[0]["window_items"] if s["slot"] == 0]
    assert {"oak_planks", "stick", "wooden_pickaxe"} <= set(results)


def test_leaving_a_screen_gives_back_what_lies_in_it(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            scene.give(player, "oak_log", 5, 0)
            yield from wait(2)
            yield from open_inventory(player)
            yield from click(player, Slot(36))
            yield from click(player, Slot(1, own=True), right=True)
            yield from close_screen(player)
        yield from wait(2)

    ticks = play(script)
    assert any(tick.players[0]["window_items"] for tick in ticks)
    assert items_of(ticks[-1], 0)["oak_log"] == 5


def test_who_breaks_a_chest_gets_what_is_in_it_and_closes_it_for_others(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        first = scene.players[0]
        cell = first.cell.plus(1, 0, 1)
        if player is first:
            scene.set_block(cell, "chest")
            scene.fill_chest(cell, [(0, "apple", 7)])
            yield from wait(60)
            yield from equip(player, "diamond_axe")
            yield from dig(player, cell)
            yield from walk_to(player, cell.x + 0.5, cell.z + 0.5, reach=0.4)
            yield from wait(20)
        else:
            yield from walk_to(player, cell.x + 0.5, cell.z + 2.5, reach=0.5)
            yield from open_block(player, cell)
            yield from until(lambda: player.window == "")

    ticks = play(script)
    assert any(tick.players[1]["window"] == "chest" for tick in ticks)
    assert items_of(ticks[-1], 0)["apple"] == 7
