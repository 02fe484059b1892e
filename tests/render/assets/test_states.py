"""Every block state of the version: it resolves, and it draws something."""

from collections.abc import Iterable

import numpy as np
import pytest

from collector.render.assets.files import assets_of
from collector.render.assets.models import Models
from collector.render.assets.shapes import CUBE, INVISIBLE, NOTHING, OPAQUE, TRANSLUCENT, ShapeBaker
from collector.render.assets.states import States
from collector.render.assets.texels import TexelPool
from tests.render.scenes import VERSION, states


@pytest.fixture(scope="module")
def table() -> States:
    return states()


def unconnected(name: str, properties: dict[str, str]) -> bool:
    """A wall without post and sides, which the client does not draw either."""
    sides = [properties.get(side) for side in ("north", "east", "south", "west")]
    return name.endswith("_wall") and properties.get("up") == "false" and set(sides) == {"none"}


def test_every_state_resolves_to_a_variant(table: States) -> None:
    models = Models(assets_of(VERSION))
    assert [s.name for s in table.states if not models.variants(s)] == []


@pytest.mark.slow
def test_every_state_draws_something(table: States) -> None:
    shapes = ShapeBaker(assets_of(VERSION), table, TexelPool()).bake(range(len(table)))
    assert not shapes.missing
    blank = {
        state.name
        for state in table.states
        if shapes.kind[state.id] == NOTHING
        and not shapes.fluid[state.id]
        and state.name not in INVISIBLE
        and not unconnected(state.name, state.properties)
    }
    assert blank == set()


def baked(table: States, wanted: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
    shapes = ShapeBaker(assets_of(VERSION), table, TexelPool()).bake(wanted)
    return shapes.kind, shapes.alpha


def test_kinds_of_shapes(table: States) -> None:
    names = ("stone", "grass_block", "oak_leaves", "oak_stairs", "blue_stained_glass")
    stone, grass, leaves, stairs, glass = (table.find(name) for name in names)
    kind, alpha = baked(table, (stone, grass, leaves, stairs, glass))
    assert list(kind[[stone, grass, leaves, glass]]) == [CUBE] * 4
    assert kind[stairs] != CUBE
    assert alpha[stone] == alpha[grass] == OPAQUE
    assert alpha[glass] == TRANSLUCENT


def test_light_of_states(table: States) -> None:
    assert table.emission[table.find("torch")] == 14
    assert table.emission[table.find("redstone_lamp")] == 0
    assert table.emission[table.find("redstone_lamp", lit=True)] == 15
    assert table.emission[table.find("candle", candles=3, lit=True)] == 9
    assert table.opacity[table.find("stone")] == 15
    assert table.opacity[table.find("oak_slab", type="double")] == 15
    assert table.opacity[table.find("water")] == table.opacity[table.find("oak_leaves")] == 1


def test_state_ids_follow_the_properties(table: States) -> None:
    stairs = table.find("oak_stairs", facing="east", half="top", shape="inner_left", waterlogged=True)
    assert table[stairs].properties["shape"] == "inner_left"
    assert table[stairs].fluid == "water"
    with pytest.raises(KeyError):
        table.find("oak_stairs", facing="up")
    with pytest.raises(KeyError):
        table.find("no_such_block")


def test_solid_material_is_not_what_stops_a_player(table: States) -> None:
    firm = {
        state.name: table.is_firm(state)
        for state in table.states
        if state.name
        in ("stone", "oak_sign", "cobweb", "white_carpet", "torch", "tube_coral", "dead_tube_coral", "water")
    }
    solid = {name for name, is_firm in firm.items() if is_firm}
    assert solid == {"stone", "oak_sign", "cobweb", "dead_tube_coral"}
