"""What is written on signs, as the events of the recording tell of it."""

from __future__ import annotations

from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from tests.bots.conftest import Play


def test_what_is_written_on_a_sign_is_told_once_and_when_it_changes(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            cell = player.cell.plus(2, 0, 0)
            scene.set_block(cell, "oak_sign", rotation=4)
            yield from wait(3)
            scene.write_sign(cell, ["This way", "to the mill"], "blue", glowing=True)
            yield from wait(5)
            scene.write_sign(cell, ["Closed"])
            yield from wait(5)
        yield

    ticks = play(script)
    told = [(tick.index, event.data) for tick in ticks for event in tick.events if event.kind == "sign"]
    assert [data["front"] for _, data in told] == [
        {"lines": ["This way", "to the mill", "", ""], "colour": "blue", "glowing": True},
        {"lines": ["Closed", "", "", ""], "colour": "black", "glowing": False},
    ]
    assert told[0][0] < told[1][0]
    assert {(data["x"], data["y"], data["z"]) for _, data in told} == {
        next((x, y, z) for x, y, z, state in tick.blocks if state) for tick in ticks if tick.blocks
    }
