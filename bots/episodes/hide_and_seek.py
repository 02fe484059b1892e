"""Hiders go out of sight while the seeker looks at the ground; then the seeker goes to find them.

Where the land hides nobody, a hider builds a wall to crouch behind.
"""

from __future__ import annotations

import math

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.errors import SkillFailed
from bots.geometry import Cell, Face, Vec
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait
from bots.skills.contact import eye_contact
from bots.skills.looking import look, look_at, sees
from bots.skills.moving import walk_to
from bots.skills.sight import EYES
from bots.skills.structures import build_all, on_ground, wall

BLOCK = "oak_planks"
TRIES = 60  # spots that a hider thinks of
FOUND_TICKS = 10  # of looking at whoever was found


class HideAndSeekParameters(EpisodeParameters):
    """Times in ticks."""

    count: int = Field(160, ge=40, description="how long the seeker looks away, at most")
    seek: int = Field(900, ge=100, description="how long the seeker looks for the others, at most")
    blocks: tuple[float, float] = Field((8.0, 18.0), description="between a hiding place and the seeker")


class HideAndSeek(Episode):
    """The seeker is drawn."""

    name = "hideAndSeek"
    players = (2, 8)
    typical_seconds = 40
    distance = (4, 8)
    kit = (*TOOLS, (BLOCK, 64))
    Parameters = HideAndSeekParameters
    parameters: HideAndSeekParameters

    def __init__(self, parameters: HideAndSeekParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.seeker = scene.rng.choice(scene.players)
        self.base = self.seeker.position
        self.hidden: set[int] = set()
        self.found: set[int] = set()
        self.over = False
        scene.note("roles", seeker=self.seeker.name)

    def script(self, player: Player) -> Script[None]:
        """Seeks, or hides."""
        yield from eye_contact(player, 10)
        yield from (self.seek(player) if player is self.seeker else self.hide(player))

    def hide(self, player: Player) -> Script[None]:
        """Goes to a place that the seeker does not see, crouches, and waits."""
        spot = self.hiding_place(player)
        try:
            if spot is not None:
                yield from walk_to(player, spot.x + 0.5, spot.z + 0.5, reach=0.5, sprint=True)
            else:
                yield from self.build_cover(player)
        except SkillFailed as reason:
            player.log("hides_badly", reason=str(reason))
        self.hidden.add(player.index)
        while not self.over and player.index not in self.found:
            player.hold("sneak")
            yield
        yield from look_at(player, self.seeker)

    def hiding_place(self, player: Player) -> Cell | None:
        """The nearest of some drawn places that cannot be seen from where the seeker stands."""
        eye = self.base.plus(0, EYES, 0)
        places = []
        for _ in range(TRIES):
            angle, away = player.rng.uniform(0, math.tau), player.rng.uniform(*self.parameters.blocks)
            at = self.base.plus(away * math.cos(angle), 0, away * math.sin(angle))
            ground = player.terrain.ground(at.cell(), 6)
            if ground and all(hides(player, eye, ground.floor().plus(0, up, 0)) for up in (0.4, 1.2)):
                places.append(ground)
        return min(places, key=lambda cell: cell.floor().distance(player.position), default=None)

    def build_cover(self, player: Player) -> Script[None]:
        """Walks some way off and builds a wall towards the seeker."""
        offset = player.position.minus(self.base)
        length = math.hypot(offset.x, offset.z)
        away = self.parameters.blocks[0] / length
        yield from walk_to(player, self.base.x + offset.x * away, self.base.z + offset.z * away, reach=1)
        facing = (
            Face(-round(offset.x / length), 0, 0)
            if abs(offset.x) > abs(offset.z)
            else Face(0, 0, -round(offset.z / length))
        )
        base = player.cell.plus(facing.x, 0, facing.z)
        cells = on_ground(player.terrain, wall(base, Face(abs(facing.z), 0, abs(facing.x)), 3, 2))
        yield from build_all(player, cells, BLOCK, 0)

    def seek(self, player: Player) -> Script[None]:
        """Looks down until all have hidden, then goes around."""
        yield from look(player, player.yaw, math.radians(-80))
        start = self.scene.tick
        yield from until(lambda: self.all_hidden() or self.scene.tick - start > self.parameters.count)
        player.log("seeks", hidden=len(self.hidden))
        end = self.scene.tick + self.parameters.seek
        for hider in sorted(player.others, key=lambda other: other.position.distance(player.position)):
            yield from self.find(player, hider, end)
        self.over = True
        player.log("found", names=[self.scene.players[index].name for index in sorted(self.found)])

    def find(self, player: Player, hider: Player, end: int) -> Script[None]:
        """Goes towards a hider until there is a line of sight, and looks at them."""
        try:
            walk = walk_to(player, hider.position.x, hider.position.z, reach=2)
            while self.scene.tick < end and not sees(player, hider.eye, angle=math.radians(60)):
                next(walk)
                yield
        except StopIteration:
            pass
        except SkillFailed as reason:
            player.log("not_found", reason=str(reason))
            return
        yield from look_at(player, hider)
        self.found.add(hider.index)
        yield from wait(FOUND_TICKS)

    def all_hidden(self) -> bool:
        """Whether everybody has hidden."""
        return len(self.hidden) == len(self.scene.players) - 1


def hides(player: Player, eye: Vec, point: Vec) -> bool:
    """Whether something solid is between an eye and a point."""
    return player.terrain.cast(eye, point, eye.distance(point) - 0.3) is not None
