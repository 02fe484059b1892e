"""Actions: the 24 keys of the Solaris data, two more, and the 25 numbers that its trainer makes of them.

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

# Keys that the Solaris data has not, by their names in VPT: E, which opens the player's inventory and closes
# any screen, and Q, which throws one of the held items.
EXTRA_KEYS = ("inventory", "drop")

# Keyboard and buttons in trainer order, each with the action keys that switch it on. The three that our
# keys cannot express stay off.
KEYBOARD: dict[str, tuple[str, ...]] = {
    "inventory": ("inventory",),
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
    "drop": ("drop",),
}


def action_vectors(columns: Mapping[str, Any]) -> NDArray[np.float32]:
    """The trainer's action vectors, float32 [rows, 25], from the `action.*` columns of a players table.

    The first 23 are keys (0 or 1) in the order of `KEYBOARD`; the last two are the camera's turn in
    degrees, + = left and + = up, neither scaled nor clipped. A key of `EXTRA_KEYS` that the data has no
    column of, or only nulls, counts as not pressed.
    """
    rows = len(columns["action.camera_yaw"])
    vectors = np.zeros((rows, len(KEYBOARD) + 2), np.float32)
    for index, keys in enumerate(KEYBOARD.values()):
        for key in keys:
            if key in EXTRA_KEYS and f"action.{key}" not in columns:
                continue
            pressed = np.asarray(columns[f"action.{key}"], np.float32)
            vectors[:, index] = np.fmax(vectors[:, index], pressed)  # the other one where one is NaN
    vectors[:, -2] = np.degrees(np.asarray(columns["action.camera_yaw"], np.float64))
    vectors[:, -1] = np.degrees(np.asarray(columns["action.camera_pitch"], np.float64))
    return vectors
