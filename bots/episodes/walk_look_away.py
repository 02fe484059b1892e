"""One player turns away from the others, walks off, comes back and turns around again."""

from __future__ import annotations

import math

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait
from bots.skills.looking import draw_speed, look_at, turn_by
from bots.skills.moving import KEY_ANGLES, OPPOSITE, walk_keys


class WalkLookAwayParameters(EpisodeParameters):
    """`spread`: degrees by which the turn may differ from half a turn."""

    rounds: int = Field(3, ge=1)
    spread: float = Field(90.0, ge=0, le=180)
    blocks: tuple[float, float] = (3.0, 4.0)
    pause: tuple[int, int] = Field((4, 10), description="ticks before a walk")
    look_speed: float = Field(60.0, gt=0, description="degrees per second")


class WalkLookAway(Episode):
    """In every round somebody else may be the one to go."""

    name = "walkLookAway"
    players = (2, 16)
    typical_seconds = 60
    Parameters = WalkLookAwayParameters
    parameters: WalkLookAwayParameters

    def __init__(self, parameters: WalkLookAwayParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.walkers = [scene.rng.choice(scene.players) for _ in range(parameters.rounds)]
        self.round = 0
        scene.note("rounds", walkers=[walker.name for walker in self.walkers])

    def script(self, player: Player) -> Script[None]:
        """Goes when it is this player's round, else stands."""
        yield from look_at(player, player.others[0], speed=self.parameters.look_speed)
        for number, walker in enumerate(self.walkers):
            while self.round < number:
                yield
            if walker is player:
                yield from self.go(player)
                self.round += 1
        yield from until(lambda: self.round >= len(self.walkers))

    def go(self, player: Player) -> Script[None]:
        """Turn, walk, come back by the opposite key or by the same after half a turn, turn back."""
        away = math.pi + math.radians(player.rng.uniform(-1, 1) * self.parameters.spread)
        key = player.rng.choice(sorted(KEY_ANGLES))
        blocks = player.rng.uniform(*self.parameters.blocks)
        flip = player.rng.random() < 0.5
        player.log("away", degrees=round(math.degrees(away), 3), key=key, blocks=round(blocks, 3), flip=flip)
        yield from self.turn(player, away)
        yield from wait(player.rng.randint(*self.parameters.pause))
        walked = yield from walk_keys(player, key, blocks)
        if flip:
            yield from self.turn(player, math.pi)
        yield from walk_keys(player, key if flip else OPPOSITE[key], walked)
        yield from look_at(player, player.others[0], speed=self.parameters.look_speed)

    def turn(self, player: Player, angle: float) -> Script[None]:
        """Turns by an angle at a human speed."""
        yield from turn_by(player, angle, speed=draw_speed(player, self.parameters.look_speed))
