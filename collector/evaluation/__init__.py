"""Evaluation of generated videos: questions whose answers follow from the state of the game, and scores.

`collector.evaluation.build` makes the sets; it is not imported here, because it brings the renderer along.
"""

from collector.evaluation.questions import Question, questions
from collector.evaluation.score import Scores, score
from collector.evaluation.sets import Asked, ask, load, load_answers

__all__ = [
    "Asked",
    "Question",
    "Scores",
    "ask",
    "load",
    "load_answers",
    "questions",
    "score",
]
