"""What of a scene is looked at for a view."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.render.bodies.facets import Lens


def on_screen(lens: Lens, points: NDArray[np.float64]) -> Any:
    """Whether points are before the eye and within the picture."""
    x, y, z = ((points - lens.eye) @ lens.axes.T).T
    return (z > 0) & (np.abs(x) <= z * lens.half[0]) & (np.abs(y) <= z * lens.half[1])


def test_a_ball_is_left_out_only_if_none_of_it_is_on_the_screen() -> None:
    random = np.random.default_rng(3)
    left_out = 0
    for _ in range(300):
        axes = np.linalg.qr(random.normal(size=(3, 3)))[0]
        lens = Lens(random.uniform(-5, 5, 3), axes, (1.2, 0.7))
        centre, radius = lens.eye + random.normal(size=3) * 6, random.uniform(0.5, 4)
        around = random.normal(size=(2000, 3))
        ball = centre + radius * around / np.linalg.norm(around, axis=1, keepdims=True)
        if not lens.may_see(centre, radius):
            left_out += 1
            assert not on_screen(lens, ball).any()
    assert left_out > 100
