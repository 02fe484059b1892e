"""Mobs as facets: a body for every kind that the recording holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from collector.errors import RenderError
from collector.render.assets.bake import rotation_x, rotation_y
from collector.render.assets.files import Assets
from collector.render.assets.texels import TexelPool
from collector.render.bodies.boxes import Bone, Box, Skeleton, Texture
from collector.render.bodies.entities import Entities, Row, look_of
from collector.render.bodies.facets import FacetModel, Vector, lit, matrix
from collector.render.bodies.gait import wrap
from collector.render.bodies.items import Items
from collector.render.bodies.mobs import MOBS, Bones, Mob, around, rigid
from collector.render.bodies.person import Motion, fallen

GREY = np.full((64, 64, 4), (128, 128, 128, 255), np.uint8)
GLOW_GROWTH = 0.02  # sixteenths by which what shines stands off the body
FLASH = 0.3
WITHOUT_BODY = {"item", "experience_orb", "falling_block", "item_frame", "glow_item_frame", "painting"}
HAND = "right_arm"  # the bone that holds what a mob carries


@dataclass(frozen=True)
class Body:
    """A kind of mob with its pictures: what shines first, so that it wins where both are."""

    mob: Mob
    layers: list[tuple[Skeleton, bool]]


class Herd:
    """Builds the facets of mobs, in volume coordinates. `stand_ins` names kinds drawn as grey boxes."""

    def __init__(self, assets: Assets, entities: Entities, items: Items, pool: TexelPool) -> None:
        self._assets, self._entities, self._items, self._pool = assets, entities, items, pool
        self._sizes = {entry["name"]: (entry["width"], entry["height"]) for entry in assets.table("entities")}
        self.stand_ins: set[str] = set()
        self._bodies = {kind: self._body(kind) for kind in sorted(entities.kinds() - WITHOUT_BODY)}

    def facets(self, row: Row, origin: Vector, light: Vector, segment: int) -> NDArray[np.void]:
        """The facets of one entity."""
        body = self._bodies[row["type"]]
        yaw, stride, pace = self._entities.stride(row)
        motion = Motion(
            age=float(row["tick"]),
            stride=stride,
            pace=pace,
            head_yaw=wrap(float(row["head_yaw"] - row["yaw"])),
            pitch=float(row["pitch"]),
            aiming=bool(row["metadata"].get("aiming")),
        )
        scale = body.mob.scale * self._growth(row)
        turn = rotation_y(np.degrees(yaw)) @ fallen(row["metadata"].get("dying", 0), body.mob.roll)
        if row["type"] == "arrow":
            turn = turn @ rotation_x(np.degrees(float(row["pitch"])))
        turn = turn @ rotation_y(body.mob.turn)
        place = matrix(turn * scale, np.array([row["x"], row["y"], row["z"]]) - origin)
        flash = FLASH if row["hurt"] > 0 or row["metadata"].get("dying") else 0.0
        pose = body.mob.pose(motion)
        parts = [
            shining(skeleton.posed(pose).moved(place), segment)
            if shines
            else lit(skeleton.posed(pose).moved(place), light, segment, flash)
            for skeleton, shines in body.layers
        ]
        if row["item"] and HAND in body.mob.bones:
            item = self._items.item(*look_of(row))
            held = item.gripped("right", body.layers[0][0].bone_matrix(HAND, pose))
            parts.append(lit(held.moved(place), light, segment, flash))
        return np.concatenate(parts)

    def shadow(self, row: Row) -> float:
        """The radius of an entity's shadow, in blocks."""
        body = self._bodies.get(row["type"])
        return body.mob.shadow * self._growth(row) if body else 0.0

    def _growth(self, row: Row) -> float:
        """How much larger or smaller than its kind an entity is: slimes by size, babies half."""
        if row["metadata"].get("baby"):
            return 0.5
        return float(row["metadata"].get("size", 1)) if row["type"] == "slime" else 1.0

    def _body(self, kind: str) -> Body:
        mob = MOBS.get(kind) or self._stand_in(kind)
        layers = (
            [(self._skeleton(around(mob.bones, GLOW_GROWTH), mob.ground, mob.glow), True)] if mob.glow else []
        )
        layers.append((self._skeleton(mob.bones, mob.ground, *mob.pictures), False))
        layers += [(self._skeleton(bones, mob.ground, picture), False) for bones, picture in mob.layers]
        return Body(mob, layers)

    def _skeleton(self, bones: Bones, ground: float, *pictures: str) -> Skeleton:
        try:
            picture = self._assets.picture(*pictures) if pictures else GREY
        except RenderError:
            self.stand_ins.add(f"picture:{pictures[0]}")
            picture = GREY
        offset, width, _ = self._pool.add("/".join(pictures) or "grey", picture)
        return Skeleton(bones, Texture(offset, width), ground)

    def _stand_in(self, kind: str) -> Mob:
        """A grey box of the size that the game gives the kind."""
        self.stand_ins.add(f"entity:{kind}")
        width, height = self._sizes.get(kind, (0.5, 0.5))
        box = Box((-width * 8, 24 - height * 16, -width * 8), (width * 16, height * 16, width * 16), (0, 0))
        return Mob({"body": Bone((0, 0, 0), (replace(box, plain=True),))}, (), rigid, shadow=width / 2)


def shining(model: FacetModel, segment: int) -> NDArray[np.void]:
    """Records of what shines by itself: as bright from all sides, and not red when hurt."""
    facets = lit(model, model.tint, segment)
    facets["colour"] = model.tint
    return facets
