"""Players' bodies with what they wear and hold."""

from __future__ import annotations

from collector.render.assets.bake import rotation_x, rotation_y
from collector.render.assets.files import Assets
from collector.render.assets.texels import TexelPool
from collector.render.bodies.armour import Armour
from collector.render.bodies.boxes import FLIP, Pose, Skeleton, Texture
from collector.render.bodies.facets import FacetModel, Vector, joined, matrix
from collector.render.bodies.items import Items
from collector.render.bodies.person import person
from collector.render.bodies.skins import skin

OFF_HAND = 45  # slot of the player's window
# From a held item's axes to those of an arm that hangs down, as the client holds it.
TURNED = matrix(FLIP @ rotation_x(-90) @ rotation_y(180))
PALMS = {"right": TURNED @ matrix(shift=[1 / 16, 2 / 16, -10 / 16])}
PALMS["left"] = TURNED @ matrix(shift=[-1 / 16, 2 / 16, -10 / 16])
Slots = dict[int, tuple[str, int]]


class Players:
    """The bodies of a recording's `count` players, with skins by `seed`; textures go to `pool`.

    `names` are the items that they carry.
    """

    def __init__(
        self, count: int, seed: int, names: set[str], assets: Assets, items: Items, pool: TexelPool
    ) -> None:
        self.bodies = [body(index, seed, pool) for index in range(count)]
        self._items, self._armour = items, Armour(assets, names, pool)

    def dressed(self, player: int, pose: Pose, slots: Slots, held: str) -> FacetModel:
        """A player's body in a pose, in blocks; `slots` are item name and count by slot of its window."""
        body = self.bodies[player]
        hands = {"right": held, "left": slots.get(OFF_HAND, ("", 0))[0]}
        things = [
            self._gripped(name, side, body.bone_matrix(f"{side}_arm", pose))
            for side, name in hands.items()
            if name
        ]
        return joined([body.posed(pose), *self._armour.on(slots, pose), *things])

    def _gripped(self, name: str, side: str, arm: Vector) -> FacetModel:
        """An item in a hand of a body; `arm` leads from the arm's space to the body's."""
        item = self._items.item(name)
        return item.model.moved(arm @ PALMS[side] @ item.placed(f"thirdperson_{side}hand"))


def body(index: int, seed: int, pool: TexelPool) -> Skeleton:
    """The body of a player, with its skin."""
    picture, slim = skin(index, seed)
    offset, width, _ = pool.add(f"skin/{seed}/{index}", picture)
    return Skeleton(person(slim), Texture(offset, width))
