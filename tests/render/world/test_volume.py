"""The block of cells that holds a recording's world."""

import numpy as np
import pyarrow as pa
import pytest

from collector.errors import RenderError
from collector.render.world.volume import read_volume


def test_a_world_that_memory_cannot_hold_is_refused_before_it_is_made() -> None:
    section = np.ones(4096, "<u2").tobytes()
    rows = [{"x": x, "y": 4, "z": x, "blocks": section, "biomes": bytes(128)} for x in (0, 1000)]
    with pytest.raises(RenderError, match=r"\(16016, 16, 16016\) blocks.* smaller view distance"):
        read_volume(pa.Table.from_pylist(rows), pa.table({"y": []}), np.array([True, False]))
