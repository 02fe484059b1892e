"""Measures the service on this machine: a real Redis, a real API process, real workers and real requests."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import numpy as np
import pyarrow as pa

from collector.api.client import Client
from collector.collecting.collect import Job, collect
from collector.dataset.catalog import Catalog, open_or_create
from collector.errors import ServiceError
from collector.jobs.board import Board, connect
from collector.jobs.embedded import EmbeddedRedis
from collector.jobs.models import JobSpec, TaskState
from collector.ports import free_port
from collector.progress import Silent
from collector.settings import Settings
from collector.store import open_store
from collector.video.view import View

SUBMITTED = 1000
STORED = 10_000
RATE = 200.0
LOAD_SECONDS = 20.0
SENDERS = 8
EPISODES = (1000, 100_000)
LISTINGS = 30
WAIT_SECONDS = 120.0
TINY = View(width=64, height=64, hud=False, view_distance=4)


@dataclass(frozen=True)
class _Service:
    """An API process with its Redis."""

    url: str
    settings: Settings
    board: Board
    environment: dict[str, str]


def service_speed() -> dict[str, float]:
    """All figures; the unit is in the name."""
    with tempfile.TemporaryDirectory() as folder, _running(Path(folder)) as service:
        figures = {"submit_1000_jobs_seconds": _submit(service)}
        figures |= _recovery(service)
        _fill(service)
        figures |= asyncio.run(_load(service))
        return figures | _listing(service, Path(folder))


def _spec(number: int, **fields: object) -> JobSpec:
    return JobSpec.model_validate(
        {"dataset": "speed", "mix": {"orbit": 4}, "view": TINY, "seed": number, **fields}
    )


def _submit(service: _Service) -> float:
    """Seconds in which so many jobs are queued, by several senders at once."""
    begin = time.perf_counter()

    def send(sender: int) -> None:
        with Client(service.url) as client:
            for number in range(sender, SUBMITTED, SENDERS):
                client.submit(_spec(number), key=f"s{number}")

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(send, range(SENDERS)))
    return time.perf_counter() - begin


def _fill(service: _Service) -> None:
    """Have so many jobs stored."""
    for number in range(SUBMITTED, STORED):
        service.board.create(_spec(number), "speed")


async def _load(service: _Service) -> dict[str, float]:
    """Ask at a steady rate, whether or not the answers have come, for what clients and dashboards ask for."""
    jobs = [job.id for job in service.board.jobs(limit=200)]
    chance = random.Random(7)

    def path() -> str:
        one = chance.choice(jobs)
        return chance.choice(
            [f"/v1/jobs/{one}"] * 5
            + [f"/v1/jobs/{one}/tasks"] * 2
            + ["/v1/jobs?limit=20", "/v1/jobs?state=queued&limit=20", "/v1/workers"]
        )

    took: list[float] = []

    async def ask(client: httpx2.AsyncClient, place: str) -> None:
        begin = time.perf_counter()
        answer = await client.get(place)
        answer.raise_for_status()
        took.append(time.perf_counter() - begin)

    async with httpx2.AsyncClient(base_url=service.url, timeout=30) as client:
        for _ in range(50):
            await ask(client, path())
        took.clear()
        begin = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(RATE * LOAD_SECONDS)):
                await asyncio.sleep(max(0.0, begin + number / RATE - time.perf_counter()))
                group.create_task(ask(client, path()))
        seconds = time.perf_counter() - begin
    cuts = statistics.quantiles(took, n=100)
    return {
        "requests_per_second": len(took) / seconds,
        "median_ms": statistics.median(took) * 1000,
        "p99_ms": cuts[98] * 1000,
    }


def _listing(service: _Service, folder: Path) -> dict[str, float]:
    """Milliseconds for a page of episodes, at the beginning and at the end of a small and a large dataset."""
    collect(Job(mix={"straightLineWalk": 1}, view=TINY), folder / "one", Silent())
    rows = Catalog(open_store(folder / "one")).rows()
    figures = {}
    for count in EPISODES:
        name = f"of{count}"
        _multiply(rows, service.settings.store, name, count)
        begin = time.perf_counter()
        page = f"{service.url}/v1/datasets/{name}/episodes?limit=50"
        with httpx2.Client(timeout=120) as client:
            client.get(page).raise_for_status()
            figures[f"open_{count}_episodes_seconds"] = time.perf_counter() - begin
            for place, after in (("first", ""), ("last", f"e{count - 60:08d}")):
                took = [_milliseconds(client, f"{page}&after={after}") for _ in range(LISTINGS)]
                figures[f"list_{count}_episodes_{place}_page_ms"] = statistics.median(took)
    return figures


def _multiply(rows: pa.Table, store: str, name: str, count: int) -> None:
    """A dataset with so many copies of an episode, in its catalog."""
    names = np.repeat([f"e{number:08d}" for number in range(count)], len(rows))
    copies = rows.take(np.tile(np.arange(len(rows)), count))
    copies = copies.set_column(rows.schema.get_field_index("episode"), "episode", pa.array(names))
    target = open_store(f"{store}/{name}")
    open_or_create(target).append(copies, name)


def _milliseconds(client: httpx2.Client, url: str) -> float:
    begin = time.perf_counter()
    client.get(url).raise_for_status()
    return (time.perf_counter() - begin) * 1000


def _recovery(service: _Service) -> dict[str, float]:
    """Seconds until a killed worker's task runs again, and until a cancelled job has ended."""
    with Client(service.url) as client:
        for job in service.board.jobs(limit=SUBMITTED):
            service.board.cancel(job.id, "out of the way")
        job_id = client.submit(_spec(0, mix={"orbit": 8}, priority=9), key="killed").id
        with _worker(service) as first:
            _until(lambda: service.board.task(job_id, 0).progress)
            os.killpg(first.pid, signal.SIGKILL)
            begin = time.perf_counter()
            with _worker(service):
                _until(
                    lambda: (
                        (task := service.board.task(job_id, 0)).attempt == 2
                        and task.state is TaskState.running
                    )
                )
                again = time.perf_counter() - begin
                _until(lambda: (found := service.board.task(job_id, 0).progress) and found.played_ticks)
                begin = time.perf_counter()
                client.cancel(job_id)
                _until(lambda: client.job(job_id).state.ended)
                cancelled = time.perf_counter() - begin
    return {"killed_task_runs_again_seconds": again, "cancelled_seconds": cancelled}


def _until(look: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not look():
        if time.monotonic() > deadline:
            raise ServiceError("it did not happen in time")
        time.sleep(0.02)


@contextmanager
def _running(folder: Path) -> Iterator[_Service]:
    with EmbeddedRedis(folder / "redis") as redis:
        settings = Settings(
            redis=redis.url, store=str(folder / "datasets"), work=folder / "work", min_free_gb=0
        )
        environment = {
            **os.environ,
            "COLLECTOR_REDIS": settings.redis,
            "COLLECTOR_STORE": settings.store,
            "COLLECTOR_WORK": str(settings.work),
            "COLLECTOR_MIN_FREE_GB": "0",
            "COLLECTOR_AUTH": "false",
        }
        port = str(free_port())
        url = f"http://127.0.0.1:{port}"
        client = connect(settings)
        with _process(environment, "serve", "--port", port):
            _until(lambda: _answers(url))
            yield _Service(url, settings, Board(client, settings), environment)
        client.close()


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx2.TransportError):
        return httpx2.get(f"{url}/readyz").is_success
    return False


@contextmanager
def _worker(service: _Service) -> Iterator[subprocess.Popen[bytes]]:
    with _process(service.environment, "worker") as process:
        yield process


@contextmanager
def _process(environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "collector.cli", *words],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
