"""Which rectangles of models a ray may meet in cells that are not theirs.

Banners, heads, tilted and shifted models are larger than their cell. A ray looks at the rectangles of the
cell that it is in; of a cell that others reach into, it looks at a list of all that there is.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.bake import NORMALS
from collector.render.assets.shapes import CUBE, OPAQUE, QUADS, SUNK_KIND, Shapes
from collector.render.kernel.structs import Piece, records

SHARE = 0.02  # blocks that a model may reach out of its cell unseen
STRIPS = 16  # along a rectangle, each with the extent of what is not transparent in it
SAMPLES = 64  # of the texture, across and down
BATCH = 4096  # models that are looked at at a time, to save memory
HAIR = 1e-3  # blocks by which a strip has to be inside of a cell
FACES = [tuple(int(v) for v in normal) for normal in NORMALS.values()]
# The neighbours in the order that the kernel looks at them: at the six faces, then at edges and corners.
NEIGHBOURS = FACES + [
    step for step in itertools.product((-1, 0, 1), repeat=3) if any(step) and step not in FACES
]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pieces:
    """What reaches into which cells: `cells` [n, 3] (y, z, x) and `pieces` [n], records of `Piece`.

    Sorted by z, x, y; of one cell, its own rectangles come first.
    """

    cells: Ints
    pieces: NDArray[np.void]


class Overhang:
    """Finds the pieces of shared cells; `texels` is the pool that the shapes' textures are in."""

    def __init__(self, shapes: Shapes, texels: NDArray[np.uint32]) -> None:
        self._shapes, self._texels = shapes, texels
        low, high = shapes.bounds[:, 0], shapes.bounds[:, 1]
        self._reaches = (low < -SHARE).any(1) | (high > 1 + SHARE).any(1) | (shapes.offset > 0)
        self._covered = (shapes.kind == CUBE) & (shapes.alpha == OPAQUE)
        self._strips: dict[int, NDArray[np.float32]] = {}

    def pieces(self, states: NDArray[np.uint16], origin: Ints) -> Pieces:
        """The pieces of a box of cells, [y, z, x], whose lowest one lies at `origin` (x, y, z, blocks).

        What lies beyond the box is not known of.
        """
        places = np.argwhere(self._reaches[states])
        batches = np.array_split(places, 1 + len(places) // BATCH)
        found = [self._guests(states, batch, origin) for batch in batches]
        guests = [np.concatenate(parts) for parts in zip(*found, strict=True)]
        own = np.unique(np.concatenate([places, guests[0]]), axis=0) if len(places) else places
        own = own[self._shapes.kind[states[tuple(own.T)]] == QUADS]
        mine = self._rectangles(states, own, origin)
        cells = np.concatenate([own[mine[0]], guests[0]])
        pieces = records(Piece, len(cells))
        pieces["owner"] = np.concatenate([np.full(len(mine[0]), -1), guests[1]])
        pieces["quad"] = np.concatenate([mine[1], guests[2]])
        pieces["shift"] = np.concatenate([mine[2], guests[3]])
        order = np.lexsort((pieces["quad"], pieces["owner"], cells[:, 0], cells[:, 2], cells[:, 1]))
        return Pieces(cells[order], pieces[order])

    def _guests(
        self, states: NDArray[np.uint16], places: Ints, origin: Ints
    ) -> tuple[Ints, Ints, Ints, NDArray[np.float64]]:
        """Cells, owners, rectangles and shifts of what reaches out of the cells `places` (y, z, x)."""
        owner, quad, shift = self._rectangles(states, places, origin)
        known = self._known(quad)
        low, high = (known[:, side] + shift[:, None] for side in (0, 1))
        inside = {step: (low < step + 1 - HAIR) & (high > step + HAIR) for step in (-1, 0, 1)}
        found: list[tuple[Ints, Ints, Ints, NDArray[np.float64]]] = []
        for x, y, z in NEIGHBOURS:
            reached = (inside[x][..., 0] & inside[y][..., 1] & inside[z][..., 2]).any(1)
            cells = places[owner[reached]] + (y, z, x)
            there = ((cells >= 0) & (cells < states.shape)).all(1)
            kept = np.flatnonzero(there)
            kept = kept[~self._covered[states[tuple(cells[kept].T)]]]
            back = NEIGHBOURS.index((-x, -y, -z))
            moved = shift[reached][kept] - (x, y, z)
            found.append((cells[kept], np.full(len(kept), back), quad[reached][kept], moved))
        return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))  # type: ignore[return-value]

    def _rectangles(
        self, states: NDArray[np.uint16], places: Ints, origin: Ints
    ) -> tuple[Ints, Ints, NDArray[np.float64]]:
        """Place (index), rectangle and shift of all rectangles of the models at places (y, z, x)."""
        state, blocks = states[tuple(places.T)], places[:, [2, 0, 1]] + origin
        rows = self._shapes.variants[self._looks(state, blocks)]
        owner = np.repeat(np.arange(len(places)), rows[:, 2])
        ends = np.cumsum(rows[:, 2])
        quad = np.arange(len(owner)) + np.repeat(rows[:, 1] - ends + rows[:, 2], rows[:, 2])
        return owner, quad, shifts(self._shapes.offset[state], blocks)[owner]

    def _looks(self, state: NDArray[np.uint16], blocks: Ints) -> Ints:
        """The rows of the looks that the client picks, see `place.look`."""
        first, count = self._shapes.variant[state, :2].T.astype(np.int64)
        row = first.copy()
        for index in np.flatnonzero(count > 1):
            weights = self._shapes.variants[first[index] : first[index] + count[index], 0]
            choice = choices(blocks[index : index + 1], int(weights[-1]))[0]
            row[index] += min(int(np.searchsorted(weights, choice, "right")), len(weights) - 1)
        return np.asarray(row)

    def _known(self, quad: Ints) -> NDArray[np.float32]:
        """Boxes around the strips of rectangles, [n, 2, STRIPS, 3] lower and upper corners."""
        for number in np.unique(quad).tolist():
            if number not in self._strips:
                self._strips[number] = strips(self._shapes.quads[number], self._texels)
        if not len(quad):
            return np.zeros((0, 2, STRIPS, 3), np.float32)
        numbers, place = np.unique(quad, return_inverse=True)
        return np.stack([self._strips[number] for number in numbers.tolist()])[place]


def strips(quad: np.void, texels: NDArray[np.uint32]) -> NDArray[np.float32]:
    """Boxes around what can be seen of a rectangle, strip by strip, [2, STRIPS, 3]; inside out for none."""
    at = (np.arange(SAMPLES) + 0.5) / SAMPLES
    a, b = at[:, None, None], at[None, :, None]
    uv = (quad["uv"] + a * quad["du"] + b * quad["dv"]).astype(int)
    u, v = uv[..., 0].clip(0, quad["width"] - 1), uv[..., 1].clip(0, quad["height"] - 1)
    seen = (texels[quad["texture"] + v * quad["width"] + u] >> 24) > 25
    seen = seen.reshape(STRIPS, -1, SAMPLES).any(1)
    first, last = seen.argmax(1), SAMPLES - seen[:, ::-1].argmax(1)
    right, down = (quad[side] / max(float((quad[side] ** 2).sum()), 1e-12) for side in ("right", "down"))
    ends = [
        quad["corner"] + right * (strip + side)[:, None] / STRIPS + down * end[:, None] / SAMPLES
        for strip in [np.arange(STRIPS)]
        for side in (0, 1)
        for end in (first, last)
    ]
    boxes = np.stack([np.min(ends, 0), np.max(ends, 0)])
    boxes[:, ~seen.any(1)] = np.array([[[np.inf]], [[-np.inf]]])
    return np.asarray(boxes, np.float32)


def seeds(blocks: Ints) -> Ints:
    """The numbers that the client derives from places (x, y, z), see `place.place_seed`."""
    with np.errstate(over="ignore"):
        x = (blocks[:, 0] * 3129871).astype(np.int32).astype(np.int64)
        seed = x ^ (blocks[:, 2] * 116129781) ^ blocks[:, 1]
        return np.asarray((seed * seed * 42317861 + seed * 11) >> 16)


def choices(blocks: Ints, total: int) -> Ints:
    """What Java's random generator picks at places out of `total`, see `place.look`."""
    mask = (1 << 48) - 1
    with np.errstate(over="ignore"):
        state = (seeds(blocks) ^ 25214903917) & mask
        for _ in range(2):
            state = (state * 25214903917 + 11) & mask
    return np.asarray(np.abs((state >> 16).astype(np.int32).astype(np.int64)) % total)


def shifts(kind: NDArray[np.uint8], blocks: Ints) -> NDArray[np.float64]:
    """How far the client moves blocks at places (x, y, z), see `place.plant_shift`."""
    seed = seeds(blocks * np.array([1, 0, 1]))
    parts = np.stack([(seed & 15), (seed >> 4 & 15), (seed >> 8 & 15)], 1) / 15
    shift = (parts - [0.5, 1.0, 0.5]) * [0.5, 0.2, 0.5]
    shift[:, 1] *= kind == SUNK_KIND
    return np.asarray(shift * (kind > 0)[:, None])
