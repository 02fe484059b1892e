"""Evaluation: both players turn away from each other and, after a while, back."""

from __future__ import annotations

import math

from bots.episodes.evaluation import EvaluationEpisode, EvaluationParameters
from bots.geometry import wrap
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.looking import turn_evenly

SIDE = 90.0  # degrees off the way back
SPREAD = 22.5
HOLD_TICKS = 60


class BothLookAwayEval(EvaluationEpisode):
    """Is another player visible? No while away, yes after. Both turn to the same drawn side."""

    name = "bothLookAwayEval"
    Parameters = EvaluationParameters

    def __init__(self, parameters: EvaluationParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        side = 1 if scene.rng.random() < 0.5 else -1
        self.offset = SIDE * side + scene.rng.uniform(-SPREAD, SPREAD)

    def prepare(self) -> Script[None]:
        """Face to face."""
        self.face_off(round(self.scene.rng.uniform(*self.distance)))
        yield

    def actors(self) -> list[Player]:
        """Who turns away."""
        return self.scene.players

    def script(self, player: Player) -> Script[None]:
        """Marks, turns away, stays so, turns back; or stands."""
        if player in self.actors():
            self.note(actors=[actor.name for actor in self.actors()], degrees=round(self.turn_degrees, 3))
            turn = math.radians(self.turn_degrees)
            yield from self.marker(player)
            yield from turn_evenly(player, turn, speed=self.parameters.camera_speed)
            yield from wait(HOLD_TICKS)
            yield from turn_evenly(player, -turn, speed=self.parameters.camera_speed)
        yield from self.finish()

    @property
    def turn_degrees(self) -> float:
        """The turn to the far side plus the offset, the short way round; + = left."""
        return math.degrees(wrap(math.radians(180 + self.offset)))
