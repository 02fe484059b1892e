"""Walking gets there on level ground and on hills, and keys go the way they say."""

from __future__ import annotations

import math

import pytest

from bots.errors import SkillFailed
from bots.geometry import Cell, direction
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.moving import KEY_ANGLES, walk_keys, walk_to
from bots.stage import Stage
from tests.bots.conftest import Play, positions


@pytest.mark.parametrize("key", sorted(KEY_ANGLES))
def test_a_key_walks_its_way_and_stops(key: str, play: Play) -> None:
    walked: list[float] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            walked.append((yield from walk_keys(player, key, 3)))
            yield from wait(2)

    ticks = play(script)
    (x0, _, z0), (x1, _, z1) = positions(ticks, 0)[0], positions(ticks, 0)[-1]
    way = direction(ticks[0].players[0]["yaw"] + KEY_ANGLES[key], 0)
    assert walked == [pytest.approx(math.hypot(x1 - x0, z1 - z0), abs=0.02)]
    assert 3 <= walked[0] < 3.6
    assert ((x1 - x0) * way.x + (z1 - z0) * way.z) / walked[0] > 0.999
    assert ticks[-1].players[0]["vx"] == pytest.approx(0, abs=0.01)


def test_walks_over_hills_to_a_place(hills: Stage) -> None:
    goals: dict[int, tuple[float, float]] = {}

    def script(player: Player, scene: Scene) -> Script[None]:
        x, z = player.position.x + 12, player.position.z - 8
        goals[player.index] = (x, z)
        yield from walk_to(player, x, z, reach=1)

    ticks = list(hills.play_script(script, number=2))
    assert hills.outcome.ok, hills.outcome.reason
    for player, goal in goals.items():
        x, _, z = positions(ticks, player)[-1]
        assert math.dist((x, z), goal) <= 1.1


def test_no_way_is_told(play: Play) -> None:
    failures: list[str] = []

    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            here = player.cell
            for x, z in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)):
                for up in (0, 1, 2):
                    scene.set_block(Cell(here.x + x, here.y + up, here.z + z), "stone")
            yield from wait(2)
            try:
                yield from walk_to(player, here.x + 8, here.z + 8)
            except SkillFailed as reason:
                failures.append(str(reason))
        yield

    play(script)
    assert len(failures) == 1
    assert "found no way" in failures[0]
