"""Bakes model elements into textured rectangles, in blocks, relative to the cell's lower corner.

A rectangle runs from `corner` along `right` and `down` (as seen from its front); its front is the side
that `down x right` points to, and only that side is drawn. Texture coordinates count texels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Json
from collector.render.assets.models import Model, Part

Vector = NDArray[np.float64]

NORMALS = {
    "down": (0, -1, 0),
    "up": (0, 1, 0),
    "north": (0, 0, -1),
    "south": (0, 0, 1),
    "west": (-1, 0, 0),
    "east": (1, 0, 0),
}
FACES = tuple(NORMALS)
DIRECTIONS = np.array(list(NORMALS.values()), float)
OLD_FACES = {"bottom": "down", "top": "up"}  # names that a few of the game's files still use
# For each face: where its picture's top left corner lies (0 = from, 1 = to), and its right and down axes.
FRAMES = {
    "down": ((0, 0, 1), (1, 0, 0), (0, 0, -1)),
    "up": ((0, 1, 0), (1, 0, 0), (0, 0, 1)),
    "north": ((1, 1, 0), (-1, 0, 0), (0, -1, 0)),
    "south": ((0, 1, 1), (1, 0, 0), (0, -1, 0)),
    "west": ((0, 1, 0), (0, 0, 1), (0, -1, 0)),
    "east": ((1, 1, 1), (0, 0, -1), (0, -1, 0)),
}


@dataclass(frozen=True)
class Rectangle:
    """A textured rectangle. `tint` is the model's tint index, -1 for none; `cull` a face name or nothing.

    `uv` is the texture coordinate at `corner`, `du` and `dv` its change along `right` and `down`, in
    sixteenths of the texture. `lamp` is the face that lends its shade, if it is not the rectangle's own.
    """

    corner: Vector
    right: Vector
    down: Vector
    texture: str
    uv: Vector
    du: Vector
    dv: Vector
    tint: int = -1
    cull: str = ""
    lamp: str = ""
    occlusion: bool = True

    @cached_property
    def normal(self) -> Vector:
        """Unit normal of the front."""
        (dx, dy, dz), (rx, ry, rz) = self.down.tolist(), self.right.tolist()
        normal = np.array([dy * rz - dz * ry, dz * rx - dx * rz, dx * ry - dy * rx])
        length = math.sqrt(float(normal @ normal))
        return normal / length if length > 0 else normal

    @cached_property
    def face(self) -> str:
        """The face whose direction the front is nearest to."""
        nearest = self.normal @ DIRECTIONS.T - np.arange(len(FACES)) * 1e-6
        return FACES[int(nearest.argmax())]

    @property
    def shaded_as(self) -> str:
        """The face whose share of the light it gets."""
        return self.lamp or self.face


def bake(part: Part) -> list[Rectangle]:
    """The rectangles of a model as its block state places it."""
    rectangles = [
        rectangle
        for element in part.model.elements
        for face in element.get("faces", {})
        if (rectangle := bake_face(part.model, element, face)) is not None
    ]
    turn = rotation_x(-part.x), rotation_y(-part.y)
    placed = [turned(rectangle, turn[1] @ turn[0]) for rectangle in rectangles]
    return [locked(rectangle) for rectangle in placed] if part.uvlock and (part.x or part.y) else placed


def bake_face(model: Model, element: Json, face: str) -> Rectangle | None:
    """One face of one element; None when it has no texture or no extent."""
    entry = element["faces"][face]
    texture = model.texture(entry.get("texture", "#missing"))
    if texture is None:
        return None
    low, high = (np.array(element[key], float) / 16 for key in ("from", "to"))
    where, right, down = (np.array(vector, float) for vector in FRAMES[face])
    corner, extent = np.where(where > 0, high, low), high - low
    cull = entry.get("cullface", "")
    rectangle = Rectangle(
        corner,
        right * extent,
        down * extent,
        texture,
        *texture_frame(entry, face, low * 16, high * 16),
        tint=int(entry.get("tintindex", -1)),
        cull=OLD_FACES.get(cull, cull),
        lamp=lamp(element),
        occlusion=model.ambient_occlusion,
    )
    if not (np.any(rectangle.right) and np.any(rectangle.down)):
        return None
    return tilted(rectangle, element["rotation"]) if "rotation" in element else rectangle


def lamp(element: Json) -> str:
    """The face that lends its shade to all of an element, in the words of older and of newer files."""
    if not element.get("shade", True):
        return "up"
    return str(element.get("shade_direction_override", ""))


def texture_frame(entry: Json, face: str, low: Vector, high: Vector) -> tuple[Vector, Vector, Vector]:
    """Texture coordinate at the top left corner and its change along right and down, rotation applied."""
    u0, v0, u1, v1 = entry["uv"] if "uv" in entry else default_uv(face, low, high)
    corners = np.array([(u0, v0), (u1, v0), (u1, v1), (u0, v1)], float)
    corners = np.roll(corners, int(entry.get("rotation", 0)) // 90, axis=0)
    return corners[0], corners[1] - corners[0], corners[3] - corners[0]


def default_uv(face: str, low: Vector, high: Vector) -> tuple[float, float, float, float]:
    """The part of the texture that lies where the face is, in sixteenths."""
    where, right, down = (np.array(vector, float) for vector in FRAMES[face])
    corner = np.where(where > 0, high, low)
    far = corner + (right + down) * (high - low)
    return (*project(face, corner), *project(face, far))


def project(face: str, point: Vector) -> tuple[float, float]:
    """Texture coordinate of a point (in sixteenths of the cell) that is projected onto a face."""
    where, right, down = (np.array(vector, float) for vector in FRAMES[face])
    corner = where * 16
    return float(np.dot(point - corner, right)), float(np.dot(point - corner, down))


def tilted(rectangle: Rectangle, rotation: Json) -> Rectangle:
    """The rectangle after its element's own rotation about a point."""
    angle, axis = float(rotation.get("angle", 0)), rotation.get("axis", "y")
    matrix = {"x": rotation_x, "y": rotation_y, "z": rotation_z}[axis](angle)
    if rotation.get("rescale", False):
        stretch = np.full(3, 1 / np.cos(np.radians(angle)))
        stretch["xyz".index(axis)] = 1.0
        matrix = np.diag(stretch) @ matrix
    return moved(rectangle, matrix, np.array(rotation["origin"], float) / 16)


def turned(rectangle: Rectangle, matrix: Vector) -> Rectangle:
    """The rectangle after the block state's rotation, which also turns the face that culls it."""
    result = moved(rectangle, matrix, np.full(3, 0.5))
    if not rectangle.cull:
        return result
    direction = matrix @ np.array(NORMALS[rectangle.cull], float)
    return replace(result, cull=max(FACES, key=lambda face: float(np.dot(direction, NORMALS[face]))))


def moved(rectangle: Rectangle, matrix: Vector, origin: Vector) -> Rectangle:
    """The rectangle under a linear map about a point."""
    return replace(
        rectangle,
        corner=matrix @ (rectangle.corner - origin) + origin,
        right=matrix @ rectangle.right,
        down=matrix @ rectangle.down,
    )


def locked(rectangle: Rectangle) -> Rectangle:
    """The rectangle with its texture fixed to the world's axes instead of to the model."""
    face = rectangle.face
    if abs(float(np.dot(rectangle.normal, NORMALS[face]))) < 0.999:
        return rectangle
    at = [np.array(project(face, point * 16)) for point in corners(rectangle)]
    return replace(rectangle, uv=at[0], du=at[1] - at[0], dv=at[2] - at[0])


def corners(rectangle: Rectangle) -> tuple[Vector, Vector, Vector]:
    """The corner and its neighbours along right and down."""
    corner = rectangle.corner
    return corner, corner + rectangle.right, corner + rectangle.down


def rotation_x(degrees: float) -> Vector:
    """Right-handed rotation about the x axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def rotation_y(degrees: float) -> Vector:
    """Right-handed rotation about the y axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def rotation_z(degrees: float) -> Vector:
    """Right-handed rotation about the z axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
