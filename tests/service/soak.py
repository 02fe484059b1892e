"""A soak: the whole service under a steady load for hours, watched for whatever grows.

`make soak HOURS=8` prints a line of figures every half minute and then a verdict, and fails when something
has grown.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx2
import psutil

from collector import dataset
from collector.api.client import Client
from collector.bench import machine
from collector.jobs.garbage import find
from collector.store import open_store
from tests.jobs.conftest import spec
from tests.service.conftest import Running, running

SAMPLE_SECONDS = 30.0
# What is read once and kept, such as textures and compiled kernels, is in memory after this part of the time.
WARM = 0.25
# How much the last third may be above the first after warming up: memory by share, the others by number, of
# which a task in its other phases opens some. A leak at every task would be dozens in twenty minutes.
MEMORY_GROWTH = 1.10
COUNT_GROWTH = 10
# Redis keeps what was queued: 11 KB were measured for a job with one task.
REDIS_MIB_PER_TASK = 0.02
JOBS_GOING = 3
END_SECONDS = 600.0
KINDS = {"up": "cli up", "api": "cli serve", "worker": "cli worker", "redis": "redis-server"}


@dataclass(frozen=True)
class Sample:
    """The service at a moment. Memory is proportional (PSS), in MiB, by the kind of process."""

    seconds: float
    tasks_done: int
    tasks_failed: int
    episodes: int
    memory: dict[str, float]
    processes: int
    files: int
    sockets: int
    threads: int
    scratch: int
    temporary: int


def look(service: Running, begin: float, temporary: Path) -> Sample:
    """Look at everything that could grow; of the files and sockets, at those of the parts that stay."""
    root = psutil.Process(service.process.pid)
    below = root.children(recursive=True)
    parts = {kind: [one for one in [root, *below] if word in _command(one)] for kind, word in KINDS.items()}
    stay = [one for found in parts.values() for one in found]
    told = httpx2.get(f"{service.url}/metrics", timeout=30).text
    totals = dict(re.findall(r"^collector_(\w+)_total (\S+)$", told, re.MULTILINE))
    return Sample(
        seconds=round(time.monotonic() - begin, 1),
        tasks_done=int(float(totals.get("tasks_done", 0))),
        tasks_failed=int(float(totals.get("tasks_failed", 0))),
        episodes=int(float(totals.get("episodes", 0))),
        memory={kind: round(sum(map(_memory, found)) / 2**20, 1) for kind, found in parts.items()},
        processes=len(below),
        files=sum(_count(one, "num_fds") for one in stay),
        sockets=sum(_count(one, "net_connections") for one in stay),
        threads=sum(_count(one, "num_threads") for one in stay),
        scratch=sum(1 for _ in (service.data / "work").rglob("*")),
        temporary=sum(1 for _ in temporary.iterdir()),
    )


def load(service: Running, seconds: float, temporary: Path) -> Iterator[Sample]:
    """Keep some jobs going for that long; a sample every half minute, and one when all is quiet again."""
    begin = time.monotonic()
    jobs: list[str] = []
    with Client(service.url) as client:
        due = 0.0
        while (now := time.monotonic() - begin) < seconds:
            while sum(not client.job(job).state.ended for job in jobs[-2 * JOBS_GOING :]) < JOBS_GOING:
                number = len(jobs)
                job = spec(dataset="soak", mix={"straightLineWalk": 1, "orbit": 1}, seed=number)
                jobs.append(client.submit(job, key=f"k{number}").id)
            if now >= due:
                due = now + SAMPLE_SECONDS
                yield look(service, begin, temporary)
            time.sleep(1)
        deadline = time.monotonic() + END_SECONDS
        while not all(client.job(job).state.ended for job in jobs[-2 * JOBS_GOING :]):
            if time.monotonic() > deadline:
                raise TimeoutError("jobs did not end")
            time.sleep(1)
        time.sleep(5)
        yield look(service, begin, temporary)


def growth(samples: list[Sample], seconds: float) -> dict[str, tuple[float, float]]:
    """The first and the last third after warming up, of each figure: median of memory, least of the others.

    Tasks open and close things all the time; what leaks is there also when the least is there.
    """
    warm = [sample for sample in samples if sample.seconds >= WARM * seconds]
    third = max(1, len(warm) // 3)
    first, last = ([_flat(sample) for sample in part] for part in (warm[:third], warm[-third:]))
    return {
        name: (typical(one[name] for one in first), typical(one[name] for one in last))
        for name in first[0]
        if name not in {"seconds", "tasks_done", "tasks_failed", "episodes"}
        for typical in [statistics.median if name.startswith("memory") else min]
    }


def complaints(grown: dict[str, tuple[float, float]], quiet: Sample, garbage: list[str]) -> list[str]:
    """What has grown, and what is left when nothing runs."""
    found = []
    for name, (before, after) in grown.items():
        limit = before * MEMORY_GROWTH if name.startswith("memory") else before + COUNT_GROWTH
        if name == "memory_redis":
            limit = before + REDIS_MIB_PER_TASK * quiet.tasks_done
        if after > limit:
            found.append(f"{name} has grown from {before:g} to {after:g}")
    if quiet.scratch > 1:
        found.append(f"{quiet.scratch} files are left in the scratch folder")
    if quiet.processes != len(KINDS) - 1:
        found.append(f"{quiet.processes} processes are left, not {len(KINDS) - 1}")
    if quiet.tasks_failed:
        found.append(f"{quiet.tasks_failed} tasks have failed")
    return found + [f"garbage in the store: {key}" for key in garbage]


def soak(seconds: float) -> int:
    """Run it; returns the exit code."""
    # Everything that is written for a while only is written here, where it can be counted.
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        temporary = Path(folder, "tmp")
        temporary.mkdir()
        os.environ["TMPDIR"] = str(temporary)
        samples = []
        with running(Path(folder, "service")) as service:
            for sample in load(service, seconds, temporary):
                samples.append(sample)
                sys.stdout.write(json.dumps(asdict(sample)) + "\n")
                sys.stdout.flush()
            url = str(service.data / "datasets" / "soak")
            verified = dataset.verify(dataset.open(url)).ok
            garbage = find(open_store(url), hours=0).objects
        *busy, quiet = samples
        grown = growth(busy, seconds)
        found = complaints(grown, quiet, garbage) + ([] if verified else ["the dataset does not verify"])
        found += [f"left when all has ended: {path.name}" for path in temporary.iterdir()]
        report = {"machine": machine().model_dump(), "tasks": quiet.tasks_done, "episodes": quiet.episodes}
        report |= {"first_and_last_third": grown, "complaints": found}
        sys.stdout.write(json.dumps(report, indent=1) + "\n")
        return 1 if found else 0


def _flat(sample: Sample) -> dict[str, float]:
    fields = asdict(sample)
    memory = fields.pop("memory")
    return {**fields, **{f"memory_{kind}": value for kind, value in memory.items()}}


def _command(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def _memory(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.memory_full_info().pss)
    return 0


def _count(process: psutil.Process, what: str) -> int:
    with contextlib.suppress(psutil.Error):
        value = getattr(process, what)()
        return value if isinstance(value, int) else len(value)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0)
    sys.exit(soak(parser.parse_args().hours * 3600))
