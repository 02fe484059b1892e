"""By night one player walks ahead and sets torches along the way; the others come after."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.follow_the_leader import FollowTheLeader, FollowTheLeaderParameters
from bots.errors import SkillFailed
from bots.geometry import SIDES
from bots.player import Player
from bots.scene import Scene
from bots.script import Script
from bots.skills.building import place

TORCH = "torch"


class TorchTrailParameters(FollowTheLeaderParameters):
    """`time`: of the day that it begins at; 18000 is midnight."""

    blocks: tuple[float, float] = (4.0, 7.0)
    legs: int = Field(6, ge=1)
    sprint_chance: float = 0.0
    time: tuple[int, int] = (14000, 22000)


class TorchTrail(FollowTheLeader):
    """A torch after every way."""

    name = "torchTrail"
    typical_seconds = 45
    kit = ((TORCH, 64),)
    Parameters = TorchTrailParameters
    parameters: TorchTrailParameters

    def __init__(self, parameters: TorchTrailParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.time = scene.rng.randint(*parameters.time)
        scene.note("night", time=self.time)

    def prepare(self) -> Script[None]:
        """Makes it night."""
        self.scene.set_time(self.time)
        yield

    def arrive(self, player: Player) -> Script[None]:
        """Sets a torch on the ground beside."""
        for side in SIDES:
            cell = player.cell.plus(*side)
            if player.terrain.standable(cell):
                try:
                    yield from place(player, cell, TORCH)
                except SkillFailed as reason:
                    player.log("torch_failed", reason=str(reason))
                return
