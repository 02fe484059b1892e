"""Where a player looks from, as the kernel's camera and as matrices for the user."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.video.view import View

HAND_FOV = 70.0  # degrees; the client draws the hand at this angle whatever the view's


@dataclass(frozen=True)
class Camera:
    """Intrinsics and pose of one frame.

    `intrinsics` is the 3x3 matrix K in pixels for a camera that looks along +z with x right and y down.
    `pose` is the 4x4 world-from-camera matrix of the same camera, in blocks. So a pixel (u, v) at depth d
    is the world point pose @ [d K⁻¹ [u, v, 1], 1], where pixel centres lie at half numbers.
    """

    intrinsics: NDArray[np.float64]
    pose: NDArray[np.float64]

    @property
    def half(self) -> tuple[float, float]:
        """Tangents of half the horizontal and vertical field of view."""
        focal_x, focal_y, centre = self.intrinsics[0, 0], self.intrinsics[1, 1], self.intrinsics[:2, 2]
        return float(centre[0] / focal_x), float(centre[1] / focal_y)


def camera_of(eye: NDArray[np.float64], yaw: float, pitch: float, view: View, fov: float) -> Camera:
    """The camera at a place in the world with the recording's angles; `fov` is vertical, in degrees."""
    right, up, forward = axes(yaw, pitch)
    pose = np.eye(4)
    pose[:3, 0], pose[:3, 1], pose[:3, 2], pose[:3, 3] = right, -up, forward, eye
    focal = view.height / 2 / np.tan(np.radians(fov) / 2)
    intrinsics = np.array([[focal, 0, view.width / 2], [0, focal, view.height / 2], [0, 0, 1]])
    return Camera(intrinsics, pose)


def axes(yaw: float, pitch: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors to the right, up and forward for the recording's angles."""
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    forward = np.array([-sy * cp, sp, -cy * cp])
    right = np.array([cy, 0.0, -sy])
    return right, np.cross(right, forward), forward


def half_angles(view: View, fov: float) -> tuple[float, float]:
    """Tangents of half the horizontal and vertical field of view."""
    vertical = float(np.tan(np.radians(fov) / 2))
    return vertical * view.width / view.height, vertical
