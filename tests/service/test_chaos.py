"""Chaos: parts of a running service are killed at random moments; nothing may be lost, doubled or damaged.

`CHAOS_KILLS=200 pytest tests/service/test_chaos.py` is the long form.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from collector import dataset
from collector.api.client import Client
from collector.errors import ServiceError
from collector.jobs.models import JobRecord, JobState
from collector.plan import ATTEMPTS
from tests.jobs.conftest import spec, until
from tests.service.conftest import Running, running

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("CHAOS_KILLS", "6"))
# Words of the command lines, by the kind of process.
VICTIMS = {"api": "cli serve", "worker": "cli worker", "redis": "redis-server", "node": "bin/node"}
KILLS_TO_A_JOB = 2


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv("COLLECTOR_LEASE_SECONDS", "3")
    # A task may be unlucky many times here; that it ends at last is what another test shows.
    monkeypatch.setenv("COLLECTOR_ATTEMPTS", "1000")
    monkeypatch.setenv("COLLECTOR_BACKOFF_SECONDS", "0.1")
    with running(tmp_path / "service") as found:
        yield found


def descendants(root: int) -> dict[int, str]:
    """Command lines of all processes below one, by their number."""
    listed = subprocess.run(
        ["ps", "-wweo", "pid=,ppid=,args="], capture_output=True, text=True, check=True, timeout=10
    )
    lines = [line.split(None, 2) for line in listed.stdout.splitlines()]
    found: dict[int, str] = {}
    layer = {root}
    while layer:
        below = {int(pid): args for pid, parent, args in lines if int(parent) in layer}
        found |= below
        layer = set(below)
    return found


def kill_one(service: Running, kind: str) -> None:
    """Kill a process of that kind, as soon as there is one."""
    word = VICTIMS[kind]
    victim = until(
        lambda: [pid for pid, args in descendants(service.process.pid).items() if word in args], 60
    )[0]
    os.kill(victim, signal.SIGKILL)


def submit(client: Client, number: int) -> str:
    """Queue a job; a request that failed is sent again with its key, so that the job is queued once."""
    job = spec(dataset="walks", mix={"straightLineWalk": 2}, seed=number)

    def attempt() -> str | None:
        try:
            return client.submit(job, key=f"k{number}").id
        except (ServiceError, httpx2.HTTPError):
            return None

    found = until(attempt, 60)
    assert found
    return found


def ended(client: Client, job: str) -> JobRecord | None:
    """The job when it has ended, and can be asked for."""
    try:
        record = client.job(job)
    except (ServiceError, httpx2.HTTPError):
        return None
    return record if record.state.ended else None


def wait_for(client: Client, job: str) -> JobRecord:
    record = until(lambda: ended(client, job), 300)
    assert record
    return record


def test_nothing_is_lost_doubled_or_damaged(service: Running) -> None:
    chance = random.Random(int(os.environ.get("CHAOS_SEED", "1")))
    kinds = [list(VICTIMS)[number % len(VICTIMS)] for number in range(KILLS)]
    chance.shuffle(kinds)
    jobs: list[str] = []
    with Client(service.url) as client:
        for number, kind in enumerate(kinds):
            # Node only runs while something is played.
            if number % KILLS_TO_A_JOB == 0 or kind == "node":
                jobs.append(submit(client, number))
            time.sleep(chance.uniform(0.2, 4))
            kill_one(service, kind)
        records = [wait_for(client, job) for job in jobs]
    assert set(Counter(kinds)) == set(VICTIMS)
    assert [record.state for record in records] == [JobState.done] * len(jobs)
    opened = dataset.open(service.data / "datasets" / "walks", quarantine=True)
    expected = {f"{job}-{number:06d}-straightLineWalk" for job in jobs for number in range(2)}
    failed = sum(record.failures for record in records)
    # An episode is played again when its Node was killed; only three in a row end it.
    assert failed <= kinds.count("node") // ATTEMPTS
    assert {episode.name for episode in opened.episodes} <= expected
    assert len(opened.episodes) >= len(expected) - failed
    assert len(set(opened.episodes)) == len(opened.episodes)
    assert dataset.verify(opened).ok
