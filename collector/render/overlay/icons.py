"""Pictures of items for the HUD, drawn from their models as the client's inventory does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Picture
from collector.render.bodies.items import Item
from collector.render.overlay.raster import raster

SIDE = 16  # pixels of an icon at scale 1
# Directions to the light on upright blocks in the inventory: from the left, from above.
LAMPS = np.array([[-0.93, 0.26, 0.26], [0.2, 0.97, -0.1]])


def icon(item: Item, texels: NDArray[np.uint32], scale: int) -> Picture:
    """The item's icon, 16 `scale` pixels square, RGBA."""
    side = SIDE * scale
    axis = (np.arange(side) + 0.5) / side - 0.5
    return raster(item.model.moved(item.placed("gui")), LAMPS[: 0 if item.flat else 2], texels, axis, -axis)
