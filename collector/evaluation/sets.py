"""Writes the questions of a dataset's evaluation episodes, and reads them again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from collector.dataset import Dataset
from collector.dataset import open as open_dataset
from collector.errors import DatasetError, StorageFull, UsageError
from collector.evaluation.questions import Question, questions
from collector.evaluation.tasks import TYPES


class Asked(BaseModel):
    """What was written: questions of each set, how often each answer is right, what could not be asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path
    dataset: str
    version: int
    sets: dict[str, int]
    answers: dict[str, int]
    left_out: dict[str, str]


def ask(
    dataset: str | Path | Dataset, out: Path, *, on_episode: Callable[[str], None] = lambda _: None
) -> Asked:
    """Write the questions of all evaluation episodes to `out`, a JSON object in each line.

    Raises:
        UsageError: the dataset has no evaluation episodes.
        StorageFull: the file cannot be written.
    """
    opened = dataset if isinstance(dataset, Dataset) else open_dataset(dataset)
    asked: list[Question] = []
    left_out = {}
    for episode in opened.filter(types=list(TYPES)).episodes:
        try:
            asked += questions(opened, episode)
        except DatasetError as error:
            left_out[episode.name] = str(error)
        on_episode(episode.name)
    if not asked:
        raise UsageError(f"{opened.url} has no evaluation episodes to ask about: {', '.join(TYPES)}")
    _write(out, "".join(one.model_dump_json() + "\n" for one in asked))
    return Asked(
        path=out,
        dataset=opened.url,
        version=opened.version,
        sets=dict(Counter(one.set for one in asked)),
        answers=dict(Counter(one.answer for one in asked)),
        left_out=left_out,
    )


def load(path: Path) -> list[Question]:
    """Read questions.

    Raises:
        UsageError: the file holds no questions.
    """
    try:
        return [Question.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} holds no questions: {error}") from error


def load_answers(path: Path) -> dict[str, str]:
    """Read a JSON object of answers by question id.

    Raises:
        UsageError: the file holds something else.
    """
    try:
        return TypeAdapter(dict[str, str]).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(
            f"{path} holds no answers (a JSON object of texts by question id): {error}"
        ) from error


def _write(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise StorageFull(f"{path} cannot be written: {error}") from error
