"""Which world to play in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["flat", "hills", "terrain", "village"]
Surface = Literal["grass", "hills", "snow", "sand", "red_sand"]


@dataclass(frozen=True, slots=True)
class World:
    """A world of the embedded server: the same values, the same blocks.

    `surface` is the top layer and biome of a flat world. `time` (0-23999; 6000 is noon), `rain` and
    `thunder` (0 to 1) are those of the first tick.
    """

    kind: Kind = "flat"
    seed: int = 0
    surface: Surface = "grass"
    time: int = 6000
    rain: float = 0.0
    thunder: float = 0.0
