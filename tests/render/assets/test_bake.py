"""Model elements as rectangles."""

import pytest

from collector.render.assets.bake import bake
from collector.render.assets.files import assets_of
from collector.render.assets.models import Models
from collector.render.assets.states import States
from tests.render.scenes import VERSION


@pytest.mark.parametrize("version", [VERSION, "1.21.4"])
@pytest.mark.parametrize("plant", ["dandelion", "fern", "wheat", "torch"])
def test_plants_are_as_bright_as_what_faces_the_sky(version: str, plant: str) -> None:
    # Files of different versions say this in different words.
    assets = assets_of(version)
    states = States(assets)
    [look] = Models(assets).variants(states[states.find(plant)])
    shades = {rectangle.shaded_as for part in look.parts for rectangle in bake(part)}
    assert shades == {"up"}


def test_a_cube_is_shaded_by_side() -> None:
    assets = assets_of(VERSION)
    states = States(assets)
    [look] = Models(assets).variants(states[states.find("oak_planks")])
    rectangles = [rectangle for part in look.parts for rectangle in bake(part)]
    assert all(rectangle.shaded_as == rectangle.face for rectangle in rectangles)
