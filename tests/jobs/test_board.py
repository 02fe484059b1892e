from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from collector.errors import (
    JobStateError,
    KeyReused,
    LeaseLost,
    QuotaExceeded,
    UnknownEpisodeType,
    UnknownJob,
    UsageError,
)
from collector.jobs.board import MAX_TASKS, TOTALS, Board, Claim, Quota, WorkerRecord
from collector.jobs.models import JobState, Played, Progress, Stage, TaskResult, TaskState
from collector.settings import Settings
from collector.video.view import View
from tests.jobs.conftest import spec, until

WIDE = View(width=1920, height=1080)  # one episode to a task
GOOD = TaskResult(episodes=1, frames=1354, bytes=1000)


def test_a_task_goes_from_waiting_to_done(board: Board) -> None:
    job, new = board.create(spec(mix={"orbit": 2}, view=WIDE), "me")
    assert new
    assert (job.state, job.planned, job.tasks.waiting) == (JobState.queued, 2, 2)
    claim = board.claim("w")
    assert claim
    assert (claim.job, claim.number) == (job.id, 0)
    assert board.job(job.id).state is JobState.running
    assert board.beat(claim, Progress(finished=1)) == "ok"
    task = board.task(job.id, 0)
    assert (task.state, task.worker, task.attempt) == (TaskState.running, "w", 1)
    assert task.progress == Progress(finished=1)
    board.finish(claim, GOOD)
    assert board.task(job.id, 0).result == GOOD
    other = board.claim("w")
    assert other
    board.finish(other, GOOD)
    ended = board.job(job.id)
    assert (ended.state, ended.episodes, ended.frames, ended.tasks.done) == (JobState.done, 2, 2708, 2)
    assert ended.ended
    assert board.claim("w") is None
    done = {"bytes": 2000, "episodes": 2, "frames": 2708, "tasks_done": 2}
    assert board.totals() == dict.fromkeys(TOTALS, 0) | done


def test_every_task_is_claimed_once(board: Board) -> None:
    board.create(spec(mix={"orbit": 60}, view=WIDE), "me")
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: board.claim(f"w{n}"), range(80)))
    numbers = [claim.number for claim in claims if claim]
    assert sorted(numbers) == list(range(60))


def test_priority_comes_first_then_fairness_then_age(board: Board) -> None:
    many = board.create(spec(mix={"orbit": 3}, view=WIDE), "ann")[0].id
    late = board.create(spec(mix={"orbit": 2}, view=WIDE), "bob")[0].id
    urgent = board.create(spec(priority=5), "ann")[0].id
    idle = board.create(spec(priority=-5), "eve")[0].id
    claims = [board.claim("w") for _ in range(7)]
    order = [claim.job for claim in claims if claim]
    # The urgent one is ann's, so bob is next, then both in turn; eve's waits for all of them.
    assert order == [urgent, late, many, late, many, many, idle]


def test_a_failed_run_is_repeated_with_growing_waits_and_then_given_up(board: Board) -> None:
    job = board.create(spec(), "me")[0].id
    waits = []
    for attempt in (1, 2, 3):
        claim = until(lambda: any(board.sweep().values()) and board.claim("w"))
        assert claim
        board.fail(claim, f"reason {attempt}")
        task = board.task(job, 0)
        if attempt < 3:
            assert task.state is TaskState.waiting
            assert task.ready_at
            waits.append(task.ready_at - time.time())
            assert board.claim("w") is None
    assert waits[1] > waits[0] * 1.5
    task, ended = board.task(job, 0), board.job(job)
    assert (task.state, task.reason, task.attempt) == (TaskState.failed, "reason 3", 3)
    assert ended.state is JobState.failed


def test_what_can_never_work_is_not_repeated(board: Board) -> None:
    job = board.create(spec(), "me")[0].id
    claim = board.claim("w")
    assert claim
    board.fail(claim, "no such thing", final=True)
    assert board.job(job).state is JobState.failed


def test_a_task_whose_worker_is_silent_goes_to_another_and_the_first_has_no_say(board: Board) -> None:
    job = board.create(spec(), "me")[0].id
    zombie = board.claim("zombie")
    assert zombie
    assert not any(board.sweep().values())
    time.sleep(2.1)
    board.sweep()
    heir = until(lambda: any(board.sweep().values()) and board.claim("heir"))
    assert heir
    for say in (
        lambda: board.beat(zombie, Progress()),
        lambda: board.finish(zombie, GOOD),
        lambda: board.fail(zombie, "x"),
        lambda: board.release(zombie),
    ):
        with pytest.raises(LeaseLost):
            say()
    task = board.task(job, 0)
    assert (task.state, task.worker, task.attempt) == (TaskState.running, "heir", 2)
    board.finish(heir, GOOD)
    with pytest.raises(LeaseLost):
        board.finish(zombie, GOOD)
    assert board.job(job).episodes == 1


def test_a_task_that_kills_its_workers_ends(board: Board) -> None:
    job = board.create(spec(), "me")[0].id
    for _ in range(3):
        assert until(lambda: any(board.sweep().values()) and board.claim("w"))
        time.sleep(2.1)
    board.sweep()
    task = board.task(job, 0)
    assert task.state is TaskState.failed
    assert task.reason == "worker w died or lost contact"
    assert board.job(job).state is JobState.failed


def test_cancelling_ends_what_waits_at_once_and_tells_what_runs(board: Board) -> None:
    job = board.create(spec(mix={"orbit": 3}, view=WIDE), "me")[0].id
    claim = board.claim("w")
    assert claim
    assert board.cancel(job, "enough").tasks.cancelled == 2
    assert board.claim("w") is None
    assert board.beat(claim, Progress()) == "cancel"
    board.release(claim)
    ended = board.job(job)
    assert (ended.state, ended.reason, ended.tasks.cancelled) == (JobState.cancelled, "enough", 3)
    assert board.cancel(job, "again").reason == "enough"


def test_a_failed_run_of_a_cancelled_job_is_not_repeated(board: Board) -> None:
    job = board.create(spec(), "me")[0].id
    claim = board.claim("w")
    assert claim
    board.cancel(job, "enough")
    board.fail(claim, "broken")
    assert board.job(job).state is JobState.cancelled


def test_a_large_job_holds_up_nobody_for_long(board: Board) -> None:
    with pytest.raises(UsageError, match="queue several smaller ones"):
        board.create(spec(draw={"episodes": MAX_TASKS + 1}, mix={}, view=WIDE), "me")
    begin = time.monotonic()
    job, _ = board.create(spec(mix={"orbit": MAX_TASKS}, view=WIDE), "me")
    assert board.cancel(job.id, "enough").tasks.cancelled == MAX_TASKS
    assert time.monotonic() - begin < 20


def test_a_task_that_is_handed_back_costs_no_attempt(board: Board) -> None:
    job = board.create(spec(), "me")[0].id
    claim = board.claim("w")
    assert claim
    board.release(claim)
    assert board.task(job, 0).attempt == 0
    assert board.claim("w")


def test_retrying_runs_only_what_has_not_been_done(board: Board) -> None:
    job = board.create(spec(mix={"orbit": 2}, view=WIDE), "me")[0].id
    with pytest.raises(JobStateError, match="has not ended"):
        board.retry(job)
    done, failed = board.claim("w"), board.claim("w")
    assert done
    assert failed
    board.finish(done, GOOD)
    board.fail(failed, "no", final=True)
    assert board.retry(job).state is JobState.running
    again = board.claim("w")
    assert again
    assert again.number == failed.number
    board.finish(again, GOOD)
    assert board.job(job).state is JobState.done
    with pytest.raises(JobStateError, match="none of its tasks"):
        board.retry(job)


def test_a_job_ends_at_its_deadline(board: Board) -> None:
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=0.5)
    job = board.create(spec(deadline=soon), "me")[0].id
    assert board.sweep()[Stage.play] == 1
    until(lambda: board.sweep()[Stage.play] == 0)
    ended = board.job(job)
    assert (ended.state, ended.reason) == (JobState.cancelled, "its deadline has passed")


def test_the_same_key_gives_the_same_job_and_refuses_another(board: Board) -> None:
    job, _ = board.create(spec(), "me", once="k")
    assert board.create(spec(), "me", once="k") == (job, False)
    assert board.create(spec(), "you", once="k")[1]
    with pytest.raises(KeyReused, match="'k'"):
        board.create(spec(seed=1), "me", once="k")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: board.create(spec(), "me", once="race"), range(16)))
    assert len({job.id for job, _ in made}) == 1
    assert sum(new for _, new in made) == 1


def test_quotas_count_what_has_not_ended(board: Board) -> None:
    quota = Quota(jobs=2, episodes=10)
    first = board.create(spec(mix={"orbit": 6}), "me", quota=quota)[0].id
    with pytest.raises(QuotaExceeded, match="10 episodes"):
        board.create(spec(mix={"orbit": 5}), "me", quota=quota)
    board.create(spec(mix={"orbit": 4}), "me", quota=quota)
    with pytest.raises(QuotaExceeded, match="2 jobs"):
        board.create(spec(), "me", quota=quota)
    board.create(spec(), "you", quota=quota)
    board.cancel(first, "room")
    board.create(spec(mix={"orbit": 6}), "me", quota=quota)


def test_stored_bytes_are_counted_and_limited(board: Board) -> None:
    quota = Quota(bytes=1500)
    first = board.create(spec(mix={"orbit": 3}, view=WIDE), "me", quota=quota)[0].id
    for _ in range(2):
        claim = board.claim("w")
        assert claim
        board.finish(claim, GOOD)
    ended = board.job(first)
    assert (ended.state, ended.episodes, ended.tasks.cancelled) == (JobState.cancelled, 2, 1)
    assert "1500 bytes" in (ended.reason or "")
    with pytest.raises(QuotaExceeded, match="1500 bytes"):
        board.create(spec(), "me", quota=quota)
    assert board.stored() == {"me": 2000}
    board.create(spec(), "me")
    board.create(spec(), "you", quota=quota)


def test_a_job_is_done_when_it_has_what_was_wanted(board: Board) -> None:
    job = board.create(spec(mix={"orbit": 9}, view=WIDE, frames=2000), "me")[0].id
    claims = [board.claim("w") for _ in range(3)]
    for claim in claims[:2]:
        assert claim
        board.finish(claim, GOOD)
    going = board.job(job)
    assert (going.state, going.tasks.running, going.tasks.cancelled) == (JobState.running, 1, 6)
    assert claims[2]
    board.finish(claims[2], GOOD)
    ended = board.job(job)
    assert (ended.state, ended.reason, ended.frames) == (JobState.done, None, 4062)
    assert board.task(job, 8).reason == "enough was collected"


def test_lists_a_page_at_a_time(board: Board) -> None:
    ids = [board.create(spec(), owner)[0].id for owner in ("ann", "bob") * 5]
    newest = sorted(ids, reverse=True)
    assert [job.id for job in board.jobs(limit=4)] == newest[:4]
    assert [job.id for job in board.jobs(before=newest[3], limit=100)] == newest[4:]
    board.cancel(ids[0], "x")
    board.cancel(ids[1], "x")
    assert {job.id for job in board.jobs(state=JobState.cancelled)} == set(ids[:2])
    assert len(board.jobs(owner="ann")) == 5
    assert [job.id for job in board.jobs(owner="ann", state=JobState.cancelled)] == [ids[0]]
    assert board.counts()[JobState.queued] == 8


def test_unknown_things_are_told(board: Board) -> None:
    with pytest.raises(UnknownJob, match="nope"):
        board.job("nope")
    with pytest.raises(UnknownJob):
        board.cancel("nope", "x")
    with pytest.raises(UnknownEpisodeType):
        board.create(spec(mix={"golf": 1}), "me")
    job = board.create(spec(), "me")[0].id
    with pytest.raises(UnknownJob, match="task 7"):
        board.task(job, 7)


def in_role(board: Board, settings: Settings, role: str, backlog: int = 64) -> Board:
    """The same board, as a worker of that role sees it."""
    return Board(board.client, settings.model_copy(update={"role": role, "render_backlog": backlog}))


def test_a_task_goes_from_who_plays_to_who_renders(board: Board, settings: Settings) -> None:
    player, renderer = in_role(board, settings, "play"), in_role(board, settings, "render")
    job = board.create(spec(), "me")[0].id
    assert renderer.claim("r") is None
    claim = player.claim("p")
    assert claim
    played = Played(files={"a": ("played/a", "0" * 64)}, failures={"b": "no"})
    player.hand_on(claim, played)
    with pytest.raises(LeaseLost):
        player.finish(claim, GOOD)
    task = board.task(job, 0)
    assert (task.state, task.stage, task.attempt, task.played) == (
        TaskState.waiting,
        Stage.render,
        0,
        played,
    )
    assert board.ready() == board.sweep() == {Stage.play: 0, Stage.render: 1}
    assert player.claim("p") is None
    taken = renderer.claim("r")
    assert taken
    renderer.fail(taken, "no memory")
    time.sleep(0.15)
    board.sweep()
    taken = renderer.claim("r")
    assert taken
    renderer.finish(taken, GOOD)
    assert board.job(job).state is JobState.done


def test_who_plays_waits_for_who_renders(board: Board, settings: Settings) -> None:
    player = in_role(board, settings, "play", backlog=2)
    board.create(spec(mix={"orbit": 5}, view=WIDE), "me")
    for _ in range(2):
        claim = player.claim("p")
        assert claim
        player.hand_on(claim, Played(files={}))
    assert player.claim("p") is None
    taken = in_role(board, settings, "render").claim("r")
    assert taken
    assert player.claim("p")


def test_a_job_that_has_begun_is_not_queued_again(board: Board, settings: Settings) -> None:
    job = board.create(spec(), "me")[0].id
    ends: list[tuple[str, Callable[[Claim], None]]] = [
        ("play", lambda claim: board.fail(claim, "bad luck")),
        ("play", lambda claim: board.hand_on(claim, Played(files={}))),
        ("render", board.release),
    ]
    for role, end in ends:
        time.sleep(0.15)
        board.sweep()
        claim = in_role(board, settings, role).claim("w")
        assert claim
        end(claim)
        assert board.job(job).state is JobState.running
        assert board.task(job, 0).state is TaskState.waiting
    assert board.counts()[JobState.running] == 1


def test_who_does_both_renders_first(board: Board, settings: Settings) -> None:
    job = board.create(spec(mix={"orbit": 2}, view=WIDE), "me")[0].id
    other = board.create(spec(priority=3), "you")[0].id
    claims = [in_role(board, settings, "play").claim("p") for _ in range(2)]
    for claim in claims:
        assert claim
        board.hand_on(claim, Played(files={}))
    order = [claim and (claim.job, claim.number) for claim in (board.claim("w") for _ in range(3))]
    assert order == [(other, 0), (job, 0), (job, 1)]


def test_what_was_played_of_a_cancelled_job_is_not_rendered(board: Board, settings: Settings) -> None:
    job = board.create(spec(mix={"orbit": 2}, view=WIDE), "me")[0].id
    player = in_role(board, settings, "play")
    first, second = player.claim("p"), player.claim("p")
    assert first
    assert second
    player.hand_on(first, Played(files={}))
    board.cancel(job, "enough")
    player.hand_on(second, Played(files={}))
    assert board.job(job).state is JobState.cancelled
    assert board.sweep()[Stage.render] == 0
    retried = board.retry(job)
    assert retried.tasks.waiting == 2
    assert {task.stage for task in board.tasks(job)} == {Stage.play}


def test_workers_are_known_while_they_report(board: Board) -> None:
    here = WorkerRecord(id="a", host="h", pid=1, started=0, beat=time.time(), free_gb=1)
    board.report(here)
    board.report(here.model_copy(update={"id": "lost", "beat": time.time() - 60}))
    board.report(here.model_copy(update={"id": "old", "beat": time.time() - 90_000}))
    assert [(worker.id, worker.alive) for worker in board.workers() if worker.id != "old"] == [
        ("a", True),
        ("lost", False),
    ]
    assert [worker.id for worker in board.workers()] == ["a", "lost"]
    board.forget("a")
    assert [worker.id for worker in board.workers()] == ["lost"]
