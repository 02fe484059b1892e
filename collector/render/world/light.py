"""Sky and block light, flooded from the blocks as the game does it.

The recording holds no light. Sky light falls straight down at 15 until something takes it away, then both
kinds spread to the six neighbours, losing 1 a step, or more inside of blocks that dim it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.uint8]
FULL = 15
REACH = 15  # a change cannot be seen further away than this, other than straight down


class LightField:
    """Sky and block light of a volume, [y, z, x]; `opacity` and `emission` are tables by state id."""

    def __init__(self, states: NDArray[np.uint16], opacity: Field, emission: Field) -> None:
        self._states, self._opacity, self._emission = states, opacity, emission
        opaque = opacity[states]
        self.sky = spread(sky_sources(opaque, np.full(states.shape[1:], FULL, np.uint8)), opaque)
        self.block = spread(emission[states], opaque)

    def change(self, cells: NDArray[np.int_]) -> tuple[slice, slice, slice]:
        """Bring the light up to date after the states of these cells (y, z, x) changed.

        Returns the box of cells whose light may have changed.
        """
        low, high = cells.min(0) - REACH, cells.max(0) + REACH + 1
        low[0] = 0
        shape = self._states.shape
        y, z, x = (slice(max(int(a), 0), min(int(b), n)) for a, b, n in zip(low, high, shape, strict=True))
        box = y, z, x
        states = self._states[box]
        opaque = self._opacity[states]
        self.sky[box] = respread(self.sky[box], sky_sources(opaque, self._above(box)), opaque)
        self.block[box] = respread(self.block[box], self._emission[states], opaque)
        return box

    def _above(self, box: tuple[slice, slice, slice]) -> Field:
        """The sky light that falls into the top layer of a box, straight from above."""
        y, z, x = box
        if y.stop >= self._states.shape[0]:
            return np.full(self._states[0, z, x].shape, FULL, np.uint8)
        return self.sky[y.stop, z, x]


def sky_sources(opacity: Field, above: Field) -> Field:
    """15 wherever the sky is straight above, given the sky light above the top layer."""
    clear = np.logical_and.accumulate((opacity == 0)[::-1], axis=0)[::-1]
    return np.where(clear & (above == FULL), FULL, 0).astype(np.uint8)


def respread(old: Field, sources: Field, opacity: Field) -> Field:
    """Light inside of a box, from its sources and from the old light of its outermost cells."""
    edge = sources.copy()
    for outermost in (np.s_[:, 0], np.s_[:, -1], np.s_[:, :, 0], np.s_[:, :, -1], np.s_[-1]):
        edge[outermost] = np.maximum(edge[outermost], old[outermost])
    return spread(edge, opacity)


def spread(light: Field, opacity: Field) -> Field:
    """Light after it has spread from where it is brighter than around it."""
    padded = np.pad(light, 1)
    flat = padded.reshape(-1)
    # Nothing passes the padding, so that no step leaves the box.
    dimming = np.pad(np.maximum(opacity, 1), 1, constant_values=FULL + 1).reshape(-1).astype(np.int16)
    steps = (padded.shape[1] * padded.shape[2], padded.shape[2], 1)
    front = frontier(padded)
    for level in range(FULL, 1, -1):
        now = front[flat[front] == level]
        found = [front[flat[front] < level]]
        for step in (*steps, *(-step for step in steps)):
            near = now + step
            lit = level - dimming[near]
            brighter = lit > flat[near]
            flat[near[brighter]] = lit[brighter]
            found.append(near[brighter])
        front = np.concatenate(found)
    return padded[1:-1, 1:-1, 1:-1].copy()


def frontier(light: Field) -> NDArray[np.int64]:
    """Flat indices of the cells that are brighter than a neighbour by two or more."""
    edge = np.zeros(light.shape, bool)
    for axis in range(3):
        low = np.moveaxis(light, axis, 0)[:-1]
        high = np.moveaxis(light, axis, 0)[1:]
        np.moveaxis(edge, axis, 0)[1:] |= high > low + 1
        np.moveaxis(edge, axis, 0)[:-1] |= low > high + 1
    edge[[0, -1]] = edge[:, [0, -1]] = edge[:, :, [0, -1]] = False
    return np.flatnonzero(edge)
