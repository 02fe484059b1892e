"""Players dig down, dig tunnels to the middle between them, and meet underground."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.geometry import Cell, Face
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.contact import comes_after, eye_contact
from bots.skills.tunnels import dig_down, dig_step

DEPTH = 2  # blocks
MET = 2.2  # blocks to somebody ahead in the same tunnel


class MineParameters(EpisodeParameters):
    """Times in ticks."""

    contact: int = Field(30, ge=0, description="ticks of eye contact before and after")
    pause: int = Field(16, ge=0, description="ticks after the drop")
    reach: float = Field(2.5, ge=1, description="blocks from the middle at which a tunnel ends")


class Mine(Episode):
    """Down two blocks, then level, or by steps down to the level of the deepest."""

    name = "mine"
    players = (2, 6)
    typical_seconds = 10
    kit = (*TOOLS, ("torch", 64))
    Parameters = MineParameters
    parameters: MineParameters

    def __init__(self, parameters: MineParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        level = min(player.cell.y for player in scene.players) - DEPTH
        self.meeting = scene.middle.cell()._replace(y=level)
        scene.note("meeting", cell=list(self.meeting))

    def script(self, player: Player) -> Script[None]:
        """Looks, digs, looks."""
        yield from eye_contact(player, self.parameters.contact)
        yield from dig_down(player, DEPTH)
        yield from wait(self.parameters.pause)
        while True:
            face = towards(player.cell, self.meeting)
            middle = self.meeting.floor()
            if face is None or player.position.flat_distance(middle) <= self.parameters.reach:
                break
            if comes_after(player, middle, blocks=MET):
                break
            yield from dig_step(player, face, down=player.cell.y > self.meeting.y)
        yield from eye_contact(player, self.parameters.contact)


def towards(cell: Cell, goal: Cell) -> Face | None:
    """The side to go to, along the longer way first; None when there."""
    dx, dz = goal.x - cell.x, goal.z - cell.z
    if dx == dz == 0:
        return None
    if abs(dx) >= abs(dz):
        return Face(1 if dx > 0 else -1, 0, 0)
    return Face(0, 0, 1 if dz > 0 else -1)
