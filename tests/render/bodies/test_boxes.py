"""Boxes of bodies."""

import numpy as np

from collector.render.assets.bake import rotation_x, rotation_y, rotation_z
from collector.render.bodies.boxes import Bone, Box, Pose, Skeleton, Texture, box_model
from collector.render.bodies.facets import matrix


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


def test_a_posed_body_is_its_bones_each_moved_by_its_matrix() -> None:
    bones = {
        "body": Bone((1, 2, 3), (Box((0, 0, 0), (3, 5, 3), (0, 0)), Box((1, 0, 0), (1, 1, 1), (0, 0)))),
        "head": Bone((0, -4, 1), (Box((0, 0, 0), (2, 2, 2), (0, 0)),), (0.2, -0.3, 0.4), parent="body"),
    }
    skeleton = Skeleton(bones, Texture(0, 64))
    pose = Pose({"head": (0.5, 0.6, 0.7), "body": (0.1, 0.2, -0.3)}, {"body": (1.0, 0.0, -2.0)})
    turn = rotation_z(np.degrees(-0.3)) @ rotation_y(np.degrees(-0.2)) @ rotation_x(np.degrees(-0.1))
    np.testing.assert_allclose(
        skeleton.bone_matrix("body", pose), matrix(turn, np.array([-2.0, 24.0 - 2.0, 1.0]) / 16), atol=1e-12
    )
    parts = [skeleton.part(name).moved(skeleton.bone_matrix(name, pose)) for name in bones]
    for side in ("corner", "right", "down"):
        expected = np.concatenate([getattr(part, side) for part in parts])
        np.testing.assert_allclose(getattr(skeleton.posed(pose), side), expected, atol=1e-12)
