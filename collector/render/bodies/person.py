"""The body of a player and how it moves, by the client's formulas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collector.render.assets.bake import rotation_z
from collector.render.bodies.boxes import Bone, Box, Pose

SIZE = 0.9375  # the client draws players this much smaller than their model
SNEAK_DROP = 0.125  # blocks
HOLDING = np.pi / 10  # how far an arm that holds something is lifted
SEATED_ARM = np.pi / 5  # how far the arms of who sits are lifted
SEATED_LEG = np.array([-1.4137167, np.pi / 10, 0.07853982])
FLOATING_HEAD = -np.pi / 4
STROKE = 1.8707964  # how far a swimmer's arms go out
Turn = np.ndarray[tuple[int], np.dtype[np.float64]]


def person(slim: bool) -> dict[str, Bone]:
    """The bones of a player; slim ones have narrower arms. Every bone has its outer layer."""
    arm = 3 if slim else 4
    right, left = (-2, -1) if slim else (-3, -1)
    arm_y = 2.5 if slim else 2.0
    return {
        "head": Bone(
            (0, 0, 0), (Box((-4, -8, -4), (8, 8, 8), (0, 0)), Box((-4, -8, -4), (8, 8, 8), (32, 0), 0.5))
        ),
        "body": Bone((0, 0, 0), limb((-4, 0, -2), 8, (16, 16), (16, 32))),
        "right_arm": Bone((-5, arm_y, 0), limb((right, -2, -2), arm, (40, 16), (40, 32))),
        "left_arm": Bone((5, arm_y, 0), limb((left, -2, -2), arm, (32, 48), (48, 48))),
        "right_leg": Bone((-1.9, 12, 0), limb((-2, 0, -2), 4, (0, 16), (0, 32))),
        "left_leg": Bone((1.9, 12, 0), limb((-2, 0, -2), 4, (16, 48), (0, 48))),
    }


def limb(
    low: tuple[float, float, float], width: float, uv: tuple[int, int], layer: tuple[int, int]
) -> tuple[Box, Box]:
    """A box 12 high and 4 deep with its outer layer."""
    return Box(low, (width, 12, 4), uv), Box(low, (width, 12, 4), layer, 0.25)


@dataclass(frozen=True)
class Motion:
    """What a body does at a tick. Angles in radians: `head_yaw` to the left of the body, `pitch` upward.

    `stride` and `pace` are the client's limb swing and its amount; `swing` is 0 … 1 through an arm swing;
    `afloat` is how far (0 … 1) a body has come to lie as swimmers do, `prone` whether it means to;
    `aiming` whether a mob holds its bow up.
    """

    age: float
    stride: float = 0.0
    pace: float = 0.0
    head_yaw: float = 0.0
    pitch: float = 0.0
    swing: float = 0.0
    sneaking: bool = False
    holding: bool = False
    holding_left: bool = False
    riding: bool = False
    prone: bool = False
    afloat: float = 0.0
    aiming: bool = False


def person_pose(motion: Motion) -> Pose:
    """The pose of a player."""
    step = np.cos(motion.stride * 0.6662)
    legs, arms = step * 1.4 * motion.pace, step * motion.pace
    seat = SEATED_ARM if motion.riding else 0.0
    sway_z, sway_x = np.cos(motion.age * 0.09) * 0.05 + 0.05, np.sin(motion.age * 0.067) * 0.05
    right = np.array([lifted(-arms - seat, motion.holding) + sway_x, 0.0, sway_z])
    left = np.array([lifted(arms - seat, motion.holding_left) - sway_x, 0.0, -sway_z])
    shift: dict[str, tuple[float, float, float]] = {}
    # The model's x axis points left and its y axis down: left and up are negative angles there.
    head = np.array([-motion.pitch, -motion.head_yaw, 0.0])
    body = np.zeros(3)
    if motion.swing > 0:
        body[1] = np.sin(np.sqrt(motion.swing) * 2 * np.pi) * 0.2
        shift = swung_shoulders(body[1])
        swing_arm(motion.swing, head[0], body[1], right)
        left += [body[1], body[1], 0.0]
    if motion.sneaking:
        body[0] = 0.5
        right[0] += 0.4
        left[0] += 0.4
        crouch(shift)
    right_leg, left_leg = np.array([legs, 0.0, 0.0]), np.array([-legs, 0.0, 0.0])
    if motion.riding:
        right_leg, left_leg = SEATED_LEG.copy(), SEATED_LEG * [1, -1, -1]
    if motion.afloat > 0:
        head[0] += motion.afloat * ((FLOATING_HEAD if motion.prone else -motion.pitch) - head[0])
        stroke(motion.stride, motion.afloat * (motion.swing <= 0), right, left)
        paddle(motion.stride, motion.afloat, right_leg, left_leg)
    turns = {"head": head, "body": body, "right_arm": right, "left_arm": left}
    turns |= {"right_leg": right_leg, "left_leg": left_leg}
    return Pose({name: (turn[0], turn[1], turn[2]) for name, turn in turns.items()}, shift)


def lifted(angle: float, holding: bool) -> float:
    """The turn of an arm, higher and calmer when it holds something."""
    return angle * 0.5 - HOLDING if holding else angle


def stroke(stride: float, share: float, right: Turn, left: Turn) -> None:
    """Turn the arms of a swimmer: ahead, out to the sides, and back along the body, in 26 of the stride."""
    phase = stride % 26
    out, lift = STROKE, 0.0
    if phase < 14:
        out = STROKE * (65 * phase - phase**2) / (65 * 14 - 14**2)
    elif phase < 22:
        out, lift = STROKE * (1 - (phase - 14) / 8), np.pi / 2 * (phase - 14) / 8
    else:
        out, lift = 0.0, np.pi / 2 * (1 - (phase - 22) / 4)
    right += share * (np.array([lift, np.pi, np.pi - out]) - right)
    left += share * (np.array([lift, np.pi, np.pi + out]) - left)


def paddle(stride: float, share: float, right: Turn, left: Turn) -> None:
    """Turn the legs of a swimmer."""
    for leg, phase in ((right, 0.0), (left, np.pi)):
        leg[0] += share * (0.3 * np.cos(stride / 3 + phase) - leg[0])


def fallen(ticks: float, degrees: float = 90) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """How a body lies down on its side, or rolls further, in the first second after it died."""
    share = min(float(np.sqrt(max(ticks - 1, 0) / 20 * 1.6)), 1.0)
    return rotation_z(share * degrees)


def swung_shoulders(turn: float) -> dict[str, tuple[float, float, float]]:
    """How the shoulders move when the trunk turns by this angle during a swing."""
    sine, cosine = float(np.sin(turn) * 5), float(5 - np.cos(turn) * 5)
    return {"right_arm": (cosine, 0.0, sine), "left_arm": (-cosine, 0.0, -sine)}


def swing_arm(swing: float, head_pitch: float, trunk: float, arm: Turn) -> None:
    """Turn the right arm by the phase of its swing."""
    eased = 1 - (1 - swing) ** 4
    drop = np.sin(swing * np.pi) * -(head_pitch - 0.7) * 0.75
    arm[0] -= np.sin(eased * np.pi) * 1.2 + drop
    arm[1] += trunk * 3
    arm[2] += np.sin(swing * np.pi) * -0.4


def crouch(shift: dict[str, tuple[float, float, float]]) -> None:
    """Move the bones for a sneaking player."""
    for name, y, z in (("head", 4.2, 0), ("body", 3.2, 0), ("right_arm", 3.2, 0), ("left_arm", 3.2, 0)):
        base = shift.get(name, (0.0, 0.0, 0.0))
        shift[name] = (base[0], base[1] + y, base[2] + z)
    shift["right_leg"] = shift["left_leg"] = (0.0, 0.2, 4.0)
