"""Workers are real processes that play real episodes, and are killed for real."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collector import dataset
from collector.jobs.board import Board
from collector.jobs.models import JobState, Stage, TaskState
from collector.jobs.run import dataset_url
from collector.jobs.tickets import Tickets
from collector.settings import Settings
from collector.store import open_store
from tests.jobs.conftest import spec, until

Start = Callable[..., "subprocess.Popen[bytes]"]

pytestmark = pytest.mark.slow

WALK = {"straightLineWalk": 1}


def queue(board: Board, settings: Settings, **fields: object) -> str:
    """Queue a job and wake the workers."""
    job = board.create(spec(**fields), "me")[0].id
    Tickets(board, settings).top_up()
    return job


def is_playing(board: Board, job: str) -> bool:
    progress = board.task(job, 0).progress
    return bool(progress and progress.played_ticks)


def has_ended(board: Board, job: str) -> bool:
    return board.job(job).state.ended


def processes_of(group: int) -> list[int]:
    """Processes that a worker has started, in whatever session they are, by their ancestry."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True, timeout=10
    )
    words = list(map(int, listed.stdout.split()))
    parents = dict(zip(words[::2], words[1::2], strict=True))
    found: list[int] = []
    layer = {group}
    while layer:
        layer = {pid for pid, parent in parents.items() if parent in layer}
        found += layer
    return found


def is_alive(pid: int) -> bool:
    try:
        return not Path(f"/proc/{pid}/stat").read_text().split(") ")[1].startswith("Z")
    except FileNotFoundError:
        return False


def test_a_job_becomes_a_dataset(board: Board, settings: Settings, start_worker: Start) -> None:
    start_worker()
    job = queue(board, settings, mix={"straightLineWalk": 2}, split={"train": 0, "val": 1, "test": 0})
    until(lambda: has_ended(board, job))
    ended = board.job(job)
    assert (ended.state, ended.episodes, ended.failures) == (JobState.done, 2, 0)
    opened = dataset.open(dataset_url(settings, "walks"))
    assert [episode.name for episode in opened.episodes] == [
        f"{job}-000000-straightLineWalk",
        f"{job}-000001-straightLineWalk",
    ]
    assert ended.frames == sum(episode.ticks * 2 for episode in opened.episodes)
    assert [episode.split for episode in opened.episodes] == ["val", "val"]
    assert dataset.verify(opened).ok
    # The same worlds by another rule.
    other = queue(board, settings, mix=WALK)
    until(lambda: has_ended(board, other), 10)
    refused = board.task(other, 0)
    assert (refused.state, refused.attempt) == (TaskState.failed, 1)
    assert refused.progress is None, "it was refused before it was played"
    assert "is on the side val of this dataset" in (refused.reason or "")
    (worker,) = board.workers()
    assert worker.alive
    until(lambda: not list((settings.work / worker.id).iterdir()), 5)


def test_a_killed_worker_leaves_nothing_and_its_task_runs_again_once(
    board: Board, settings: Settings, start_worker: Start
) -> None:
    first = start_worker()
    job = queue(board, settings, mix=WALK)
    children = until(lambda: processes_of(first.pid))
    killed = time.monotonic()
    first.kill()
    first.wait()
    start_worker()
    until(lambda: board.task(job, 0).attempt == 2 and board.task(job, 0).state is TaskState.running)
    assert time.monotonic() - killed < 60
    until(lambda: has_ended(board, job))
    assert board.job(job).state is JobState.done
    assert len(dataset.open(dataset_url(settings, "walks")).episodes) == 1
    assert not [pid for pid in children if is_alive(pid)]
    assert len(list(settings.work.iterdir())) == 1


def test_a_worker_that_was_thought_dead_publishes_nothing_twice(
    board: Board, settings: Settings, start_worker: Start
) -> None:
    zombie = start_worker()
    job = queue(board, settings, mix=WALK)
    until(lambda: processes_of(zombie.pid))
    group = [zombie.pid, *processes_of(zombie.pid)]
    for pid in group:
        os.kill(pid, signal.SIGSTOP)
    start_worker()
    until(lambda: has_ended(board, job))
    ended = board.job(job)
    version = dataset.open(dataset_url(settings, "walks")).version
    for pid in group:
        os.kill(pid, signal.SIGCONT)
    until(lambda: all(worker.task is None for worker in board.workers() if worker.alive), 30)
    time.sleep(2)
    assert board.job(job) == ended
    assert board.task(job, 0).attempt == 2
    opened = dataset.open(dataset_url(settings, "walks"))
    assert (opened.version, len(opened.episodes)) == (version, 1)


def test_cancelling_reaches_a_running_episode_within_five_seconds(
    board: Board, settings: Settings, start_worker: Start
) -> None:
    worker = start_worker()
    job = queue(board, settings, mix={"orbit": 4})
    until(lambda: is_playing(board, job))
    begin = time.monotonic()
    board.cancel(job, "enough")
    until(lambda: has_ended(board, job), 5)
    assert time.monotonic() - begin < 5
    assert board.job(job).state is JobState.cancelled
    until(lambda: not processes_of(worker.pid), 5)
    assert not dataset.is_published(dataset_url(settings, "walks"), f"{job}-00000")


def test_a_worker_that_is_told_to_stop_hands_its_task_back(
    board: Board, settings: Settings, start_worker: Start
) -> None:
    worker = start_worker()
    job = queue(board, settings, mix={"orbit": 4})
    until(lambda: is_playing(board, job))
    worker.terminate()
    assert worker.wait(15) == 0
    task = board.task(job, 0)
    assert (task.state, task.attempt) == (TaskState.waiting, 0)
    assert not board.workers()
    assert not list(settings.work.iterdir())


def test_what_cannot_be_published_fails_with_its_reason(
    board: Board, settings: Settings, start_worker: Start, tmp_path: Path
) -> None:
    (tmp_path / "datasets").write_text("a file where the folder should be")
    start_worker()
    job = queue(board, settings, mix=WALK)
    until(lambda: has_ended(board, job), 120)
    assert board.job(job).state is JobState.failed
    task = board.task(job, 0)
    assert task.attempt == 3
    assert task.reason
    assert "datasets" in task.reason


def test_workers_share_the_tasks(board: Board, settings: Settings, start_worker: Start) -> None:
    start_worker()
    start_worker()
    jobs = [queue(board, settings, mix=WALK, seed=number) for number in range(4)]
    until(lambda: all(has_ended(board, job) for job in jobs), 120)
    assert {board.task(job, 0).attempt for job in jobs} == {1}
    assert len({board.task(job, 0).worker for job in jobs}) == 2
    assert len(dataset.open(dataset_url(settings, "walks")).episodes) == 4


def test_one_worker_plays_and_another_renders(board: Board, settings: Settings, start_worker: Start) -> None:
    start_worker("--role", "play")
    job = queue(board, settings, mix={"straightLineWalk": 2})
    until(lambda: board.task(job, 0).played)
    task = board.task(job, 0)
    assert (task.stage, task.state) == (Stage.render, TaskState.waiting)
    assert task.played
    walks = open_store(dataset_url(settings, "walks"))
    assert sorted(key for key, _ in task.played.files.values()) == list(walks.list("played/"))
    start_worker("--role", "render")
    until(lambda: has_ended(board, job))
    ended = board.job(job)
    assert (ended.state, ended.episodes, ended.failures) == (JobState.done, 2, 0)
    assert {worker.role for worker in board.workers()} == {"play", "render"}
    opened = dataset.open(walks.url)
    assert len(opened.episodes) == 2
    assert dataset.verify(opened).ok
    assert list(walks.list("played/")) == []
