"""Armour on players: a second body around the first, textured by what it is made of."""

from __future__ import annotations

from dataclasses import replace

from collector.render.assets.files import Assets
from collector.render.assets.texels import TexelPool
from collector.render.bodies.boxes import Bone, Box, Pose, Skeleton, Texture
from collector.render.bodies.facets import FacetModel
from collector.render.bodies.glint import ARMOUR, Glint
from collector.render.bodies.person import limb
from collector.render.stacks import NOTHING, Look, Slots

SLOTS = range(5, 9)  # of the player's window: helmet, chestplate, leggings, boots
OUTER, INNER = 1.0, 0.5  # sixteenths that armour stands off the body
LEATHER = (0xA0 / 255, 0x65 / 255, 0x40 / 255)
FILES = {"golden": "gold"}  # of materials whose pictures have another name
Bones = dict[str, Bone]


def around(box: Box, grow: float, mirror: bool = False) -> tuple[Box, ...]:
    """A box of the body as armour."""
    return (replace(box, grow=grow, mirror=mirror),)


TRUNK, ARM, LEG = (16, 16), (40, 16), (0, 16)


def arms() -> Bones:
    """Sleeves."""
    return {
        "right_arm": Bone((-5, 2, 0), around(limb((-3, -2, -2), 4, ARM, ARM)[0], OUTER)),
        "left_arm": Bone((5, 2, 0), around(limb((-1, -2, -2), 4, ARM, ARM)[0], OUTER, mirror=True)),
    }


def legs(grow: float) -> Bones:
    """Trouser legs, or boots."""
    box = limb((-2, 0, -2), 4, LEG, LEG)[0]
    return {
        "right_leg": Bone((-1.9, 12, 0), around(box, grow)),
        "left_leg": Bone((1.9, 12, 0), around(box, grow, mirror=True)),
    }


def trunk(grow: float) -> Bones:
    """Around the chest."""
    return {"body": Bone((0, 0, 0), around(limb((-4, 0, -2), 8, TRUNK, TRUNK)[0], grow))}


# Bones and the number of the picture, by piece.
PIECES: dict[str, tuple[Bones, int]] = {
    "helmet": ({"head": Bone((0, 0, 0), (Box((-4, -8, -4), (8, 8, 8), (0, 0), OUTER),))}, 1),
    "chestplate": ({**trunk(OUTER), **arms()}, 1),
    "leggings": ({**trunk(INNER), **legs(INNER)}, 2),
    "boots": (legs(OUTER), 1),
}


class Armour:
    """The armour of a recording's items; textures go to `pool`, those of enchanted pieces through `glint`."""

    def __init__(self, assets: Assets, looks: set[Look], pool: TexelPool, glint: Glint) -> None:
        self._worn: dict[Look, tuple[Skeleton, bool]] = {}
        for look in sorted(looks):
            name = look.name
            material, _, piece = name.partition("_")
            if piece in PIECES:
                bones, number = PIECES[piece]
                path = f"models/armor/{FILES.get(material, material)}_layer_{number}"
                picture = assets.picture(path)
                place = glint.add(path, picture, ARMOUR) if look.shines else pool.add(path, picture)
                texture = Texture(place[0], place[1], place[1] / picture.shape[1])
                self._worn[look] = Skeleton(bones, texture), material == "leather"

    def on(self, slots: Slots, pose: Pose) -> list[FacetModel]:
        """What a player wears, in its pose."""
        models = []
        for slot in SLOTS:
            look = slots.get(slot, NOTHING).look
            if look in self._worn:
                skeleton, dyed = self._worn[look]
                model = skeleton.posed(pose)
                models.append(replace(model, tint=model.tint * LEATHER) if dyed else model)
        return models
