"""Actions: the 24 keys of the Solaris data and the 25 numbers that its trainer makes of them.

Source of keys, order and signs: the data loader of solaris-wm/solaris, commit 0be45a8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOTBAR_KEYS = tuple(f"hotbar.{slot}" for slot in range(1, 10))

ACTION_KEYS = (
    "forward",
    "back",
    "left",
    "right",
    "jump",
    "sneak",
    "sprint",
    "attack",
    "use",
    "mount",
    "dismount",
    "place_block",
    "place_entity",
    "mine",
    "camera",
    *HOTBAR_KEYS,
)

# Keyboard and buttons in trainer order, each with the action keys that switch it on. The five that our
# keys cannot express stay off, as in the Solaris data.
KEYBOARD: dict[str, tuple[str, ...]] = {
    "inventory": (),
    "ESC": (),
    **{key: (key,) for key in HOTBAR_KEYS},
    "forward": ("forward",),
    "back": ("back",),
    "left": ("left",),
    "right": ("right",),
    "jump": ("jump",),
    "sneak": ("sneak", "dismount"),
    "sprint": ("sprint",),
    "swapHands": (),
    "attack": ("attack", "mine"),
    "use": ("use", "mount", "place_block", "place_entity"),
    "pickItem": (),
    "drop": (),
}


def action_vectors(columns: Mapping[str, Any]) -> NDArray[np.float32]:
    """The trainer's action vectors, float32 [rows, 25], from the `action.*` columns of a players table.

    The first 23 are keys (0 or 1) in the order of `KEYBOARD`; the last two are the camera's turn in
    degrees, + = left and + = up, neither scaled nor clipped.
    """
    rows = len(columns["action.camera_yaw"])
    vectors = np.zeros((rows, len(KEYBOARD) + 2), np.float32)
    for index, keys in enumerate(KEYBOARD.values()):
        for key in keys:
            vectors[:, index] = np.maximum(
                vectors[:, index], np.asarray(columns[f"action.{key}"], np.float32)
            )
    vectors[:, -2] = np.degrees(np.asarray(columns["action.camera_yaw"], np.float64))
    vectors[:, -1] = np.degrees(np.asarray(columns["action.camera_pitch"], np.float64))
    return vectors
