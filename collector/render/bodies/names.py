"""The names over players' heads, as the client writes them for the others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collector.recording import Recording
from collector.render.assets.files import Assets
from collector.render.assets.texels import TexelPool
from collector.render.bodies.facets import Vector
from collector.render.kernel.render import HUD
from collector.render.kernel.structs import Facet, records
from collector.render.overlay.font import Font
from collector.render.tracks import Tracks

PIXEL = 0.025  # blocks to a pixel of the font
LIFT = 2.3  # blocks above the feet of one who stands; half a block over the head
SNEAKING = 0.3  # lower
LOW = {"swimming": 1.2, "fall_flying": 1.2, "spin_attack": 1.2, "sleeping": 1.6}  # lower, by pose
RANGE = 64.0  # blocks from which no name is read


class NameTags:
    """The names of a recording's players; textures go to `pool`."""

    def __init__(self, recording: Recording, tracks: Tracks, assets: Assets, pool: TexelPool) -> None:
        self._tracks, font = tracks, Font(assets)
        self._places: list[tuple[int, int, int]] = []
        for player in recording.meta.players:
            mask = font.text(player.name)
            picture = np.repeat(np.where(mask, 255, 0).astype(np.uint8)[..., None], 4, -1)
            self._places.append(pool.add(f"name/{player.name}", picture))

    def facets(self, tick: int, viewer: int, eye: Vector, axes: Vector, origin: Vector) -> NDArray[np.void]:
        """The names that a player sees; `axes` of its `eye` (in the volume) are rows right, up, forward."""
        tags = [
            self._tag(place, spot - origin, axes)
            for player, place in enumerate(self._places)
            if player != viewer and (spot := self._spot(tick, player)) is not None
            if np.linalg.norm(spot - origin - eye) < RANGE
        ]
        return np.concatenate([records(Facet, 0), *tags])

    def _spot(self, tick: int, player: int) -> Vector | None:
        """Where the middle of a name is in the world; the dead have none."""
        row = self._tracks.state(tick, player)
        if not row["alive"]:
            return None
        lower = LOW.get(row["pose"], SNEAKING * bool(row["sneaking"]))
        return np.array([row["x"], row["y"] + LIFT - lower, row["z"]])

    def _tag(self, place: tuple[int, int, int], spot: Vector, axes: Vector) -> NDArray[np.void]:
        texture, width, height = place
        right, up, forward = axes
        across, down = width * PIXEL, height * PIXEL
        tag = records(Facet, 1)
        tag["corner"] = spot - right * across / 2 + up * down / 2
        tag["right"], tag["down"], tag["normal"] = right / across, -up / down, -forward
        tag["du"], tag["dv"] = (width, 0), (0, height)
        tag["texture"], tag["width"] = texture, width
        tag["colour"], tag["segment"] = 1.0, HUD
        return tag
