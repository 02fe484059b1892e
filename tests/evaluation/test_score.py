"""Scores follow the protocol: all questions of an episode, exact words, mean over trials."""

from __future__ import annotations

import pytest

from collector.errors import UsageError
from collector.evaluation import Question, score


def question(
    episode: str, number: int, answer: str, of: str = "rotationEval", kind: str = "movement"
) -> Question:
    return Question(
        id=f"{episode}/{number}",
        episode=episode,
        set=of,
        kind=kind,
        start=47,
        players=(0,),
        ticks=(60,),
        frames=(12,),
        text="?",
        choices=("yes", "no"),
        answer=answer,
        evidence={},
    )


QUESTIONS = [
    question("a", 0, "yes"),
    question("a", 1, "no"),
    question("b", 0, "yes"),
    question("c", 0, "left", "translationEval"),
    question("d", 0, "yes", "structureEval", "building"),
]
RIGHT = {one.id: one.answer for one in QUESTIONS}


def test_true_answers_score_everything() -> None:
    scores = score(QUESTIONS, [RIGHT, {key: f" {value.upper()}\n" for key, value in RIGHT.items()}])
    assert {one.accuracy for one in [*scores.sets.values(), *scores.kinds.values()]} == {1.0}
    assert scores.unanswered == 0
    assert scores.sets["rotationEval"].episodes == 2


def test_one_wrong_answer_loses_its_episode() -> None:
    scores = score(QUESTIONS, [{**RIGHT, "a/1": "yes"}])
    assert scores.sets["rotationEval"].accuracy == 0.5
    assert scores.sets["translationEval"].accuracy == 1.0
    assert scores.kinds["movement"].accuracy == 0.75
    assert scores.kinds["building"].accuracy == 1.0


def test_words_must_be_equal() -> None:
    assert score(QUESTIONS, [{**RIGHT, "d/0": "yes, it is"}]).kinds["building"].accuracy == 0.0


def test_trials_are_averaged() -> None:
    scores = score(QUESTIONS, [RIGHT, {**RIGHT, "d/0": "no"}])
    assert scores.kinds["building"].accuracy == 0.5
    assert scores.kinds["building"].deviation == 0.5


def test_what_was_not_answered_does_not_count() -> None:
    without = {key: value for key, value in RIGHT.items() if key != "b/0"}
    scores = score(QUESTIONS, [{**without, "a/0": "no"}])
    assert scores.sets["rotationEval"].accuracy == 0.0
    assert scores.unanswered == 1


def test_nothing_cannot_be_scored() -> None:
    with pytest.raises(UsageError, match="nothing to score"):
        score(QUESTIONS, [])
