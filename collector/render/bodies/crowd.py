"""Everything that moves, at a tick: players' bodies, dropped items, and each view's own hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.recording import Recording
from collector.render.assets.bake import rotation_y
from collector.render.assets.files import Assets
from collector.render.assets.texels import TexelPool
from collector.render.beds import bed_of
from collector.render.bodies.entities import Entities, Row, look_of
from collector.render.bodies.facets import Lens, Vector, joined, lit, matrix
from collector.render.bodies.gait import Gait, gait, wrap
from collector.render.bodies.grip import grip
from collector.render.bodies.hand import bare_arm, held_item, off_hand_item
from collector.render.bodies.herd import Herd
from collector.render.bodies.items import Items
from collector.render.bodies.names import NameTags
from collector.render.bodies.objects import Fixtures
from collector.render.bodies.particles import Particles
from collector.render.bodies.person import SIZE, SNEAK_DROP, Motion, fallen, person_pose
from collector.render.bodies.players import OFF_HAND, Players
from collector.render.bodies.posture import glided, in_bed, posture, stretched
from collector.render.bodies.signs import Signs
from collector.render.gaze import ticks_dead
from collector.render.kernel.render import ENTITY, HAND
from collector.render.kernel.structs import Facet, Shadow, records
from collector.render.stacks import NOTHING
from collector.render.tracks import ON_FOOT, SLEEPING, Tracks
from collector.render.world.world import World

SWING_TICKS = 6
# How far from its place a body may reach, in blocks: a player with what it holds and its name, any other at
# least so far and so many times its width or height.
PERSON_REACH, LEAST_REACH, REACH_SIZES = 4.0, 1.0, 2.0
LARGEST = 16.0  # blocks; width or height of a kind of entity that is not known
HURT_FLASH = 0.3
ITEM_SHADOW = (0.15, 0.75)  # radius and strength
ITEM_TURN = 1 / 20  # radians a tick
FACING = ("experience_orb",)  # drawn by `particles`
SEVERAL = (2, 17, 33, 49)  # counts from which a dropped stack shows one item more


class Crowd:
    """Builds the facets of bodies and items, in volume coordinates."""

    def __init__(
        self,
        recording: Recording,
        tracks: Tracks,
        assets: Assets,
        items: Items,
        pool: TexelPool,
        world: World,
    ) -> None:
        self._tracks, self._items, self._world = tracks, items, world
        self._count = len(recording.meta.players)
        seed = recording.meta.seeds.episode
        self.players = Players(self._count, seed, tracks.looks(), assets, items, pool)
        self._gaits = [player_gait(tracks, index) for index in range(self._count)]
        self._postures = [posture(poses) for poses in tracks.player["pose"].T]
        self._grips = [grip(tracks, index) for index in range(self._count)]
        self._entities = Entities(recording)
        self._sizes = {
            entry["name"]: max(entry["width"], entry["height"]) for entry in assets.table("entities")
        }
        self.herd = Herd(assets, self._entities, items, pool)
        self.particles = Particles(recording, tracks, self._entities, world, pool)
        self.tags = NameTags(recording, tracks, assets, pool)
        self.signs = Signs(recording, assets, world, pool)
        self._fixtures = Fixtures(assets, items, self._entities, world, pool)
        self._dead = np.stack([ticks_dead(alive) for alive in tracks.player["alive"].T], 1)
        for look in tracks.looks() | self._entities.looks():
            items.item(*look)

    def facets(self, tick: int, lenses: dict[int, Lens] | None = None) -> list[tuple[int, NDArray[np.void]]]:
        """Records of all bodies and items; with each the player it belongs to, -1 for none.

        `lenses` are those of views, by player: what none of them can see is left out.
        """
        players = [
            (index, self._player(tick, index))
            for index, row in enumerate(self._players(tick))
            if lenses is None or self._seen(row, PERSON_REACH, [lenses[p] for p in lenses if p != index])
        ]
        others = [row for row in self._entities.at(tick) if row["type"] not in FACING]
        return players + [
            (-1, self._entity(row))
            for row in others
            if lenses is None or self._seen(row, self._reach(row), list(lenses.values()))
        ]

    def _seen(self, row: Row, reach: float, lenses: list[Lens]) -> bool:
        place = np.array([row["x"], row["y"], row["z"]]) - self._world.volume.origin
        return any(lens.may_see(place, reach) for lens in lenses)

    def _reach(self, row: Row) -> float:
        """How far from its place the model of an entity may reach, with plenty of room, in blocks."""
        size = float(self._sizes.get(row["type"], LARGEST))
        return LEAST_REACH + REACH_SIZES * size * float(row["metadata"].get("size", 1))

    def shadows(self, tick: int) -> NDArray[np.void]:
        """The shadows of all bodies and items."""
        feet = [
            (index, row["x"], row["y"], row["z"], 0.5, 1.0) for index, row in enumerate(self._players(tick))
        ]
        for row in self._entities.at(tick):
            radius, strength = ITEM_SHADOW if row["type"] == "item" else (self.herd.shadow(row), 1.0)
            feet.append((-1, row["x"], row["y"], row["z"], radius, strength))
        shadows = records(Shadow, len(feet))
        for shadow, (player, x, y, z, radius, strength) in zip(shadows, feet, strict=True):
            shadow["player"] = player
            shadow["feet"] = np.array([x, y, z]) - self._world.volume.origin
            shadow["radius"], shadow["strength"] = radius, strength
        return shadows

    def hand(self, tick: int, player: int, axes: Vector, shake: Vector) -> NDArray[np.void]:
        """Records of a player's own hand in the space of its eye, which `shake` moves; none of who sleeps.

        `axes` has rows right, up, forward.
        """
        row = self._tracks.state(tick, player)
        if row["pose"] == SLEEPING:
            return records(Facet, 0)
        swing = max(int(row["swing"]), 0) / SWING_TICKS
        stack, height = self._grips[player].stack[tick], float(self._grips[player].height[tick])
        if stack.name:
            model = held_item(self._items.item(*stack.look), swing, height)
        else:
            model = bare_arm(self.players.bodies[player], swing, height)
        other = self._tracks.inventory(tick, player).get(OFF_HAND, NOTHING)
        if other.name:
            model = joined([model, off_hand_item(self._items.item(*other.look))])
        eye = np.array([row["x"], row["y"] + row["eye_height"], row["z"]])
        to_world = (axes * [[1], [1], [-1]]).T
        return lit(model.moved(shake), self._light(eye), HAND, turn=to_world)

    def _players(self, tick: int) -> list[dict[str, Any]]:
        return [self._tracks.state(tick, index) for index in range(self._count)]

    def _player(self, tick: int, index: int) -> NDArray[np.void]:
        row = self._tracks.state(tick, index)
        slots = self._tracks.inventory(tick, index)
        pose = person_pose(self._motion(tick, row, index, OFF_HAND in slots))
        model = self.players.dressed(index, pose, slots, self._tracks.held(tick, index))
        feet = np.array([row["x"], row["y"] - (SNEAK_DROP if row["sneaking"] else 0.0), row["z"]])
        place = matrix(shift=feet - self._world.volume.origin) @ self._placed(tick, row, index)
        light = self._light(np.array([row["x"], row["y"] + row["eye_height"], row["z"]]))
        flash = HURT_FLASH if row["hurt"] > 0 or not row["alive"] else 0.0
        return lit(model.moved(place @ matrix(np.eye(3) * SIZE)), light, ENTITY + index, flash)

    def _placed(self, tick: int, row: Row, index: int) -> Vector:
        """How a player's body stands, lies or falls at its place."""
        held = self._postures[index]
        if row["pose"] == SLEEPING:
            return in_bed(bed_of(self._world, row), float(row["yaw"]))
        turn = rotation_y(np.degrees(self._body_yaw(tick, row, index)))
        place = matrix(turn @ fallen(float(self._dead[tick, index])))
        if held.gliding[tick]:
            return place @ glided(float(held.gliding[tick]), float(row["pitch"]))
        pitch = float(row["pitch"]) if row["in_water"] else 0.0
        return place @ stretched(float(held.afloat[tick]), row["pose"] == "swimming", pitch)

    def _body_yaw(self, tick: int, row: Row, index: int) -> float:
        """Where a player's body looks; in a boat, ahead."""
        boat = self._entities.find(tick, int(row["vehicle"])) if row["vehicle"] != ON_FOOT else None
        if boat is not None and boat["type"].endswith("boat"):
            return float(boat["yaw"])
        return float(self._gaits[index].body_yaw[tick])

    def _motion(self, tick: int, row: Row, index: int, holding_left: bool) -> Motion:
        gait, riding = self._gaits[index], row["vehicle"] != ON_FOOT
        return Motion(
            age=float(tick),
            stride=float(gait.stride[tick]),
            pace=0.0 if riding else float(gait.pace[tick]),
            head_yaw=wrap(float(row["yaw"]) - self._body_yaw(tick, row, index)),
            pitch=0.0 if row["pose"] == SLEEPING else float(row["pitch"]),
            swing=max(int(row["swing"]), 0) / SWING_TICKS,
            sneaking=bool(row["sneaking"]),
            holding=bool(row["held_item"]),
            holding_left=holding_left,
            riding=riding,
            prone=row["pose"] == "swimming",
            afloat=float(self._postures[index].afloat[tick]),
        )

    def _entity(self, row: Row) -> NDArray[np.void]:
        if row["type"] == "item":
            return self._item(row)
        place = np.array([row["x"], row["y"] + 0.5, row["z"]])
        if self._fixtures.knows(row):
            model = self._fixtures.model(row)
            moved = model.moved(
                matrix(shift=np.array([row["x"], row["y"], row["z"]]) - self._world.volume.origin)
            )
            return lit(moved, self._light(place), ENTITY + self._count + row["slot"])
        segment = ENTITY + self._count + row["slot"]
        return self.herd.facets(row, np.array(self._world.volume.origin), self._light(place), segment)

    def _item(self, row: dict[str, Any]) -> NDArray[np.void]:
        """A dropped item that turns and bobs; big stacks show several."""
        item = self._items.item(*look_of(row))
        phase = (row["entity"] * 2.399963) % (2 * np.pi)
        lift = np.sin(row["tick"] / 10 + phase) * 0.1 + 0.1
        display = item.placed("ground")
        lift += 0.25 * np.linalg.norm(display[:3, 1])
        copies = 1 + sum(row["count"] >= count for count in SEVERAL)
        spots = [np.zeros(3), *np.random.default_rng(row["entity"]).uniform(-0.15, 0.15, (copies - 1, 3))]
        model = joined([item.model.moved(matrix(shift=spot) @ display) for spot in spots])
        place = np.array([row["x"], row["y"] + lift, row["z"]])
        turned = matrix(
            rotation_y(np.degrees(row["tick"] * ITEM_TURN + phase)), place - self._world.volume.origin
        )
        return lit(model.moved(turned), self._light(place), ENTITY + self._count + row["slot"])

    def _light(self, place: Vector) -> Vector:
        return self._world.light_colour(place)

    def missing(self) -> set[str]:
        """Kinds, pictures and items that are drawn by a stand-in."""
        return self.herd.stand_ins | self._fixtures.missing | self.signs.missing

    def count(self, kind: str) -> int:
        """How many entities of a kind there are."""
        return sum(name.endswith(f":{kind}") for name in self._entities.names)

    def names(self) -> list[str]:
        """Names of the segments from ENTITY on: players, then the entities of the recording."""
        return [f"player:{index}" for index in range(self._count)] + self._entities.names


def player_gait(tracks: Tracks, index: int) -> Gait:
    """How a player's body moves over the recording."""
    columns = {name: tracks.player[name][:, index].astype(np.float64) for name in ("x", "z", "yaw")}
    return gait(columns["x"], columns["z"], columns["yaw"], tracks.player["swing"][:, index] >= 0)
