"""The board: the state of all jobs and tasks, in Redis.

Every change is one atomic step of `board.lua`. A worker holds its task by a lease, a random word that only
this run knows: whoever lost the lease, because it was thought dead, can change nothing any more.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import redis
from pydantic import BaseModel

from collector.errors import JobStateError, KeyReused, LeaseLost, QuotaExceeded, UnknownJob, UsageError
from collector.jobs.models import (
    Counts,
    JobRecord,
    JobSpec,
    JobState,
    Played,
    Progress,
    Stage,
    Task,
    TaskResult,
    batches,
    new_job_id,
)
from collector.settings import Settings

PREFIX = "collector"
# They count from nought: a figure that is missing until the first time is no figure to an alert.
TOTALS = (
    *("episodes", "frames", "bytes", "failures"),
    *("tasks_done", "tasks_failed", "tasks_cancelled"),
    *("webhooks_delivered", "webhooks_failed"),
)
# How long a repeated request with the same key gives the same job.
ONCE_SECONDS = 7 * 86_400
# A worker that has not reported for this long is gone, and forgotten after a day.
WORKER_SECONDS = 15.0
FORGET_SECONDS = 86_400.0

# Redis does one thing at a time, also when it makes or cancels all tasks of a job; and each has some minutes.
MAX_TASKS = 10_000

_SCRIPT = Path(__file__).with_name("board.lua").read_text()
_REDIS_SECONDS = 5.0


@dataclass(frozen=True)
class Quota:
    """What one owner may have; 0 is no limit.

    `jobs` and `episodes` count what has not ended, `bytes` everything that their jobs have ever stored.
    """

    jobs: int = 0
    episodes: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Claim:
    """A task that was given to a worker, and the lease under which it holds it."""

    job: str
    number: int
    lease: str


class WorkerRecord(BaseModel):
    """What a worker tells of itself. `beat` is the Unix time of its last report."""

    id: str
    host: str
    pid: int
    started: float
    beat: float
    task: str | None = None
    free_gb: float
    role: str = "both"
    note: str = ""

    @property
    def alive(self) -> bool:
        """Whether it has reported lately."""
        return time.time() - self.beat < WORKER_SECONDS


def connect(settings: Settings) -> redis.Redis:
    """A client whose every call ends within seconds."""
    password = settings.redis_password
    return redis.Redis.from_url(
        settings.redis,
        password=password and password.get_secret_value(),
        decode_responses=True,
        socket_timeout=_REDIS_SECONDS,
        socket_connect_timeout=_REDIS_SECONDS,
        health_check_interval=10,
    )


class Board:
    """Jobs, tasks, workers and events of one deployment."""

    def __init__(self, client: redis.Redis, settings: Settings) -> None:
        self.client = client
        self._settings = settings
        self._script = client.register_script(_SCRIPT)

    # What users do

    def create(
        self, spec: JobSpec, owner: str, *, once: str = "", quota: Quota | None = None
    ) -> tuple[JobRecord, bool]:
        """Queue a job; returns it, and whether it is new.

        Args:
            spec: what to collect; is checked.
            owner: who asks for it.
            once: the same word with the same spec from the same owner gives the same job.
            quota: what the owner may have at a time.

        Raises:
            UnknownEpisodeType, PlayerCountError, UsageError: the job cannot be played.
            KeyReused: `once` has been used for another spec.
            QuotaExceeded: the owner has too much queued already.
        """
        spec.check()
        cuts = list(batches(spec))
        if len(cuts) > MAX_TASKS:
            raise UsageError(
                f"this job has {len(cuts)} tasks, and one may have {MAX_TASKS}: queue several smaller ones"
            )
        quota = quota or Quota()
        text = spec.model_dump_json()
        verdict, value = self._call(
            "create",
            new_job_id(),
            owner,
            text,
            spec.priority,
            spec.count,
            spec.wanted_frames,
            spec.deadline.timestamp() if spec.deadline else "",
            once,
            hashlib.sha256(text.encode()).hexdigest(),
            ONCE_SECONDS,
            quota.jobs,
            quota.episodes,
            quota.bytes,
            json.dumps(cuts),
        )
        if verdict == "other":
            raise KeyReused(f"the key {once!r} was used for another job; send a new key with a new job")
        if verdict == "bytes":
            raise QuotaExceeded(
                f"{owner} has stored the {value} bytes that are allowed; ask an admin for more"
            )
        if verdict in {"jobs", "episodes"}:
            raise QuotaExceeded(
                f"{owner} may have {value} {verdict} in jobs that have not ended; wait, or cancel one"
            )
        self.client.sadd(f"{PREFIX}:datasets", spec.dataset)
        return self.job(value), verdict == "made"

    def cancel(self, job: str, reason: str) -> JobRecord:
        """End a job; running tasks notice within a second. No effect on a job that has ended."""
        self.job(job)
        self._call("cancel", job, reason)
        return self.job(job)

    def retry(self, job: str) -> JobRecord:
        """Run the failed and cancelled tasks of a job again.

        Raises:
            JobStateError: it has not ended, or nothing of it failed.
        """
        self.job(job)
        count = self._call("retry", job)
        if count < 1:
            why = "it has not ended" if count < 0 else "none of its tasks failed or was cancelled"
            raise JobStateError(f"job {job} cannot be retried: {why}")
        return self.job(job)

    # What users see

    def job(self, job: str) -> JobRecord:
        """The job of that id.

        Raises:
            UnknownJob: there is none.
        """
        return _job(job, self._hash(f"{PREFIX}:job:{job}", job))

    def jobs(
        self, *, before: str = "", state: JobState | None = None, owner: str | None = None, limit: int = 50
    ) -> list[JobRecord]:
        """Jobs, newest first, that are older than the job `before`."""
        index = f"{PREFIX}:jobs" + (f":{state}" if state else f":owner:{owner}" if owner else "")
        found: list[JobRecord] = []
        while len(found) < limit:
            start = f"({before}" if before else "+"
            ids = cast("list[str]", self.client.zrevrangebylex(index, start, "-", start=0, num=limit))
            if not ids:
                break
            pages = (_job(one, fields) for one, fields in zip(ids, self._hashes(ids), strict=True))
            found += [job for job in pages if owner in {None, job.owner}]
            before = ids[-1]
        return found[:limit]

    def task(self, job: str, number: int) -> Task:
        """The task of that number.

        Raises:
            UnknownJob: there is none.
        """
        return _task(job, number, self._hash(f"{PREFIX}:task:{job}:{number}", f"{job}, task {number}"))

    def tasks(self, job: str, first: int = 0, limit: int = 100) -> list[Task]:
        """Tasks of a job, from number `first` on."""
        self.job(job)
        total = int(cast("str", self.client.hget(f"{PREFIX}:job:{job}", "tasks")))
        numbers = range(first, min(first + limit, total))
        with self.client.pipeline(transaction=False) as pipe:
            for number in numbers:
                pipe.hgetall(f"{PREFIX}:task:{job}:{number}")
            return [_task(job, n, fields) for n, fields in zip(numbers, pipe.execute(), strict=True)]

    def add_dataset(self, name: str) -> bool:
        """Know a dataset, as when a job is queued for it; whether it is new."""
        return bool(self.client.sadd(f"{PREFIX}:datasets", name))

    def datasets(self) -> list[str]:
        """Names of all datasets that jobs were queued for, or that were added."""
        return sorted(cast("set[str]", self.client.smembers(f"{PREFIX}:datasets")))

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state."""
        with self.client.pipeline(transaction=False) as pipe:
            for state in JobState:
                pipe.zcard(f"{PREFIX}:jobs:{state}")
            return dict(zip(JobState, pipe.execute(), strict=True))

    def ready(self) -> dict[Stage, int]:
        """How many tasks wait for a worker, by what comes next."""
        return {stage: self._ready(stage) for stage in Stage}

    def _ready(self, stage: Stage) -> int:
        queue = "" if stage is Stage.play else ":render"
        owners = cast("set[str]", self.client.smembers(f"{PREFIX}:owners{queue}"))
        return sum([self.client.zcard(f"{PREFIX}:ready{queue}:{owner}") for owner in owners])

    def stored(self) -> dict[str, int]:
        """How many bytes the jobs of each owner have stored."""
        stored = cast("dict[str, str]", self.client.hgetall(f"{PREFIX}:stored"))
        return {owner: int(value) for owner, value in stored.items()}

    def totals(self) -> dict[str, int]:
        """What all tasks and webhooks have come to, by the names in `TOTALS`."""
        stored = cast("dict[str, str]", self.client.hgetall(f"{PREFIX}:totals"))
        return {name: int(stored.get(name, 0)) for name in TOTALS}

    # What workers do

    def claim(self, worker: str) -> Claim | None:
        """Take the next ready task that the role of this process allows, if there is one."""
        lease = secrets.token_hex(8)
        settings = self._settings
        answer = self._call(
            "claim", worker, lease, settings.lease_seconds, settings.role, settings.render_backlog
        )
        return Claim(job=answer[0], number=int(answer[1]), lease=lease) if answer else None

    def beat(self, claim: Claim, progress: Progress) -> Literal["ok", "cancel"]:
        """Keep a claim and tell how far it is; the answer says whether the job was cancelled.

        Raises:
            LeaseLost: the task was taken away.
        """
        text = progress.model_dump_json(exclude_none=True)
        return cast("Literal['ok', 'cancel']", self._held("beat", claim, self._settings.lease_seconds, text))

    def finish(self, claim: Claim, result: TaskResult) -> None:
        """The task is published.

        Raises:
            LeaseLost: the task was taken away.
        """
        figures = (result.episodes, result.frames, result.bytes, len(result.failures))
        self._held("finish", claim, result.model_dump_json(), *figures)

    def hand_on(self, claim: Claim, played: Played) -> None:
        """The task is played; a worker that renders goes on with it.

        Raises:
            LeaseLost: the task was taken away.
        """
        self._held("hand_on", claim, played.model_dump_json())

    def fail(self, claim: Claim, reason: str, *, final: bool = False) -> None:
        """The run failed; another one follows later, unless it is `final` or there were enough.

        Raises:
            LeaseLost: the task was taken away.
        """
        self._held("fail", claim, reason, self._settings.attempts, self._settings.backoff_seconds, int(final))

    def release(self, claim: Claim) -> None:
        """Give the task back as if it had never been claimed; end it if its job was cancelled.

        Raises:
            LeaseLost: the task was taken away.
        """
        self._held("release", claim)

    def sweep(self) -> dict[Stage, int]:
        """Look after lost workers, waits and deadlines; returns how many tasks are ready, as `ready` does."""
        ready = self._call("sweep", self._settings.attempts, self._settings.backoff_seconds)
        return dict(zip(Stage, ready, strict=True))

    def report(self, worker: WorkerRecord) -> None:
        """Tell that a worker is there."""
        self.client.hset(f"{PREFIX}:workers", worker.id, worker.model_dump_json())

    def forget(self, worker: str) -> None:
        """A worker has ended."""
        self.client.hdel(f"{PREFIX}:workers", worker)

    def workers(self) -> list[WorkerRecord]:
        """The workers that have reported within a day, by name."""
        stored = cast("dict[str, str]", self.client.hgetall(f"{PREFIX}:workers"))
        found = [WorkerRecord.model_validate_json(text) for text in stored.values()]
        for worker in found:
            if time.time() - worker.beat > FORGET_SECONDS:
                self.forget(worker.id)
        return sorted(found, key=lambda worker: worker.id)

    def _call(self, operation: str, *arguments: str | float) -> Any:
        return self._script(keys=[PREFIX], args=[operation, *arguments])

    def _held(self, operation: str, claim: Claim, *arguments: str | float) -> str:
        answer = str(self._call(operation, claim.job, claim.number, claim.lease, *arguments))
        if answer == "lost":
            raise LeaseLost(f"task {claim.number} of job {claim.job} was given to another worker")
        return answer

    def _hash(self, key: str, what: str) -> dict[str, str]:
        fields = cast("dict[str, str]", self.client.hgetall(key))
        if not fields:
            raise UnknownJob(f"there is no job {what}; `collector jobs` lists them")
        return fields

    def _hashes(self, jobs: list[str]) -> Iterator[dict[str, str]]:
        with self.client.pipeline(transaction=False) as pipe:
            for job in jobs:
                pipe.hgetall(f"{PREFIX}:job:{job}")
            yield from pipe.execute()


def _job(job: str, fields: Mapping[str, str]) -> JobRecord:
    plain = {k: fields[k] for k in JobRecord.model_fields if k in fields and k not in {"spec", "tasks"}}
    counts = Counts.model_validate({state: fields[state] for state in Counts.model_fields})
    return JobRecord.model_validate(
        {**plain, "id": job, "spec": JobSpec.model_validate_json(fields["spec"]), "tasks": counts}
    )


def _task(job: str, number: int, fields: Mapping[str, str]) -> Task:
    known = {name: fields[name] for name in Task.model_fields if name in fields}
    nested: dict[str, Any] = {
        name: json.loads(known.pop(name)) for name in ("progress", "result", "played") if name in known
    }
    return Task.model_validate({**known, **nested, "job": job, "number": number})
