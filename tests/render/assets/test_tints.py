"""Colours of biomes, for versions whose tables tell less."""

from __future__ import annotations

import numpy as np

from collector.render.assets.files import assets_of
from collector.render.assets.tints import BiomeTints


def test_biomes_have_their_colours_in_newer_versions_too() -> None:
    old, new = (BiomeTints(assets_of(version)) for version in ("1.18.2", "1.21.4"))
    for name in ("plains", "desert", "swamp", "snowy_plains", "jungle"):
        colours = [tints.colours[tints.names.index(name)] for tints in (old, new)]
        np.testing.assert_allclose(colours[0], colours[1], atol=0.02)
    assert "cherry_grove" in new.names
