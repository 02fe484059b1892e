"""Which block each player looks at, and the box that the client outlines."""

from __future__ import annotations

import numpy as np
import warp as wp
from numpy.typing import NDArray

from collector.render.assets.bake import bake
from collector.render.assets.models import Models
from collector.render.assets.states import State, States
from collector.render.kernel.aim import aim
from collector.render.world.world import World

REACH = 4.5  # blocks, in survival
# Outlines of plants, whose crossed pictures are larger than what can be pointed at: half width, height.
PLANTS = {
    "grass": (0.4, 0.8),
    "short_grass": (0.4, 0.8),
    "fern": (0.4, 0.8),
    "tall_grass": (0.5, 1.0),
    "large_fern": (0.5, 1.0),
    "wheat": (0.5, 0.7),
}
FLOWER = (0.1875, 0.625)


class Aim:
    """Finds targets with the same ray that draws."""

    def __init__(self, world: World, states: States, models: Models, device: str) -> None:
        self._world, self._states, self._models, self._device = world, states, models, device
        self._outlines: dict[int, NDArray[np.float64]] = {}

    def targets(
        self, eyes: NDArray[np.float64], forward: NDArray[np.float64], tables: object
    ) -> list[NDArray[np.float64] | None]:
        """The outline of each view's target, [2, 3] lower and upper corner in volume coordinates, or None."""
        cells = wp.zeros(len(eyes), dtype=wp.vec4i, device=self._device)
        wp.launch(
            aim,
            len(eyes),
            inputs=[
                self._world.device,
                tables,
                wp.array(eyes, dtype=wp.vec3, device=self._device),
                wp.array(forward, dtype=wp.vec3, device=self._device),
                REACH,
                cells,
            ],
            device=self._device,
        )
        return [None if cell[3] < 0 else self.outline(int(cell[3])) + cell[:3] for cell in cells.numpy()]

    def outline(self, state: int) -> NDArray[np.float64]:
        """The outline of a block state, [2, 3] in its cell."""
        if state not in self._outlines:
            self._outlines[state] = self._measure(self._states[state])
        return self._outlines[state]

    def _measure(self, state: State) -> NDArray[np.float64]:
        variants = self._models.variants(state)
        rectangles = [r for part in variants[0].parts for r in bake(part)] if variants else []
        if not rectangles:
            return np.array([[0.0, 0, 0], [1, 1, 1]])
        if all(
            abs(r.normal[1]) < 0.01 and abs(r.normal[0]) > 0.1 and abs(r.normal[2]) > 0.1 for r in rectangles
        ):
            half, height = PLANTS.get(state.name, FLOWER)
            return np.array([[0.5 - half, 0, 0.5 - half], [0.5 + half, height, 0.5 + half]])
        points = np.array(
            [r.corner + a * r.right + b * r.down for r in rectangles for a in (0, 1) for b in (0, 1)]
        )
        return np.stack([points.min(0), points.max(0)]).clip(0, 1)
