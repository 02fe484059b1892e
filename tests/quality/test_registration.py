"""Turns are found in pictures of a scene whose every direction has its own brightness."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from collector.quality.registration import STEP, turns


def picture(yaw: float, *, height: int = 180, width: int = 320, fov: float = 70.0) -> NDArray[np.uint8]:
    """What a camera sees of a sphere painted with waves in every direction; yaw in degrees, + = left."""
    focal = height / 2 / np.tan(np.radians(fov) / 2)
    rows, columns = np.mgrid[:height, :width]
    x, y = (columns + 0.5 - width / 2) / focal, (height / 2 - rows - 0.5) / focal
    azimuth = np.radians(yaw) - np.arctan(x)
    altitude = np.arctan2(y, np.hypot(x, 1))
    waves = sum(np.sin(k * azimuth + k * k) * np.cos((k + 2) * altitude + k) for k in (3, 7, 11, 17, 29))
    gray = (128 + 22 * np.asarray(waves)).astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)


@pytest.mark.parametrize("turn", [-8.5, -3.0, -0.5, 0.0, 1.0, 5.5, 10.0])
def test_a_turn_is_found_with_its_sign(turn: float) -> None:
    assert turns([picture(20), picture(20 + turn)])[0] == pytest.approx(turn, abs=STEP / 2)


def test_each_pair_has_its_own_turn() -> None:
    assert turns([picture(yaw) for yaw in (0, 4, 4, -3)]).tolist() == [4, 0, -7]


def test_no_pictures_no_turns() -> None:
    assert turns([]).shape == (0,)
    assert turns([picture(0)]).shape == (0,)
