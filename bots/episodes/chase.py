"""One player runs, the others chase.

In Solaris the runner has one goal straight ahead for the whole episode and the chaser re-plans each second;
here the runner picks a new direction away from the nearest chaser whenever a stretch is done.
"""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, at_most, wait
from bots.skills.contact import nearest
from bots.skills.looking import look_at
from bots.skills.moving import pursue, run_away


class ChaseParameters(EpisodeParameters):
    """`stretch`: fewest and most blocks that the runner runs in one direction."""

    seconds: tuple[float, float] = (5.0, 15.0)
    reach: float = Field(3.0, gt=0, description="blocks at which a chaser stops")
    stretch: tuple[float, float] = (15.0, 40.0)
    look_speed: float = Field(90.0, gt=0, description="degrees per second")


class Chase(Episode):
    """Runs for a drawn time."""

    name = "chase"
    meets = True
    players = (2, 8)
    typical_seconds = 10
    Parameters = ChaseParameters
    parameters: ChaseParameters

    def __init__(self, parameters: ChaseParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.runner = scene.rng.choice(scene.players)
        self.ticks = round(scene.rng.uniform(*parameters.seconds) * 20)
        scene.note("roles", runner=self.runner.name, ticks=self.ticks)

    def script(self, player: Player) -> Script[None]:
        """Run or chase, then look at each other."""
        if player is self.runner:
            yield from at_most(self.ticks, self.run(player))
            yield from wait(10)
            yield from look_at(player, nearest(player), speed=self.parameters.look_speed)
        else:
            yield from at_most(self.ticks, pursue(player, self.runner, reach=self.parameters.reach))
            yield from look_at(player, self.runner, speed=self.parameters.look_speed)
            yield from wait(10)

    def run(self, player: Player) -> Script[None]:
        """Stretch after stretch, away from whoever is nearest."""
        while True:
            yield from run_away(player, nearest(player), player.rng.uniform(*self.parameters.stretch))
