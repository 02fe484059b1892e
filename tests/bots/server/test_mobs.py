"""Mobs that hold up and draw their bows, as the rows of the recording tell of them."""

from __future__ import annotations

import json

from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from tests.bots.conftest import Play


def test_a_skeleton_draws_its_bow_before_it_shoots(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            scene.spawn("skeleton", player.position.plus(0, 0, 9))
        yield from wait(110)

    ticks = play(script)
    archer = [
        (t.index, json.loads(e["metadata"])) for t in ticks for e in t.entities if e["type"] == "skeleton"
    ]
    shots = [tick.index for tick in ticks if any(e["type"] == "arrow" for e in tick.entities)]
    assert shots
    drawing = {tick: looks["drawing"] for tick, looks in archer if "drawing" in looks}
    first = min(drawing)
    assert [drawing[first + i] for i in range(18)] == list(range(18)), "it begins at 0 and goes on"
    assert 18 <= shots[0] - first <= 24
    assert all(looks.get("aiming") for tick, looks in archer if tick in drawing)
    assert any(looks.get("aiming") and "drawing" not in looks for _, looks in archer), "between its shots"
