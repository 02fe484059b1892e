"""Everybody builds: a wall or a tower in front of themselves, or all together one platform.

In Solaris walls and towers start in the builder's own cell; here they stand two blocks ahead, on the ground.
"""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.geometry import SIDES, Cell, Face, direction
from bots.player import Player
from bots.scene import Scene
from bots.script import Script
from bots.skills.building import leave
from bots.skills.contact import eye_contact
from bots.skills.structures import build_all, on_ground, platform, wall

BLOCKS = ("stone", "cobblestone", "oak_planks", "bricks")
KINDS = ("wall", "tower", "platform")
AHEAD = 2  # blocks


class BuildStructureParameters(EpisodeParameters):
    """Sizes in blocks, times in ticks."""

    wall: tuple[int, int] = Field((5, 2), description="width and height")
    tower: int = Field(2, ge=1, le=4)
    platform: int = Field(4, ge=2, le=8)
    between: int = Field(6, ge=0, description="ticks between two blocks")
    contact: int = Field(30, ge=0, description="ticks of eye contact before and after")


class BuildStructure(Episode):
    """One kind of structure and one material for all."""

    name = "buildStructure"
    players = (2, 8)
    typical_seconds = 15
    distance = (8, 15)
    kit = (*TOOLS, *((block, 64) for block in BLOCKS))
    Parameters = BuildStructureParameters
    parameters: BuildStructureParameters

    def __init__(self, parameters: BuildStructureParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.kind = scene.rng.choice(KINDS)
        self.block = scene.rng.choice(BLOCKS)
        self.cells = {player.index: self.plan(player) for player in scene.players}
        scene.note("structure", shape=self.kind, block=self.block)

    def plan(self, player: Player) -> list[Cell]:
        """What this player builds."""
        terrain = self.scene.terrain
        if self.kind == "platform":
            half = self.parameters.platform // 2
            cells = platform(self.scene.middle.cell().plus(-half, 0, -half), self.parameters.platform)
            count = len(self.scene.players)
            return [
                cell
                for at, cell in enumerate(on_ground(terrain, cells))
                if at * count // len(cells) == player.index
            ]
        facing = facing_side(player)
        base = player.cell.plus(facing.x * AHEAD, 0, facing.z * AHEAD)
        width, height = self.parameters.wall if self.kind == "wall" else (1, self.parameters.tower)
        return on_ground(terrain, wall(base, Face(facing.z, 0, facing.x), width, height))

    def script(self, player: Player) -> Script[None]:
        """Looks, builds, looks."""
        yield from eye_contact(player, self.parameters.contact)
        yield from build_all(player, self.cells[player.index], self.block, self.parameters.between)
        yield from leave(player, [cell for cells in self.cells.values() for cell in cells])
        yield from eye_contact(player, self.parameters.contact)


def facing_side(player: Player) -> Face:
    """The side of the compass that the player looks to."""
    view = direction(player.yaw, 0)
    return max(SIDES, key=lambda side: side.x * view.x + side.z * view.z)
