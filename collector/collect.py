"""Collects a dataset: plays ahead in one process while the episode before is rendered, checked and packed."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bots.episodes import episode_types
from collector import dataset
from collector.ahead import PlayedAhead
from collector.dataset import Draft
from collector.encode import Encoding
from collector.errors import (
    CollectorError,
    PlayerCountError,
    PlayError,
    Stopped,
    UnknownEpisodeType,
    UsageError,
    ViewSizeError,
    from_os,
)
from collector.film import film
from collector.plan import EpisodePlan, WorldKind, plan_episodes
from collector.progress import Listener
from collector.recording import Recording
from collector.render import View
from collector.workspace import Workspace

# Episodes to a shard: some minutes of work are at stake when a machine dies, and a shard has some 100 MB.
SHARD_EPISODES = 16


class Job(BaseModel):
    """What to collect: equal jobs give equal datasets. `mix` says how many episodes of each type."""

    model_config = ConfigDict(frozen=True)

    mix: dict[str, int]
    players: int = 2
    seed: int = 0
    world: WorldKind = "flat"
    view: View = View()
    encoding: Encoding = Encoding()

    def check(self) -> None:
        """Refuse what cannot be played, before anything is started.

        Raises:
            UnknownEpisodeType, PlayerCountError, ViewSizeError, UsageError.
        """
        types = episode_types()
        for name, count in self.mix.items():
            if name not in types:
                raise UnknownEpisodeType(f"no episode type is called {name!r}; there are {', '.join(types)}")
            if count < 1:
                raise UsageError(f"{name}={count}: ask for one episode or more")
            fewest, most = types[name].players
            if not fewest <= self.players <= most:
                raise PlayerCountError(f"{name} takes {fewest} to {most} players, not {self.players}")
        if self.view.width % 2 or self.view.height % 2:
            raise ViewSizeError(f"video needs even sides, which {self.view.size} has not")
        if "rgb" not in self.view.planes:
            raise UsageError("a dataset needs the plane rgb; add it to --planes")

    def plans(self) -> list[EpisodePlan]:
        """The episodes to play."""
        plans = plan_episodes(
            self.mix,
            players=self.players,
            world=self.world,
            seed=self.seed,
            view_distance=self.view.view_distance,
        )
        return list(plans)

    def task(self, number: int) -> str:
        """The name of the job's shard `number`."""
        return f"{hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]}-{number:05d}"


class Collected(BaseModel):
    """What was collected. `frames` counts all players' frames; `failures` has a reason for each episode."""

    episodes: int = 0
    frames: int = 0
    bytes: int = 0
    failures: dict[str, str] = {}

    def __add__(self, other: Collected) -> Collected:
        """Both together."""
        return Collected(
            episodes=self.episodes + other.episodes,
            frames=self.frames + other.frames,
            bytes=self.bytes + other.bytes,
            failures=self.failures | other.failures,
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
    plans = job.plans()
    collected = Collected()
    try:
        with Workspace(out, job) as workspace:
            for number, start in enumerate(range(0, len(plans), SHARD_EPISODES)):
                task = job.task(number)
                collected += collect_task(
                    plans[start : start + SHARD_EPISODES],
                    out,
                    workspace.folder / task,
                    task=task,
                    view=job.view,
                    encoding=job.encoding,
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
        listener: is told how far it is.
        stop: when another thread sets it, the game and the renderer end within a second.

    Raises:
        Stopped: `stop` was set before the task was published; `folder` stays.
        EncodeError, RenderError, StorageFull.
    """
    if dataset.is_published(target, task):
        return Collected()
    stop = stop or threading.Event()
    filming = _Filming(folder, view, encoding, listener, stop)
    with PlayedAhead(plans, folder, listener, stop) as played:
        drafts = [draft for plan, recording in played if (draft := filming.draft(plan, recording))]
    collected = Collected(failures=filming.failures)
    if drafts:
        published = dataset.publish(target, drafts, task=task)
        metas = [draft.recording.meta for draft in drafts if draft.episode in published.episodes]
        collected.episodes = len(metas)
        collected.frames = sum(meta.ticks * len(meta.players) for meta in metas)
        collected.bytes = published.bytes
    shutil.rmtree(folder)
    return collected


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

    def draft(self, plan: EpisodePlan, recording: Recording | CollectorError) -> Draft | None:
        """The filmed episode; None when it could not be played."""
        if isinstance(recording, PlayError):
            self._finish(plan.name, str(recording))
            return None
        if isinstance(recording, CollectorError):
            raise recording
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
