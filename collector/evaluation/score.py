"""Scores of answers, by the protocol of the Solaris paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from collector.errors import UsageError
from collector.evaluation.questions import Question


class Score(BaseModel):
    """Share of right episodes, 0 … 1: mean and deviation over the trials, and how many episodes count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accuracy: float
    deviation: float
    episodes: int


class Scores(BaseModel):
    """Scores of every set, and of every kind, which is the mean of its sets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sets: dict[str, Score]
    kinds: dict[str, Score]
    unanswered: int


def score(questions: Sequence[Question], trials: Sequence[Mapping[str, str]]) -> Scores:
    """Score answers to `questions`.

    An answer is right when it equals the true one but for case and space around. An episode is right when
    all its questions are; one with a question that was not answered leaves the count of that trial.

    Args:
        trials: for each trial, answers by the id of their question.

    Raises:
        UsageError: there are no questions or no trials.
    """
    if not questions or not trials:
        raise UsageError("there is nothing to score: give questions, and one or more trials of answers")
    sets = {name: _score(some, trials) for name, some in group(questions, lambda one: one.set).items()}
    kinds = {}
    for kind, some in group(questions, lambda one: one.kind).items():
        parts = [sets[name] for name in sorted({one.set for one in some})]
        kinds[kind] = Score(
            accuracy=float(np.mean([part.accuracy for part in parts])),
            deviation=float(np.mean([part.deviation for part in parts])),
            episodes=sum(part.episodes for part in parts),
        )
    unanswered = sum(one.id not in trial for trial in trials for one in questions)
    return Scores(sets=sets, kinds=kinds, unanswered=unanswered)


def is_right(question: Question, answer: str) -> bool:
    """Whether an answer is the true one, but for case and space around."""
    return answer.strip().lower() == question.answer


def _score(questions: Sequence[Question], trials: Sequence[Mapping[str, str]]) -> Score:
    episodes = group(questions, lambda one: one.episode)
    accuracies = []
    for trial in trials:
        answered = [some for some in episodes.values() if all(one.id in trial for one in some)]
        right = [all(is_right(one, trial[one.id]) for one in some) for some in answered]
        accuracies.append(float(np.mean(right)) if right else 0.0)
    return Score(
        accuracy=float(np.mean(accuracies)), deviation=float(np.std(accuracies)), episodes=len(episodes)
    )


def group(questions: Sequence[Question], key: Callable[[Question], str]) -> dict[str, list[Question]]:
    """Questions by what `key` says of them."""
    groups: dict[str, list[Question]] = {}
    for one in questions:
        groups.setdefault(key(one), []).append(one)
    return dict(sorted(groups.items()))
