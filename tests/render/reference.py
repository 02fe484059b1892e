"""A slow ray caster in NumPy to check the kernel against; written from the game's files, sharing no code.

It reads block states and models itself, turns every face into a rectangle by the client's order of corners,
and tests each ray against the rectangles of the blocks that it passes near: no skipping, no march. Texels
count only by whether they are holes. Fluids are in `fluids`; faces that vanish between two panes are not
covered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from collector.render.assets.files import Assets, node_modules
from collector.render.assets.states import State
from tests.render.fluids import Surface

Array = NDArray[np.float64]

MOVING = node_modules() / "minecraft-assets/minecraft-assets/data/1.18.1/blocks"

# Which end of the element (0 = from, 1 = to) each corner of a face lies at: x, y, z of four corners, in the
# client's order: top left, bottom left, bottom right, top right of the face's picture.
CORNERS = {
    "down": ((0, 0, 1), (0, 0, 0), (1, 0, 0), (1, 0, 1)),
    "up": ((0, 1, 0), (0, 1, 1), (1, 1, 1), (1, 1, 0)),
    "north": ((1, 1, 0), (1, 0, 0), (0, 0, 0), (0, 1, 0)),
    "south": ((0, 1, 1), (0, 0, 1), (1, 0, 1), (1, 1, 1)),
    "west": ((0, 1, 0), (0, 0, 0), (0, 0, 1), (0, 1, 1)),
    "east": ((1, 1, 1), (1, 0, 1), (1, 0, 0), (1, 1, 0)),
}
HOLE = 0.1 * 255  # alpha up to which a texel is a hole


@dataclass(frozen=True)
class Face:
    """Four corners in the cell, [4, 3], in the order of `CORNERS`; `holes` [h, w], the picture's corners."""

    corners: Array
    uv: Array
    holes: NDArray[np.bool_]


@dataclass
class Look:
    """One of the looks of a state, with its weight."""

    weight: int
    faces: list[Face]


class Blocks:
    """The faces of block states, straight from the files."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._looks: dict[int, list[Look]] = {}
        self._holes: dict[str, NDArray[np.bool_]] = {}

    def faces(self, state: State, place: tuple[int, int, int]) -> list[Face]:
        """The faces of a state at a place in the world: the look that the client picks there."""
        if state.id not in self._looks:
            self._looks[state.id] = self._read(state)
        looks = self._looks[state.id]
        if len(looks) <= 1:
            return looks[0].faces if looks else []
        choice = java_choice(place_seed(*place), sum(look.weight for look in looks))
        for look in looks:
            choice -= look.weight
            if choice < 0:
                return look.faces
        raise AssertionError

    def _read(self, state: State) -> list[Look]:
        file = self._assets.blockstate(state.name)
        assert file is not None, state.name
        if "multipart" in file:
            chosen = [one(p["apply"]) for p in file["multipart"] if holds(p.get("when"), state.properties)]
            return [Look(1, [face for entry in chosen for face in self._placed(entry)])]
        for key, entries in file["variants"].items():
            wanted = dict(pair.split("=") for pair in key.split(",") if "=" in pair)
            if all(state.properties[name] == value for name, value in wanted.items()):
                choices = entries if isinstance(entries, list) else [entries]
                return [Look(entry.get("weight", 1), self._placed(entry)) for entry in choices]
        raise AssertionError(state)

    def _placed(self, entry: dict[str, Any]) -> list[Face]:
        """The faces of a model, turned as a block state asks for: first about x, then about y."""
        faces = []
        for face in self._model(entry["model"]):
            corners = rotated(face.corners, "x", -entry.get("x", 0), np.full(3, 0.5))
            corners = rotated(corners, "y", -entry.get("y", 0), np.full(3, 0.5))
            uv = locked_uv(corners) if entry.get("uvlock") else face.uv
            faces.append(Face(corners, uv, face.holes))
        return faces

    def _model(self, name: str) -> list[Face]:
        elements: list[dict[str, Any]] = []
        textures: dict[str, Any] = {}
        parent: str | None = name
        while parent and (file := self._assets.model(parent)) is not None:
            elements = elements or file.get("elements", [])
            textures = {**file.get("textures", {}), **textures}
            parent = file.get("parent")
        return [
            face
            for element in elements
            for side, entry in element["faces"].items()
            for face in self._face(element, side, entry, textures)
        ]

    def _face(
        self, element: dict[str, Any], side: str, entry: dict[str, Any], textures: dict[str, Any]
    ) -> list[Face]:
        reference = entry["texture"]
        for _ in range(8):
            reference = textures.get(reference.rpartition("#")[2], "") if "#" in reference else reference
        low, high = np.array(element["from"], float), np.array(element["to"], float)
        corners = np.where(np.array(CORNERS[side]) > 0, high, low)
        extent = np.linalg.norm(corners[[1, 3]] - corners[0], axis=1)
        if not reference or extent.min() == 0:
            return []
        u0, v0, u1, v1 = entry.get("uv") or default_uv(side, low, high)
        around = np.array([(u0, v0), (u0, v1), (u1, v1), (u1, v0)], float)
        uv = np.roll(around, -(entry.get("rotation", 0) // 90), axis=0)
        if "rotation" in element:
            turn = element["rotation"]
            corners = rotated(corners, turn["axis"], turn["angle"], np.array(turn["origin"], float))
            if turn.get("rescale"):
                other = np.array([axis != turn["axis"] for axis in "xyz"])
                stretch = np.where(other, 1 / np.cos(np.radians(turn["angle"])), 1.0)
                corners = (corners - turn["origin"]) * stretch + turn["origin"]
        return [Face(corners / 16, uv / 16, self._picture(reference))]

    def _picture(self, name: str) -> NDArray[np.bool_]:
        if name not in self._holes:
            picture = first_frame(name)
            picture = self._assets.texture(name) if picture is None else picture
            self._holes[name] = (
                np.zeros((1, 1), bool) if picture is None else np.asarray(picture[..., 3] < HOLE)
            )
        return self._holes[name]


def first_frame(name: str) -> NDArray[Any] | None:
    """What a texture that moves shows at tick 0, not always its uppermost frame; None if it stands still."""
    path = MOVING / f"{name.rpartition('/')[2]}.png"
    meta = path.with_suffix(".png.mcmeta")
    if not meta.exists():
        return None
    first = json.loads(meta.read_text())["animation"].get("frames", [0])[0]
    with Image.open(path) as image:
        strip = np.asarray(image.convert("RGBA"))
    top = strip.shape[1] * (first["index"] if isinstance(first, dict) else first)
    return strip[top : top + 16, :16]


def one(choice: Any) -> dict[str, Any]:
    """The first of several choices."""
    entry: dict[str, Any] = choice[0] if isinstance(choice, list) else choice
    return entry


def holds(when: Any, properties: dict[str, str]) -> bool:
    """Whether a part's condition holds."""
    if not when:
        return True
    for word, test in (("OR", any), ("AND", all)):
        if word in when:
            return bool(test(holds(entry, properties) for entry in when[word]))
    return all(properties[name] in str(value).lower().split("|") for name, value in when.items())


def default_uv(side: str, low: Array, high: Array) -> tuple[float, ...]:
    """The part of the picture that a face shows when its file does not say, in sixteenths."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    return {
        "down": (x0, 16 - z1, x1, 16 - z0),
        "up": (x0, z0, x1, z1),
        "north": (16 - x1, 16 - y1, 16 - x0, 16 - y0),
        "south": (x0, 16 - y1, x1, 16 - y0),
        "west": (z0, 16 - y1, z1, 16 - y0),
        "east": (16 - z1, 16 - y1, 16 - z0, 16 - y0),
    }[side]


def locked_uv(corners: Array) -> Array:
    """The picture's place at the corners of an upright face, when it is fixed to the world's axes."""
    normal = np.cross(corners[1] - corners[0], corners[3] - corners[0])
    axis = int(np.abs(normal).argmax())
    x, y, z = corners.T
    lower = bool(normal[axis] < 0)
    across = [z if lower else 1 - z, x, 1 - x if lower else x][axis]
    return np.stack([across, (1 - z if lower else z) if axis == 1 else 1 - y], -1)


def rotated(points: Array, axis: str, degrees: float, origin: Array) -> Array:
    """Points turned about an axis through `origin`, counter-clockwise as seen against the axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    x, y, z = (points - origin).T
    turned = {
        "x": (x, y * c - z * s, y * s + z * c),
        "y": (x * c + z * s, y, z * c - x * s),
        "z": (x * c - y * s, x * s + y * c, z),
    }[axis]
    return np.asarray(np.stack(turned, -1) + origin)


def signed(value: int, bits: int) -> int:
    """An integer as a register of so many bits holds it."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def place_seed(x: int, y: int, z: int) -> int:
    """The client's random seed of a block's place."""
    seed = signed(signed(x * 3129871, 32) ^ signed(z * 116129781, 64) ^ y, 64)
    return signed(seed * seed * 42317861 + seed * 11, 64) >> 16


def java_choice(seed: int, total: int) -> int:
    """`abs((int) new java.util.Random(seed).nextLong()) % total`."""
    state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)
    for _ in range(2):
        state = (state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
    return abs(signed(state >> 16, 32)) % total


def plant_shift(place: tuple[int, int, int], sunk: bool) -> Array:
    """How far the client moves a plant from the middle of its cell."""
    seed = place_seed(place[0], 0, place[2])
    x, y, z = (((seed >> shift) & 15) / 15 for shift in (0, 4, 8))
    return np.array([(x - 0.5) * 0.5, (y - 1) * 0.2 if sunk else 0.0, (z - 0.5) * 0.5])


class Picture:
    """Rays from one eye, and the nearest face that each has met."""

    def __init__(self, eye: Array, rays: Array) -> None:
        self._eye, self._rays = eye, rays
        self.depth = np.full(len(rays), np.inf)
        self.owner = np.full(len(rays), -1)

    @cached_property
    def _unit(self) -> Array:
        return np.asarray(self._rays / np.linalg.norm(self._rays, axis=1, keepdims=True))

    def add(self, faces: list[Face], at: Array, owner: int) -> None:
        """Cast the rays at the faces of a block whose cell's corner is `at`."""
        if not faces:
            return
        near = self._near(np.concatenate([face.corners for face in faces]) + at)
        for face in faces:
            self._cast(face, face.corners + at, owner, near)

    def add_surfaces(self, surfaces: list[Surface], at: Array, owner: int) -> None:
        """Cast the rays at the faces of a fluid in a cell whose corner is `at`."""
        if not surfaces:
            return
        near = self._near(np.concatenate([surface.corners for surface in surfaces]) + at)
        for surface in surfaces:
            self._cast_polygon(surface.corners + at, owner, surface.both, near)

    def _near(self, points: Array) -> NDArray[np.int64]:
        """The rays that pass near some points: through the ball around them."""
        middle = (points.min(0) + points.max(0)) / 2
        radius = float(np.linalg.norm(points - middle, axis=1).max())
        along = self._unit @ (middle - self._eye)
        off = np.sum((middle - self._eye) ** 2) - along**2
        return np.flatnonzero((off <= radius**2 + 1e-6) & (along > -radius))

    def _cast_polygon(self, corners: Array, owner: int, both: bool, near: NDArray[np.int64]) -> None:
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[0])
        rays = self._rays[near]
        facing = rays @ normal
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (corners[0] - self._eye) @ normal / facing
            hit = (t > 0) & (t < self.depth[near]) & ((facing != 0) if both else (facing < 0))
            points = self._eye + rays * t[:, None]
            for corner, following in zip(corners, np.roll(corners, -1, 0), strict=True):
                hit &= np.cross(following - corner, points - corner) @ normal >= 0
        self.depth[near[hit]], self.owner[near[hit]] = t[hit], owner

    def _cast(self, face: Face, corners: Array, owner: int, near: NDArray[np.int64]) -> None:
        down, right = corners[1] - corners[0], corners[3] - corners[0]
        normal = np.cross(down, right)
        rays = self._rays[near]
        facing = rays @ normal
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (corners[0] - self._eye) @ normal / facing
            p = self._eye + rays * t[:, None] - corners[0]
            a, b = p @ right / (right @ right), p @ down / (down @ down)
            hit = (facing < 0) & (t > 0) & (a >= 0) & (a <= 1) & (b >= 0) & (b <= 1)
        hit &= t < self.depth[near]
        a, b, t, near = a[hit, None], b[hit, None], t[hit], near[hit]
        uv = face.uv[0] + a * (face.uv[3] - face.uv[0]) + b * (face.uv[1] - face.uv[0])
        height, width = face.holes.shape
        column = (uv[:, 0] * width).astype(int).clip(0, width - 1)
        row = (uv[:, 1] * height).astype(int).clip(0, height - 1)
        solid = ~face.holes[row, column]
        self.depth[near[solid]], self.owner[near[solid]] = t[solid], owner
