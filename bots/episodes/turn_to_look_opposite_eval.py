"""Evaluation: two players who face each other turn to opposite sides of the world."""

from __future__ import annotations

from bots.episodes.turn_to_look_eval import TurnToLookEval


class TurnToLookOppositeEval(TurnToLookEval):
    """Do the two pictures show the same scenery? They should not. Case 0: both turn left; 1: both right."""

    name = "turnToLookOppositeEval"
    same_side = False
