"""Evaluation: one player turns by 40 degrees to either side, or half around."""

from __future__ import annotations

import math

from bots.episodes.evaluation import EvaluationEpisode, EvaluationParameters
from bots.player import Player
from bots.script import Script
from bots.skills.looking import turn_evenly

DEGREES = (40, -40, 180)  # + = left


class RotationEval(EvaluationEpisode):
    """Where on the screen is the other player now? Cases 0 to 2: the first player turns; 3 to 5: the
    second.
    """

    name = "rotationEval"
    cases = 6
    Parameters = EvaluationParameters

    def prepare(self) -> Script[None]:
        """Face to face."""
        self.face_off(round(self.scene.rng.uniform(*self.distance)))
        yield

    def script(self, player: Player) -> Script[None]:
        """Marks and turns, or stands."""
        actor = self.scene.players[self.case // len(DEGREES)]
        if player is actor:
            degrees = DEGREES[self.case % len(DEGREES)]
            self.note(actor=actor.name, degrees=degrees)
            yield from self.marker(player)
            yield from turn_evenly(player, math.radians(degrees), speed=self.parameters.camera_speed)
        yield from self.finish()
