"""Scores the videos of a model against evaluation sets: by a judge, by figures, by learned distances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from collector.dataset import Dataset, Episode
from collector.dataset import open as open_dataset
from collector.errors import DatasetError, StorageFull, UsageError
from collector.evaluation.asking import Prices, Usage, interview
from collector.evaluation.build import DATASET, QUESTIONS
from collector.evaluation.footage import DatasetFootage, Footage
from collector.evaluation.judges import Judge
from collector.evaluation.metrics import EpisodeMetrics, library, measure
from collector.evaluation.questions import Question
from collector.evaluation.scene import Scene, scene_of
from collector.evaluation.score import Scores, score
from collector.evaluation.sets import load

ANSWERS = "answers.jsonl"
REPORT = "score.json"


class Sets(NamedTuple):
    """Evaluation sets: their episodes, and the questions about them."""

    dataset: Dataset
    questions: list[Question]


class Figures(BaseModel):
    """Means over the videos of a set; see `collector.evaluation.metrics`. None where nothing was measured.

    `late` is the share of videos that turn in another tick than their action.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    episodes: int
    psnr: float
    ssim: float
    following: float | None
    late: float | None
    turn_error: float | None
    cross_view: float | None


# What was answered to a question in each trial; None without an answer.
Given = tuple[str | None, ...]


class Judged(BaseModel):
    """What a judge found, and what that took. `given` has the answers to every question that was asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    judge: str
    trials: int
    scores: Scores
    usage: Usage
    given: dict[str, Given] = {}


class Evaluation(BaseModel):
    """All that is known of the videos. `left_out` says why episodes or questions are not in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    videos: str
    sets: str
    judged: Judged | None = None
    figures: dict[str, Figures] = {}
    episodes: tuple[EpisodeMetrics, ...] = ()
    distances: dict[str, float] = {}
    left_out: dict[str, str] = {}


def open_sets(folder: Path) -> Sets:
    """What `collector evaluate build` has made.

    Raises:
        NotADataset, UsageError: it has not.
    """
    return Sets(open_dataset(folder / DATASET), load(folder / QUESTIONS))


def judge_videos(
    sets: Sets,
    footage: Footage,
    judge: Judge,
    out: Path,
    *,
    trials: int = 3,
    parallel: int = 4,
    prices: Prices | None = None,
    on_answer: Callable[[int], None] = lambda _: None,
) -> tuple[Judged, dict[str, str]]:
    """Ask a judge about videos; answers are kept in `out`, and asked for once.

    Returns:
        The scores, and the episodes and questions that were left out with the reasons.

    Raises:
        JudgeError, UsageError, StorageFull.
    """
    found = interview(
        sets.questions,
        footage,
        sets.dataset,
        judge,
        trials=trials,
        answers=out / ANSWERS,
        parallel=parallel,
        prices=prices,
        on_answer=on_answer,
    )
    asked = [one.id for one in sets.questions if {one.id, one.episode}.isdisjoint(found.left_out)]
    judged = Judged(
        judge=judge.name,
        trials=trials,
        scores=score(sets.questions, found.trials),
        usage=found.usage,
        given={name: tuple(trial.get(name) for trial in found.trials) for name in asked},
    )
    return judged, found.left_out


def measure_videos(
    sets: Sets, footage: Footage, *, every: int = 8, on_episode: Callable[[str], None] = lambda _: None
) -> tuple[list[EpisodeMetrics], dict[str, str]]:
    """Measure the videos of all episodes that there are questions about.

    Returns:
        The figures, and the episodes that were left out with the reasons.
    """
    library()  # refuses at once where it is missing
    measured, left_out = [], {}
    for name in sorted({one.episode for one in sets.questions}):
        episode = sets.dataset.episode(name)
        try:
            measured.append(_measure(sets.dataset, episode, footage, every))
        except (DatasetError, UsageError) as error:
            left_out[name] = str(error)
        on_episode(name)
    return measured, left_out


def summarize(episodes: Sequence[EpisodeMetrics]) -> dict[str, Figures]:
    """The figures of every set, by episode type."""
    found = {}
    for kind in sorted({one.type for one in episodes}):
        own = [one for one in episodes if one.type == kind]
        videos = [video for one in own for video in one.videos.values()]
        lags = [video.late for video in videos if video.late is not None]
        found[kind] = Figures(
            episodes=len(own),
            psnr=float(np.mean([video.psnr for video in videos])),
            ssim=float(np.mean([video.ssim for video in videos])),
            following=_mean([video.following for video in videos]),
            late=_mean([float(lag != 0) for lag in lags]),
            turn_error=_mean([video.turn_error for video in videos]),
            cross_view=_mean([one.cross_view for one in own]),
        )
    return found


def write(evaluation: Evaluation, out: Path) -> Path:
    """Write `score.json` into a folder.

    Raises:
        StorageFull: it cannot be written.
    """
    path = out / REPORT
    partial = path.with_name(path.name + ".partial")
    try:
        out.mkdir(parents=True, exist_ok=True)
        partial.write_text(evaluation.model_dump_json(indent=1) + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise StorageFull(f"{path} cannot be written: {error}") from error
    return path


def _measure(dataset: Dataset, episode: Episode, footage: Footage, every: int) -> EpisodeMetrics:
    if not footage.has(episode):
        raise UsageError("there is no video of it")
    scene = scene_of(dataset, episode)
    start = scene.start
    first = next(footage.frames(episode, 0, start), None)
    if first is None:
        raise UsageError("its video has no frames")
    height, width = first.shape[:2]
    real = DatasetFootage(dataset, (height, width))
    scene = _as_wide_as(scene, width / height)
    videos, cross_view = measure(
        scene,
        episode.players,
        [real.frames(episode, player, start) for player in scene.players],
        [footage.frames(episode, player, start) for player in scene.players],
        every=every,
    )
    return EpisodeMetrics(episode=episode.name, type=episode.type, videos=videos, cross_view=cross_view)


def _as_wide_as(scene: Scene, aspect: float) -> Scene:
    """The scene as it is seen when the middle of the pictures is cut out to another shape.

    Cutting to a wider one takes rows away, and with them some of the vertical angle.
    """
    narrow = min(1.0, scene.aspect / aspect)
    fov = 2 * np.degrees(np.arctan(np.tan(np.radians(scene.fov) / 2) * narrow))
    return scene._replace(aspect=aspect, fov=float(fov))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
