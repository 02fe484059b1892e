"""Evaluation: two players who face each other both turn to the same side of the world."""

from __future__ import annotations

import math

from bots.episodes.evaluation import EvaluationEpisode, EvaluationParameters, Formation
from bots.geometry import heading
from bots.player import Player
from bots.script import Script
from bots.skills.looking import turn_evenly
from bots.skills.sight import eye_at, open_view

APART = 4  # blocks
QUARTER = math.pi / 2
# What is nearer would fill the picture of one of them, and nobody could tell whether both look at the same.
OPEN = 8.0  # blocks


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

    def fits(self, standing: Formation) -> bool:
        """Whether they see each other, and far enough to where they will look."""
        if not super().fits(standing):
            return False
        facing = heading(standing[1].floor().minus(standing[0].floor()))
        views = zip(standing, (facing, facing + math.pi), self.turns, strict=True)
        return all(open_view(self.scene.terrain, eye_at(cell), yaw + turn, OPEN) for cell, yaw, turn in views)

    @property
    def turns(self) -> tuple[float, float]:
        """By how much each turns, in radians: who stands opposite turns the other way to the same side."""
        turn = QUARTER if self.case == 0 else -QUARTER
        return turn, -turn if self.same_side else turn

    def script(self, player: Player) -> Script[None]:
        """Both mark and turn by a quarter."""
        self.note(same_side=self.same_side)
        yield from self.marker(player)
        yield from turn_evenly(player, self.turns[player.index], speed=self.parameters.camera_speed)
        yield from self.finish()
