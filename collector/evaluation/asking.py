"""Puts questions to a judge: several at a time, each once, and keeps what it said."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from collector.dataset import Dataset
from collector.errors import DatasetError, JudgeError, JudgeUnavailable, StorageFull, UsageError
from collector.evaluation.footage import Footage, Picture
from collector.evaluation.judges import Judge, Prompt, Reply, as_png
from collector.evaluation.questions import Question
from collector.evaluation.score import group

# So many calls in a row that fail, each of them repeated: the judge is gone.
GONE = 8
# Kinds for which the judge of Solaris may think before it answers.
THINK = frozenset({"consistency"})


class Prices(NamedTuple):
    """What a judge costs, in money for a million tokens."""

    tokens_in: float
    tokens_out: float


class Usage(BaseModel):
    """What was asked. `cost` is that of this run's calls; None when no prices are known.

    Attributes:
        calls: put to the judge in this run.
        kept: answered from what an earlier run has kept.
        failed: calls without an answer, however often they were repeated.
        tokens_in, tokens_out: of this run's calls.
    """

    model_config = ConfigDict(extra="forbid")

    calls: int = 0
    kept: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None


class Interview(NamedTuple):
    """Answers by question id, one mapping for each trial; what it took; what could not be asked, and why."""

    trials: list[dict[str, str]]
    usage: Usage
    left_out: dict[str, str]


class Kept(BaseModel):
    """A line of the file of answers. `key` tells judge, words, pictures and trial."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    question: str
    trial: int
    text: str
    tokens_in: int
    tokens_out: int


class Answers:
    """Answers that are on disk, one line each; a last line that was cut off is passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._kept = {one.key: one for one in _lines(path)}

    def get(self, key: str) -> Kept | None:
        """What was answered before."""
        return self._kept.get(key)

    def put(self, one: Kept) -> None:
        """Keep an answer.

        Raises:
            StorageFull: the file cannot be written.
        """
        with self._lock:
            self._kept[one.key] = one
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(one.model_dump_json() + "\n")
            except OSError as error:
                raise StorageFull(f"{self._path} cannot be written: {error}") from error


class _Interviewer:
    """Asks one judge, from several threads, and counts."""

    def __init__(self, judge: Judge, answers: Answers) -> None:
        self.usage = Usage()
        self._judge = judge
        self._answers = answers
        self._lock = threading.Lock()
        self._failed_in_a_row = 0

    def ask(self, question: Question, prompt: Prompt, trial: int) -> str | None:
        """The judge's words; None when there was no answer this time."""
        key = _key(self._judge.name, prompt, trial)
        kept = self._answers.get(key)
        if kept is not None:
            with self._lock:
                self.usage.kept += 1
            return kept.text
        try:
            reply = self._judge.answer(prompt)
        except JudgeUnavailable as error:
            self._failed(error)
            return None
        self._count(reply)
        self._answers.put(Kept(key=key, question=question.id, trial=trial, **reply._asdict()))
        return reply.text

    def _count(self, reply: Reply) -> None:
        with self._lock:
            self.usage.calls += 1
            self.usage.tokens_in += reply.tokens_in
            self.usage.tokens_out += reply.tokens_out
            self._failed_in_a_row = 0

    def _failed(self, error: JudgeUnavailable) -> None:
        with self._lock:
            self.usage.failed += 1
            self._failed_in_a_row += 1
            if self._failed_in_a_row >= GONE:
                raise JudgeError(
                    f"{GONE} questions in a row got no answer; what was answered is kept, so repeat the "
                    f"command later. {error}"
                )


def interview(
    questions: Sequence[Question],
    footage: Footage,
    dataset: Dataset,
    judge: Judge,
    *,
    trials: int,
    answers: Path,
    parallel: int = 4,
    prices: Prices | None = None,
    on_answer: Callable[[int], None] = lambda _: None,
) -> Interview:
    """Show a judge the pictures of videos and ask about them, every question once in each trial.

    Args:
        questions: about the episodes of `dataset`.
        footage: the videos.
        judge: is asked.
        trials: how often everything is asked.
        answers: file of answers; those in it are not asked for again.
        parallel: questions at a time.
        prices: of the judge.
        on_answer: is called with the number of questions done, of all trials.

    Raises:
        JudgeError: the judge refuses, or is gone; what it answered before is in `answers`.
        UsageError, StorageFull.
    """
    interviewer = _Interviewer(judge, Answers(answers))
    said: list[dict[str, str]] = [{} for _ in range(trials)]
    left_out: dict[str, str] = {}
    done = 0
    with ThreadPoolExecutor(parallel) as pool:
        for prompts in _prompts(questions, footage, dataset, left_out):
            calls = [(one, prompt, trial) for one, prompt in prompts for trial in range(trials)]
            for (one, _, trial), text in zip(
                calls, pool.map(lambda c: interviewer.ask(*c), calls), strict=True
            ):
                if text is not None:
                    said[trial][one.id] = text
                done += 1
                on_answer(done)
    usage = interviewer.usage
    if prices is not None:
        usage.cost = (usage.tokens_in * prices.tokens_in + usage.tokens_out * prices.tokens_out) / 1e6
    return Interview(said, usage, left_out)


def prompt_of(question: Question, pictures: Sequence[Picture]) -> Prompt:
    """What is put to a judge."""
    text = f"{question.text}\nAnswer with one of: {', '.join(question.choices)}."
    return Prompt(text, tuple(as_png(picture) for picture in pictures), question.kind in THINK)


def _prompts(
    questions: Sequence[Question], footage: Footage, dataset: Dataset, left_out: dict[str, str]
) -> Iterator[list[tuple[Question, Prompt]]]:
    """The questions of one episode after the other with their pictures; notes which have none."""
    for name, some in group(questions, lambda one: one.episode).items():
        try:
            shown = pictures_of(some, footage, dataset)
        except (UsageError, DatasetError) as error:
            left_out[name] = str(error)
            continue
        prompts = []
        for one in some:
            wanted = list(zip(one.players, one.frames, strict=True))
            missing = [place for place in wanted if place not in shown]
            if missing:
                left_out[one.id] = f"the video of player {missing[0][0]} has no frame {missing[0][1]}"
            else:
                prompts.append((one, prompt_of(one, [shown[place] for place in wanted])))
        yield prompts


def pictures_of(
    questions: Sequence[Question], footage: Footage, dataset: Dataset
) -> Mapping[tuple[int, int], Picture]:
    """The pictures of one episode's questions by (player, frame); none for frames that are not there.

    Raises:
        UsageError: there is no video of the episode.
        DatasetError: it cannot be read.
    """
    episode = dataset.episode(questions[0].episode)
    if not footage.has(episode):
        raise UsageError("there is no video of it")
    places = {place for one in questions for place in zip(one.players, one.frames, strict=True)}
    return {
        (player, frame): picture
        for player in {player for player, _ in places}
        for frame, picture in footage.pictures(
            episode, player, questions[0].start, [frame for own, frame in places if own == player]
        ).items()
    }


def _key(judge: str, prompt: Prompt, trial: int) -> str:
    pictures = [hashlib.sha256(picture).hexdigest() for picture in prompt.pictures]
    return hashlib.sha256(json.dumps([judge, prompt.text, pictures, trial]).encode()).hexdigest()


def _lines(path: Path) -> Iterator[Kept]:
    try:
        data = path.read_bytes() if path.exists() else b""
        whole = data.rfind(b"\n") + 1
        if whole < len(data):  # a run was cut off while it wrote
            os.truncate(path, whole)
        for line in data[:whole].splitlines():
            yield Kept.model_validate_json(line)
    except (OSError, ValidationError) as error:
        raise UsageError(f"{path} holds no answers: {error}") from error
