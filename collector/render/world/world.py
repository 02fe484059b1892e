"""The world of a recording as the kernel sees it, moved forward tick by tick."""

from __future__ import annotations

from typing import Any

import numpy as np
import warp as wp
from numpy.typing import NDArray

from collector.recording import Recording
from collector.render.assets import tints
from collector.render.assets.files import Assets
from collector.render.assets.models import Models
from collector.render.assets.overhang import NEIGHBOURS, Overhang
from collector.render.assets.shapes import (
    CUBE,
    FLUID_KIND,
    INVISIBLE,
    MISSING,
    OPAQUE,
    QUADS,
    ShapeBaker,
    to_device,
)
from collector.render.assets.states import States
from collector.render.assets.texels import TexelPool
from collector.render.kernel.structs import Tables
from collector.render.kernel.structs import World as DeviceWorld
from collector.render.world.history import History
from collector.render.world.light import FULL, LightField
from collector.render.world.sharing import Sharing
from collector.render.world.skipping import (
    CUTOUT,
    FLUID,
    MODEL,
    OCCUPIED,
    SHARED,
    SkipField,
)
from collector.render.world.sky import LIGHT_STEPS, Clock, lightmap
from collector.render.world.volume import Volume, check_states, read_volume

OCCLUDES = 256  # bit of the packed light: the cell darkens corners next to it


class World:
    """Blocks, light and distance field on `device`; `advance` applies the changes of a tick."""

    def __init__(
        self, recording: Recording, assets: Assets, states: States, pool: TexelPool, device: str
    ) -> None:
        self.states, self.assets, self._device = states, assets, device
        self._recording, changes = recording, recording.blocks
        self._air = air = np.array([state.name in INVISIBLE and not state.fluid for state in states.states])
        self.volume: Volume = read_volume(recording.world, changes, air)
        self._changes = np.stack([changes[c].to_numpy() for c in ("tick", "x", "y", "z", "state")], 1)
        self.history = History(self.volume, self._changes.astype(np.int64))
        check_states(self._changes[:, 4:].astype(np.int64) if len(self._changes) else np.zeros(1, int), air)
        self._next = 0
        seen = np.concatenate([np.unique(self.volume.states), self._changes[:, 4]])
        self.shapes = ShapeBaker(assets, states, pool).bake(int(s) for s in seen)
        self._overhang = Overhang(self.shapes, pool.array())
        self.biomes = tints.BiomeTints(assets)
        self._build()

    def _build(self) -> None:
        blocks = self.volume.states
        self._light = LightField(blocks, self.states.opacity, self.states.emission)
        device = self.device = DeviceWorld()
        self._sharing = Sharing(self._overhang, self.volume, device, self._device)
        self._content = self._found(blocks, self._sharing.mask)
        self._skip = SkipField(self._content, self._device)
        device.nx, device.ny, device.nz = self.volume.size
        device.origin = wp.vec3i(*self.volume.origin)
        device.skip = self._skip.field.flatten()
        self._states_array = wp.array(blocks, dtype=wp.uint16, device=self._device)
        device.states = self._states_array.flatten()
        self._light_array = wp.array(self._packed(np.s_[:, :, :]), dtype=wp.uint16, device=self._device)
        device.light = self._light_array.flatten()
        device.tints = wp.array(self._tints(), dtype=wp.vec3, device=self._device)
        self._tops = tops(self.states.solid[self.volume.states])
        device.columns = wp.array(self._columns().ravel(), dtype=wp.int32, device=self._device)

    def light_up(self, clock: Clock, brightness: float) -> None:
        """Set the time of day and the weather."""
        self.lightmap = lightmap(clock, brightness)

    def advance(self, tick: int) -> None:
        """Apply the changes of all ticks up to this one."""
        cells = []
        while self._next < len(self._changes) and self._changes[self._next, 0] <= tick:
            _, x, y, z, state = (int(v) for v in self._changes[self._next])
            self._next += 1
            cell = self.volume.cell(x, y, z)
            if cell is None or self.volume.states[cell] == state:
                continue
            self.volume.states[cell] = state
            copy_cell(self._states_array, cell, state)
            cells.append(cell)
        if cells:
            self._sharing.change(np.array(cells))
        for cell in cells:
            self._refill(cell)
        for box in (self._light.change(np.array([cell])) for cell in cells):
            copy_box(self._light_array, box, self._packed(box))
        for _, z, x in cells:
            self._tops[z, x] = tops(self.states.solid[self.volume.states[:, z : z + 1, x : x + 1]])[0, 0]
        if cells:
            self.device.columns.assign(self._columns().ravel())

    def _found(self, blocks: NDArray[np.uint16], shared: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """What a ray finds in the cells of a box, see `SkipField`: something in all but air that no model
        reaches into, and the inside of fluids.

        The outermost cells of the box are judged without what lies beyond.
        """
        kind, fluid = self.shapes.kind[blocks], self.shapes.fluid[blocks] & FLUID_KIND
        covers = (kind == CUBE) & (self.shapes.alpha[blocks] == OPAQUE)
        middle = (slice(1, -1),) * 3
        hidden = (
            (kind[middle] == 0)
            & ~shared[middle]
            & (fluid[middle] > 0)
            & (fluid[2:, 1:-1, 1:-1] == fluid[middle])
        )
        for axis in range(3):
            for side in (slice(2, None), slice(None, -2)):
                near = tuple(side if i == axis else slice(1, -1) for i in range(3))
                hidden &= (fluid[near] == fluid[middle]) | covers[near]
        alone = covers & (fluid == 0) & (self.shapes.group[blocks] == 0)
        bits = {CUTOUT: (kind == CUBE) & ~alone, MODEL: kind == QUADS, FLUID: fluid > 0, SHARED: shared}
        content = alone * np.uint8(OCCUPIED)
        for bit, there in bits.items():
            content |= there * np.uint8(OCCUPIED | bit)
        content[middle][hidden] = 0
        return np.asarray(content)

    def _refill(self, cell: tuple[int, int, int]) -> None:
        """Bring the distance field up to date around a changed cell."""
        low = [max(v - 2, 0) for v in cell]
        box = tuple(slice(a, v + 3) for a, v in zip(low, cell, strict=True))
        content = self._found(self.volume.states[box], self._sharing.mask[box])
        for step in np.argwhere(content != self._content[box]):
            y, z, x = (int(a + b) for a, b in zip(low, step, strict=True))
            if max(abs(a - b) for a, b in zip((y, z, x), cell, strict=True)) <= 1:
                before, after = int(self._content[y, z, x]), int(content[tuple(step)])
                self._content[y, z, x] = after
                self._skip.change((y, z, x), before, after)

    def rewind(self) -> None:
        """Go back to the world as first seen."""
        if self._next > 0:
            self.volume = read_volume(self._recording.world, self._recording.blocks, self._air)
            self._next = 0
            self._build()

    def changes(self, tick: int) -> bool:
        """Whether `advance` to this tick will change any block."""
        return self._next < len(self._changes) and bool(self._changes[self._next, 0] <= tick)

    def temperature(self, place: NDArray[np.float64]) -> float:
        """Temperature of the biome at a place in the world."""
        z, x = (
            int(np.clip(place[axis] - self.volume.origin[axis], 0, self._surface_biomes.shape[i] - 1))
            for i, axis in enumerate((2, 0))
        )
        biome = int(self._surface_biomes[z, x])
        return float(self.biomes.temperature[min(biome, len(self.biomes.temperature) - 1)])

    def light_colour(self, place: NDArray[np.float64]) -> NDArray[np.float64]:
        """The colour of light at a place in the world, at the tick's time of day."""
        cell = self.volume.cell(*(int(v) for v in np.floor(place)))
        sky, block = (FULL, 0) if cell is None else (int(self._light.sky[cell]), int(self._light.block[cell]))
        return np.asarray(self.lightmap[sky * 4 * LIGHT_STEPS + block * 4], np.float64)

    def count(self, block: str) -> int:
        """How many blocks of a name there are."""
        named = np.array([state.name == block for state in self.states.states])
        return int(named[self.volume.states].sum())

    def particle_picture(self, pool: TexelPool, state: int) -> tuple[int, int, NDArray[np.float64]]:
        """Offset and width in the pool of what a state's particles are cut from, and their tint."""
        variants = Models(self.assets).variants(self.states[state])
        name = variants[0].parts[0].model.texture("#particle") if variants and variants[0].parts else None
        picture = self.assets.texture(name) if name else None
        offset, width, _ = pool.add(str(name), MISSING if picture is None else picture)
        kind = (
            tints.NONE if self.states[state].name == "grass_block" else tints.tint_kind(self.states[state], 0)
        )
        return offset, width, self.biomes.plain(kind)

    def buried(self, place: NDArray[np.float64]) -> int:
        """The state of the solid block that a place is inside of, or -1."""
        cell = self.volume.cell(*(int(v) for v in np.floor(place)))
        state = 0 if cell is None else int(self.volume.states[cell])
        solid = self.shapes.kind[state] == CUBE and self.shapes.alpha[state] == OPAQUE
        return state if solid else -1

    def fluid(self, place: NDArray[np.float64]) -> int:
        """What fluid a place is in: 0 none, 16 water, 32 lava."""
        x, y, z = (int(v) for v in np.floor(place))
        cell = self.volume.cell(x, y, z)
        if cell is None:
            return 0
        code = int(self.shapes.fluid[self.volume.states[cell]])
        above = self.volume.states[cell[0] + 1, cell[1], cell[2]]
        full = int(self.shapes.fluid[above]) & FLUID_KIND == code & FLUID_KIND
        return code & FLUID_KIND if full or place[1] - y < 8 / 9 else 0

    def _packed(self, box: Any) -> NDArray[np.uint16]:
        packed = self._light.sky[box].astype(np.uint16) << 4
        packed |= self._light.block[box]
        packed |= self.states.full[self.volume.states[box]].astype(np.uint16) * OCCLUDES
        return np.asarray(packed)

    def _columns(self) -> NDArray[np.int32]:
        """How deep rain or snow falls in every column, see `structs.World`."""
        height = self._tops.astype(np.int64) + self.volume.origin[1]
        falling = self.biomes.falling(self._surface_biomes, height)
        return (self._tops.astype(np.int64) * 4 + falling).astype(np.int32)

    def _tints(self) -> NDArray[np.float32]:
        """Tints of all columns, then the constant ones, as one list of colours."""
        height = self._content.shape[0] - 1 - np.argmax(self._content[::-1] > 0, axis=0)
        y = np.clip((height - 1) // 4, 0, self.volume.biomes.shape[0] - 1)
        rows, columns = (np.clip((np.arange(n) - 1) // 4, 0, None) for n in y.shape)
        rows = np.minimum(rows, self.volume.biomes.shape[1] - 1)
        columns = np.minimum(columns, self.volume.biomes.shape[2] - 1)
        self._surface_biomes = self.volume.biomes[y, rows[:, None], columns[None, :]]
        colours = self.biomes.columns(self._surface_biomes).reshape(-1, 3)
        constants = np.array([tints.rgb(value) for value in tints.CONSTANTS], np.float32)
        return np.concatenate([colours, constants])


def tops(stops: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The layer above the highest cell [y, z, x] that stops rain, of every column; 0 where none does."""
    highest = stops.shape[0] - np.argmax(stops[::-1], axis=0)
    return np.where(stops.any(0), highest, 0).astype(np.int32)


def device_tables(world: World, states: States, pool: TexelPool, device: str) -> Tables:
    """The kernel's tables of block states, with all texels."""
    tables = Tables()
    for name, array in to_device(world.shapes, device).items():
        setattr(tables, name, array)
    tables.neighbours = wp.array(np.array(NEIGHBOURS), dtype=wp.vec3i, device=device)
    tables.block = wp.array([state.block for state in states.states], dtype=wp.uint16, device=device)
    tables.texels = wp.array(pool.array(), dtype=wp.uint32, device=device)
    return tables


def copy_cell(array: wp.array, cell: tuple[int, int, int], value: int) -> None:
    """Set one cell of a device array."""
    y, z, x = cell
    array[y : y + 1, z : z + 1, x : x + 1].fill_(value)


def copy_box(array: wp.array, box: tuple[slice, slice, slice], values: NDArray[np.uint16]) -> None:
    """Write a box of a device array."""
    source = wp.array(values, dtype=array.dtype, device=array.device)
    wp.copy(array[box[0], box[1], box[2]], source)
