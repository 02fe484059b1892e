"""How a body is held as a whole, upright, stretched out in the water, gliding, in bed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.bake import rotation_x, rotation_y, rotation_z
from collector.render.beds import BEDS, Bed
from collector.render.bodies.facets import Vector, matrix

STEP = 0.09  # of the way between upright and stretched out, a tick
GLIDING = 100.0  # squared ticks until a gliding body lies flat
AFLOAT = (0.0, -1.0, 0.3)  # blocks that a stretched body is moved by, in its own axes
BED_LENGTH = 1.52  # blocks from the pillow's middle to where the feet are drawn


@dataclass(frozen=True)
class Posture:
    """By tick: how far a body has come to lie as swimmers do (0 … 1), how many ticks it has been gliding."""

    afloat: NDArray[np.float64]
    gliding: NDArray[np.float64]


def posture(poses: NDArray[np.object_]) -> Posture:
    """Follow a player's recorded poses through its ticks."""
    afloat, gliding = np.zeros(len(poses)), np.zeros(len(poses))
    share = ticks = 0.0
    for tick, pose in enumerate(poses):
        share = min(1.0, share + STEP) if pose == "swimming" else max(0.0, share - STEP)
        ticks = ticks + 1 if pose == "fall_flying" else 0.0
        afloat[tick], gliding[tick] = share, ticks
    return Posture(afloat, gliding)


def stretched(afloat: float, prone: bool, pitch: float) -> Vector:
    """The matrix that lays an upright body on its belly; `pitch` is where a swimmer looks, radians upward."""
    turn = rotation_x(afloat * (np.degrees(pitch) - 90))
    return np.asarray(matrix(turn) @ matrix(shift=AFLOAT if prone else (0.0, 0.0, 0.0)))


def glided(ticks: float, pitch: float) -> Vector:
    """The matrix that lays an upright body into the air."""
    return matrix(rotation_x(min(ticks**2 / GLIDING, 1.0) * (np.degrees(pitch) - 90)))


def in_bed(facing: str, yaw: float) -> Vector:
    """The matrix that lays an upright body on its back, head on the pillow of a bed that is `facing` there.

    Where there is no bed, `yaw` (radians) tells which way it lies.
    """
    view, (x, z) = BEDS.get(facing, Bed(float(np.degrees(yaw)), (0, 0)))
    turn = rotation_y(90.0 + view) @ rotation_z(90) @ rotation_y(270)
    return matrix(turn, np.array([-x, 0, -z]) * BED_LENGTH)
