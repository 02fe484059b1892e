"""Boxes of bodies."""

import numpy as np

from collector.render.bodies.boxes import Box, Texture, box_model


def test_a_box_with_holes_is_seen_from_inside_too() -> None:
    plain, sheer = (
        box_model(Box((0, 0, 0), (3, 5, 3), (26, 0), sheer=s), Texture(0, 64)) for s in (False, True)
    )
    fronts, backs = (np.cross(sheer.down[part], sheer.right[part]) for part in (slice(6), slice(6, 12)))
    assert len(plain.corner) == 6
    np.testing.assert_allclose(backs, -fronts)
    # The middle of a side has the same texel from both sides.
    middle = sheer.uv + sheer.du / 2
    np.testing.assert_allclose(middle[:6], middle[6:], atol=0.01)
