"""What is written on signs, as the client writes it: four lines in the middle of the board, dyed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from collector.recording import Recording
from collector.render.assets.bake import rotation_y
from collector.render.assets.files import Assets, Picture
from collector.render.assets.states import State
from collector.render.assets.texels import TexelPool
from collector.render.bodies.facets import matrix
from collector.render.kernel.render import BLOCK
from collector.render.kernel.structs import Facet, records
from collector.render.overlay.font import GLYPH, Font
from collector.render.world.history import Place
from collector.render.world.world import World

EVENT = "sign"  # the kind of the recording's events that tell of one
LINES = 4
OUTLINE = np.array([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)])
DARK = 0.4  # of a dye's colour, where it does not glow
BLACK_GLOW = 0xF0EBCC  # around black letters that glow
DYES = {
    "white": 0xFFFFFF, "orange": 0xFF681F, "magenta": 0xFF00FF, "light_blue": 0x9AC0CD, "yellow": 0xFFFF00,
    "lime": 0xBFFF00, "pink": 0xFF69B4, "gray": 0x808080, "light_gray": 0xD3D3D3, "cyan": 0x00FFFF,
    "purple": 0xA020F0, "blue": 0x0000FF, "brown": 0x8B4513, "green": 0x00FF00, "red": 0xFF0000, "black": 0,
}  # fmt: skip
FACINGS = {"south": 0.0, "west": 90.0, "north": 180.0, "east": 270.0}


class Board(NamedTuple):
    """Where a kind of sign is written on, in blocks from the middle of its cell: height, how far before the
    board's middle, and where that is; blocks to a pixel of the font; pixels to a line, and of the longest."""

    height: float
    before: float
    middle: float
    pixel: float
    line: int
    width: int


# The boards of the asset package are a little thicker than the client's, which writes 0.0467 before
# their middle.
STANDING = Board(1 / 3, 0.05, 0.0, 1 / 96, 10, 90)
ON_WALL = Board(1 / 3 - 0.3125, 0.05, -0.4375, 1 / 96, 10, 90)
HANGING = Board(0.9375 - 0.5 - 0.3125 - 0.32, 0.073, 0.0, 0.0140625, 9, 60)


class Text(NamedTuple):
    """One side of a sign: its picture in the pool (offset, width, height), and whether it glows."""

    picture: tuple[int, int, int]
    glowing: bool


@dataclass(frozen=True)
class Sign:
    """A text at a place, from a tick on until (without) another; of its sides (front 0, back 1) those that
    are written on."""

    place: Place
    start: int
    end: float
    sides: dict[int, Text]


class Signs:
    """The signs of a recording; textures go to `pool`. `missing` names letters that the font lacks."""

    def __init__(self, recording: Recording, assets: Assets, world: World, pool: TexelPool) -> None:
        self._world, self._pool, self._font = world, pool, Font(assets)
        self.missing: set[str] = set()
        table = recording.events.filter(pc.equal(recording.events["kind"], EVENT))
        told = [(row["tick"], json.loads(row["data"])) for row in table.to_pylist()]
        ends = [(tick, place_of(data)) for tick, data in told] + [
            (tick, place)
            for tick, place, _, after in world.history.changes()
            if not is_sign(world.states[after])
        ]
        self._signs = [
            self._sign(tick, data, ends) for tick, data in told if is_sign(self._state(place_of(data), tick))
        ]

    def facets(self, tick: int) -> list[NDArray[np.void]]:
        """The texts of a tick in volume coordinates, by sign."""
        return [self._written(sign, tick) for sign in self._signs if sign.start <= tick < sign.end]

    def _sign(self, tick: int, data: dict[str, Any], ends: list[tuple[int, Place]]) -> Sign:
        place = place_of(data)
        end = min((then for then, other in ends if then > tick and other == place), default=np.inf)
        board = board_of(self._state(place, tick))
        sides = {
            index: self._text(data[side], board)
            for index, side in enumerate(("front", "back"))
            if any(line.strip() for line in data[side]["lines"])
        }
        return Sign(place, tick, end, sides)

    def _state(self, place: Place, tick: int) -> State:
        return self._world.states[self._world.history.state(place, tick)]

    def _text(self, side: dict[str, Any], board: Board) -> Text:
        lines = [self._font.text(line)[:, : board.width] for line in side["lines"][:LINES]]
        self.missing |= {f"letter:{x}" for line in side["lines"] for x in line if not self._font.has(x)}
        mask = np.zeros((LINES * board.line + 2, board.width + 2), bool)
        for index, line in enumerate(lines):
            left, top = 1 + (board.width - line.shape[1]) // 2, 1 + index * board.line
            mask[top : top + GLYPH, left : left + line.shape[1]] = line
        glowing = bool(side["glowing"])
        name = f"sign/{json.dumps(side, sort_keys=True)}/{board.line}"
        return Text(self._pool.add(name, painted(mask, side["colour"], glowing), mipped=False), glowing)

    def _written(self, sign: Sign, tick: int) -> NDArray[np.void]:
        state = self._state(sign.place, tick)
        board, result = board_of(state), records(Facet, len(sign.sides))
        middle = np.array(sign.place) + 0.5
        light = self._world.light_colour(middle)
        for facet, (index, text) in zip(result, sign.sides.items(), strict=True):
            turn = matrix(rotation_y(180.0 * index - angle(state)), middle - self._world.volume.origin)
            _, width, height = text.picture
            x, y = width * board.pixel, height * board.pixel
            z = board.before + (board.middle if index == 0 else -board.middle)
            corner = turn @ [-x / 2, board.height + y / 2, z, 1]
            facet["corner"], facet["normal"] = corner[:3], turn[:3, 2]
            facet["right"], facet["down"] = turn[:3, 0] / x, -turn[:3, 1] / y
            facet["du"], facet["dv"] = (width, 0), (0, height)
            facet["texture"], facet["width"] = text.picture[:2]
            facet["colour"] = 1.0 if text.glowing else light
            facet["segment"] = int(BLOCK) + state.block
        return result


def place_of(data: dict[str, Any]) -> Place:
    """Where a sign stands that is told of."""
    return data["x"], data["y"], data["z"]


def is_sign(state: State) -> bool:
    """Whether one can write on a block."""
    return state.name.endswith("_sign")


def board_of(state: State) -> Board:
    """Where a sign is written on."""
    if state.name.endswith("hanging_sign"):
        return HANGING
    return ON_WALL if state.name.endswith("wall_sign") else STANDING


def angle(state: State) -> float:
    """How far a sign is turned from looking south, in degrees clockwise from above."""
    if "rotation" in state.properties:
        return int(state.properties["rotation"]) * 22.5
    return FACINGS[state.properties.get("facing", "south")]


def painted(mask: NDArray[np.bool_], colour: str, glowing: bool) -> Picture:
    """Letters in a dye's colour: darker than it, or, if they glow, as bright with a dark line around them."""
    dye = DYES.get(colour, 0)
    dark = BLACK_GLOW if glowing and not dye else shaded(dye)
    result = np.zeros((*mask.shape, 4), np.uint8)
    if glowing:
        around = np.any([np.roll(mask, step, (1, 0)) for step in OUTLINE], axis=0)
        result[around] = rgba(dark)
    result[mask] = rgba(dye if glowing else dark)
    return result


def shaded(colour: int) -> int:
    """The colour of letters that do not glow."""
    red, green, blue = (int(part * DARK) for part in rgba(colour)[:3])
    return red << 16 | green << 8 | blue


def rgba(colour: int) -> tuple[int, int, int, int]:
    """A colour such as 0x404040, opaque."""
    return colour >> 16, colour >> 8 & 255, colour & 255, 255
