"""Evaluation: one player turns away from the other and, after a while, back."""

from __future__ import annotations

from bots.episodes.both_look_away_eval import BothLookAwayEval
from bots.player import Player


class OneLooksAwayEval(BothLookAwayEval):
    """Is another player visible? Case 0: the first player turns; 1: the second."""

    name = "oneLooksAwayEval"

    def actors(self) -> list[Player]:
        """Who turns away."""
        return [self.scene.players[self.case]]
