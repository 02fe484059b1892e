"""A leader wanders about, and the others follow in a row, each behind the one before."""

from __future__ import annotations

import math

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.errors import SkillFailed
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait
from bots.skills.contact import eye_contact
from bots.skills.moving import pursue, walk_to


class FollowTheLeaderParameters(EpisodeParameters):
    """Pairs are the least and the most of what is drawn."""

    legs: int = Field(5, ge=1, description="ways of the leader")
    blocks: tuple[float, float] = Field((6.0, 14.0), description="of a way")
    gap: float = Field(2.5, gt=1, description="blocks between one and the next")
    sprint_chance: float = Field(0.3, ge=0, le=1)


class FollowTheLeader(Episode):
    """The order is drawn; the first of it leads."""

    name = "followTheLeader"
    meets = True
    players = (2, 16)
    typical_seconds = 40
    distance = (6, 12)
    Parameters = FollowTheLeaderParameters
    parameters: FollowTheLeaderParameters

    def __init__(self, parameters: FollowTheLeaderParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.order = scene.rng.sample(scene.players, len(scene.players))
        self.sprint = scene.rng.random() < parameters.sprint_chance
        self.leading = True
        scene.note("order", names=[player.name for player in self.order], sprint=self.sprint)

    def script(self, player: Player) -> Script[None]:
        """Leads, or follows the one before."""
        place = self.order.index(player)
        if place == 0:
            yield from self.lead(player)
        else:
            before = self.order[place - 1]
            yield from until(
                lambda: not self.leading,
                pursue(player, before, reach=self.parameters.gap, sprint=self.sprint),
            )
        yield from eye_contact(player, 20)

    def lead(self, player: Player) -> Script[None]:
        """Way after way, never turning back sharply."""
        bearing = player.yaw
        for _ in range(self.parameters.legs):
            bearing += player.rng.uniform(-math.pi / 2, math.pi / 2)
            blocks = player.rng.uniform(*self.parameters.blocks)
            x, z = (
                player.position.x - math.sin(bearing) * blocks,
                player.position.z - math.cos(bearing) * blocks,
            )
            try:
                yield from walk_to(player, x, z, reach=2, sprint=self.sprint)
                yield from self.arrive(player)
            except SkillFailed as reason:
                player.log("way_left_out", reason=str(reason))
                bearing += math.pi / 2
                yield
        self.leading = False

    def arrive(self, player: Player) -> Script[None]:
        """What the leader does at the end of a way."""
        yield from wait(player.rng.randint(0, 10))
