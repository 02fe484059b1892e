"""Two chests side by side are one, of 54 slots, until one of them is broken."""

from __future__ import annotations

from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait, within
from bots.skills.building import build
from bots.skills.chests import put_in, take_out
from bots.skills.mining import dig
from bots.skills.screens import close_screen, open_block
from bots.stage import Stage
from tests.bots.conftest import events


def test_a_chest_beside_a_chest_makes_a_large_one_that_all_share(flat: Stage) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        first, second = scene.players
        chest = first.cell.plus(0, 0, -2)
        beside = chest.plus(1, 0, 0)
        if player is second:
            yield from until(lambda: first.window == "large_chest" and count(first, "bread") == 3)
            yield from open_block(player, beside)
            assert (yield from take_out(player, "apple")) == 5
            yield from close_screen(player)
            yield from wait(2)
            return
        scene.set_block(chest, "chest", facing="south")
        scene.fill_chest(chest, [(2, "apple", 5)])
        scene.give(player, "chest", 1, 1)
        scene.give(player, "bread", 3, 2)
        scene.teleport(second, player.position.plus(1.2, 0, 0.4), 0.0)
        yield from wait(3)
        yield from build(player, beside, "chest")
        yield from wait(2)
        yield from open_block(player, chest)
        yield from put_in(player, "bread", 3, range(27, 54))
        yield from within(400, until(lambda: count(player, "apple") == 0), "the apples")
        yield from close_screen(player)
        yield from dig(player, chest)
        yield from wait(3)
        yield from open_block(player, beside)
        yield from wait(5)

    def count(player: Player, item: str) -> int:
        return sum(s["count"] for s in player.state["window_items"] if s["item"] == item)

    ticks = list(flat.play_script(script))
    assert flat.outcome.ok, flat.outcome.reason
    mine = [tick.players[0] for tick in ticks]
    assert {row["window"] for row in mine} == {"", "large_chest", "chest"}
    assert any(row["window"] == "large_chest" for row in (tick.players[1] for tick in ticks))
    assert sum(s["count"] for s in ticks[-1].players[1]["inventory"] if s["item"] == "apple") == 5
    left = mine[-1]
    assert left["window"] == "chest"
    assert [(s["item"], s["count"]) for s in left["window_items"]] == [("bread", 3)]
    assert all(0 <= s["slot"] < 27 for s in left["window_items"])


def test_what_was_in_a_broken_half_lies_about(flat: Stage) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 1:
            return
        chest = player.cell.plus(0, 0, -2)
        for cell, half, items in ((chest, "right", "apple"), (chest.plus(1, 0, 0), "left", "bread")):
            scene.set_block(cell, "chest", facing="south", type=half)
            scene.fill_chest(cell, [(4, items, 7)])
        yield from wait(3)
        yield from open_block(player, chest)
        player.log("seen", items=sorted((s["slot"], s["item"]) for s in player.state["window_items"]))
        yield from close_screen(player)
        yield from dig(player, chest)
        yield from wait(3)
        yield from open_block(player, chest.plus(1, 0, 0))

    ticks = list(flat.play_script(script))
    assert flat.outcome.ok, flat.outcome.reason
    assert events(ticks, "seen") == [{"items": [(4, "apple"), (31, "bread")]}]
    lying = {row["item"]: row["count"] for row in ticks[-1].entities if row["type"] == "item"}
    lying |= {s["item"]: s["count"] for s in ticks[-1].players[0]["inventory"] if s["item"] != "bread"}
    assert lying["apple"] == 7
    assert lying["chest"] == 1
    assert ticks[-1].players[0]["window"] == "chest"
    assert [(s["slot"], s["item"]) for s in ticks[-1].players[0]["window_items"]] == [(4, "bread")]
