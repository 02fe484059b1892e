"""What one can see past blocks, and that those who are to see each other are put where they do."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from bots.episodes.evaluation import EvaluationEpisode, EvaluationParameters
from bots.episodes.long_look_away_eval import LongLookAwayEval, LongLookAwayEvalParameters
from bots.episodes.turn_to_look_eval import OPEN, TurnToLookEval
from bots.errors import SkillFailed
from bots.geometry import Cell, Vec, heading
from bots.player import Player
from bots.remote import Remote
from bots.scene import Scene
from bots.script import Script
from bots.skills.sight import all_see_all, eye_at, open_view
from bots.stage import Stage
from bots.terrain import Palette, Terrain
from bots.tick import Section
from bots.world import World

STONE = 1
PALETTE = Palette([("air", 0, 0, 0, 0), ("stone", 1, 1, 1, 1), ("tall_grass", 2, 2, 0, 2)])
GROUND = 16  # the y that one stands at
WALL = range(-30, 31)


@pytest.fixture
def terrain() -> Terrain:
    """Level stone, 128 blocks wide."""
    learnt = Terrain(PALETTE, range(256))
    whole = STONE.to_bytes(2, "little") * 4096
    learnt.learn([Section(x, 0, z, whole, bytes(128)) for x in range(-4, 4) for z in range(-4, 4)], [])
    return learnt


def put(terrain: Terrain, x: int, z: int, *heights: int, state: int = STONE) -> None:
    terrain.learn([], [(x, GROUND + y, z, state) for y in heights])


def test_who_is_seen_is_seen_down_to_the_belt(terrain: Terrain) -> None:
    cells = [Cell(0, GROUND, 0), Cell(6, GROUND, 0)]
    put(terrain, 3, 0, 0)
    assert all_see_all(terrain, cells), "over a low block in the middle"
    put(terrain, 5, 0, 0)
    assert not all_see_all(terrain, cells), "it hides the second player's body"


def test_what_one_can_walk_through_hides_too(terrain: Terrain) -> None:
    cells = [Cell(0, GROUND, 0), Cell(6, GROUND, 0)]
    assert all_see_all(terrain, cells)
    put(terrain, 3, 0, 1, state=2)
    assert not all_see_all(terrain, cells)
    assert all_see_all(terrain, [cells[0], Cell(0, GROUND, 6)])
    assert not all_see_all(terrain, [*cells, Cell(0, GROUND, 6)])


def test_a_view_is_open_as_far_as_it_is_looked_at(terrain: Terrain) -> None:
    eye = eye_at(Cell(0, GROUND, 0))
    put(terrain, -6, 2, 0, 1, 2)  # to the west
    assert open_view(terrain, eye, math.pi / 2, 5.0)
    assert not open_view(terrain, eye, math.pi / 2, 8.0)
    assert open_view(terrain, eye, 0.0, 8.0)


def scene_on(terrain: Terrain, players: int = 2) -> Scene:
    """Players who stand six blocks apart on either side of x = 0."""
    scene = Scene([], terrain, random.Random(1))
    for index in range(players):
        player = Player(index, str(index), terrain, random.Random(index), Remote.__new__(Remote), scene.log)
        player.state = {"x": 6.0 * index - 3, "y": float(GROUND), "z": 0.5}
        scene.players.append(player)
    return scene


def places(episode: EvaluationEpisode) -> list[Cell]:
    """Where the players are put."""
    list(episode.prepare())
    asked = sorted(episode.scene.take_requests(), key=lambda request: request["player"])
    for one, other in zip(asked, reversed(asked), strict=True):
        to = Vec(other["x"] - one["x"], 0, other["z"] - one["z"])
        assert one["yaw"] == pytest.approx(heading(to))
    return [Vec(one["x"], one["y"], one["z"]).cell() for one in asked]


@pytest.mark.parametrize("case", [0, 1])
def test_a_place_is_chosen_where_nothing_stands_in_the_way(terrain: Terrain, case: int) -> None:
    for z in WALL:
        put(terrain, 0, z, 0, 1, 2)
    cells = places(TurnToLookEval(EvaluationParameters(case=case), scene_on(terrain)))
    assert all_see_all(terrain, cells)
    facing = heading(cells[1].floor().minus(cells[0].floor()))
    side = facing + (math.pi / 2 if case == 0 else -math.pi / 2)
    assert all(open_view(terrain, eye_at(cell), side, OPEN) for cell in cells)


def test_who_will_step_aside_is_seen_where_they_go(terrain: Terrain) -> None:
    for at in range(-40, 41, 7):  # columns with room between them, but not for all that is walked
        for across in range(-40, 41, 7):
            put(terrain, at, across, 0, 1)
    for case in range(6):
        episode = LongLookAwayEval(LongLookAwayEvalParameters(case=case), scene_on(terrain))
        cells = places(episode)
        ways = list(episode.ways(cells))
        assert all_see_all(terrain, ways[0])
        assert all_see_all(terrain, ways[-1])
        assert all(terrain.standable(cell) for way in ways for cell in way)
        assert len(ways) == (1 if case % 3 == 0 else 7)


def test_no_place_is_told() -> None:
    island = Terrain(PALETTE, range(256))
    for x in range(-5, 6):
        for z in range(-5, 6):
            put(island, x, z, -1, *(range(60) if x % 3 == 0 or z % 3 == 0 else ()))
    with pytest.raises(SkillFailed, match="free sight from player to player; try another seed"):
        places(TurnToLookEval(EvaluationParameters(), scene_on(island)))


def test_players_in_a_world_are_led_away_from_a_wall() -> None:
    sights: list[bool] = []

    class Walled(TurnToLookEval):
        """A thick wall goes up between the players before a place is looked for."""

        def sight(self) -> bool:
            return self.scene.terrain.clear(*(player.eye for player in self.scene.players))

        def prepare(self) -> Script[None]:
            middle = self.scene.middle.cell()
            for x, up, z in itertools.product(range(-5, 6), range(2), range(-5, 6)):
                if 0 in (x, z):
                    self.scene.set_block(middle.plus(x, up, z), "stone")
            yield
            sights.append(self.sight())
            yield from super().prepare()

        def script(self, player: Player) -> Script[None]:
            sights.append(self.sight())
            yield

    with Stage(world=World(seed=3), seed=2, view_distance=4) as stage:
        list(stage.play(Walled))
        assert stage.outcome.ok, stage.outcome.reason
    assert sights == [False, True, True]
