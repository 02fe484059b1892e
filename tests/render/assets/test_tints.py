"""Colours of biomes, for versions whose tables tell less."""

from __future__ import annotations

import numpy as np
import pytest

from collector.render.assets.files import assets_of
from collector.render.assets.tints import BiomeTints


def test_biomes_have_their_colours_in_newer_versions_too() -> None:
    old, new = (BiomeTints(assets_of(version)) for version in ("1.18.2", "1.21.4"))
    for name in ("plains", "desert", "swamp", "snowy_plains", "jungle"):
        colours = [tints.colours[tints.names.index(name)] for tints in (old, new)]
        np.testing.assert_allclose(colours[0], colours[1], atol=0.02)
    assert "cherry_grove" in new.names


@pytest.mark.parametrize("version", ["1.18.2", "1.19.4", "1.21.4"])
def test_rain_falls_on_plains_snow_on_the_cold_and_nothing_on_deserts(version: str) -> None:
    tints = BiomeTints(assets_of(version))
    biomes = np.array([tints.names.index(n) for n in ("plains", "snowy_plains", "desert")], np.uint16)
    assert tints.falling(biomes, np.full(3, 64)).tolist() == [1, 2, 0]
