"""Block-state and model files."""

import pytest

from collector.render.assets.files import assets_of
from collector.render.assets.models import Models
from collector.render.assets.states import States
from tests.render.scenes import VERSION


@pytest.mark.parametrize(("box", "strongest"), [("red_shulker_box", 0), ("lime_shulker_box", 1)])
def test_shulker_boxes_have_their_colour(box: str, strongest: int) -> None:
    assets = assets_of(VERSION)
    states = States(assets)
    [look] = Models(assets).variants(states[states.find(box)])
    textures = {
        look.parts[0].model.texture(face["texture"])
        for element in look.parts[0].model.elements
        for face in element["faces"].values()
    }
    for name in textures:
        assert name is not None
        picture = assets.texture(name)
        assert picture is not None
        assert picture[picture[..., 3] > 0][:, :3].mean(0).argmax() == strongest
