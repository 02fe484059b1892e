"""One run of a task: does the work that the worker's role has in it, keeps the lease meanwhile, and tells the
board of the outcome.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import redis

from collector.collecting.collect import FAILED_ATTEMPT, check_split, collect_task
from collector.dataset import is_published
from collector.dataset.catalog import Catalog
from collector.errors import CollectorError, LeaseLost, NotADataset, PlayError, Stopped, UsageError
from collector.jobs.board import Board, Claim
from collector.jobs.meter import Meter
from collector.jobs.models import Progress, Task, TaskResult
from collector.jobs.relay import fetch, forget, play_and_store
from collector.settings import Settings
from collector.store import Store, open_store

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
# Play, ffmpeg and the store have shorter deadlines of their own; this one ends whatever else hangs.
STALL_SECONDS = 900.0
# As long as Redis may be away when a task ends, before the outcome is given up and the task runs again.
TELL_SECONDS = 300.0


def dataset_url(settings: Settings, name: str) -> str:
    """Where the dataset of that name is."""
    return f"{settings.store.rstrip('/')}/{name}"


class Run:
    """Runs the claimed task; `hand_back` may be called from another thread to end it early."""

    def __init__(self, board: Board, settings: Settings, claim: Claim, scratch: Path) -> None:
        self._board = board
        self._settings = settings
        self._claim = claim
        self._folder = scratch / f"{claim.job}-{claim.number:05d}"
        self._meter = Meter()
        self._stop = threading.Event()
        self._ended = threading.Event()

    def hand_back(self) -> None:
        """End the run at once; another worker takes the task."""
        self._stop.set()

    def __call__(self) -> None:
        """Do the work. Every outcome, also a bug, ends on the board."""
        beats = threading.Thread(target=self._beat, daemon=True)
        beats.start()
        try:
            self._tell(self._outcome())
        except LeaseLost as error:
            log.warning("%s", error)
        finally:
            self._ended.set()
            beats.join()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _outcome(self) -> Callable[[], None]:
        """Do the work; returns what to tell the board."""
        board, claim = self._board, self._claim
        try:
            return self._work()
        except Stopped:
            return lambda: board.release(claim)
        except CollectorError as error:
            reason, final = str(error), isinstance(error, UsageError)
            log.warning("task %s of job %s: %s", claim.number, claim.job, reason)
            return lambda: board.fail(claim, reason, final=final)
        except Exception as error:
            log.exception("task %s of job %s", claim.number, claim.job)
            reason = f"{type(error).__name__}: {error}"
            return lambda: board.fail(claim, reason)

    def _work(self) -> Callable[[], None]:
        board, claim = self._board, self._claim
        spec, task = board.job(claim.job).spec, board.task(claim.job, claim.number)
        plans = spec.named_plans(task.job, task.first, task.count)
        store = open_store(dataset_url(self._settings, spec.dataset))
        if self._settings.role == "play":
            check_split(plans, store.url, spec.split)
            played = play_and_store(plans, store, self._folder, task, self._meter, self._stop)
            return lambda: board.hand_on(claim, played)
        if task.played and not is_published(store, task.name):
            fetch(store, task.played, self._folder)
            plans = [plan for plan in plans if plan.name in task.played.files]
        collected = collect_task(
            plans,
            store.url,
            self._folder,
            task=task.name,
            view=spec.view,
            encoding=spec.encoding,
            rule=spec.split,
            listener=self._meter,
            stop=self._stop,
        )
        failures = collected.failures | (task.played.failures if task.played else {})
        result = _result(store, task, failures)
        if task.played:
            forget(store, task.played)
        return lambda: board.finish(claim, result)

    def _tell(self, tell: Callable[[], None]) -> None:
        """Tell the board, also when Redis is away for a while."""
        deadline = time.monotonic() + TELL_SECONDS
        while True:
            try:
                return tell()
            except redis.RedisError as error:
                if time.monotonic() > deadline:
                    raise
                log.warning("the board cannot be told: %s", error)
                time.sleep(BEAT_SECONDS)

    def _beat(self) -> None:
        seen, since = Progress(), time.monotonic()
        while not self._ended.wait(BEAT_SECONDS):
            progress = self._meter.progress
            if progress != seen:
                seen, since = progress, time.monotonic()
            if time.monotonic() - since > STALL_SECONDS:
                self._die()
            try:
                if self._board.beat(self._claim, progress) == "cancel":
                    self._stop.set()
            except LeaseLost:
                self._stop.set()
            except redis.RedisError as error:
                log.warning("the board cannot be reached: %s", error)

    def _die(self) -> None:
        """A thread that hangs cannot be ended, so the process is; whoever started it starts another."""
        reason = f"no progress for {STALL_SECONDS:.0f} s"
        log.critical("task %s of job %s: %s", self._claim.number, self._claim.job, reason)
        try:
            self._board.fail(self._claim, reason)
        finally:
            os._exit(70)


def _result(store: Store, task: Task, failures: dict[str, str]) -> TaskResult:
    """What the task has published, in this run or an earlier one, by the catalog."""
    columns = ["episode", "ticks", "split", "reasons", "tags", "shard", "shard_bytes", "recording"]
    rows: list[dict[str, Any]] = []
    try:
        catalog = Catalog(store)
        rows = catalog.rows([*columns, "recording_bytes"], pc.field("task") == task.name).to_pylist()
    except NotADataset:
        rows = []
    if not rows:
        raise PlayError("; ".join(failures.values()) or f"{task.name} has published nothing")
    # An attempt that failed is kept beside the episode, which a later attempt may have made.
    episodes = [row for row in rows if FAILED_ATTEMPT not in (row["tags"] or ())]
    refused = {row["episode"]: "; ".join(row["reasons"]) for row in episodes if row["split"] == "quarantine"}
    good = [row for row in episodes if row["split"] != "quarantine"]
    objects = {row["shard"]: row["shard_bytes"] for row in rows}
    objects |= {row["recording"]: row["recording_bytes"] for row in rows}
    return TaskResult(
        episodes=len({row["episode"] for row in good}),
        frames=sum(row["ticks"] for row in good),
        bytes=sum(objects.values()),
        failures={**failures, **refused},
    )
