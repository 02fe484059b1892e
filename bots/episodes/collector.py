"""A leader digs for ore, by level tunnels and by staircases; the others follow with torches. The lead
changes.

In Solaris the follower's torch is called with wrong arguments; here torches stand.
"""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.errors import SkillFailed
from bots.geometry import SIDES, Cell
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, at_most, wait
from bots.skills.aiming import points_to_dig, points_to_place
from bots.skills.building import place
from bots.skills.contact import eye_contact
from bots.skills.looking import look_at
from bots.skills.mining import dig
from bots.skills.moving import pursue
from bots.skills.tunnels import check_dry, dig_step

TORCH = "torch"
ORE_RANGE = 4  # blocks around the leader
DIG_TRIES = 4  # directions


class CollectorParameters(EpisodeParameters):
    """Pairs are the least and the most of what is drawn."""

    cycles: int = Field(5, ge=1)
    tasks: int = Field(2, ge=1, description="digs per lead")
    blocks: tuple[int, int] = (5, 8)
    level_chance: float = Field(0.6, ge=0, le=1, description="of a level tunnel rather than a staircase")
    ores: int = Field(8, ge=0, description="most blocks of ore that are taken after a dig")
    distance: float = Field(2.5, gt=0, description="blocks at which the others follow")
    torch_ticks: int = Field(100, ge=20, description="between a follower's torches")


class Collector(Episode):
    """Everybody has torches and tools; who leads a cycle is drawn."""

    name = "collector"
    players = (2, 4)
    typical_seconds = 150
    distance = (3, 10)
    kit = (*TOOLS, (TORCH, 64), (TORCH, 64))
    max_seconds = 400
    Parameters = CollectorParameters
    parameters: CollectorParameters

    def __init__(self, parameters: CollectorParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.leaders = [scene.rng.choice(scene.players) for _ in range(parameters.cycles)]
        self.cycle = 0
        self.collected = 0
        scene.note("leaders", names=[leader.name for leader in self.leaders])

    def script(self, player: Player) -> Script[None]:
        """Leads or follows, cycle by cycle."""
        yield from eye_contact(player, 10)
        while self.cycle < len(self.leaders):
            if self.leaders[self.cycle] is player:
                yield from self.lead(player)
                self.cycle += 1
            else:
                yield from self.follow(player, self.cycle)

    def lead(self, player: Player) -> Script[None]:
        """Some digs, each with a torch before and the ore that it laid bare after."""
        for _ in range(self.parameters.tasks):
            yield from self.light(player)
            yield from self.dig_somewhere(player)
            yield from self.take_ores(player)
        yield from eye_contact(player, 5)

    def dig_somewhere(self, player: Player) -> Script[None]:
        """A passage in a drawn direction; where water or a hole is in the way, in another."""
        blocks = player.rng.randint(*self.parameters.blocks)
        down = player.rng.random() >= self.parameters.level_chance
        for face in player.rng.sample(SIDES, DIG_TRIES):
            try:
                for _ in range(blocks):
                    yield from dig_step(player, face, down=down)
            except SkillFailed as reason:
                player.log("dig_ended", face=list(face), reason=str(reason))
                continue
            player.log("dug", face=list(face), blocks=blocks, down=down)
            return
        yield from wait(1)

    def take_ores(self, player: Player) -> Script[None]:
        """Mines what ore can be reached from here."""
        for _ in range(self.parameters.ores):
            ores = [
                cell for cell in self.ores_around(player) if points_to_dig(player.terrain, player.eye, cell)
            ]
            if not ores:
                return
            try:
                check_dry(player, ores[0])
                yield from dig(player, ores[0])
            except SkillFailed as reason:
                player.log("ore_left", reason=str(reason))
                return
            self.collected += 1

    def ores_around(self, player: Player) -> list[Cell]:
        """Ore near the player, nearest first."""
        near = range(-ORE_RANGE, ORE_RANGE + 1)
        cells = (player.cell.plus(x, y, z) for x in near for y in near for z in near)
        found = [cell for cell in cells if player.terrain.block(cell).name.endswith("_ore")]
        return sorted(found, key=lambda cell: cell.centre().distance(player.eye))

    def follow(self, player: Player, cycle: int) -> Script[None]:
        """Goes after the leader and sets a torch now and then, until the lead changes."""
        leader = self.leaders[cycle]
        while self.cycle == cycle:
            ticks = min(self.parameters.torch_ticks, 40)
            for _ in range(self.parameters.torch_ticks // ticks):
                yield from at_most(
                    ticks, pursue(player, leader, reach=self.parameters.distance, sprint=False)
                )
                if self.cycle != cycle:
                    return
            yield from self.light(player)
            yield from look_at(player, leader)

    def light(self, player: Player) -> Script[None]:
        """Sets a torch on the ground or a wall near by, if there is a place for one."""
        cells = [player.cell.plus(face.x, up, face.z) for up in (1, 0) for face in SIDES]
        for cell in cells:
            if player.terrain.block(cell).air and points_to_place(player.terrain, player.eye, cell):
                try:
                    yield from place(player, cell, TORCH)
                except SkillFailed as reason:
                    player.log("torch_failed", reason=str(reason))
                return
