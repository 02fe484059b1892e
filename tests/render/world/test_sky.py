"""Light by time of day."""

import numpy as np

from collector.render.world.sky import Clock, lightmap

NOON, MIDNIGHT = (Clock(time, time, 0.0, 0.0) for time in (6000, 18000))
OPEN = 61 * 60  # full sky light, no block light


def test_brightness_lifts_the_night_and_leaves_the_day() -> None:
    settings = (0.0, 0.5, 1.0, 2.0)
    night, day = (
        [float(lightmap(clock, setting)[OPEN].mean()) for setting in settings] for clock in (MIDNIGHT, NOON)
    )
    assert np.all(np.diff(night) > 0.02)
    assert np.ptp(day) < 0.02


def test_light_is_brighter_the_more_there_is_of_it() -> None:
    levels = lightmap(MIDNIGHT, 0.5).reshape(61, 61, 3)
    assert (np.diff(levels, axis=0) >= 0).all()
    assert (np.diff(levels, axis=1) >= 0).all()
