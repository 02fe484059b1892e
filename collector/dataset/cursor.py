"""Where the mouse cursor of an open screen is in the pictures."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def cursor(table: pa.Table, size: tuple[int, int]) -> NDArray[np.float64]:
    """The cursor's tip in pixels from the top-left corner of the picture, where a screen is open.

    Args:
        table: rows of a player.
        size: (width, height) of the pictures.

    Returns:
        Float64 [rows, 2], x and y; NaN where no screen is open.
    """
    from collector.render.assets.files import node_modules, read_json  # noqa: PLC0415 (Warp takes seconds)
    from collector.render.overlay.brush import gui_scale  # noqa: PLC0415

    scale, layouts = gui_scale(*size), read_json(node_modules().parent / "screens.json")
    corners = {
        kind: [(picture // scale - side) // 2 for picture, side in zip(size, layout["size"], strict=True)]
        for kind, layout in layouts.items()
    }
    nowhere = [np.nan, np.nan]
    corner = np.array([corners.get(kind, nowhere) for kind in table["window"].to_pylist()], np.float64)
    tip = np.stack([table[f"cursor_{axis}"].fill_null(0).to_numpy() for axis in "xy"], 1)
    return np.asarray((corner.reshape(-1, 2) + tip) * scale, np.float64)
