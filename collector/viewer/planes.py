"""Colours in which planes can be looked at; what they hold is in `collector.video.planes`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.video.planes import FORMS, Stored

Picture = NDArray[np.uint8]

# Depth is grey, near is bright; from here on it is black, as is nothing at all.
FAR_BLOCKS = 128.0
# A flow of so many pixels has the full colour, as has a larger one.
FULL_FLOW = 16.0
# Multiples of these, but for their whole part, put ids that follow each other far apart, in hue and in value.
GOLDEN, SILVER = 0.6180339887, 0.4142135624


def shown(plane: str) -> Callable[[Stored], Picture]:
    """What turns stored frames of a plane, uint16 [height, width (, 3)], into RGB pictures."""
    restore, colour = FORMS[plane].restore, _COLOURS[plane]
    return lambda stored: colour(restore(stored))


def _depth(depth: NDArray[np.float32]) -> Picture:
    near = 1 - np.log1p(np.minimum(depth, FAR_BLOCKS)) / np.log1p(FAR_BLOCKS)
    return _bytes(np.repeat(near[..., None], 3, -1))


def _segment(ids: Stored) -> Picture:
    return _PALETTE[ids]


def _normals(normals: NDArray[np.float32]) -> Picture:
    return _bytes(normals / 2 + 0.5)


def _flow(flow: NDArray[np.float32]) -> Picture:
    """The way as hue, to the right is red and down is green; the length as saturation; unknown is black."""
    known = np.nan_to_num(flow)
    hue = np.arctan2(known[..., 1], known[..., 0]) / (2 * np.pi) % 1
    length = np.minimum(np.hypot(known[..., 0], known[..., 1]) / FULL_FLOW, 1)
    return _bytes(_hsv(hue, length, ~np.isnan(flow[..., 0])))


def _hsv(hue: NDArray[Any], saturation: NDArray[Any] | float, value: NDArray[Any]) -> NDArray[Any]:
    """RGB of hue, saturation and value, all 0 … 1 (https://en.wikipedia.org/wiki/HSL_and_HSV)."""
    steps = (np.array([5.0, 3.0, 1.0]) + hue[..., None] * 6) % 6
    share = np.clip(np.minimum(steps, 4 - steps), 0, 1)
    return np.asarray(value[..., None] * (1 - np.asarray(saturation)[..., None] * share))


def _bytes(values: NDArray[Any]) -> Picture:
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), np.uint8)


_IDS = np.arange(1 << 16)
_PALETTE = _bytes(_hsv(_IDS * GOLDEN % 1, 0.65, np.where(_IDS, 1 - 0.6 * (_IDS * SILVER % 1), 0)))
_COLOURS: dict[str, Callable[[Any], Picture]] = {
    "depth": _depth,
    "segment": _segment,
    "normals": _normals,
    "flow": _flow,
}
