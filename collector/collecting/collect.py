"""Collects a dataset: plays ahead in one process while the episode before is rendered, checked and packed."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from collector import dataset
from collector.collecting.mix import JobMix
from collector.collecting.workspace import Workspace
from collector.dataset import DEFAULT_RULE, Draft, SplitRule
from collector.errors import (
    CollectorError,
    PlayError,
    Stopped,
    UsageError,
    ViewSizeError,
    from_os,
)
from collector.playing.ahead import PlayedAhead
from collector.playing.plan import EpisodePlan
from collector.playing.play import failed_attempts
from collector.progress import Listener
from collector.quality.gates import clock, outcome, rows
from collector.recording import Recording
from collector.store import patiently
from collector.video.encode import Encoding
from collector.video.view import View

# Episodes to a shard: some minutes of work are at stake when a machine dies, and a shard has some 100 MB.
SHARD_EPISODES = 16
# Marks, in the catalog, the recordings of attempts whose script failed.
FAILED_ATTEMPT = "failed-attempt"


class Job(JobMix):
    """What to collect, and how it is looked at: equal jobs give equal datasets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    view: View = View()
    encoding: Encoding = Encoding()
    split: SplitRule = DEFAULT_RULE

    def check(self) -> None:
        """Refuse what cannot be played or filmed, before anything is started.

        Raises:
            UnknownEpisodeType, PlayerCountError, ViewSizeError, UsageError.
        """
        self.check_mix()
        check_view(self.view)

    def plans(self) -> list[EpisodePlan]:
        """The episodes to play."""
        return list(self.planned(self.view.view_distance))

    def task(self, number: int) -> str:
        """The name of the job's shard `number`."""
        return task_name(self, number)


class FailedEpisode(Draft):
    """An attempt whose script failed: kept as it was recorded, without pictures, and always refused."""

    gates = (outcome, rows, clock)


class Collected(BaseModel):
    """What was collected. `frames` counts all players' frames.

    `failures` has a reason for each planned episode that is not in the dataset's splits; `quarantined` for
    each that was put apart, which are the refused episodes and every attempt whose script failed.
    """

    episodes: int = 0
    frames: int = 0
    bytes: int = 0
    failures: dict[str, str] = {}
    quarantined: dict[str, str] = {}

    def __add__(self, other: Collected) -> Collected:
        """Both together."""
        return Collected(
            episodes=self.episodes + other.episodes,
            frames=self.frames + other.frames,
            bytes=self.bytes + other.bytes,
            failures=self.failures | other.failures,
            quarantined=self.quarantined | other.quarantined,
        )


def collect(job: Job, out: Path, listener: Listener) -> Collected:
    """Collect `job` into the folder `out`; a collection that was cut off is taken up where it stopped.

    Raises:
        UsageError: the job cannot be played.
        OutputError: the folder cannot be used.
        StorageFull: the disk is full; free some and repeat the call to go on.
        EncodeError, RenderError: ffmpeg or the renderer failed.
    """
    job.check()
    return collect_plans(
        job.plans(), out, job, view=job.view, encoding=job.encoding, rule=job.split, listener=listener
    )


def collect_plans(
    plans: Sequence[EpisodePlan],
    out: Path,
    job: BaseModel,
    *,
    view: View,
    encoding: Encoding,
    rule: SplitRule = DEFAULT_RULE,
    listener: Listener,
) -> Collected:
    """Collect planned episodes into the folder `out`, shard by shard, for a `job` that names the work.

    Raises: as `collect`.
    """
    collected = Collected()
    try:
        with Workspace(out, job) as workspace:
            for number, start in enumerate(range(0, len(plans), SHARD_EPISODES)):
                task = task_name(job, number)
                collected += collect_task(
                    plans[start : start + SHARD_EPISODES],
                    out,
                    workspace.folder / task,
                    task=task,
                    view=view,
                    encoding=encoding,
                    rule=rule,
                    listener=listener,
                )
            workspace.finish()
    except OSError as error:
        raise from_os(error) from error
    return collected


def collect_task(
    plans: Sequence[EpisodePlan],
    target: str | Path,
    folder: Path,
    *,
    task: str,
    view: View,
    encoding: Encoding,
    rule: SplitRule = DEFAULT_RULE,
    listener: Listener,
    stop: threading.Event | None = None,
) -> Collected:
    """Play, film, check and publish the episodes of one task, as one shard; a published task is left alone.

    Args:
        plans: what to play.
        target: path or URL of the dataset.
        folder: scratch of this task; recordings in it from an earlier run are used. Removed when done.
        task: name of the task in the dataset, by which it is published once.
        view, encoding: of all videos.
        rule: which side of the split each episode is on.
        listener: is told how far it is.
        stop: when another thread sets it, the game and the renderer end within a second.

    Raises:
        Stopped: `stop` was set before the task was published; `folder` stays.
        SplitConflict: a world of the task is on another side of the dataset already.
        EncodeError, RenderError, StorageFull.
    """
    if patiently(lambda: dataset.is_published(target, task)):
        return Collected()
    check_split(plans, target, rule)
    stop = stop or threading.Event()
    filming = _Filming(folder, view, encoding, listener, stop)
    with PlayedAhead(plans, folder, listener, stop) as played:
        drafts = [draft for plan, recording in played for draft in filming.drafts(plan, recording)]
    collected = Collected(failures=filming.failures)
    if drafts:
        published = patiently(lambda: dataset.publish(target, drafts, task=task, rule=rule))
        metas = [draft.recording.meta for draft in drafts if draft.episode in published.episodes]
        collected.episodes = len(metas)
        collected.frames = sum(meta.ticks * len(meta.players) for meta in metas)
        collected.bytes = published.bytes
        collected.quarantined = {name: "; ".join(why) for name, why in published.quarantined.items()}
    shutil.rmtree(folder)
    return collected


def task_name(job: BaseModel, number: int) -> str:
    """The name of a job's shard `number`; equal jobs give equal names."""
    return f"{hashlib.sha256(job.model_dump_json().encode()).hexdigest()[:12]}-{number:05d}"


def check_split(plans: Sequence[EpisodePlan], target: str | Path, rule: SplitRule) -> None:
    """Refuse, before they are played, episodes that the dataset would not take by that rule.

    Raises:
        SplitConflict: the world of one is on another side already.
    """
    seeds = [plan.seeds for plan in plans]
    patiently(lambda: dataset.check_split(target, seeds, rule))


def check_view(view: View) -> None:
    """Refuse views that make no dataset.

    Raises:
        ViewSizeError, UsageError.
    """
    if view.width % 2 or view.height % 2:
        raise ViewSizeError(f"video needs even sides, which {view.size} has not")
    if "rgb" not in view.planes:
        raise UsageError("a dataset needs the plane rgb; add it to --planes")


class _Filming:
    """Turns the recordings of a task into drafts, and keeps the reasons of those that failed."""

    def __init__(
        self, folder: Path, view: View, encoding: Encoding, listener: Listener, stop: threading.Event
    ) -> None:
        self.failures: dict[str, str] = {}
        self._folder = folder
        self._view = view
        self._encoding = encoding
        self._listener = listener
        self._stop = stop

    def drafts(self, plan: EpisodePlan, recording: Recording | CollectorError) -> Iterator[Draft]:
        """The filmed episode, unless it could not be played, and the attempts at it that failed."""
        for attempt in failed_attempts(self._folder / plan.name):
            folder = self._folder / f"{attempt.meta.episode}.kept"
            yield FailedEpisode(folder, attempt, self._view.width, self._view.height, tags=(FAILED_ATTEMPT,))
        if isinstance(recording, PlayError):
            self._finish(plan.name, str(recording))
        elif isinstance(recording, CollectorError):
            raise recording
        else:
            yield self._film(plan, recording)

    def _film(self, plan: EpisodePlan, recording: Recording) -> Draft:
        from collector.video.film import film  # noqa: PLC0415 (jobs are read, and queued, without the renderer)

        draft = film(
            recording,
            self._view,
            self._folder / f"{plan.name}.film",
            encoding=self._encoding,
            on_ticks=lambda ticks: self._rendered(plan.name, ticks, recording.meta.ticks),
        )
        self._finish(plan.name, "; ".join(draft.check().reasons))
        return draft

    def _rendered(self, episode: str, ticks: int, total: int) -> None:
        if self._stop.is_set():
            raise Stopped(f"{episode} was stopped")
        self._listener.rendering(episode, ticks, total)

    def _finish(self, episode: str, failure: str) -> None:
        if failure:
            self.failures[episode] = failure
        self._listener.finished(episode, failure)
