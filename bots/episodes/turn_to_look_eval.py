"""Evaluation: two players who face each other both turn to the same side of the world."""

from __future__ import annotations

import math

from bots.episodes.evaluation import EvaluationEpisode, EvaluationParameters
from bots.player import Player
from bots.script import Script
from bots.skills.looking import turn_evenly

APART = 4  # blocks
QUARTER = math.pi / 2


class TurnToLookEval(EvaluationEpisode):
    """Do the two pictures show the same scenery? They should. Case 0: to the first player's left; 1: to the
    right.
    """

    name = "turnToLookEval"
    distance = (4, 4)
    Parameters = EvaluationParameters
    same_side = True

    def prepare(self) -> Script[None]:
        """Face to face, four blocks apart."""
        self.face_off(APART)
        yield

    def script(self, player: Player) -> Script[None]:
        """Both mark and turn by a quarter."""
        side = 1 if self.case == 0 else -1
        mirrored = player.index == 1 and self.same_side  # who stands opposite turns the other way
        self.note(same_side=self.same_side)
        yield from self.marker(player)
        yield from turn_evenly(
            player, QUARTER * side * (-1 if mirrored else 1), speed=self.parameters.camera_speed
        )
        yield from self.finish()
