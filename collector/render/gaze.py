"""How the client moves the first-person camera: field of view, tilt of a hurt or dead player, bobbing, sway.

All of it follows from the recorded rows. Matrices act in the eye's axes: x right, y up, looking along -z.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.bake import rotation_x, rotation_y, rotation_z
from collector.render.beds import BEDS, bed_of
from collector.render.bodies.facets import Vector, matrix
from collector.render.camera import Camera, camera_of
from collector.render.tracks import SLEEPING, Tracks
from collector.render.world.world import World
from collector.video.view import View

Track = NDArray[np.float64]

SPRINT_FOV, FLUID_FOV = 1.15, 6 / 7  # of the view's field of view
EASE = 0.5  # share of the way that the field of view and the hand's sway go in a tick
SWAY = 0.1
HURT_TICKS, HURT_ROLL = 10, 14.0  # degrees
DEATH_TICKS = 20
BED_LIFT = 0.3  # blocks


@dataclass(frozen=True)
class Steps:
    """One player's movement by tick: field of view (a factor), sway about x and y (degrees), bobbing."""

    fov: Track
    sway_x: Track
    sway_y: Track
    walked: Track
    bob: Track
    dead: Track


class Gaze:
    """Where each player looks from at a tick."""

    def __init__(self, tracks: Tracks, view: View, world: World) -> None:
        self._tracks, self._view, self._world = tracks, view, world
        players = tracks.player["x"].shape[1]
        self._steps = [steps({name: tracks.player[name][:, i] for name in COLUMNS}) for i in range(players)]

    def camera(self, tick: int, player: int) -> Camera:
        """The camera of a player at a tick."""
        eye, yaw, pitch = self._look(self._tracks.state(tick, player))
        fov = self._view.fov * float(self._steps[player].fov[tick])
        if self._world.fluid(eye):
            fov *= FLUID_FOV
        camera = camera_of(eye, yaw, pitch, self._view, fov)
        to_camera = np.diag([1.0, -1.0, -1.0, 1.0])
        shake = to_camera @ np.linalg.inv(self.shake(tick, player)) @ to_camera
        return Camera(camera.intrinsics, camera.pose @ shake)

    def _look(self, row: dict[str, Any]) -> tuple[Vector, float, float]:
        """Eye, yaw and pitch of a player's camera; in bed it is over the pillow and looks at the feet."""
        eye = eye_of(row)
        facing = bed_of(self._world, row) if row["pose"] == SLEEPING else ""
        if not facing:
            return eye, row["yaw"], row["pitch"]
        return np.add(eye, [0, BED_LIFT, 0]), math.radians(BEDS[facing].view), 0.0

    def shake(self, tick: int, player: int) -> Vector:
        """What moves the picture and the hand alike: the tilt when hurt or dead, and bobbing if wanted."""
        moves, row = self._steps[player], self._tracks.state(tick, player)
        result = matrix(rotation_z(-hurt_roll(int(row["hurt"])) + death_roll(float(moves.dead[tick]))))
        if self._view.bobbing:
            result = result @ bobbing(float(moves.walked[tick]), float(moves.bob[tick]))
        return result

    def hand(self, tick: int, player: int) -> Vector:
        """What moves the hand before the eye: the camera's shake, and that it lags behind the eye's turn."""
        moves = self._steps[player]
        lag = rotation_x(float(moves.sway_x[tick])) @ rotation_y(float(moves.sway_y[tick]))
        return np.asarray(self.shake(tick, player) @ matrix(lag))


COLUMNS = ("x", "z", "vx", "vz", "yaw", "pitch", "sprinting", "on_ground", "alive")


def eye_of(row: dict[str, float]) -> Vector:
    """The place of a player's eye in the world."""
    return np.array([row["x"], row["y"] + row["eye_height"], row["z"]], np.float64)


def steps(rows: dict[str, NDArray[np.generic]]) -> Steps:
    """Follow one player through its ticks."""
    alive, ground = rows["alive"].astype(bool), rows["on_ground"].astype(bool)
    x, z, vx, vz = (rows[name].astype(np.float64) for name in ("x", "z", "vx", "vz"))
    yaw, pitch = np.unwrap(rows["yaw"].astype(np.float64)), rows["pitch"].astype(np.float64)
    walked = np.cumsum(np.hypot(np.diff(x, prepend=x[:1]), np.diff(z, prepend=z[:1]))) * 0.6
    stride = np.where(ground & alive, np.minimum(np.hypot(vx, vz), 0.1), 0.0)
    return Steps(
        fov=eased(np.where(rows["sprinting"], SPRINT_FOV, 1.0), EASE),
        sway_x=np.degrees(eased(pitch, EASE) - pitch) * SWAY,
        sway_y=np.degrees(eased(yaw, EASE) - yaw) * SWAY,
        walked=walked,
        bob=eased(stride, 0.4, 0.0),
        dead=ticks_dead(alive),
    )


def ticks_dead(alive: NDArray[np.generic]) -> Track:
    """By tick, how long a player has been dead."""
    dead = np.zeros(len(alive))
    for tick in range(1, len(alive)):
        dead[tick] = 0.0 if alive[tick] else dead[tick - 1] + 1
    return dead


def eased(target: Track, share: float, start: float | None = None) -> Track:
    """A value that goes a share of the way to its target at every tick."""
    result = np.zeros(len(target))
    value = float(target[0]) if start is None else start
    for tick, wanted in enumerate(target):
        value += (float(wanted) - value) * share
        result[tick] = value
    return result


def hurt_roll(left: int) -> float:
    """The tilt after a hit in degrees, from the ticks of red tint that are left."""
    share = min(max(left, 0), HURT_TICKS) / HURT_TICKS
    return float(np.sin(share**4 * np.pi)) * HURT_ROLL


def death_roll(ticks: float) -> float:
    """The tilt of the view of a dead player in degrees, by the ticks since it died."""
    return 40 - 8000 / (min(ticks, DEATH_TICKS) + 200)


def bobbing(walked: float, bob: float) -> Vector:
    """How the view swings at a walk: once to each side and twice up and down for two steps."""
    turn = -walked * np.pi
    shift = [np.sin(turn) * bob * 0.5, -abs(np.cos(turn) * bob), 0.0]
    linear = rotation_z(np.sin(turn) * bob * 3) @ rotation_x(abs(np.cos(turn - 0.2) * bob) * 5)
    return matrix(linear, shift)
