"""Items as rectangles: block models, and flat pictures that stand up with the thickness of a texel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collector.render.assets.bake import Rectangle, bake, rotation_x, rotation_y, rotation_z
from collector.render.assets.files import Assets, Json, Picture
from collector.render.assets.models import Model, Models, Part
from collector.render.assets.shapes import MISSING
from collector.render.assets.states import State, States
from collector.render.assets.texels import TexelPool
from collector.render.assets.tints import BiomeTints, tint_kind
from collector.render.bodies.boxes import FLIP
from collector.render.bodies.facets import FacetModel, Vector, joined, matrix
from collector.render.bodies.glint import ENLARGED, ITEM, Glint
from collector.render.stacks import Look

ITEM_DEPTH = 1 / 16
# How the client holds a thing where its model does not say: rotation, translation, scale.
PLAIN_DISPLAY: dict[str, Json] = {
    "firstperson_righthand": {
        "rotation": [0, -90, 25],
        "translation": [1.13, 3.2, 1.13],
        "scale": [0.68] * 3,
    },
    "thirdperson_righthand": {"rotation": [0, 0, 0], "translation": [0, 3, 1], "scale": [0.55] * 3},
    "ground": {"rotation": [0, 0, 0], "translation": [0, 2, 0], "scale": [0.5] * 3},
    "gui": {},
    "fixed": {},
}
# From a held item's axes to those of an arm that hangs down, as the client holds it.
TURNED = matrix(FLIP @ rotation_x(-90) @ rotation_y(180))
PALMS = {side: TURNED @ matrix(shift=[x / 16, 2 / 16, -10 / 16]) for side, x in (("right", 1), ("left", -1))}
LAYERS = ("layer0", "layer1", "layer2")


@dataclass(frozen=True)
class Item:
    """An item's model in a unit cube from 0 to 1. `flat` pictures are lit from the front in the HUD."""

    name: str
    model: FacetModel
    display: Json
    flat: bool

    def placed(self, where: str) -> Vector:
        """From model space to the place named by `where` in the model file, such as `ground`."""
        right = where.replace("left", "right")
        display = PLAIN_DISPLAY.get(right, {}) | (self.display.get(where) or self.display.get(right, {}))
        # What the file says of the left hand is meant for a mirror.
        mirror = -1 if where.endswith("lefthand") else 1
        turn = display.get("rotation", [0, 0, 0])
        linear = rotation_x(turn[0]) @ rotation_y(mirror * turn[1]) @ rotation_z(mirror * turn[2])
        scale = np.diag(display.get("scale", [1, 1, 1]))
        shift = np.clip(display.get("translation", [0, 0, 0]), -80, 80) / 16 * [mirror, 1, 1]
        return np.asarray(matrix(linear @ scale, shift) @ matrix(shift=[-0.5, -0.5, -0.5]))

    def gripped(self, side: str, arm: Vector) -> FacetModel:
        """The item in a hand (`right`, `left`) of a body; `arm` leads from the arm's space to the body's."""
        return self.model.moved(arm @ PALMS[side] @ self.placed(f"thirdperson_{side}hand"))


class Items:
    """Builds items by name, each once; textures go to `pool`. Unknown names show the missing texture."""

    def __init__(self, assets: Assets, states: States, pool: TexelPool, tints: BiomeTints) -> None:
        self._assets, self._states, self._pool, self._tints = assets, states, pool, tints
        self._models = Models(assets)
        self._items: dict[Look, Item] = {}
        self.glint = Glint(assets, pool)
        self._blocks = {block["name"]: int(block["defaultState"]) for block in states.blocks}
        self.missing: set[str] = set()

    def item(self, name: str, shines: bool = False) -> Item:
        """The item of this name, with the glint of enchantments or without."""
        look = Look(name, shines)
        if look not in self._items:
            self._items[look] = self._build(look)
        return self._items[look]

    def model(self, name: str) -> FacetModel:
        """A model file by its name, such as `block/item_frame`, in a unit cube."""
        return self._facets(name, bake(Part(self._models.model(name))))

    def block_model(self, state: State) -> FacetModel:
        """A block state as a thing of its own, in a unit cube."""
        variants = self._models.variants(state)
        return self._facets(state.name, [r for part in variants[0].parts for r in bake(part)])

    def _build(self, look: Look) -> Item:
        name = look.name
        model = self._models.model(f"item/{name}")
        rectangles = bake(Part(model)) if model.elements else self._block(name, model)
        if rectangles:
            return Item(name, self._facets(name, rectangles, look.shines), model.display, flat=False)
        textures = [model.texture(f"#{layer}") for layer in LAYERS if layer in model.textures]
        sprites = joined([self._sprite(look, texture) for texture in textures or [name]])
        return Item(name, sprites, model.display, flat=True)

    def _block(self, name: str, model: Model) -> list[Rectangle]:
        """What a block looks like whose item has no model of its own, such as a chest."""
        if model.generated or name not in self._blocks:
            return []
        variants = self._models.variants(self._states[self._blocks[name]])
        return [rectangle for part in variants[0].parts for rectangle in bake(part)] if variants else []

    def _texture(self, name: str | None) -> Picture:
        picture = self._assets.texture(name) if name else None
        if picture is None:
            self.missing.add(f"item:{name}")
            return MISSING
        return picture

    def _placed(self, texture: str | None, shines: bool) -> tuple[int, int, int]:
        """Offset, width and height of a texture in the pool."""
        picture = self._texture(texture)
        if shines:
            return self.glint.add(str(texture), picture, ITEM)
        return self._pool.add(str(texture), picture)

    def _facets(self, name: str, rectangles: list[Rectangle], shines: bool = False) -> FacetModel:
        places = [self._placed(r.texture, shines) for r in rectangles]
        scale = np.array([[width, height] for _, width, height in places]) / 16
        return FacetModel(
            np.array([r.corner for r in rectangles]),
            np.array([r.right for r in rectangles]),
            np.array([r.down for r in rectangles]),
            np.array([r.uv for r in rectangles]) * scale,
            np.array([r.du for r in rectangles]) * scale,
            np.array([r.dv for r in rectangles]) * scale,
            np.array([place[0] for place in places], np.int32),
            np.array([place[1] for place in places], np.int32),
            np.array([self._tint(name, r.tint) for r in rectangles]),
        )

    def _tint(self, name: str, index: int) -> Vector:
        """The colour of an item's face: grass and leaves as in plains."""
        if index < 0 or name not in self._blocks:
            return np.ones(3)
        return self._tints.plain(tint_kind(self._states[self._blocks[name]], index))

    def _sprite(self, look: Look, texture: str | None) -> FacetModel:
        """A picture as a thin slab: front, back, and a strip along every column and row of texels."""
        offset, width, height = self._placed(texture, look.shines)
        fine = ENLARGED if look.shines else 1
        parts = sprite_rectangles(width // fine, height // fine)
        count = len(parts)
        corner, right, down, uv, du, dv = (np.array([part[i] for part in parts], float) for i in range(6))
        return FacetModel(
            corner,
            right,
            down,
            uv * fine,
            du * fine,
            dv * fine,
            np.full(count, offset, np.int32),
            np.full(count, width, np.int32),
            np.tile(self._tint(look.name, 0 if texture and "block/" in texture else -1), (count, 1)),
        )


Part6 = tuple[
    tuple[float, ...],
    tuple[float, ...],
    tuple[float, ...],
    tuple[float, ...],
    tuple[float, ...],
    tuple[float, ...],
]


def sprite_rectangles(width: int, height: int) -> list[Part6]:
    """Corner, right, down, uv, du, dv of the rectangles of a slab whose picture looks south.

    Strips between opaque texels are hidden inside of the slab, so that no outline has to be found.
    """
    back, front = 0.5 - ITEM_DEPTH / 2, 0.5 + ITEM_DEPTH / 2
    w, h = float(width), float(height)
    parts: list[Part6] = [
        ((0, 1, front), (1, 0, 0), (0, -1, 0), (0, 0), (w, 0), (0, h)),
        ((1, 1, back), (-1, 0, 0), (0, -1, 0), (w - 1e-3, 0), (-w + 1e-3, 0), (0, h)),
    ]
    for i in range(width):
        x = i / w
        parts.append(((x, 1, back), (0, 0, ITEM_DEPTH), (0, -1, 0), (i + 0.5, 0), (0, 0), (0, h)))
        parts.append(((x + 1 / w, 1, front), (0, 0, -ITEM_DEPTH), (0, -1, 0), (i + 0.5, 0), (0, 0), (0, h)))
    for j in range(height):
        y = 1 - j / h
        parts.append(((0, y, back), (1, 0, 0), (0, 0, ITEM_DEPTH), (0, j + 0.5), (w, 0), (0, 0)))
        parts.append(((0, y - 1 / h, front), (1, 0, 0), (0, 0, -ITEM_DEPTH), (0, j + 0.5), (w, 0), (0, 0)))
    return parts
