"""Players build a house together, stage by stage: floor, walls with a gap for a door, roof.

Solaris lets the path finder scaffold for the roof; here everybody builds a short pillar inside, lays their
part of the roof from it, takes the pillar down and closes the hole above it from below.
"""

from __future__ import annotations

import math

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.errors import SkillFailed
from bots.geometry import Cell
from bots.player import Player
from bots.scene import Scene
from bots.script import Meeting, Script, wait
from bots.skills.building import build, leave, place
from bots.skills.contact import eye_contact
from bots.skills.looking import look_at
from bots.skills.mining import dig
from bots.skills.moving import stand_still, walk_to
from bots.skills.sites import bring, find_yard, level
from bots.skills.structures import build_all, fill, platform
from bots.skills.towers import tower_up

SIZE = 5
WALLS = 3  # blocks high
MATERIALS = ("cobblestone", "oak_planks", "oak_log")  # floor, walls, roof
DOOR = (2, SIZE - 1)  # the gap in the south wall
PILLARS = ((1, 2), (3, 2), (2, 1), (2, 3))  # inside, a player each
PILLAR_HEIGHT = 2
YARD = SIZE // 2 + 1  # blocks from the middle of the level ground to its edge
VIEW = (9.0, 14.0)  # blocks from the house to where it is looked at
LOOK_TICKS = 40


class BuildHouseParameters(EpisodeParameters):
    """Times in ticks."""

    between: int = Field(4, ge=0, description="ticks between two blocks")
    pause: int = Field(20, ge=0, description="ticks between stages")
    contact: int = Field(20, ge=0, description="ticks of eye contact at the start")


class BuildHouse(Episode):
    """5 x 5 blocks; every stage is split evenly, and all wait for all before the next."""

    name = "buildHouse"
    players = (2, 4)
    typical_seconds = 120
    distance = (10, 20)
    kit = (*TOOLS, *((material, 64) for material in MATERIALS))
    Parameters = BuildHouseParameters
    parameters: BuildHouseParameters

    def __init__(self, parameters: BuildHouseParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.middle = find_yard(scene.terrain, scene.middle.cell(), YARD)
        self.corner = self.middle.plus(-(SIZE // 2), 0, -(SIZE // 2))
        self.meeting = Meeting(len(scene.players))
        scene.note("house", corner=list(self.corner))

    def prepare(self) -> Script[None]:
        """Levels the ground; who stands on it is put on top."""
        level(self.scene, self.middle, YARD)
        for player in self.scene.players:
            spot = self.middle._replace(x=player.cell.x, z=player.cell.z)
            if max(abs(spot.x - self.middle.x), abs(spot.z - self.middle.z)) <= YARD:
                bring(self.scene, player, spot, player.others[0].position)
        yield

    def script(self, player: Player) -> Script[None]:
        """All stages, then a look at the house from afar."""
        floor, walls, roof = MATERIALS
        yield from eye_contact(player, self.parameters.contact)
        yield from self.build_stage(player, self.floor(), floor)
        for up in range(1, WALLS + 1):
            yield from self.build_stage(player, self.ring(up), walls)
        yield from self.build_roof(player, roof)
        yield from self.gather()
        yield from self.look_from_afar(player)

    def build_stage(self, player: Player, cells: list[Cell], item: str) -> Script[None]:
        """Builds the player's part of some cells, out of the others' way before and after."""
        yield from leave(player, cells)
        yield from build_all(player, self.share(player, cells), item, self.parameters.between)
        yield from leave(player, cells)
        yield from self.gather()

    def floor(self) -> list[Cell]:
        """The lowest layer, on the ground."""
        return platform(self.corner, SIZE)

    def ring(self, level: int) -> list[Cell]:
        """One layer of the walls, around in order."""
        edge = (0, SIZE - 1)
        cells = [(x, z) for x in range(SIZE) for z in range(SIZE) if x in edge or z in edge]
        around = sorted(cells, key=lambda at: math.atan2(at[1] - 2, at[0] - 2))
        return [self.corner.plus(x, level, z) for x, z in around if level == WALLS or (x, z) != DOOR]

    def share(self, player: Player, cells: list[Cell]) -> list[Cell]:
        """The player's part of a list of cells."""
        count = len(self.scene.players)
        return [cell for at, cell in enumerate(cells) if at * count // len(cells) == player.index]

    def gather(self) -> Script[None]:
        """Waits until all have come to the end of a stage."""
        yield from self.meeting.wait()
        yield from wait(self.parameters.pause)

    def build_roof(self, player: Player, item: str) -> Script[None]:
        """Lays the player's part of the roof from a pillar inside, and closes the hole above that from
        below.
        """
        x, z = PILLARS[player.index]
        foot, top = self.corner.plus(x, 1, z), WALLS + 1
        yield from walk_to(player, foot.x + 0.5, foot.z + 0.5, reach=0.3)
        yield from tower_up(player, PILLAR_HEIGHT - (player.cell.y - foot.y), item)
        hole = self.corner.plus(x, top, z)
        cells = [cell for cell in self.farthest_first(player, top) if cell != hole]
        yield from fill(player, cells, item, self.parameters.between, place)
        for _ in range(PILLAR_HEIGHT):
            yield from dig(player, player.cell.plus(0, -1, 0))
            yield from stand_still(player)
        yield from build(player, hole, item)

    def farthest_first(self, player: Player, top: int) -> list[Cell]:
        """The player's part of the roof, in an order in which no block hides the place of a later one."""
        pillars = [self.corner.plus(x, top, z) for x, z in PILLARS[: len(self.scene.players)]]
        own = pillars[player.index]
        cells = [cell for cell in platform(self.corner.plus(0, top, 0), SIZE) if cell not in pillars]
        mine = [c for c in cells if min(pillars, key=lambda p: (c.centre().distance(p.centre()), p)) == own]
        return sorted(mine, key=lambda c: -c.centre().distance(own.centre()))

    def look_from_afar(self, player: Player) -> Script[None]:
        """Goes out by the door to somewhere near and looks back."""
        centre = self.corner.centre().plus(2, 0, 2)
        angle, away = player.rng.uniform(0.3, math.pi - 0.3), player.rng.uniform(*VIEW)
        x, z = centre.x + away * math.cos(angle), centre.z + away * math.sin(angle)
        try:
            yield from walk_to(player, x, z, reach=2)
        except SkillFailed as reason:
            player.log("view_not_reached", reason=str(reason))
        yield from look_at(player, centre.plus(0, 2, 0))
        yield from wait(LOOK_TICKS)
