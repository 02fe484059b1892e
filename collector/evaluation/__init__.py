"""Evaluation of generated videos: questions whose answers follow from the state of the game, and scores."""

from collector.evaluation.questions import Question, questions
from collector.evaluation.score import Scores, score
from collector.evaluation.sets import Built, build, load, load_answers

__all__ = ["Built", "Question", "Scores", "build", "load", "load_answers", "questions", "score"]
