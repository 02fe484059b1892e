"""Camera turns measured from pixels alone, to hold the actions against.

Two pictures of a camera that only turns differ by a homography that does not depend on the scene. So the
turn is found by turning the earlier picture by candidate angles and taking the one that fits the later one
best. A step between the pictures adds parallax, which blurs the fit but has no side to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.float32]

# Pictures are compared at this width: a pixel is then some 0.6 degrees, finer than any turn worth judging.
WIDTH = 160
# The share of the height that is looked at, from the top: below are hotbar and hand, which never turn.
HEIGHT_SHARE = 0.68
LARGEST_TURN = 12.0
STEP = 0.5


def turns(frames: Iterable[NDArray[np.uint8]], fov: float = 70.0) -> NDArray[np.float64]:
    """How far the camera turned between each picture and the next.

    Args:
        frames: N pictures, uint8 [height, width, 3].
        fov: vertical field of view in degrees.

    Returns:
        float64 [N - 1] degrees of yaw, + = left, in steps of `STEP` up to `LARGEST_TURN`; where pitch turns
        too, only the yaw is told.
    """
    found = []
    before: Gray | None = None
    for frame in frames:
        after = small_gray(frame)
        if before is not None:
            found.append(_turn(before, after, fov))
        before = after
    return np.array(found)


def small_gray(frame: NDArray[np.uint8]) -> Gray:
    """The picture's brightness at `WIDTH`, each pixel the mean of those that it covers; float32."""
    height, width = frame.shape[:2]
    size = max(1, width // WIDTH)
    gray: Gray = frame[: height // size * size, : width // size * size].mean(axis=2, dtype=np.float32)
    rows, columns = height // size, width // size
    small: Gray = gray.reshape(rows, size, columns, size).mean(axis=(1, 3), dtype=np.float32)
    return small


def _turn(before: Gray, after: Gray, fov: float) -> float:
    angles, maps, valid = _candidates(*after.shape, fov)
    looked = after[: int(after.shape[0] * HEIGHT_SHARE)].ravel()
    turned = before.ravel()[maps]
    error = np.where(valid, np.abs(turned - looked), 0).sum(axis=1) / valid.sum(axis=1)
    return float(angles[int(np.argmin(error))])


@lru_cache(maxsize=4)
def _candidates(
    height: int, width: int, fov: float
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.bool_]]:
    """For each candidate yaw: where every looked-at pixel was in the earlier picture, if it was there."""
    # Smallest first, so that of equal fits the smaller turn wins.
    angles = np.array(sorted(np.arange(-LARGEST_TURN, LARGEST_TURN + STEP, STEP), key=abs))
    focal = height / 2 / np.tan(np.radians(fov) / 2)
    rows, columns = np.mgrid[: int(height * HEIGHT_SHARE), :width]
    x = (columns.ravel() + 0.5 - width / 2) / focal
    y = (height / 2 - rows.ravel() - 0.5) / focal
    cos, sin = np.cos(np.radians(angles))[:, None], np.sin(np.radians(angles))[:, None]
    # A pixel's direction seen from the earlier camera: (x, y, 1) turned left by the angle.
    ahead = sin * x + cos
    column = np.floor((cos * x - sin) / ahead * focal + width / 2).astype(np.intp)
    row = np.floor(height / 2 - y / ahead * focal).astype(np.intp)
    valid = (ahead > 0) & (column >= 0) & (column < width) & (row >= 0) & (row < height)
    return angles, np.where(valid, row * width + column, 0), valid
