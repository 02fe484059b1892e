"""What every block was at any tick, from the world as first seen and its changes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from collector.render.world.volume import Volume

Place = tuple[int, int, int]


class History:
    """Block states by place and tick. To be made before any change is applied to the volume."""

    def __init__(self, volume: Volume, changes: NDArray[np.int64]) -> None:
        self._volume = volume
        self._changed: dict[Place, list[tuple[int, int]]] = {}
        for tick, x, y, z, state in changes.tolist():
            place = (x, y, z)
            if place not in self._changed:
                self._changed[place] = [(-1, self._first(place))]
            self._changed[place].append((tick, state))

    def state(self, place: Place, tick: int) -> int:
        """The state of a block at a tick."""
        if place not in self._changed:
            return self._first(place)
        return next(state for since, state in reversed(self._changed[place]) if since <= tick)

    def changes(self) -> Iterator[tuple[int, Place, int, int]]:
        """Tick, place, state before and state after of every change, by place."""
        for place, entries in self._changed.items():
            for (_, before), (tick, after) in itertools.pairwise(entries):
                yield tick, place, before, after

    def _first(self, place: Place) -> int:
        cell = self._volume.cell(*place)
        return 0 if cell is None else int(self._volume.states[cell])
