"""Everybody crosses the circle at the same time, to where the one opposite stood."""

from __future__ import annotations

import math

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.errors import SkillFailed
from bots.player import Player
from bots.scene import Scene
from bots.script import Meeting, Script, wait
from bots.skills.contact import eye_contact
from bots.skills.moving import walk_to

ENOUGH = 0.5  # of the players have to get across


class CrowdCrossingParameters(EpisodeParameters):
    """`rounds` of crossing; `hesitation`: most ticks that somebody starts late."""

    rounds: int = Field(2, ge=1)
    hesitation: int = Field(20, ge=0)
    sprint_chance: float = Field(0.3, ge=0, le=1)


class CrowdCrossing(Episode):
    """Paths cross in the middle."""

    name = "crowdCrossing"
    players = (3, 16)
    typical_seconds = 20
    distance = (14, 20)
    Parameters = CrowdCrossingParameters
    parameters: CrowdCrossingParameters

    def __init__(self, parameters: CrowdCrossingParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.centre = scene.middle
        self.across = 0
        self.meeting = Meeting(len(scene.players))

    def script(self, player: Player) -> Script[None]:
        """Crosses, waits for all, and crosses back."""
        start = player.position
        far = self.centre.plus(self.centre.x - start.x, 0, self.centre.z - start.z)
        sprint = player.rng.random() < self.parameters.sprint_chance
        for number in range(self.parameters.rounds):
            goal = far if number % 2 == 0 else start
            yield from wait(player.rng.randint(0, self.parameters.hesitation))
            try:
                yield from walk_to(player, goal.x, goal.z, reach=1.5, sprint=sprint)
                self.across += 1
            except SkillFailed as reason:
                player.log("not_across", reason=str(reason))
            yield from self.meeting.wait()
        yield from eye_contact(player, 20)
        if self.across < math.ceil(ENOUGH * self.parameters.rounds * len(self.scene.players)):
            raise SkillFailed(f"only {self.across} crossings came to their end")
