"""The block states of a version: id, block name, properties, and what they do to light."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Assets

# Light of blocks whose emission depends on a property; minecraft-data has one number per block.
LIT_LEVELS = {
    "furnace": 13, "blast_furnace": 13, "smoker": 13, "redstone_lamp": 15, "redstone_ore": 9,
    "deepslate_redstone_ore": 9, "redstone_torch": 7, "redstone_wall_torch": 7, "campfire": 15,
    "soul_campfire": 10, "cave_vines": 14, "cave_vines_plant": 14,
}  # fmt: skip
# What stops players although its material is not solid, by name or by the end of the name, and the other way
# round; in all else the two agree.
SOFT = (
    *("_carpet", "snow", "powder_snow", "ladder", "repeater", "comparator", "_skull", "flower_pot", "candle"),
    *("scaffolding", "chorus_plant", "chorus_flower", "lily_pad", "sea_pickle", "azalea", "big_dripleaf"),
    *("end_rod", "cocoa", "nether_wart", "water", "lava"),
)
HEADS = ("dragon", "zombie", "player", "creeper", "piglin")
FIRM = ("sign", "_banner", "_pressure_plate", "cobweb", "bamboo_sapling")
WATERY = ("seagrass", "tall_seagrass", "kelp", "kelp_plant", "bubble_column")
FULL_SHAPE = [[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]]


@dataclass(frozen=True)
class State:
    """One block state; `block` is the block's index in the version's block table."""

    id: int
    block: int
    name: str
    properties: dict[str, str] = field(hash=False)

    @property
    def fluid(self) -> str:
        """`water`, `lava` or nothing: the fluid that is in the cell, waterlogged blocks included."""
        if self.name in ("water", "lava"):
            return self.name
        watery = self.name in WATERY or self.properties.get("waterlogged") == "true"
        return "water" if watery else ""

    @property
    def fluid_level(self) -> int:
        """0 for a source, 1 … 7 for flowing, 8 and more for falling fluid."""
        return int(self.properties["level"]) if self.name in ("water", "lava") else 0


class States:
    """All block states of the version, indexed by state id."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self.blocks: list[dict[str, Any]] = assets.table("blocks")
        self.states = [state for index, block in enumerate(self.blocks) for state in states_of(index, block)]
        self.states.sort(key=lambda state: state.id)

    def __len__(self) -> int:
        return len(self.states)

    def __getitem__(self, state: int) -> State:
        return self.states[state]

    def find(self, name: str, **properties: str | int | bool) -> int:
        """The id of a block's default state with these properties changed.

        Raises:
            KeyError: no such block or property value.
        """
        block = next((b for b in self.blocks if b["name"] == name), None)
        if block is None:
            raise KeyError(name)
        wanted = dict(self.states[block["defaultState"]].properties)
        wanted.update({key: str(value).lower() for key, value in properties.items()})
        for state in self.states[block["minStateId"] : block["maxStateId"] + 1]:
            if state.properties == wanted:
                return state.id
        raise KeyError(f"{name} {wanted}")

    @cached_property
    def emission(self) -> NDArray[np.uint8]:
        """Block light that every state gives, 0 … 15."""
        return np.array([self._emission(state) for state in self.states], np.uint8)

    @cached_property
    def opacity(self) -> NDArray[np.uint8]:
        """Light that every state takes away, 0 … 15."""
        return np.array([self._opacity(state) for state in self.states], np.uint8)

    @cached_property
    def full(self) -> NDArray[np.bool_]:
        """Whether a state's collision shape is the whole cell; such blocks darken corners."""
        table = self._assets.table("blockCollisionShapes")
        shapes, full = table["shapes"], np.zeros(len(self), bool)
        for state in self.states:
            entry = table["blocks"].get(state.name, 0)
            offset = state.id - self.blocks[state.block]["minStateId"]
            shape = entry[min(offset, len(entry) - 1)] if isinstance(entry, list) else entry
            full[state.id] = shapes[str(shape)] == FULL_SHAPE and "glass" not in state.name
        return full

    @cached_property
    def solid(self) -> NDArray[np.bool_]:
        """Whether rain stops at a state: whatever can be bumped into, and fluids."""
        return np.array(
            [self.blocks[s.block]["boundingBox"] == "block" or bool(s.fluid) for s in self.states], bool
        )

    def is_firm(self, state: State) -> bool:
        """Whether a block's material is solid, which is what fluids go by."""
        name = state.name
        if (name.startswith("dead_") and "coral" in name) or name.endswith(FIRM):
            return True
        head = name.endswith("_head") and name.startswith(HEADS)
        if head or name.startswith("potted_") or name.endswith(SOFT):
            return False
        return bool(self.blocks[state.block]["boundingBox"] == "block")

    def _emission(self, state: State) -> int:
        base = int(self.blocks[state.block]["emitLight"])
        properties = state.properties
        if state.name == "sea_pickle":
            return 3 + 3 * int(properties["pickles"]) if properties["waterlogged"] == "true" else 0
        if state.name == "respawn_anchor":
            return (0, 3, 7, 11, 15)[int(properties["charges"])]
        if state.name == "light":
            return int(properties["level"])
        glowing = next((properties[key] for key in ("lit", "berries") if key in properties), "true") == "true"
        if "candle" in state.name:
            base = 3 * int(properties.get("candles", 1))
        return LIT_LEVELS.get(state.name, base) if glowing else 0

    def _opacity(self, state: State) -> int:
        block = self.blocks[state.block]
        if state.properties.get("type") == "double":
            return 15
        opacity = int(block["filterLight"])
        return max(opacity, 1) if state.fluid == "water" or state.name.endswith("_leaves") else opacity


def states_of(index: int, block: dict[str, Any]) -> list[State]:
    """The states of one block of minecraft-data; the last property changes fastest."""
    names = [entry["name"] for entry in block["states"]]
    choices = itertools.product(*(property_values(entry) for entry in block["states"]))
    return [
        State(block["minStateId"] + offset, index, block["name"], dict(zip(names, values, strict=True)))
        for offset, values in enumerate(choices)
    ]


def property_values(entry: dict[str, Any]) -> list[str]:
    """The values of a property in the order of the state ids."""
    if entry["type"] == "bool":
        return ["true", "false"]
    return [str(value) for value in entry.get("values", range(entry["num_values"]))]
