"""What players build stands in the world."""

from __future__ import annotations

import pytest

from bots.geometry import Cell
from bots.stage import Stage
from bots.terrain import Terrain
from bots.tick import Tick
from tests.bots.conftest import PlayType, events, positions


def world_after(stages: dict[str, Stage], on: str, ticks: list[Tick]) -> Terrain:
    """The world as the ticks tell it."""
    opened = stages[on].opened
    assert opened is not None
    terrain = Terrain(opened.palette, range(opened.min_y, opened.min_y + opened.height))
    for tick in ticks:
        terrain.learn(tick.sections, tick.blocks)
    return terrain


@pytest.mark.parametrize("number", [0, 1, 3])
def test_structures_stand(number: int, play_type: PlayType, stages: dict[str, Stage]) -> None:
    ticks = play_type("buildStructure", "flat", number)
    (structure,) = events(ticks, "structure")
    terrain = world_after(stages, "flat", ticks)
    built = {change[:3] for tick in ticks for change in tick.blocks}
    expected = {"wall": 2 * 10, "tower": 2 * 2, "platform": 16}[structure["shape"]]
    assert len(built) == expected
    assert {terrain.block(Cell(*at)).name for at in built} == {structure["block"]}


@pytest.mark.parametrize("on", ["flat", "hills"])
def test_towers_have_their_height_and_carry_their_builders(
    on: str, play_type: PlayType, stages: dict[str, Stage]
) -> None:
    ticks = play_type("buildTower", on, 4, {"height": (4, 5)})
    (tower,) = events(ticks, "tower")
    terrain = world_after(stages, on, ticks)
    for player in (0, 1):
        start, end = positions(ticks, player)[0], positions(ticks, player)[-1]
        assert end[1] - start[1] == tower["height"]
        feet = Cell(int(end[0] // 1), round(end[1]), int(end[2] // 1))
        below = [terrain.block(feet.plus(0, -down, 0)).name for down in range(1, tower["height"] + 1)]
        assert set(below) == {"oak_planks"}


def test_bridges_meet_above_the_ground(play_type: PlayType) -> None:
    ticks = play_type("towerBridge", "flat", 0, {"height": 3})
    ends = [positions(ticks, player)[-1] for player in (0, 1)]
    (meeting,) = events(ticks, "meeting")
    for x, y, z in ends:
        assert y == meeting["cell"][1]
        assert abs(x - meeting["cell"][0] - 0.5) + abs(z - meeting["cell"][2] - 0.5) <= 2.5


def test_tunnels_meet_underground(play_type: PlayType) -> None:
    ticks = play_type("mine", "flat", 0)
    (meeting,) = events(ticks, "meeting")
    for player in (0, 1):
        x, y, z = positions(ticks, player)[-1]
        assert y == meeting["cell"][1] == 62
        assert abs(x - meeting["cell"][0] - 0.5) + abs(z - meeting["cell"][2] - 0.5) <= 4


@pytest.mark.slow
def test_the_house_is_whole(play_type: PlayType, stages: dict[str, Stage]) -> None:
    ticks = play_type("buildHouse", "flat", 0)
    (house,) = events(ticks, "house")
    corner, terrain = Cell(*house["corner"]), world_after(stages, "flat", ticks)
    layers = [
        [terrain.block(corner.plus(x, level, z)).name for z in range(5) for x in range(5)]
        for level in range(5)
    ]
    assert layers[0] == ["cobblestone"] * 25
    assert [layer.count("oak_planks") for layer in layers[1:4]] == [15, 15, 16]
    assert layers[4] == ["oak_log"] * 25
    assert [layer[12] for layer in layers[1:4]] == ["air"] * 3
