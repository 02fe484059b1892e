"""Water and lava for the slow ray caster: the faces of a fluid in a cell, by the client's rules, in NumPy.

A fluid's height at a corner is the mean over the cells around it, in which full heights weigh ten times and
solid blocks do not count; next to a cell whose fluid goes on above it is 1. Between two cells of one fluid
there is no face. What is solid here is the material of a block, not the shape that stops a player. The client
keeps a fluid's faces 0.001 blocks off the cell's; neither this nor the kernel does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.states import State

Array = NDArray[np.float64]
Place = tuple[int, int, int]
At = Callable[[Place], State | None]  # the state at a place, None for air

AMOUNTS = 9.0  # of which a source has eight
# Blocks whose material is not solid, by name or by the end of the name: plants and what only decorates.
THIN_NAMES = frozenset(
    (
        *(
            "air",
            "cave_air",
            "void_air",
            "light",
            "structure_void",
            "snow",
            "powder_snow",
            "fire",
            "soul_fire",
        ),
        *(
            "lever",
            "ladder",
            "redstone_wire",
            "repeater",
            "comparator",
            "tripwire",
            "tripwire_hook",
            "end_rod",
        ),
        *("scaffolding", "flower_pot", "nether_portal", "end_portal", "end_gateway", "water", "lava"),
        *("bubble_column", "dandelion", "poppy", "blue_orchid", "allium", "azure_bluet", "oxeye_daisy"),
        *("cornflower", "lily_of_the_valley", "wither_rose", "sunflower", "lilac", "rose_bush", "peony"),
        *("grass", "short_grass", "tall_grass", "seagrass", "tall_seagrass", "kelp", "kelp_plant", "fern"),
        *("large_fern", "dead_bush", "sweet_berry_bush", "red_mushroom", "brown_mushroom", "nether_wart"),
        *("nether_sprouts", "sugar_cane", "cocoa", "wheat", "carrots", "potatoes", "beetroots", "melon_stem"),
        *("pumpkin_stem", "attached_melon_stem", "attached_pumpkin_stem", "chorus_plant", "chorus_flower"),
        *("vine", "glow_lichen", "lily_pad", "sea_pickle", "azalea", "flowering_azalea", "big_dripleaf"),
        *("big_dripleaf_stem", "small_dripleaf", "spore_blossom", "candle", "dragon_head", "zombie_head"),
        *("player_head", "creeper_head", "dragon_wall_head", "zombie_wall_head", "player_wall_head"),
        "creeper_wall_head",
    )
)
THIN_ENDS = (
    *("_carpet", "torch", "_button", "rail", "_skull", "_sapling", "_tulip", "_fungus", "_roots", "vines"),
    *("vines_plant", "_candle"),
)
SOLID = ("bamboo_sapling",)
LIVE_CORAL = ("_coral", "_coral_fan", "_coral_wall_fan")  # the dead ones are of stone


@dataclass(frozen=True)
class Surface:
    """A flat convex face: corners [n, 3] in the cell, in order; seen from `both` sides or from its front."""

    corners: Array
    both: bool = True


def fluid_of(state: State | None) -> str:
    """`water`, `lava` or nothing."""
    if state is None:
        return ""
    if state.name in ("water", "lava"):
        return state.name
    watery = state.name in ("kelp", "kelp_plant", "seagrass", "tall_seagrass", "bubble_column")
    return "water" if watery or state.properties.get("waterlogged") == "true" else ""


def own_height(state: State) -> float:
    """The height of a fluid by itself: of a source and of what falls 8/9, less the farther it has flowed."""
    level = int(state.properties["level"]) if state.name in ("water", "lava") else 0
    return (8 if level >= 8 else 8 - level) / AMOUNTS


def is_solid(state: State | None) -> bool:
    """Whether a block's material is solid."""
    if state is None or state.name in THIN_NAMES or state.name.startswith("potted_"):
        return False
    if state.name.endswith(LIVE_CORAL):
        return state.name.startswith("dead_")
    return state.name in SOLID or not state.name.endswith(THIN_ENDS)


def height(at: At, place: Place, fluid: str) -> float:
    """The height of a fluid in a cell: 0 where there is none, below 0 in solid blocks."""
    state = at(place)
    if fluid_of(state) == fluid and state is not None:
        return 1.0 if fluid_of(at(moved(place, 0, 1, 0))) == fluid else own_height(state)
    return -1.0 if is_solid(state) else 0.0


def moved(place: Place, dx: int, dy: int, dz: int) -> Place:
    """A place some blocks away."""
    return place[0] + dx, place[1] + dy, place[2] + dz


def corner(at: At, place: Place, fluid: str, dx: int, dz: int) -> float:
    """The height at the corner of a cell that lies in this direction."""
    beside = [height(at, moved(place, dx, 0, 0), fluid), height(at, moved(place, 0, 0, dz), fluid)]
    if max(beside) >= 1:
        return 1.0
    found = [height(at, place, fluid), *beside]
    if max(beside) > 0:
        found.append(height(at, moved(place, dx, 0, dz), fluid))
        if found[-1] >= 1:
            return 1.0
    counted = [(h, 10.0 if h >= 0.8 else 1.0) for h in found if h >= 0]
    return sum(h * weight for h, weight in counted) / sum(weight for _, weight in counted)


def surfaces(at: At, place: Place) -> Iterator[Surface]:
    """The faces of the fluid in a cell."""
    fluid = fluid_of(at(place))
    if not fluid:
        return
    same = {
        way: fluid_of(at(moved(place, *way))) == fluid
        for way in ((0, 1, 0), (0, -1, 0), (0, 0, -1), (0, 0, 1), (-1, 0, 0), (1, 0, 0))
    }
    full = height(at, place, fluid) >= 1
    tops = {
        (x, z): 1.0 if full else corner(at, place, fluid, 2 * x - 1, 2 * z - 1)
        for x in (0, 1)
        for z in (0, 1)
    }
    if not same[0, 1, 0]:
        nw, sw, se, ne = (np.array([x, tops[x, z], z]) for x, z in ((0, 0), (0, 1), (1, 1), (1, 0)))
        back = shown_from_below(at, moved(place, 0, 1, 0), fluid)
        yield Surface(np.array([nw, sw, se]), back)
        yield Surface(np.array([se, ne, nw]), back)
    if not same[0, -1, 0]:
        yield Surface(np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0], [1, 0, 1]], float), both=False)
    for (dx, _, dz), ends in SIDES.items():
        if not same[dx, 0, dz]:
            upper = [(x, tops[x, z], z) for x, z in ends]
            lower = [(x, 0.0, z) for x, z in reversed(ends)]
            yield Surface(np.array([*upper, *lower]))


# The upper edge of each side of a cell.
SIDES: dict[Place, tuple[tuple[int, int], tuple[int, int]]] = {
    (0, 0, -1): ((0, 0), (1, 0)),
    (0, 0, 1): ((1, 1), (0, 1)),
    (-1, 0, 0): ((0, 1), (0, 0)),
    (1, 0, 0): ((1, 0), (1, 1)),
}


def shown_from_below(at: At, above: Place, fluid: str) -> bool:
    """Whether a surface is drawn from below as well: there is something else around above it."""
    around = [at(moved(above, x, 0, z)) for x in (-1, 0, 1) for z in (-1, 0, 1)]
    return any(fluid_of(state) != fluid for state in around)
