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

LOOK_SECONDS = 0.5
SAMPLE_SECONDS = 30.0
# What is read once and kept, such as textures and compiled kernels, is in memory after this part of the time.
WARM = 0.25
# How much more memory there may be in the last third than in the first after warming up.
MEMORY_GROWTH = 1.10
# What a task has opened is gone when it has ended, and the least is counted. So nothing may grow but the
# connections to Redis, each a file at both ends: the API has one for whatever asks at the same moment, which
# here are the load, the look, and two threads of its own.
COUNT_GROWTH = {"files": 6, "threads": 3}
# Redis keeps what was queued: 11 KB were measured for a job with one task.
REDIS_MIB_PER_TASK = 0.02
JOBS_GOING = 3
END_SECONDS = 600.0
KINDS = {"up": "cli up", "api": "cli serve", "worker": "cli worker", "redis": "redis-server"}


@dataclass(frozen=True)
class Sample:
    """The service at a moment.

    `memory` is in MiB, by the kind of process, and what no file is behind: of mapped files each process
    bears a share that depends on what else runs on the machine. `least` has the lowest of each count since
    the sample before.
    """

    seconds: float
    tasks_done: int
    tasks_failed: int
    episodes: int
    memory: dict[str, float]
    least: dict[str, int]


class Watch:
    """Looks at everything that could grow; of files, sockets and threads, at those of the parts that stay."""

    def __init__(self, service: Running, temporary: Path) -> None:
        self._service = service
        self._temporary = temporary
        self._root = psutil.Process(service.process.pid)
        self._begin = time.monotonic()
        self._least: dict[str, int] = {}

    @property
    def seconds(self) -> float:
        """Since the watch began."""
        return time.monotonic() - self._begin

    def look(self) -> None:
        """Count. Between two tasks is less than a second in which the worker has nothing open for one."""
        stay = [one for found in self._parts().values() for one in found]
        counts = {
            "processes": len(self._root.children(recursive=True)),
            "files": sum(_count(one, "num_fds") for one in stay),
            "sockets": sum(_count(one, "net_connections") for one in stay),
            "threads": sum(_count(one, "num_threads") for one in stay),
            "scratch": sum(1 for _ in (self._service.data / "work").rglob("*")),
            "temporary": sum(1 for _ in self._temporary.iterdir()),
        }
        self._least = {name: min(count, self._least.get(name, count)) for name, count in counts.items()}

    def sample(self) -> Sample:
        """Everything now, and the least that was counted since the last sample."""
        self.look()
        least, self._least = self._least, {}
        told = httpx2.get(f"{self._service.url}/metrics", timeout=30).text
        totals = dict(re.findall(r"^collector_(\w+)_total (\S+)$", told, re.MULTILINE))
        return Sample(
            seconds=round(self.seconds, 1),
            tasks_done=int(float(totals.get("tasks_done", 0))),
            tasks_failed=int(float(totals.get("tasks_failed", 0))),
            episodes=int(float(totals.get("episodes", 0))),
            memory={kind: round(sum(map(_memory, found)), 1) for kind, found in self._parts().items()},
            least=least,
        )

    def _parts(self) -> dict[str, list[psutil.Process]]:
        below = [self._root, *self._root.children(recursive=True)]
        return {kind: [one for one in below if word in _command(one)] for kind, word in KINDS.items()}


def load(service: Running, seconds: float, temporary: Path) -> Iterator[Sample]:
    """Keep some jobs going for that long; a sample every half minute, and one when all is quiet again."""
    watch = Watch(service, temporary)
    jobs: list[str] = []
    with Client(service.url) as client:
        due = 0.0
        while watch.seconds < seconds:
            while sum(not client.job(job).state.ended for job in jobs[-2 * JOBS_GOING :]) < JOBS_GOING:
                number = len(jobs)
                job = spec(dataset="soak", mix={"straightLineWalk": 1, "orbit": 1}, seed=number)
                jobs.append(client.submit(job, key=f"k{number}").id)
            watch.look()
            if watch.seconds >= due:
                due = watch.seconds + SAMPLE_SECONDS
                yield watch.sample()
            time.sleep(LOOK_SECONDS)
        deadline = time.monotonic() + END_SECONDS
        while not all(client.job(job).state.ended for job in jobs[-2 * JOBS_GOING :]):
            if time.monotonic() > deadline:
                raise TimeoutError("jobs did not end")
            time.sleep(1)
        time.sleep(5)
        watch.sample()  # what was counted before all was quiet
        yield watch.sample()


def growth(samples: list[Sample], seconds: float) -> dict[str, tuple[float, float]]:
    """The first and the last third after warming up: the median of memory, the least of the counts."""
    warm = [sample for sample in samples if sample.seconds >= WARM * seconds]
    third = max(1, len(warm) // 3)
    first, last = warm[:third], warm[-third:]
    memory = {
        f"memory_{kind}": tuple(statistics.median(one.memory[kind] for one in part) for part in (first, last))
        for kind in KINDS
    }
    counts = {
        name: tuple(min(one.least[name] for one in part) for part in (first, last)) for name in first[0].least
    }
    return {name: (before, after) for name, (before, after) in {**memory, **counts}.items()}


def complaints(grown: dict[str, tuple[float, float]], quiet: Sample, garbage: list[str]) -> list[str]:
    """What has grown, and what is left when nothing runs."""
    found = []
    for name, (before, after) in grown.items():
        limit = before * MEMORY_GROWTH if name.startswith("memory") else before + COUNT_GROWTH.get(name, 0)
        if name == "memory_redis":
            limit = before + REDIS_MIB_PER_TASK * quiet.tasks_done
        if after > limit:
            found.append(f"{name} has grown from {before:g} to {after:g}")
    if quiet.least["scratch"] > 1:
        found.append(f"{quiet.least['scratch']} files are left in the scratch folder")
    if quiet.least["processes"] != len(KINDS) - 1:
        found.append(f"{quiet.least['processes']} processes are left, not {len(KINDS) - 1}")
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


def _command(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def _memory(process: psutil.Process) -> float:
    """MiB that no file is behind; what several processes share counts in parts (Linux)."""
    with contextlib.suppress(OSError):
        rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        kib = re.findall(r"^Pss_(?:Anon|Shmem): +(\d+) kB$", rollup, re.MULTILINE)
        return sum(map(int, kib)) / 1024
    return 0.0


def _count(process: psutil.Process, what: str) -> int:
    with contextlib.suppress(psutil.Error):
        value = getattr(process, what)()
        return value if isinstance(value, int) else len(value)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0)
    sys.exit(soak(parser.parse_args().hours * 3600))
