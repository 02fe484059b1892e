"""Questions about pictures, with answers that follow from the recorded state."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from collector.dataset import Dataset, Episode
from collector.errors import SampleDamaged, UsageError
from collector.evaluation.scene import scene_of
from collector.evaluation.tasks import TASKS, TYPES, Ask


class Question(BaseModel):
    """One question of one set.

    Attributes:
        id: unique in the dataset.
        set: name of the task.
        kind: what the set tests: movement, grounding, memory, building, consistency; or, of ours,
            permanence, placement, geometry, group.
        players, ticks: the picture of which player at which tick, in the order in which they are shown.
        frames: the same pictures in a generated video, whose frame 0 is tick `start` + 1.
        choices, answer: in lower case, as they are compared.
        evidence: the figures that the answer follows from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    episode: str
    set: str
    kind: str
    start: int
    players: tuple[int, ...]
    ticks: tuple[int, ...]
    frames: tuple[int, ...]
    text: str
    choices: tuple[str, ...]
    answer: str
    evidence: dict[str, float]


def questions(dataset: Dataset, episode: Episode) -> list[Question]:
    """The questions about an episode that some tasks are about.

    Raises:
        UsageError: none is.
        SampleDamaged: it cannot be read, or is no whole test.
    """
    if episode.type not in TYPES:
        raise UsageError(f"{episode.name} is a {episode.type}, not of an evaluation set: {', '.join(TYPES)}")
    found = list(_questions(dataset, episode))
    if not found:
        raise SampleDamaged(
            f"{episode.name}: nothing happens after the start of the test, or only at the edge of the picture"
        )
    return found


def _questions(dataset: Dataset, episode: Episode) -> Iterator[Question]:
    scene = scene_of(dataset, episode)
    for name, task in TASKS.items():
        if episode.type in task.types:
            for number, one in enumerate(task.ask(scene)):
                yield _numbered(one, episode, name, task.kind, scene.start, number)


def _numbered(one: Ask, episode: Episode, name: str, kind: str, start: int, number: int) -> Question:
    return Question(
        id=f"{episode.name}/{name}/{number}",
        episode=episode.name,
        set=name,
        kind=kind,
        start=start,
        players=tuple(player for player, _ in one.pictures),
        ticks=tuple(tick for _, tick in one.pictures),
        frames=tuple(max(0, tick - start - 1) for _, tick in one.pictures),
        text=one.text,
        choices=one.choices,
        answer=one.answer,
        evidence={name: round(value, 3) for name, value in one.evidence.items()},
    )
