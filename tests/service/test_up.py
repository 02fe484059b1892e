"""`collector up` and the commands that talk to it, from a job file to a dataset that verifies."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import httpx2
import pytest

from collector import dataset
from tests.jobs.conftest import until
from tests.service.conftest import Running

pytestmark = pytest.mark.slow

JOB = """
dataset: {name}
mix: {{straightLineWalk: 1}}
view: {{width: 64, height: 64, hud: false}}
labels: {{why: a test}}
"""


def job_file(folder: Path, name: str) -> str:
    path = folder / "job.yaml"
    path.write_text(JOB.format(name=name))
    return str(path)


def pid_of(service: Running, word: str) -> int:
    """The process of a part of the service, by its command line."""
    listed = subprocess.run(["ps", "-wweo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    for line in listed.stdout.splitlines():
        pid, parent, args = line.split(None, 2)
        if int(parent) == service.process.pid and word in args:
            return int(pid)
    raise AssertionError(listed.stdout)


def test_a_job_file_becomes_a_dataset(service: Running, tmp_path: Path) -> None:
    done = service.run("submit", job_file(tmp_path, "first"), "--watch")
    assert done.returncode == 0, done.stderr
    job = done.stdout.split()[0]
    assert f"{job} done: 1 of 1 episodes, 0 failed" in done.stdout
    assert "task 0 done" in done.stdout
    opened = dataset.open(service.data / "datasets" / "first")
    assert [episode.name for episode in opened.episodes] == [f"{job}-000000-straightLineWalk"]
    assert dataset.verify(opened).ok
    assert job in service.run("jobs").stdout
    again = service.run("watch", job)
    assert (again.returncode, again.stdout.count("task 0 done")) == (0, 1)


def test_a_wrong_file_names_each_wrong_field(service: Running, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("dataset: ../x\nmix: {orbit: 0}\ncolour: red\n")
    answer = service.run("submit", str(path))
    assert answer.returncode == 2
    for field in ("dataset:", "mix.orbit:", "colour:"):
        assert field in answer.stderr
    path.write_text("a: &a [1]\nb: *a\n")
    assert "aliases are not allowed" in service.run("submit", str(path)).stderr
    assert "no YAML" in service.run("submit", str(Path(__file__))).stderr
    unknown = service.run("cancel", "0" * 17)
    assert (unknown.returncode, "there is no job" in unknown.stderr) == (1, True)


@pytest.mark.parametrize("part", ["serve", "redis-server", "worker"])
def test_a_part_that_is_killed_comes_back_and_loses_nothing(
    service: Running, tmp_path: Path, part: str
) -> None:
    done = service.run("submit", job_file(tmp_path, f"killed-{part}"))
    job = done.stdout.strip()
    assert done.returncode == 0, done.stderr
    killed = pid_of(service, part)
    os.kill(killed, signal.SIGKILL)
    until(lambda: pid_of_or_none(service, part) not in {None, killed}, 40)
    begin = time.monotonic()
    watched = service.run("watch", job)
    assert watched.returncode == 0, watched.stdout + watched.stderr
    assert time.monotonic() - begin < 60
    assert len(dataset.open(service.data / "datasets" / f"killed-{part}").episodes) == 1


def pid_of_or_none(service: Running, part: str) -> int | None:
    try:
        return pid_of(service, part)
    except AssertionError:
        return None


def test_events_arrive_while_they_happen_and_resume(service: Running, tmp_path: Path) -> None:
    job = service.run("submit", job_file(tmp_path, "events")).stdout.strip()
    seen: list[str] = []
    with httpx2.stream("GET", f"{service.url}/v1/events", params={"job": job}, timeout=60) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("id: "):
                seen.append(line[4:])
            if '"state":"done"' in line and '"id"' in line:
                break
    headers = {"Last-Event-ID": seen[1]}
    with httpx2.stream(
        "GET", f"{service.url}/v1/events", params={"job": job}, headers=headers, timeout=60
    ) as answer:
        again = next(line[4:] for line in answer.iter_lines() if line.startswith("id: "))
    assert again == seen[2]
