"""The figure of the player in its inventory, which turns to the cursor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.bake import rotation_x, rotation_y
from collector.render.assets.files import Picture
from collector.render.bodies.facets import matrix
from collector.render.bodies.person import SIZE, Motion, person_pose
from collector.render.bodies.players import OFF_HAND, Players
from collector.render.overlay.raster import raster
from collector.render.overlay.status import Status

# GUI pixels: where the feet stand in the window, how high the eyes are above them, of a block.
FEET, EYES, BLOCK = (51, 75), 50, 30
BOX = (14, 3, 74, 79)  # left, top, width, height of the picture in the window
NEAR, TURN = 40.0, 20.0  # GUI pixels at which it has turned half of its way; half of the way, in degrees
LAMPS = np.array([[0.2, 1.0, 1.0], [-0.2, 1.0, 0.0]]) / np.sqrt([[2.04], [1.04]])


def figure(players: Players, player: int, status: Status, texels: NDArray[np.uint32], scale: int) -> Picture:
    """The picture of a player whose inventory is open, RGBA, for the place `BOX` of the window."""
    screen = status.screen
    assert screen is not None
    left = np.arctan((FEET[0] - screen.cursor[0]) / NEAR) * TURN
    up = np.arctan((FEET[1] - EYES - screen.cursor[1]) / NEAR) * TURN
    slots = dict(status.items)
    motion = Motion(
        age=float(status.age),
        head_yaw=-float(np.radians(left)),
        pitch=float(np.radians(up)),
        holding=bool(status.held.name),
        holding_left=OFF_HAND in slots,
    )
    model = players.dressed(player, person_pose(motion), slots, status.held)
    turned = model.moved(matrix(rotation_x(-up) @ rotation_y(180 - left) * SIZE))
    x = BOX[0] - FEET[0] + (np.arange(BOX[2] * scale) + 0.5) / scale
    y = FEET[1] - BOX[1] - (np.arange(BOX[3] * scale) + 0.5) / scale
    return raster(turned, LAMPS, texels, x / BLOCK, y / BLOCK)
