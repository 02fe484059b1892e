"""The arrays that a launch of the kernel reads per view and writes its planes to."""

from __future__ import annotations

from typing import Any

import numpy as np
import warp as wp
from numpy.typing import NDArray

from collector.render.kernel import TILE
from collector.render.kernel_beam import BEAM
from collector.render.kernel_types import Camera, Facet, Sky, records
from collector.render.sky import LIGHT_STEPS
from collector.render.view import View


class Targets:
    """Per-view inputs (cameras, skies, facets, HUD) and outputs on `device`, used again for every tick."""

    def __init__(self, views: int, view: View, device: str) -> None:
        height, width = view.height, view.width
        self._device = device
        self.cameras = records(Camera, views)
        self.skies = records(Sky, views)
        self.lightmaps = np.zeros((views, LIGHT_STEPS**2, 3), np.float32)
        self.hud = np.zeros((views, height, width, 4), np.uint8)
        self.tile_shape = (views, -(-height // TILE), -(-width // TILE))
        self.starts = wp.zeros((views, -(-height // BEAM), -(-width // BEAM)), dtype=float, device=device)
        self._device_hud = wp.zeros((views, height, width), dtype=wp.uint32, device=device)
        self.rgb = wp.zeros((views, height, width, 3), dtype=wp.uint8, device=device)
        self.depth = wp.zeros((views, height, width), dtype=wp.float32, device=device)
        self.segment = wp.zeros((views, height, width), dtype=wp.uint16, device=device)

    def lightmap_array(self) -> wp.array:
        """The light maps of all views."""
        return wp.array(self.lightmaps, dtype=wp.vec3, device=self._device)

    def send_hud(self) -> None:
        """Bring the HUD to the device, after it has changed."""
        self._device_hud.assign(self.hud.view(np.uint32)[..., 0])

    def inputs(
        self, facets: NDArray[np.void], tiles: NDArray[np.int32], items: NDArray[np.int32]
    ) -> list[Any]:
        """The kernel's arguments from the skies to the planes."""
        device = self._device
        return [
            wp.array(self.skies, dtype=Sky, device=device),
            wp.array(self.cameras, dtype=Camera, device=device),
            wp.array(facets, dtype=Facet, device=device),
            wp.array(tiles, dtype=wp.vec4i, device=device),
            wp.array(items, dtype=wp.int32, device=device),
            self.starts,
            self._device_hud,
            self.rgb,
            self.depth,
            self.segment,
        ]

    def planes(self, names: tuple[str, ...]) -> list[dict[str, NDArray[Any]]]:
        """A copy of the asked-for planes of every view."""
        host = {name: getattr(self, name).numpy() for name in names}
        return [{name: plane[i].copy() for name, plane in host.items()} for i in range(len(self.cameras))]
