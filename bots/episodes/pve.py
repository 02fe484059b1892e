"""Everybody guards their place against mobs that come one after the other."""

from __future__ import annotations

import math
from functools import partial

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.errors import SkillFailed
from bots.geometry import Cell, Vec
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, at_most, wait
from bots.skills.building import equip
from bots.skills.contact import eye_contact
from bots.skills.fighting import SWORDS, fight
from bots.skills.moving import walk_to
from bots.tick import Row

MOBS = ("zombie", "skeleton", "spider", "husk")
CONE = math.radians(45)  # to either side of the view
CHEST = 0.9  # blocks
APPEARS = 3  # ticks until a mob is seen
SWORD_SLOT = 8
SPOTS = 20  # places that are tried for a mob


class PveParameters(EpisodeParameters):
    """Pairs are the least and the most of what is drawn."""

    mobs: tuple[int, int] = Field((2, 5), description="per player, one after the other")
    fight_seconds: float = Field(15.0, gt=0)
    near: float = Field(7.0, gt=0, description="blocks at which a fight begins")
    wait_seconds: float = Field(15.0, gt=0, description="for the mob to come near")
    rest: tuple[int, int] = Field((20, 60), description="ticks between fights")


class Pve(Episode):
    """A sword each; every mob appears ahead of its player, part of the way to the others."""

    name = "pve"
    players = (2, 8)
    typical_seconds = 60
    distance = (15, 25)
    kit = (*TOOLS, ("torch", 16))
    Parameters = PveParameters
    parameters: PveParameters

    def __init__(self, parameters: PveParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.counts = [scene.rng.randint(*parameters.mobs) for _ in scene.players]
        self.swords = [scene.rng.choice(SWORDS[2:]) for _ in scene.players]
        self.claimed: set[int] = set()
        scene.note("mobs", counts=self.counts)

    def prepare(self) -> Script[None]:
        """Hands out the swords."""
        for player, sword in zip(self.scene.players, self.swords, strict=True):
            self.scene.give(player, sword, 1, SWORD_SLOT)
        yield

    def script(self, player: Player) -> Script[None]:
        """Fights mob after mob, going back to the guarded place after each."""
        home = player.position
        yield from equip(player, self.swords[player.index])
        for _ in range(self.counts[player.index]):
            mob = yield from self.call_mob(player)
            yield from at_most(round(self.parameters.wait_seconds * 20), self.await_mob(player, mob))
            yield from at_most(
                round(self.parameters.fight_seconds * 20), fight(player, partial(self.chest, mob))
            )
            try:
                yield from walk_to(player, home.x, home.z, reach=1.5)
            except SkillFailed as reason:
                player.log("home_not_reached", reason=str(reason))
            yield from eye_contact(player, player.rng.randint(*self.parameters.rest), speed=60.0)

    def call_mob(self, player: Player) -> Script[int]:
        """Makes a mob appear in front of the player. Returns its entity id."""
        kind = player.rng.choice(MOBS)
        ground = self.place_for_mob(player)
        self.scene.spawn(kind, ground.floor())
        player.log("mob", mob=kind, cell=list(ground))
        yield from wait(APPEARS)
        fresh = [
            row for row in self.scene.entities if row["type"] == kind and row["entity"] not in self.claimed
        ]
        if not fresh:
            raise SkillFailed(f"the {kind} for {player.name} did not appear")
        mob = min(fresh, key=lambda row: Vec(row["x"], row["y"], row["z"]).distance(ground.floor()))
        self.claimed.add(mob["entity"])
        return int(mob["entity"])

    def place_for_mob(self, player: Player) -> Cell:
        """Ground ahead of the player; anywhere around if there is none ahead. Raises `SkillFailed`."""
        apart = min(player.position.distance(other.position) for other in player.others)
        for attempt in range(SPOTS):
            share = 2 * math.sqrt(
                player.rng.uniform(1 / 64, 1 / 16)
            )  # even over the area between the two radii
            cone = CONE if attempt < SPOTS / 2 else math.pi
            angle = player.yaw + player.rng.uniform(-cone, cone)
            away = player.position.plus(-math.sin(angle) * apart * share, 0, -math.cos(angle) * apart * share)
            ground = player.terrain.ground(away.cell(), 12)
            if ground is not None:
                return ground
        raise SkillFailed(f"there is no ground for a mob near {player.name}")

    def await_mob(self, player: Player, mob: int) -> Script[None]:
        """Stands until the mob is near, or gone."""
        while (chest := self.chest(mob)) is not None and chest.distance(player.eye) > self.parameters.near:
            yield

    def chest(self, mob: int) -> Vec | None:
        """The middle of the mob, None when it is dead."""
        row: Row | None = next((row for row in self.scene.entities if row["entity"] == mob), None)
        return Vec(row["x"], row["y"] + CHEST, row["z"]) if row else None
