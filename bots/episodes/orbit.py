"""Players walk around the circle that they stand on, stop now and then and look at each other.

Solaris gives all points the height of the middle between the players, so in hills they cannot be reached;
here every point is where the ground is.
"""

from __future__ import annotations

import math

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.errors import SkillFailed
from bots.geometry import Vec
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.looking import look_at
from bots.skills.moving import walk_to


class OrbitParameters(EpisodeParameters):
    """`reach` in blocks, `hold_ticks` of looking at each stop."""

    points: int = Field(8, ge=3, le=32)
    reach: float = Field(1.5, ge=0.5, le=4)
    look_speed: float = Field(90.0, gt=0, description="degrees per second")
    hold_ticks: int = Field(20, ge=0, le=200)


class Orbit(Episode):
    """Once around the circle, everybody from where they stand."""

    name = "orbit"
    meets = True
    players = (2, 16)
    typical_seconds = 60
    Parameters = OrbitParameters
    parameters: OrbitParameters

    def __init__(self, parameters: OrbitParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.centre = scene.middle
        self.turn = scene.rng.choice((-1, 1))
        self.reached = dict.fromkeys(range(len(scene.players)), 0)
        scene.note(
            "orbit",
            turn="counter-clockwise" if self.turn > 0 else "clockwise",
            centre=[round(c, 3) for c in self.centre],
        )

    def script(self, player: Player) -> Script[None]:
        """Walks from point to point; a point that cannot be reached, such as in a lake, is left out."""
        offset = player.position.minus(self.centre)
        radius, start = math.hypot(offset.x, offset.z), math.atan2(offset.z, offset.x)
        for index in range(1, self.parameters.points + 1):
            angle = start - self.turn * math.tau * index / self.parameters.points
            point = self.centre.plus(radius * math.cos(angle), 0, radius * math.sin(angle))
            yield from self.visit(player, point)
        if self.reached[player.index] < self.parameters.points / 2:
            raise SkillFailed(f"{player.name} reached {self.reached[player.index]} points of the circle only")

    def visit(self, player: Player, point: Vec) -> Script[None]:
        """Walks to a point and looks at the next player."""
        try:
            yield from walk_to(player, point.x, point.z, reach=self.parameters.reach)
            self.reached[player.index] += 1
        except SkillFailed as reason:
            player.log("point_left_out", reason=str(reason))
        yield from look_at(player, player.others[0], speed=self.parameters.look_speed)
        yield from wait(self.parameters.hold_ticks)
