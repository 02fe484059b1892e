"""Collects a dataset: plays ahead in one process while the episode before is rendered, checked and packed."""

from __future__ import annotations

import hashlib
import queue
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import BaseModel, ConfigDict

from bots.episodes import episode_types
from collector import dataset
from collector.dataset import Draft
from collector.encode import Encoding
from collector.errors import (
    CollectorError,
    PlayerCountError,
    PlayError,
    UnknownEpisodeType,
    UsageError,
    from_os,
)
from collector.film import film
from collector.plan import EpisodePlan, WorldKind, plan_episodes
from collector.play import play
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
            UnknownEpisodeType, PlayerCountError, UsageError.
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
    """What a collection came to. `frames` counts all players' frames; `seconds` is real time."""

    path: Path
    episodes: int = 0
    frames: int = 0
    bytes: int = 0
    seconds: float = 0.0
    failures: dict[str, str] = {}

    @property
    def frames_per_second(self) -> float:
        """Frames of all players made in a second of real time, from start-up to commit."""
        return self.frames / self.seconds if self.seconds else 0.0


def collect(job: Job, out: Path, listener: Listener) -> Collected:
    """Collect `job` into the folder `out`; a collection that was cut off is taken up where it stopped.

    Raises:
        UsageError: the job cannot be played.
        OutputError: the folder cannot be used.
        StorageFull: the disk is full; free some and repeat the call to go on.
        EncodeError, RenderError: ffmpeg or the renderer failed.
    """
    collected = Collected(path=out)
    begin = time.monotonic()
    job.check()
    try:
        with Workspace(out, job) as workspace:
            _Collection(job, workspace, listener, collected).run()
            workspace.finish()
    except OSError as error:
        raise from_os(error) from error
    collected.seconds = time.monotonic() - begin
    return collected


class _Collection:
    """One run of a job."""

    def __init__(self, job: Job, workspace: Workspace, listener: Listener, collected: Collected) -> None:
        self._job = job
        self._workspace = workspace
        self._listener = listener
        self._collected = collected

    def run(self) -> None:
        plans = self._job.plans()
        for number, start in enumerate(range(0, len(plans), SHARD_EPISODES)):
            task = self._job.task(number)
            if not dataset.is_published(self._workspace.out, task):
                self._collect_shard(task, plans[start : start + SHARD_EPISODES])

    def _collect_shard(self, task: str, plans: Sequence[EpisodePlan]) -> None:
        folder = self._workspace.folder / task
        with PlayedAhead(plans, folder, self._listener) as played:
            drafts = [draft for plan, recording in played if (draft := self._draft(plan, recording, folder))]
        if drafts:
            published = dataset.publish(self._workspace.out, drafts, task=task)
            self._count(drafts, published)
        shutil.rmtree(folder)

    def _draft(self, plan: EpisodePlan, recording: Recording | CollectorError, folder: Path) -> Draft | None:
        if isinstance(recording, PlayError):
            self._fail(plan.name, str(recording))
            return None
        if isinstance(recording, CollectorError):
            raise recording
        total = recording.meta.ticks
        draft = film(
            recording,
            self._job.view,
            folder / f"{plan.name}.film",
            encoding=self._job.encoding,
            on_ticks=lambda ticks: self._listener.rendering(plan.name, ticks, total),
        )
        verdict = draft.check()
        if verdict.ok:
            self._listener.finished(plan.name)
        else:
            self._fail(plan.name, "; ".join(verdict.reasons))
        return draft

    def _fail(self, episode: str, reason: str) -> None:
        self._collected.failures[episode] = reason
        self._listener.finished(episode, reason)

    def _count(self, drafts: Sequence[Draft], published: dataset.Published) -> None:
        self._collected.episodes += len(published.episodes)
        self._collected.bytes += published.bytes
        metas = [draft.recording.meta for draft in drafts if draft.episode in published.episodes]
        self._collected.frames += sum(meta.ticks * len(meta.players) for meta in metas)


class PlayedAhead:
    """Plays episodes in a thread, one ahead of whoever iterates; yields plans with recordings or errors.

    Leaving the context ends the game that is being played.
    """

    def __init__(self, plans: Sequence[EpisodePlan], folder: Path, listener: Listener) -> None:
        self._plans = plans
        self._folder = folder
        self._listener = listener
        self._stop = threading.Event()
        self._played: queue.Queue[Recording | CollectorError] = queue.Queue(maxsize=1)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __iter__(self) -> Iterator[tuple[EpisodePlan, Recording | CollectorError]]:
        for plan in self._plans:
            yield plan, self._played.get()

    def _run(self) -> None:
        for plan in self._plans:
            if self._stop.is_set():
                return
            self._played.put(self._play(plan))

    def _play(self, plan: EpisodePlan) -> Recording | CollectorError:
        try:
            return _recorded(self._folder / plan.name) or play(
                plan,
                self._folder / plan.name,
                on_ticks=lambda ticks: self._listener.playing(plan.name, ticks),
                stop=self._stop,
            )
        except CollectorError as error:
            return error
        except OSError as error:
            return from_os(error)

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        while self._thread.is_alive():
            if not self._played.empty():
                self._played.get()
            self._thread.join(0.05)


def _recorded(path: Path) -> Recording | None:
    """The recording that an earlier run of the same job has left, when it is whole."""
    if not path.exists():
        return None
    try:
        recording = Recording(path)
        recording.verify()
    except CollectorError:
        shutil.rmtree(path)
        return None
    return recording if recording.meta.outcome.ok else None
