"""Tools that wear out, as the rows of the recording tell of them."""

from __future__ import annotations

from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait
from bots.skills.mining import dig
from bots.tick import Row, Tick
from tests.bots.conftest import Play


def held(tick: Tick, player: int = 0) -> list[Row]:
    """The stacks of a player's hotbar."""
    return [stack for stack in tick.players[player]["inventory"] if stack["slot"] >= 36]


def test_a_tool_wears_by_what_is_dug_with_it_and_keeps_it_when_it_is_thrown(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 1:
            yield
            return
        scene.give(player, "golden_shovel", 1, 0)
        scene.give(player, "bread", 4, 2)  # in place of a better shovel
        cells = [player.cell.plus(0, y, 2) for y in (0, 1)]
        for cell in cells:
            scene.set_block(cell, "dirt")
        yield from wait(2)
        for cell in reversed(cells):
            yield from dig(player, cell)
        player.turn(0, -2)
        yield
        player.drop()
        yield
        yield from until(lambda: player.slot_of("golden_shovel") is None)
        yield from until(lambda: player.slot_of("golden_shovel") is not None)
        yield

    ticks = play(script)
    used = [stack["damage"] for tick in ticks for stack in held(tick) if stack["item"] == "golden_shovel"]
    assert used == sorted(used)
    assert set(used) == {0, 1, 2}, "each block costs one use"
    assert len(used) < len(ticks) - 30, "it was away"
    assert {stack["damage"] for tick in ticks for stack in held(tick) if stack["item"] == "bread"} == {0}
    assert not any(stack["enchanted"] for tick in ticks for stack in held(tick))


def test_a_worn_out_tool_breaks(play: Play) -> None:
    uses = 32  # of a golden tool

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            scene.give(player, "golden_shovel", 1, 0)
            scene.give(player, "bread", 4, 2)  # in place of a better shovel
            cell = player.cell.plus(0, 0, 2)
            yield from wait(2)
            for _ in range(uses + 1):
                scene.set_block(cell, "dirt")
                yield from wait(1)
                yield from dig(player, cell)
        yield

    ticks = play(script)
    counts = [len([s for s in held(tick) if s["item"] == "golden_shovel"]) for tick in ticks]
    most = max(stack["damage"] for tick in ticks for stack in held(tick) if "golden_shovel" in stack["item"])
    assert most == uses - 1
    assert counts[-1] == 0
