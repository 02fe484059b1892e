"""A slow ray caster in NumPy to check the kernel against; both read the same model files, nothing else.

It tests every ray against every box of every block, taken straight from the model files: boxes only, no
skipping, no march, no textures. So it serves for states whose models are upright boxes with solid textures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collector.render.models import Models, Part
from collector.render.states import States

Array = NDArray[np.float64]


def boxes_of(states: States, models: Models, state: int) -> Array:
    """The boxes of a state in its cell, [n, 2, 3], from the model's elements and the state's rotation."""
    [variant, *_] = models.variants(states[state])
    return np.array([box for part in variant.parts for box in part_boxes(part)]).reshape(-1, 2, 3)


def part_boxes(part: Part) -> list[Array]:
    """The boxes of a model, turned in quarter turns about the cell's centre."""
    boxes = []
    for element in part.model.elements:
        box = np.array([element["from"], element["to"]], float) / 16 - 0.5
        for _ in range(int(part.x) // 90 % 4):  # up goes north
            box = np.stack([box[:, 0], box[:, 2], -box[:, 1]], 1)
        for _ in range(int(part.y) // 90 % 4):  # north goes east
            box = np.stack([-box[:, 2], box[:, 1], box[:, 0]], 1)
        boxes.append(np.sort(box, 0) + 0.5)
    return boxes


def cast(boxes: Array, owners: NDArray[np.int64], eye: Array, rays: Array) -> tuple[Array, NDArray[np.int64]]:
    """For rays [n, 3]: how far the nearest box is (in ray lengths), and its owner; inf and -1 for none."""
    best, owner = np.full(len(rays), np.inf), np.full(len(rays), -1)
    with np.errstate(divide="ignore"):
        inverse = 1 / rays
    for box, name in zip(boxes, owners, strict=True):
        near, far = np.sort(np.stack([(box[0] - eye) * inverse, (box[1] - eye) * inverse]), 0)
        enter, leave = near.max(1), far.min(1)
        hit = (enter <= leave) & (enter > 0) & (enter < best)
        best[hit], owner[hit] = enter[hit], name
    return best, owner
