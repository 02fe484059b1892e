"""Players' bodies with what they wear and hold."""

from __future__ import annotations

from collector.render.assets.files import Assets
from collector.render.assets.texels import TexelPool
from collector.render.bodies.armour import Armour
from collector.render.bodies.boxes import Pose, Skeleton, Texture
from collector.render.bodies.facets import FacetModel, joined
from collector.render.bodies.items import Items
from collector.render.bodies.person import person
from collector.render.bodies.skins import skin
from collector.render.stacks import NOTHING, Look, Slots, Stack

OFF_HAND = 45  # slot of the player's window


class Players:
    """The bodies of a recording's `count` players, with skins by `seed`; textures go to `pool`.

    `looks` are the items that they carry.
    """

    def __init__(
        self, count: int, seed: int, looks: set[Look], assets: Assets, items: Items, pool: TexelPool
    ) -> None:
        self.bodies = [body(index, seed, pool) for index in range(count)]
        self._items, self._armour = items, Armour(assets, looks, pool, items.glint)

    def dressed(self, player: int, pose: Pose, slots: Slots, held: Stack) -> FacetModel:
        """A player's body in a pose, in blocks, with what it wears and holds; `slots` are its window's."""
        body = self.bodies[player]
        hands = {"right": held, "left": slots.get(OFF_HAND, NOTHING)}
        things = [
            self._items.item(*stack.look).gripped(side, body.bone_matrix(f"{side}_arm", pose))
            for side, stack in hands.items()
            if stack.name
        ]
        return joined([body.posed(pose), *self._armour.on(slots, pose), *things])


def body(index: int, seed: int, pool: TexelPool) -> Skeleton:
    """The body of a player, with its skin."""
    picture, slim = skin(index, seed)
    offset, width, _ = pool.add(f"skin/{seed}/{index}", picture)
    return Skeleton(person(slim), Texture(offset, width))
