"""The player's own arm or held item, in the space of its eye: x right, y up, looking along -z.

The transforms are those of the client's first-person view.
"""

from __future__ import annotations

import numpy as np

from collector.render.assets.bake import rotation_x, rotation_y, rotation_z
from collector.render.bodies.boxes import FLIP, Skeleton
from collector.render.bodies.facets import FacetModel, Vector, matrix
from collector.render.bodies.items import Item

LOWERED = 0.6  # blocks from the top of the hand's way to the bottom
HELD = np.array([0.56, -0.52, -0.72])  # where an item is held, from the eye
SHOULDER = np.array([-5.0, 2.0, 0.0]) / 16


def held_item(item: Item, swing: float, height: float) -> FacetModel:
    """An item in the right hand, `swing` (0 … 1) through a swing, `height` as in `grip.Grip`."""
    root = np.sqrt(swing)
    sway = [-0.4 * np.sin(root * np.pi), 0.2 * np.sin(root * 2 * np.pi), -0.2 * np.sin(swing * np.pi)]
    strike = np.sin(swing * swing * np.pi)
    turn = (
        rotation_y(45 - 20 * strike)
        @ rotation_z(-20 * np.sin(root * np.pi))
        @ rotation_x(-80 * np.sin(root * np.pi))
        @ rotation_y(-45)
    )
    place = matrix(turn, np.add(sway, HELD) - [0, LOWERED * (1 - height), 0])
    return item.model.moved(place @ item.placed("firstperson_righthand"))


def off_hand_item(item: Item) -> FacetModel:
    """An item in the left hand, which does not swing."""
    return item.model.moved(matrix(shift=HELD * [-1, 1, 1]) @ item.placed("firstperson_lefthand"))


def bare_arm(body: Skeleton, swing: float, height: float) -> FacetModel:
    """The right arm, `swing` (0 … 1) through a swing, `height` as in `grip.Grip`."""
    root = np.sqrt(swing)
    shift = [
        -0.3 * np.sin(root * np.pi) + 0.64,
        0.4 * np.sin(root * 2 * np.pi) - 0.6 - LOWERED * (1 - height),
        -0.4 * np.sin(swing * np.pi) - 0.72,
    ]
    turn = rotation_y(45 + 70 * np.sin(root * np.pi)) @ rotation_z(-20 * np.sin(swing * swing * np.pi))
    place: Vector = matrix(turn, shift) @ matrix(
        rotation_z(120) @ rotation_x(200) @ rotation_y(-135), np.array([-1.0, 3.6, 3.5])
    )
    # The client draws the arm in the model file's own axes, not turned upright as bodies are.
    arm = matrix(FLIP, SHOULDER)
    return body.part("right_arm").moved(place @ matrix(shift=[5.6, 0, 0]) @ arm)
