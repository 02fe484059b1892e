"""Moves textures: puts the frames of a tick where the kernel reads them."""

from __future__ import annotations

import numpy as np
import warp as wp

from collector.render.assets.shapes import FLUID_KIND, LAVA, WATER, Shapes
from collector.render.assets.strips import Strip, Strips
from collector.render.assets.texels import TexelPool, mips
from collector.render.bodies.glint import Glint

Phase = tuple[int, int, float]


class MovingTextures:
    """The textures of a pool that have strips, and those with a glint, at a tick of the recording.

    `fluids` are those of `water` and `lava` that the recording has; the pool always holds both.
    """

    def __init__(self, strips: Strips, pool: TexelPool, fluids: set[str], glint: Glint) -> None:
        self._glint = glint
        self._moving = [
            Moving(strip, offset, mipped)
            for name, (offset, mipped) in pool.textures().items()
            if is_wanted(name, fluids) and (strip := strips.find(name.rpartition("/")[2])) is not None
        ]

    def changes(self, before: int, tick: int) -> bool:
        """Whether any texture looks another way at a tick than before."""
        if self._glint and before != tick:
            return True
        return any(moving.strip.phase(before) != moving.strip.phase(tick) for moving in self._moving)

    def show(self, tick: int, texels: wp.array) -> None:
        """Bring the kernel's texels to a tick."""
        for moving in self._moving:
            moving.show(tick, texels)
        for offset, painted in self._glint.texels(tick):
            source = wp.array(painted, dtype=wp.uint32, device=texels.device)
            wp.copy(texels, source, dest_offset=offset, count=len(painted))


class Moving:
    """One texture with a strip, at a place of the pool."""

    def __init__(self, strip: Strip, offset: int, mipped: bool) -> None:
        self.strip, self._offset, self._mipped = strip, offset, mipped
        self._shown: Phase | None = None
        self._frames: dict[int, wp.array] = {}

    def show(self, tick: int, texels: wp.array) -> None:
        """Write the texels of a tick, if they are not there already."""
        phase = self.strip.phase(tick)
        if phase != self._shown:
            self._shown = phase
            source = self._texels(tick, phase, texels.device)
            wp.copy(texels, source, dest_offset=self._offset, count=len(source))

    def _texels(self, tick: int, phase: Phase, device: wp.Device) -> wp.array:
        """The picture of a tick with its mips. Whole frames are kept; there are few."""
        frame, _, share = phase
        if frame in self._frames and not share:
            return self._frames[frame]
        picture = self.strip.picture(tick)
        levels = mips(picture) if self._mipped else [picture]
        flat = np.concatenate([np.ascontiguousarray(level).view(np.uint32).ravel() for level in levels])
        result = wp.array(flat, dtype=wp.uint32, device=device)
        if not share:
            self._frames[frame] = result
        return result


def fluids(shapes: Shapes) -> set[str]:
    """Which of `water` and `lava` are among the states that were baked."""
    kinds = set((shapes.fluid & FLUID_KIND).tolist())
    return {name for name, code in (("water", WATER), ("lava", LAVA)) if code in kinds}


def is_wanted(name: str, fluids: set[str]) -> bool:
    """Whether a name in the pool is that of a texture that a block of the recording may show."""
    folder, _, rest = name.removeprefix("minecraft:").partition("/")
    return folder == "block" or (folder == "fixed" and rest.partition("_")[0] in fluids)
