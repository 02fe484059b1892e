"""Everybody builds a tower under their own feet and looks at the others from the top."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Script
from bots.skills.contact import eye_contact
from bots.skills.towers import tower_up


class BuildTowerParameters(EpisodeParameters):
    """`height`: fewest and most blocks; the same for everybody."""

    height: tuple[int, int] = (8, 12)
    block: str = "oak_planks"
    contact: int = Field(30, ge=0, description="ticks of eye contact before and after")


class BuildTower(Episode):
    """Up, a block a jump."""

    name = "buildTower"
    players = (2, 16)
    typical_seconds = 12
    distance = (8, 15)
    kit = (*TOOLS, ("oak_planks", 64))
    Parameters = BuildTowerParameters
    parameters: BuildTowerParameters

    def __init__(self, parameters: BuildTowerParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.height = scene.rng.randint(*parameters.height)
        scene.note("tower", height=self.height, block=parameters.block)

    def script(self, player: Player) -> Script[None]:
        """Looks, builds, looks."""
        if player.hotbar_slot([self.parameters.block]) is None:
            self.scene.give(player, self.parameters.block, 64, 8)
        yield from eye_contact(player, self.parameters.contact)
        yield from tower_up(player, self.height, self.parameters.block)
        yield from eye_contact(player, self.parameters.contact)
