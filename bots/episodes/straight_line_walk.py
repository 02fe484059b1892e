"""One player walks past another while the others watch."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, during, within
from bots.skills.looking import follow, look_at
from bots.skills.moving import walk_to

BESIDE = 1.2  # blocks, so that the walker need not go through the other


class StraightLineWalkParameters(EpisodeParameters):
    """`beyond`: fewest and most blocks that the walker goes past the other."""

    beyond: tuple[int, int] = (4, 8)
    sprint_chance: float = Field(0.5, ge=0, le=1)
    look_speed: float = Field(180.0, gt=0, description="degrees per second")
    watch_speed: float = Field(90.0, gt=0, description="degrees per second, at most")
    limit_seconds: float = Field(20.0, gt=0)


class StraightLineWalk(Episode):
    """A walker goes by somebody and looks back; the rest turn their heads after the walker."""

    name = "straightLineWalk"
    players = (2, 16)
    typical_seconds = 20
    Parameters = StraightLineWalkParameters
    parameters: StraightLineWalkParameters

    def __init__(self, parameters: StraightLineWalkParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.walker = scene.rng.choice(scene.players)
        self.passed = scene.rng.choice(self.walker.others)
        self.beyond = scene.rng.randint(*parameters.beyond)
        self.sprint = scene.rng.random() < parameters.sprint_chance
        self.walking = True
        scene.note(
            "roles", walker=self.walker.name, passed=self.passed.name, beyond=self.beyond, sprint=self.sprint
        )

    def script(self, player: Player) -> Script[None]:
        """Walk, or watch."""
        if player is self.walker:
            yield from self.walk(player)
        else:
            yield from during(
                self.until_walked(), follow(player, self.walker, speed=self.parameters.watch_speed)
            )
            yield from look_at(player, self.walker, speed=self.parameters.look_speed)

    def walk(self, player: Player) -> Script[None]:
        """Goes to the point behind the other, then looks at them."""
        offset = self.passed.position.minus(player.position)
        length = player.position.flat_distance(self.passed.position)
        ahead = offset.scaled((length + self.beyond) / length)
        side = BESIDE / length * player.rng.choice((-1, 1))
        goal = player.position.plus(ahead.x - offset.z * side, 0, ahead.z + offset.x * side)
        ticks = round(self.parameters.limit_seconds * 20)
        yield from within(
            ticks, walk_to(player, goal.x, goal.z, sprint=self.sprint), "the walk past the other"
        )
        yield from look_at(player, self.passed, speed=self.parameters.look_speed)
        self.walking = False

    def until_walked(self) -> Script[None]:
        """Waits for the walker."""
        while self.walking:
            yield
