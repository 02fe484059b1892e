"""Colours that biomes and block properties lend to grey textures.

Grass and foliage come from the game's colour maps by temperature and rainfall, with the exceptions that
the game makes; water from a short list of biomes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Assets, assets_of
from collector.render.assets.states import State

# Kinds of tint. Up to WATER they depend on the biome; beyond, `CONSTANT + i` is entry i of the constants.
NONE, GRASS, FOLIAGE, WATER, CONSTANT = 0, 1, 2, 3, 4
BIOME_KINDS = 3
FREEZING, COLD_FROM, COLDER = 0.15, 80, 0.00125  # temperature of snow; how it falls with height
BLEND = 2  # columns to each side that are averaged, the client's default of 5x5

WATER_COLOURS = {
    "swamp": 0x617B64, "lukewarm_ocean": 0x45ADF2, "deep_lukewarm_ocean": 0x45ADF2, "warm_ocean": 0x43D5EE,
    "cold_ocean": 0x3D57D6, "deep_cold_ocean": 0x3D57D6, "snowy_taiga": 0x3D57D6, "snowy_beach": 0x3D57D6,
    "frozen_ocean": 0x3938C9, "deep_frozen_ocean": 0x3938C9, "frozen_river": 0x3938C9, "meadow": 0x0E4ECF,
}  # fmt: skip
DEFAULT_WATER = 0x3F76E4
LAST_WITH_RAINFALL = "1.19"
NEW_BIOME = 0.8  # of cherry groves and pale gardens
BADLANDS = ("badlands", "eroded_badlands", "wooded_badlands")
BADLANDS_GRASS, BADLANDS_FOLIAGE = 0x90814D, 0x9E814D
SWAMP_GRASS = 0x6A7039
DARK_FOREST = 0x28340A

GRASS_BLOCKS = (
    *("grass_block", "grass", "short_grass", "tall_grass", "fern", "large_fern", "potted_fern", "sugar_cane"),
    *("pink_petals", "wildflowers", "bush"),
)
FOLIAGE_BLOCKS = (
    "oak_leaves",
    "jungle_leaves",
    "acacia_leaves",
    "dark_oak_leaves",
    "mangrove_leaves",
    "vine",
)
WATER_BLOCKS = ("water", "bubble_column", "water_cauldron")
FIXED = {
    "spruce_leaves": 0x619961, "birch_leaves": 0x80A755, "lily_pad": 0x208030,
    "attached_melon_stem": 0xE0C71C, "attached_pumpkin_stem": 0xE0C71C,
}  # fmt: skip


def redstone(power: int) -> int:
    """The colour of redstone wire by its power, 0 … 15."""
    f = power / 15
    red = f * 0.6 + (0.4 if power else 0.3)
    green, blue = max(f * f * 0.7 - 0.5, 0.0), max(f * f * 0.6 - 0.7, 0.0)
    return (int(red * 255) << 16) | (int(green * 255) << 8) | int(blue * 255)


def stem(age: int) -> int:
    """The colour of a melon or pumpkin stem by its age, 0 … 7."""
    return ((age * 32) << 16) | ((255 - age * 8) << 8) | (age * 4)


CONSTANTS = [*FIXED.values(), *(redstone(i) for i in range(16)), *(stem(i) for i in range(8))]
REDSTONE_AT, STEM_AT = len(FIXED), len(FIXED) + 16


def tint_kind(state: State, index: int) -> int:
    """The kind of tint for a face with this tint index; 0 for none."""
    if index < 0:
        return NONE
    for kind, names in ((GRASS, GRASS_BLOCKS), (FOLIAGE, FOLIAGE_BLOCKS), (WATER, WATER_BLOCKS)):
        if state.name in names:
            return kind
    if state.name in FIXED:
        return CONSTANT + list(FIXED).index(state.name)
    if state.name == "redstone_wire":
        return CONSTANT + REDSTONE_AT + int(state.properties["power"])
    return CONSTANT + STEM_AT + int(state.properties["age"]) if state.name.endswith("_stem") else NONE


class BiomeTints:
    """Colours of grass, foliage and water by biome id, float [biomes, 3 kinds, 3] from 0 to 1."""

    def __init__(self, assets: Assets) -> None:
        self._maps = {name: assets.picture(f"colormap/{name}") for name in ("grass", "foliage")}
        biomes = sorted(assets.table("biomes"), key=lambda biome: int(biome["id"]))
        self.names = [biome["name"] for biome in biomes]
        self.temperature = np.array([biome["temperature"] for biome in biomes], np.float64)
        self._wet = np.array([is_wet(biome) for biome in biomes])
        self.colours = np.array([self._colours(biome) for biome in biomes])

    def plain(self, kind: int) -> NDArray[np.float64]:
        """The colour of a kind of tint in plains."""
        if kind >= CONSTANT:
            return rgb(CONSTANTS[kind - CONSTANT])
        return np.ones(3) if kind == NONE else np.asarray(self.colours[self.names.index("plains")][kind - 1])

    def falling(self, biomes: NDArray[np.uint16], height: NDArray[np.int64]) -> NDArray[np.int32]:
        """What falls on columns [z, x] of biomes, whose surface is at `height`: 0 nothing, 1 rain, 2 snow."""
        known = np.where(biomes < len(self.temperature), biomes, self.names.index("plains"))
        cold = self.temperature[known] - np.maximum(height - COLD_FROM, 0) * COLDER < FREEZING
        return np.where(self._wet[known], np.where(cold, 2, 1), 0).astype(np.int32)

    def columns(self, biomes: NDArray[np.uint16]) -> NDArray[np.float32]:
        """Blended colours of every column, [z, x, 3 kinds, 3], from biome ids [z, x]."""
        # A biome id of a newer version counts as plains, the most common one.
        plains = self.names.index("plains")
        known = np.where(biomes < len(self.colours), biomes, plains)
        return blend(self.colours[known]).astype(np.float32)

    def _colours(self, biome: dict[str, Any]) -> list[NDArray[np.float64]]:
        name = biome["name"]
        grass = self._mapped("grass", biome)
        foliage = self._mapped("foliage", biome)
        if name in BADLANDS:
            grass, foliage = rgb(BADLANDS_GRASS), rgb(BADLANDS_FOLIAGE)
        elif name == "swamp":
            grass = foliage = rgb(SWAMP_GRASS)
        elif name == "dark_forest":
            grass = (grass + rgb(DARK_FOREST)) / 2
        return [grass, foliage, rgb(WATER_COLOURS.get(name, DEFAULT_WATER))]

    def _mapped(self, name: str, biome: dict[str, Any]) -> NDArray[np.float64]:
        temperature = float(np.clip(biome["temperature"], 0, 1))
        humidity = float(np.clip(rainfall(biome), 0, 1)) * temperature
        row, column = int((1 - humidity) * 255), int((1 - temperature) * 255)
        return np.asarray(self._maps[name][row, column, :3], np.float64) / 255


def rainfall(biome: dict[str, Any]) -> float:
    """How wet a biome is, 0 to 1. The tables of newer versions do not say; what they said still holds."""
    if "rainfall" in biome:
        return float(biome["rainfall"])
    known = {old["name"]: old["rainfall"] for old in assets_of(LAST_WITH_RAINFALL).table("biomes")}
    return float(known.get(biome["name"], NEW_BIOME))


def is_wet(biome: dict[str, Any]) -> bool:
    """Whether rain or snow falls in a biome, in the words of older and of newer tables."""
    return biome.get("precipitation") != "none" and bool(biome.get("has_precipitation", True))


def blend(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean over 5x5 columns; [z, x, …]."""
    for axis in (0, 1):
        width = [(0, 0)] * colours.ndim
        width[axis] = (BLEND, BLEND)
        padded = np.pad(colours, width, mode="edge")
        length = colours.shape[axis]
        slices = [np.take(padded, range(i, i + length), axis) for i in range(2 * BLEND + 1)]
        colours = np.mean(slices, axis=0)
    return colours


def rgb(value: int) -> NDArray[np.float64]:
    """A colour such as 0x3F76E4 as three numbers from 0 to 1."""
    return np.array([value >> 16 & 255, value >> 8 & 255, value & 255]) / 255
