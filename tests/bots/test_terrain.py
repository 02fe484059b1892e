"""The copy of the world: what was learnt, what is solid, what a ray meets."""

from __future__ import annotations

import pytest

from bots.geometry import Cell, Face, Vec
from bots.terrain import Palette, Terrain
from bots.tick import Section

AIR, STONE, WATER = 0, 1, 34
PALETTE = Palette(
    [("air", 0, 0, 0, 0), ("stone", 1, 1, 1, 1), ("oak_log", 10, 12, 1, 11), ("water", 34, 49, 0, 34)]
)


@pytest.fixture
def terrain() -> Terrain:
    """Stone up to y = 15, a pool at (5, 15, 5)."""
    learnt = Terrain(PALETTE, range(-64, 320))
    learnt.learn([Section(0, 0, 0, STONE.to_bytes(2, "little") * 4096, bytes(128))], [(5, 15, 5, WATER)])
    return learnt


def test_palette_knows_states_between_the_first_and_the_last() -> None:
    assert PALETTE.block(12).name == "oak_log"
    assert PALETTE.block(40).liquid
    assert PALETTE.default_state("oak_log") == 11


def test_blocks_by_position(terrain: Terrain) -> None:
    assert terrain.solid(Cell(3, 15, 3))
    assert terrain.block(Cell(5, 15, 5)).name == "water"
    assert terrain.block(Cell(3, 16, 3)).air
    assert terrain.block(Cell(-100, 5, 0)).air  # nobody has been there
    terrain.learn([], [(3, 16, 3, STONE)])
    assert terrain.solid(Cell(3, 16, 3))


def test_the_world_is_held_where_it_was_seen_and_as_high_as_it_goes(terrain: Terrain) -> None:
    assert terrain.holds(Cell(3, 15, 3))
    assert terrain.holds(Cell(15, 319, 0))  # air in a column that was seen
    assert not terrain.holds(Cell(3, 320, 3))
    assert not terrain.holds(Cell(16, 15, 3))


def test_ground_is_where_one_can_stand(terrain: Terrain) -> None:
    assert terrain.ground(Cell(3, 12, 3)) == Cell(3, 16, 3)
    assert terrain.ground(Cell(3, 30, 3)) == Cell(3, 16, 3)
    assert terrain.ground(Cell(3, 30, 3), reach=5) is None
    assert not terrain.standable(Cell(5, 16, 5))  # on water
    terrain.learn([], [(3, 17, 3, STONE)])
    assert not terrain.standable(Cell(3, 16, 3))  # no room for the head


def test_a_ray_meets_the_first_solid_side(terrain: Terrain) -> None:
    hit = terrain.cast(Vec(3.5, 18, 3.5), Vec(3.5, 10, 3.5), 10)
    assert hit is not None
    assert (hit.cell, hit.face) == (Cell(3, 15, 3), Face(0, 1, 0))
    assert hit.point.y == pytest.approx(16)
    terrain.learn([], [(6, 17, 3, STONE)])
    hit = terrain.cast(Vec(3.5, 17.5, 3.5), Vec(9, 17.5, 3.5), 10)
    assert hit is not None
    assert (hit.cell, hit.face) == (Cell(6, 17, 3), Face(-1, 0, 0))
    assert terrain.cast(Vec(3.5, 17.5, 3.5), Vec(9, 17.5, 3.5), 2) is None
    assert terrain.cast(Vec(3.5, 17.5, 3.5), Vec(3.5, 17.5, 3.5), 2) is None
