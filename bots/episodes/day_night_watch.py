"""Players keep watch while a day goes by in a minute: sun, dusk, stars, dawn."""

from __future__ import annotations

import math

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, during, until, wait
from bots.skills.looking import look, look_at
from bots.skills.moving import walk_keys

DAY = 24000


class DayNightWatchParameters(EpisodeParameters):
    """`pace`: ticks of the day that go by in one tick of the game."""

    pace: int = Field(30, ge=1, le=200)
    share: float = Field(0.75, gt=0, le=2, description="of a day that is watched")
    rest: tuple[int, int] = Field((10, 50), description="ticks between looks")


class DayNightWatch(Episode):
    """Everybody looks about, at the sky and at each other, and takes a few steps."""

    name = "dayNightWatch"
    players = (1, 16)
    typical_seconds = 30
    Parameters = DayNightWatchParameters
    parameters: DayNightWatchParameters

    def __init__(self, parameters: DayNightWatchParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.start = scene.rng.randrange(DAY)
        self.ticks = round(parameters.share * DAY / parameters.pace)
        scene.note("watch", start=self.start, ticks=self.ticks)

    def prepare(self) -> Script[None]:
        """Sets the hour."""
        self.scene.set_time(self.start, running=False)
        yield

    def script(self, player: Player) -> Script[None]:
        """Watches; beside the first player's watch the sun moves."""
        watch = until(lambda: self.scene.tick >= self.ticks, self.watch(player))
        yield from during(watch, self.move_sun()) if player.index == 0 else watch

    def move_sun(self) -> Script[None]:
        """Sets the time of day, tick by tick."""
        while True:
            self.scene.set_time((self.start + self.scene.tick * self.parameters.pace) % DAY, running=False)
            yield

    def watch(self, player: Player) -> Script[None]:
        """Looks here and there."""
        while True:
            if player.others and player.rng.random() < 0.3:
                yield from look_at(player, player.rng.choice(player.others))
            elif player.rng.random() < 0.3:
                yield from walk_keys(player, "forward", player.rng.uniform(1, 4))
            else:
                pitch = math.radians(player.rng.triangular(-20, 70, 5))
                yield from look(player, player.yaw + player.rng.uniform(-2, 2), pitch, speed=60)
            yield from wait(player.rng.randint(*self.parameters.rest))
