"""Players build towers and, from their tops, bridges that meet in the middle.

In Solaris all towers have eight blocks, whatever the ground; here all reach the same level, so that bridges
can meet.
"""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.episodes.mine import towards
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.contact import comes_after, eye_contact
from bots.skills.towers import bridge, tower_up

BLOCK = "oak_planks"
MET = 1.8  # blocks to somebody ahead


class TowerBridgeParameters(EpisodeParameters):
    """`height`: blocks of the tower on the highest ground."""

    height: int = Field(8, ge=2, le=20)
    pause: int = Field(30, ge=0, description="ticks on top of the tower")
    contact: int = Field(30, ge=0, description="ticks of eye contact")
    reach: float = Field(1.5, ge=1, description="blocks from the middle at which a bridge ends")


class TowerBridge(Episode):
    """Up, then across."""

    name = "towerBridge"
    players = (2, 4)
    typical_seconds = 22
    distance = (12, 20)
    kit = (*TOOLS, (BLOCK, 64), (BLOCK, 64))
    Parameters = TowerBridgeParameters
    parameters: TowerBridgeParameters

    def __init__(self, parameters: TowerBridgeParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.level = max(player.cell.y for player in scene.players) + parameters.height
        self.meeting = scene.middle.cell()._replace(y=self.level)
        scene.note("meeting", cell=list(self.meeting))

    def script(self, player: Player) -> Script[None]:
        """Looks, builds up, builds across, looks."""
        yield from eye_contact(player, self.parameters.contact)
        yield from tower_up(player, self.level - player.cell.y, BLOCK)
        yield from wait(self.parameters.pause)
        yield from eye_contact(player, 0)
        while player.position.flat_distance(self.meeting.floor()) > self.parameters.reach:
            face = towards(player.cell, self.meeting)
            if face is None or comes_after(player, self.meeting.floor(), blocks=MET):
                break
            yield from bridge(player, face, 1, BLOCK)
        yield from eye_contact(player, self.parameters.contact)
