"""What the planes beside the pictures hold, and how lossless 16-bit video holds them.

| plane | in memory | stored | error |
|---|---|---|---|
| `depth` | float32, blocks along the camera axis, infinite where nothing is hit | 1 channel, steps of 1/128 block; 65535: nothing within 511.98 blocks | 1/256 block |
| `segment` | uint16, ids | 1 channel, as they are | none |
| `normals` | float32 [.., 3], unit vectors in the world's axes, zero for the sky | 3 channels, 32767 + 32767 n | 1/65534 of each component; none along an axis, nor for zero |
| `flow` | float32 [.., 2], pixels to the right and down until the next tick, NaN where unknown | channels 0 and 1: 32768 + 64 flow, channel 2: 1 where it is known, as in KITTI's flow maps; 512 pixels and more are not known | 1/128 pixel |

KITTI's form: Geiger et al., "Vision meets Robotics", and the readme of its stereo and flow benchmark.
"""  # noqa: E501 (a table)

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

DEPTH_STEPS_PER_BLOCK = 128
DEPTH_NOTHING = 65535
NORMAL_STEPS = 32767
FLOW_STEPS_PER_PIXEL = 64
FLOW_ZERO = 1 << 15

Stored = NDArray[np.uint16]


class Form(NamedTuple):
    """How a plane looks in memory, and how it is stored.

    Attributes:
        dtype: of its values in memory.
        channels: of a pixel in memory, () for a single one.
        pixel_format: ffmpeg's name of the stored pictures, `gray16le` or `gbrp16le`.
        pack: from memory, [height, width, *channels], to uint16 [height, width] or [height, width, 3].
        restore: and back.
    """

    dtype: Any
    channels: tuple[int, ...]
    pixel_format: str
    pack: Callable[[NDArray[Any]], Stored]
    restore: Callable[[Stored], NDArray[Any]]


def pack_depth(depth: NDArray[np.float32]) -> Stored:
    """Blocks → steps of 1/128 block; infinite, unknown or too far is 65535."""
    farthest = DEPTH_NOTHING / DEPTH_STEPS_PER_BLOCK
    near = np.fmax(np.fmin(depth, farthest), 0)  # fmin takes the other one where one is NaN
    return np.asarray(np.rint(near * DEPTH_STEPS_PER_BLOCK), np.uint16)


def restore_depth(steps: Stored) -> NDArray[np.float32]:
    """Steps of 1/128 block → blocks; 65535 is infinite."""
    depth = steps.astype(np.float32) / np.float32(DEPTH_STEPS_PER_BLOCK)
    depth[steps == DEPTH_NOTHING] = np.inf
    return depth


def pack_normals(normals: NDArray[np.float32]) -> Stored:
    """Components -1 … 1 → 0 … 65534."""
    return np.asarray(np.rint(normals * NORMAL_STEPS) + NORMAL_STEPS, np.uint16)


def restore_normals(steps: Stored) -> NDArray[np.float32]:
    """0 … 65534 → components -1 … 1."""
    return (steps.astype(np.float32) - NORMAL_STEPS) / np.float32(NORMAL_STEPS)


def pack_flow(flow: NDArray[np.float32]) -> Stored:
    """Pixels → steps of 1/64 pixel, and whether they are known."""
    steps = np.rint(flow * FLOW_STEPS_PER_PIXEL) + FLOW_ZERO
    known = ((steps >= 0) & (steps < 1 << 16)).all(-1)  # never where it is NaN
    stored = np.zeros((*flow.shape[:-1], 3), np.uint16)
    stored[known, :2] = steps[known]
    stored[..., 2] = known
    return stored


def restore_flow(stored: Stored) -> NDArray[np.float32]:
    """Steps of 1/64 pixel → pixels; NaN where they are not known."""
    flow = (stored[..., :2].astype(np.float32) - FLOW_ZERO) / np.float32(FLOW_STEPS_PER_PIXEL)
    flow[stored[..., 2] == 0] = np.nan
    return flow


def _as_it_is(ids: Stored) -> Stored:
    return ids


FORMS: dict[str, Form] = {
    "depth": Form(np.float32, (), "gray16le", pack_depth, restore_depth),
    "segment": Form(np.uint16, (), "gray16le", _as_it_is, _as_it_is),
    "normals": Form(np.float32, (3,), "gbrp16le", pack_normals, restore_normals),
    "flow": Form(np.float32, (2,), "gbrp16le", pack_flow, restore_flow),
}
