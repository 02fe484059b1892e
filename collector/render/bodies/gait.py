"""How bodies move over the ticks: body turn, stride and pace, from the recorded positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Track = NDArray[np.float64]

TURN_SPEED = 0.3  # of the angle to the walking direction, a tick
NECK, STIFF_NECK = np.radians(75.0), np.radians(50.0)
WALKING = 0.0025  # squared blocks a tick from which the body follows the feet


@dataclass(frozen=True)
class Gait:
    """By tick: the body's yaw (radians, as in the recording), the client's limb swing and its amount."""

    body_yaw: Track
    stride: Track
    pace: Track


def gait(x: Track, z: Track, yaw: Track, swinging: NDArray[np.bool_]) -> Gait:
    """Follow one body through its ticks."""
    dx, dz = np.diff(x, prepend=x[:1]), np.diff(z, prepend=z[:1])
    pace = np.zeros(len(x))
    body = np.zeros(len(x))
    amount, turned = 0.0, float(yaw[0])
    for tick in range(len(x)):
        speed = float(np.hypot(dx[tick], dz[tick]))
        amount += (min(speed * 4, 1.0) - amount) * 0.4
        pace[tick] = amount
        target = turned
        if speed * speed > WALKING:
            target = walking_yaw(float(dx[tick]), float(dz[tick]), float(yaw[tick]))
        if swinging[tick]:
            target = float(yaw[tick])
        turned = turn_body(turned, target, float(yaw[tick]))
        body[tick] = turned
    return Gait(body, np.cumsum(pace), pace)


def walking_yaw(dx: float, dz: float, yaw: float) -> float:
    """The yaw of the feet's direction, or its opposite when walking backward."""
    direction = float(np.arctan2(-dx, -dz))
    return direction + np.pi if abs(wrap(direction - yaw)) > np.radians(95) else direction


def turn_body(body: float, target: float, yaw: float) -> float:
    """The body's yaw after a tick: some way to the target, as near to the head as a neck turns."""
    body += wrap(target - body) * TURN_SPEED
    off = float(np.clip(wrap(yaw - body), -NECK, NECK))
    body = yaw - off
    return body + off * 0.2 if abs(off) > STIFF_NECK else body


def wrap(angle: float) -> float:
    """The angle between -π and π."""
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
