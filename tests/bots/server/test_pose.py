"""How players hold their bodies, as the rows of the recording tell of it."""

from __future__ import annotations

import pytest

from bots.geometry import Cell, Vec
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from tests.bots.conftest import Play


def fill(scene: Scene, low: Cell, high: Cell, name: str) -> None:
    """Blocks in a box, both corners included."""
    for x in range(low.x, high.x + 1):
        for y in range(low.y, high.y + 1):
            for z in range(low.z, high.z + 1):
                scene.set_block(Cell(x, y, z), name)


def test_who_sprints_under_water_swims_until_they_stop(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 1:
            yield
            return
        start = player.cell
        fill(scene, start.plus(-2, 0, -2), start.plus(2, 4, 9), "glass")
        fill(scene, start.plus(-1, 0, -1), start.plus(1, 3, 8), "water")
        scene.teleport(player, Vec(start.x + 0.5, start.y, start.z + 0.5), 3.14159)
        yield from wait(10)
        for _ in range(15):
            player.hold("forward", "sprint")
            yield
        yield from wait(10)

    rows = [tick.players[0] for tick in play(script)]
    poses = [row["pose"] for row in rows]
    first, last = poses.index("swimming"), len(poses) - poses[::-1].index("swimming")
    assert set(poses) == {"standing", "swimming"}
    assert set(poses[first:last]) == {"swimming"}, "without a break"
    assert 8 <= last - first <= 16
    assert rows[first]["in_water"]
    assert rows[last - 1]["eye_height"] == pytest.approx(0.4, abs=0.01)
    assert rows[-1]["eye_height"] == pytest.approx(1.62, abs=0.01)


def test_who_sneaks_crouches_and_who_sprints_on_land_stands(play: Play) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        for _ in range(8):
            player.hold("sneak" if player.index == 0 else "sprint", "forward")
            yield
        yield from wait(5)

    ticks = play(script)
    assert {tick.players[0]["pose"] for tick in ticks[3:8]} == {"crouching"}
    assert ticks[-1].players[0]["pose"] == "standing"
    assert {tick.players[1]["pose"] for tick in ticks} == {"standing"}
