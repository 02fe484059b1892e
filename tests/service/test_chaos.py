"""Chaos: parts of a running service are killed at random moments while calls of its store fail; nothing
may be lost, doubled or damaged.

`make chaos` is the long form; it prints what was done.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from collector import dataset
from collector.api.client import Client
from collector.errors import ServiceError
from collector.jobs.models import JobRecord, JobState
from collector.playing.plan import ATTEMPTS
from tests.jobs.conftest import spec, until
from tests.processes import children
from tests.service.conftest import Running, running
from tests.service.faults import CLIENT_SECONDS, KINDS, FaultyS3
from tests.service.seaweed import BUCKET, Seaweed, forget_s3, use_s3

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("CHAOS_KILLS", "7"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
# In the short form calls are few, so more of them fail.
FAULTS = float(os.environ.get("CHAOS_FAULTS", "0.25"))
# Words of the command lines, by the kind of process; S3 is no child of the service.
VICTIMS = {
    "api": "cli serve",
    "worker": "cli worker --role both",
    "player": "cli worker --role play",
    "renderer": "cli worker --role render",
    "redis": "redis-server",
    "node": "bin/node",
}
ALL = (*VICTIMS, "s3")
# A worker of each role.
WORKERS = ("--workers", "1", "--players", "1", "--renderers", "1")
# So many jobs are kept going that something plays, renders and uploads at all times.
GOING = 2
END_SECONDS = 900
# Until there is a Node to be killed, a worker may have to start again.
VICTIM_SECONDS = 240


@pytest.fixture
def seaweed(tmp_path: Path) -> Iterator[Seaweed]:
    with Seaweed(tmp_path / "seaweed") as found:
        yield found


@pytest.fixture
def faulty(seaweed: Seaweed) -> Iterator[FaultyS3]:
    with FaultyS3(seaweed.port, FAULTS, SEED) as found:
        yield found


@pytest.fixture
def service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seaweed: Seaweed, faulty: FaultyS3
) -> Iterator[Running]:
    monkeypatch.setenv("COLLECTOR_LEASE_SECONDS", "3")
    # A task may be unlucky many times here; that it ends at last is what another test shows.
    monkeypatch.setenv("COLLECTOR_ATTEMPTS", "1000")
    monkeypatch.setenv("COLLECTOR_BACKOFF_SECONDS", "0.1")
    monkeypatch.setenv("COLLECTOR_S3_SECONDS", str(CLIENT_SECONDS))
    options = (*WORKERS, "--store", f"s3://{BUCKET}")
    use_s3(monkeypatch, {**seaweed.environment, "AWS_ENDPOINT_URL_S3": faulty.endpoint})
    with running(tmp_path / "service", *options) as found:
        yield found
    forget_s3()


def kill(service: Running, seaweed: Seaweed, kind: str, chance: random.Random) -> bool:
    """Kill a part of that kind, if there is one; S3 is started again, the service does so itself."""
    if kind == "s3":
        seaweed.kill()
        seaweed.start()
        return True
    victims = children(service.process.pid, VICTIMS[kind])
    if not victims:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(chance.choice(victims), signal.SIGKILL)
        return True
    return False  # it has just ended by itself


def answered(ask: Callable[[], Any]) -> Any:
    """What the service says, None when it is away."""
    try:
        return ask()
    except (ServiceError, httpx2.HTTPError):
        return None


def submit(client: Client, number: int) -> str:
    """Queue a job; a request that failed is sent again with its key, so that the job is queued once."""
    job = spec(dataset="walks", mix={"straightLineWalk": 2}, seed=number)
    found: str = until(lambda: answered(lambda: client.submit(job, key=f"k{number}").id), 120)
    return found


def record_of(client: Client, job: str) -> JobRecord:
    """The job, as soon as the service tells of it."""
    found: JobRecord = until(lambda: answered(lambda: client.job(job)), 120)
    return found


def going(client: Client, jobs: list[str]) -> int:
    """How many of the last jobs have not ended."""
    return sum(not record_of(client, job).state.ended for job in jobs[-2 * GOING :])


def has_ended(client: Client, job: str) -> bool:
    return record_of(client, job).state.ended


def task_of(service: Running, job: str) -> dict[str, Any]:
    """The only task of a job."""
    return dict(httpx2.get(f"{service.url}/v1/jobs/{job}/tasks/0", timeout=10).raise_for_status().json())


def needs_node(service: Running, job: str) -> bool:
    """Whether its task is played, or will be; yes, when the service does not say."""
    task = answered(partial(task_of, service, job))
    if task is None or task["state"] == "waiting":
        return task is None or task["stage"] == "play"
    played = task["stage"] != "play" or (task["progress"] is not None and task["progress"]["playing"] is None)
    return task["state"] == "running" and not played


def rage(service: Running, seaweed: Seaweed, client: Client) -> tuple[list[str], Counter[str]]:
    """Kill until there were enough; returns the jobs that were acknowledged, and what was killed."""
    chance = random.Random(SEED)
    kinds = [ALL[number % len(ALL)] for number in range(KILLS)]
    chance.shuffle(kinds)
    jobs: list[str] = []
    killed: Counter[str] = Counter()

    def strike(kind: str) -> bool:
        while going(client, jobs) < GOING:
            jobs.append(submit(client, len(jobs)))
        # Else there is no Node for as long as all that was played is rendered by workers that are killed too.
        if kind == "node" and not any(needs_node(service, job) for job in jobs[-2 * GOING :]):
            jobs.append(submit(client, len(jobs)))
        return kill(service, seaweed, kind, chance)

    for kind in kinds:
        time.sleep(chance.uniform(0.2, 4))
        until(partial(strike, kind), VICTIM_SECONDS)
        killed[kind] += 1
        report("killed", kind, f"{sum(killed.values())}/{KILLS}", f"{len(jobs)} jobs")
    return jobs, killed


def report(*words: object) -> None:
    """Tell whoever watches the long form."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} " + " ".join(map(str, words)) + "\n")


def test_nothing_is_lost_doubled_or_damaged(
    service: Running, seaweed: Seaweed, faulty: FaultyS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = time.monotonic()
    with Client(service.url) as client:
        jobs, killed = rage(service, seaweed, client)
        records: list[JobRecord] = []
        for job in jobs:
            until(partial(has_ended, client, job), END_SECONDS)
            records.append(record_of(client, job))
        listed: list[JobRecord] = until(lambda: answered(lambda: client.jobs(200)), 60)
        tasks = [until(partial(answered, partial(task_of, service, job)), 60) for job in jobs]
    assert set(killed) == set(ALL)
    assert all(faulty.fired[kind] for kind in KINDS), faulty.fired
    assert {record.state for record in records} == {JobState.done}
    assert {job.id for job in listed} == set(jobs[-200:]), "a job was queued twice or lost"
    use_s3(monkeypatch, seaweed.environment)
    opened = dataset.open(f"s3://{BUCKET}/walks", quarantine=True)
    verified = dataset.verify(opened)
    expected = {f"{job}-{number:06d}-straightLineWalk" for job in jobs for number in range(2)}
    names = [episode.name for episode in opened.episodes]
    failed = sum(record.failures for record in records)
    figures = {
        "seconds": round(time.monotonic() - begin),
        "killed": dict(killed),
        "store_calls": faulty.calls,
        "store_faults": dict(faulty.fired),
        "jobs": len(jobs),
        "rendered_by_another_worker": sum(task["played"] is not None for task in tasks),
        "episodes": len(names),
        "episodes_that_could_not_be_played": failed,
        "doubled": len(names) - len(set(names)),
        "verified": verified.ok,
    }
    report(json.dumps(figures))
    # An episode is played again when its Node was killed; only three in a row end it.
    assert failed <= killed["node"] // ATTEMPTS
    assert set(names) <= expected
    assert len(names) == len(set(names))
    assert len(names) >= len(expected) - failed
    assert verified.ok
