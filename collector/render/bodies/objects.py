"""Entities that are made of blocks, items and pictures: falling blocks, item frames, paintings."""

from __future__ import annotations

import json

import numpy as np

from collector.errors import RenderError
from collector.render.assets.bake import rotation_x, rotation_y
from collector.render.assets.files import Assets
from collector.render.assets.shapes import MISSING
from collector.render.assets.texels import TexelPool
from collector.render.bodies.boxes import Texture
from collector.render.bodies.entities import Entities, Row, look_of
from collector.render.bodies.facets import FacetModel, Vector, joined, matrix
from collector.render.bodies.items import Items
from collector.render.world.world import World

FRAMES = {"item_frame": "item_frame", "glow_item_frame": "glow_item_frame"}
# Turns from a thing that hangs on the north face of a block, so that it faces north, in degrees about y.
FACINGS = {"north": 180.0, "south": 0.0, "east": 90.0, "west": 270.0}
ITEM_SCALE, ITEM_DEPTH = 0.5, 0.4375  # of the item in a frame
PAINTING_DEPTH = 1 / 32
DEFAULT_MOTIVE = "kebab"
TEXELS = 16


class Fixtures:
    """Their models; textures go to `pool`, what is not known is named in `missing`."""

    def __init__(
        self, assets: Assets, items: Items, entities: Entities, world: World, pool: TexelPool
    ) -> None:
        self._assets, self._items, self._world, self._pool = assets, items, world, pool
        self.missing: set[str] = set()
        self._models: dict[str, FacetModel] = {}
        for row in entities.first_rows():
            if self.knows(row):
                self.model(row)

    def knows(self, row: Row) -> bool:
        """Whether an entity is one of these."""
        return row["type"] in ("falling_block", "painting", *FRAMES)

    def model(self, row: Row) -> FacetModel:
        """The model of an entity, around its place."""
        key = json.dumps([row["type"], row["item"], row["metadata"]], sort_keys=True)
        if key not in self._models:
            build = {"falling_block": self._falling, "painting": self._painting}.get(row["type"], self._frame)
            self._models[key] = build(row)
        return self._models[key]

    def _falling(self, row: Row) -> FacetModel:
        state = int(row["metadata"].get("state", -1))
        if not 0 <= state < len(self._world.states):
            self.missing.add("entity:falling_block")
            state = self._world.states.find("sand")
        return self._items.block_model(self._world.states[state]).moved(matrix(shift=(-0.5, 0.0, -0.5)))

    def _frame(self, row: Row) -> FacetModel:
        frame = self._items.model(f"block/{FRAMES[row['type']]}").moved(matrix(shift=(-0.5, -0.5, -0.5)))
        parts = [frame.moved(matrix(rotation_y(180), (0, 0, 0.5 - 1 / 32)))]
        if row["item"]:
            item = self._items.item(*look_of(row))
            place = matrix(np.diag([ITEM_SCALE] * 3), (0, 0, ITEM_DEPTH - 0.5 + 1 / 16))
            parts.append(item.model.moved(place @ item.placed("fixed")))
        return joined(parts).moved(matrix(facing(row)))

    def _painting(self, row: Row) -> FacetModel:
        motive = str(row["metadata"].get("motive", DEFAULT_MOTIVE)).removeprefix("minecraft:")
        try:
            picture = self._assets.picture(f"painting/{motive}")
        except RenderError:
            self.missing.add(f"painting:{motive}")
            picture = MISSING
        offset, texels, rows = self._pool.add(f"painting/{motive}", picture)
        width, height = texels / TEXELS, rows / TEXELS
        back = self._assets.picture("painting/back")
        rear = Texture(*self._pool.add("painting/back", back)[:2])
        return slab(width, height, Texture(offset, texels), (texels, rows), rear).moved(matrix(facing(row)))


def facing(row: Row) -> Vector:
    """The turn of what hangs on a wall, or lies on floor or ceiling."""
    side = str(row["metadata"].get("facing", "north"))
    if side in ("up", "down"):
        return rotation_x(-90.0 if side == "up" else 90.0)
    return rotation_y(FACINGS.get(side, 0.0))


def slab(width: float, height: float, front: Texture, texels: tuple[int, int], rear: Texture) -> FacetModel:
    """A thin board that faces south: its picture, and its edges of another texture."""
    x, y, z = width / 2, height / 2, PAINTING_DEPTH
    corner = [(-x, y, z), (-x, y, -z), (x, y, z), (-x, y, -z), (-x, -y, z)]
    right = [(2 * x, 0, 0), (0, 0, 2 * z), (0, 0, -2 * z), (2 * x, 0, 0), (2 * x, 0, 0)]
    down = [(0, -2 * y, 0), (0, -2 * y, 0), (0, -2 * y, 0), (0, 0, 2 * z), (0, 0, -2 * z)]
    du = [(texels[0] - 1e-3, 0), (1, 0), (1, 0), (15, 0), (15, 0)]
    dv = [(0, texels[1] - 1e-3), (0, 15), (0, 15), (0, 1), (0, 1)]
    return FacetModel(
        np.array(corner, float),
        np.array(right, float),
        np.array(down, float),
        np.zeros((5, 2)),
        np.array(du, float),
        np.array(dv, float),
        np.array([front.offset] + [rear.offset] * 4, np.int32),
        np.array([front.width] + [rear.width] * 4, np.int32),
        np.ones((5, 3)),
    )
