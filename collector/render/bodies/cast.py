"""All facets of a tick, as each view sees them: which of them a tile of its picture may show."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from collector.render.bodies.crowd import Crowd
from collector.render.bodies.facets import HIDDEN, Lens, tile_lists
from collector.render.camera import HAND_FOV, Camera, half_angles
from collector.render.gaze import Gaze
from collector.render.kernel.structs import Facet, Motion, records
from collector.video.view import View

Records = NDArray[np.void]
EYE_AXES = np.diag([1.0, 1.0, -1.0])  # of the hand: rows right, up, forward


@dataclass
class Cast:
    """Facets of several views, gathered one view at a time.

    `tiles` [views, rows, columns, 4] are the ranges of each tile's list of bodies and of the hand's facets,
    in the concatenation of `items`.
    """

    tiles: NDArray[np.int32]
    facets: list[Records] = field(default_factory=list)
    motions: list[Records] = field(default_factory=list)
    items: list[NDArray[np.int32]] = field(default_factory=lambda: [np.zeros(1, np.int32)])
    count: int = 0

    def add(self, facets: Records, motions: Records) -> NDArray[np.int64]:
        """Take in facets; returns their indices."""
        self.facets.append(facets)
        self.motions.append(motions)
        self.count += len(facets)
        return np.arange(self.count - len(facets), self.count)

    def arrays(self) -> tuple[Records, Records, NDArray[np.int32]]:
        """Facets, motions and lists, none of them empty."""
        return (
            np.concatenate([*self.facets, records(Facet, 1)]),
            np.concatenate([*self.motions, records(Motion, 1)]),
            np.concatenate(self.items),
        )


class Caster:
    """Fills a `Cast`; `flow` says whether the facets' places at the next tick are wanted."""

    def __init__(self, crowd: Crowd, gaze: Gaze, view: View, origin: tuple[int, int, int]) -> None:
        self._crowd, self._gaze, self._view = crowd, gaze, view
        self._origin = np.array(origin, np.float64)
        self._flow = "flow" in view.planes
        self._hand_lens = Lens(np.zeros(3), EYE_AXES, half_angles(view, HAND_FOV))

    def tick(self, cast: Cast, tick: int, following: int, views: list[tuple[int, int, Camera]]) -> None:
        """Add all views (place in the cast, player, camera) of a tick, whose next one is `following`."""
        lenses = {
            player: Lens(camera.pose[:3, 3] - self._origin, eye_axes(camera), camera.half)
            for _, player, camera in views
        }
        bodies = self._crowd.facets(tick, lenses)
        shared = np.concatenate([part for _, part in bodies] or [records(Facet, 0)])
        owner = np.repeat([player for player, _ in bodies], [len(part) for _, part in bodies])
        later = [part for _, part in self._crowd.facets(following)] if self._flow else []
        signs = self._crowd.signs.facets(tick)
        shared = np.concatenate([shared, *signs])
        owner = np.concatenate([owner, np.full(len(shared) - len(owner), -1)])
        # Signs stand still; each is followed alone, as several may have the same id.
        moving = motions(shared[: len(shared) - sum(map(len, signs))], later)
        still = [motions(sign, [sign]) for sign in signs]
        indices = cast.add(shared, np.concatenate([moving, *still]))
        for index, player, camera in views:
            self._bodies(cast, tick, index, player, lenses[player], shared, owner, indices)
            if self._view.hand:
                self._hand(cast, tick, following, index, player, camera)

    def _bodies(
        self,
        cast: Cast,
        tick: int,
        index: int,
        player: int,
        lens: Lens,
        shared: Records,
        owner: NDArray[np.int64],
        indices: NDArray[np.int64],
    ) -> None:
        own = self._crowd.particles.facets(tick, lens.axes)
        if self._view.names:
            tags = self._crowd.tags.facets(tick, player, lens.eye, lens.axes, self._origin)
            own = np.concatenate([own, tags])
        numbers = np.concatenate([indices, cast.add(own, records(Motion, len(own)))])
        bounds = lens.boxes(np.concatenate([shared, own]))
        bounds[: len(shared)][owner == player] = HIDDEN
        size = self._view.width, self._view.height
        tile_lists(bounds, numbers, size, cast.tiles[index, ..., :2], cast.items)

    def _hand(self, cast: Cast, tick: int, following: int, index: int, player: int, camera: Camera) -> None:
        hand = self._crowd.hand(tick, player, eye_axes(camera), self._gaze.hand(tick, player))
        later = []
        if self._flow:
            shake = self._gaze.hand(following, player)
            later = [self._crowd.hand(following, player, eye_axes(camera), shake)]
        numbers = cast.add(hand, motions(hand, later))
        bounds = self._hand_lens.boxes(hand)
        size = self._view.width, self._view.height
        tile_lists(bounds, numbers, size, cast.tiles[index, ..., 2:], cast.items)


def eye_axes(camera: Camera) -> NDArray[np.float64]:
    """Rows right, up, forward."""
    return camera.pose[:3, :3].T * [[1], [-1], [1]]


def motions(facets: Records, later: list[Records]) -> Records:
    """Where facets are at the next tick: those of the same body, if it has as many as before."""
    result = records(Motion, len(facets))
    following = {int(part["segment"][0]): part for part in later if len(part)}
    if not following:
        return result
    edges = np.flatnonzero(np.diff(facets["segment"], prepend=-1, append=-1))
    for start, end in itertools.pairwise(edges.tolist()):
        part = following.get(int(facets["segment"][start]))
        if part is not None and len(part) == end - start:
            moved = result[start:end]
            moved["corner"], moved["known"] = part["corner"], 1
            for side in ("right", "down"):
                moved[side] = part[side] / np.maximum((part[side] ** 2).sum(1, keepdims=True), 1e-12)
    return result
