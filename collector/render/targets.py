"""The arrays that a launch of the kernel reads per view and writes its planes to."""

from __future__ import annotations

from typing import Any

import numpy as np
import warp as wp
from numpy.typing import NDArray

from collector.render.bodies.cast import Cast
from collector.render.buffer import Buffer
from collector.render.kernel.render import TILE
from collector.render.kernel.structs import Camera, Facet, Motion, Sky, Start, records
from collector.render.world.sky import LIGHT_STEPS
from collector.video.view import View


class Targets:
    """Per-view inputs (cameras, skies, facets, HUD) and outputs on `device`, used again for every tick."""

    def __init__(self, views: int, view: View, device: str) -> None:
        height, width = view.height, view.width
        self.cameras, self.follows = records(Camera, views), records(Camera, views)
        self.skies = records(Sky, views)
        # On the CPU these are the same memory, so that nothing has to be sent.
        self._sent = [
            (wp.array(host, dtype=struct, device=device, copy=False), host)
            for host, struct in ((self.skies, Sky), (self.cameras, Camera), (self.follows, Camera))
        ]
        self.lightmaps = np.zeros((views, LIGHT_STEPS**2, 3), np.float32)
        self._device_lightmaps = wp.array(self.lightmaps, dtype=wp.vec3, device=device, copy=False)
        self._facets, self._motions = Buffer(Facet, device), Buffer(Motion, device)
        self._tiles, self._items = Buffer(wp.vec4i, device), Buffer(wp.int32, device)
        self.hud = np.zeros((views, height, width, 4), np.uint8)
        self._tile_shape = (views, -(-height // TILE), -(-width // TILE), 4)
        self.starts = wp.zeros(views * height * width, dtype=Start, device=device)
        self._device_hud = wp.zeros((views, height, width), dtype=wp.uint32, device=device)
        self.rgb = wp.zeros((views, height, width), dtype=wp.vec3ub, device=device)
        self.depth = wp.zeros((views, height, width), dtype=wp.float32, device=device)
        self.segment = wp.zeros((views, height, width), dtype=wp.uint16, device=device)
        normals, flow = (views if plane in view.planes else 0 for plane in ("normals", "flow"))
        self.normals = wp.zeros((normals, height, width), dtype=wp.vec3, device=device)
        self.flow = wp.zeros((flow, height, width), dtype=wp.vec2, device=device)
        # The kernel finds all that belongs to a pixel at one place.
        planes = self.rgb, self.depth, self.segment, self.normals, self.flow
        self._flat = [array.flatten() for array in (self._device_hud, *planes)]

    def cast(self) -> Cast:
        """An empty cast for all views."""
        return Cast(np.zeros(self._tile_shape, np.int32))

    def lightmap_array(self) -> wp.array:
        """The light maps of all views."""
        if self._device_lightmaps.device.is_cuda:
            self._device_lightmaps.assign(self.lightmaps)
        return self._device_lightmaps

    def send_hud(self) -> None:
        """Bring the HUD to the device, after it has changed."""
        self._device_hud.assign(self.hud.view(np.uint32)[..., 0])

    def inputs(self, cast: Cast) -> list[Any]:
        """The kernel's arguments from the skies to the planes."""
        facets, motions, items = cast.arrays()
        for array, host in self._sent:
            if array.device.is_cuda:
                array.assign(host)
        return [
            *(array for array, _ in self._sent),
            self._facets.fill(facets),
            self._motions.fill(motions),
            self._tiles.fill(cast.tiles.reshape(-1, 4)),
            self._items.fill(items),
            self.starts,
            *self._flat,
        ]

    def planes(self, names: tuple[str, ...], views: int) -> list[dict[str, NDArray[Any]]]:
        """A copy of the asked-for planes of the first `views` views."""
        host = {name: getattr(self, name).numpy()[:views] for name in names}
        return [{name: plane[i].copy() for name, plane in host.items()} for i in range(views)]
