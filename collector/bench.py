"""Measurements of the parts on real input: what `collector bench` prints and `docs/benchmarks.md` quotes."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray
from pydantic import BaseModel

from collector.collecting.collect import Job, collect
from collector.collecting.mix import JobMix
from collector.playing.plan import WorldKind
from collector.playing.play import play
from collector.progress import Silent
from collector.recording import Recording
from collector.render import Renderer, View, parse_size
from collector.render.fixture import populated
from collector.video.encode import Encoding, VideoWriter

Picture = NDArray[np.uint8]

PLAYED: dict[WorldKind, tuple[int, ...]] = {"flat": (2, 4, 8), "terrain": (2, 16)}  # numbers of players
SIZES = ("640x360", "320x180")
FRAMES = 60
REPEATS = 3
EPISODES = 1_000_000
SEED = 7
FOREST_SEED = 3  # the players meet in a forest of spruce, oak and birch


class Machine(BaseModel):
    """Where the figures were measured."""

    processor: str
    cores: int
    memory_gib: float
    python: str


class Figures(BaseModel):
    """Named figures; the unit is in the name."""

    machine: Machine
    figures: dict[str, float]


def machine() -> Machine:
    """This machine."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return Machine(
        processor=names[0] if names else platform.processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        python=platform.python_version(),
    )


def bench_play() -> Figures:
    """Game ticks per second, driven from Python with recording on, and seconds until the first tick."""
    figures = {}
    for world, players in ((world, players) for world, counts in PLAYED.items() for players in counts):
        runs = [_play_speed(world, players, seed) for seed in range(REPEATS)]
        speeds, starts = zip(*runs, strict=True)
        figures[f"ticks_per_second_{world}_{players}_players"] = statistics.median(speeds)
        figures[f"start_seconds_{world}_{players}_players"] = statistics.median(starts)
    return _figures(figures)


def bench_render() -> Figures:
    """Frames per second on one core and on all: forest, 2 players, 10 mobs, view distance 8 chunks."""
    cores = len(os.sched_getaffinity(0))
    figures = {}
    with _forest() as recording:
        for size in SIZES:
            for name, threads in (("one_core", 1), (f"{cores}_cores", cores)):
                renderer = Renderer(recording, _view(size), threads=threads)
                figures[f"frames_per_second_{size}_{name}"] = _median_rate(partial(_render, renderer))
    return _figures(figures)


def bench_encode() -> Figures:
    """Frames per second of one encoder (one thread), and bytes per frame."""
    figures = {}
    with _recording() as recording, tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            renderer = Renderer(recording, _view(size), players=[0])
            pictures = [frame.planes["rgb"].copy() for (frame,) in renderer.frames(range(FRAMES))]
            path = Path(folder) / f"{size}.mp4"
            figures[f"frames_per_second_{size}"] = _median_rate(partial(_encode, path, pictures))
            figures[f"bytes_per_frame_{size}"] = path.stat().st_size / FRAMES
    return _figures(figures)


def bench_collect() -> Figures:
    """Frames of all players per second, end to end, and the peak memory of all processes together."""
    runs = [_collect(seed) for seed in range(REPEATS)]
    figures = {
        "frames_per_second_640x360": statistics.median(rate for rate, _ in runs),
        "peak_memory_gib": max(peak for _, peak in runs),
    }
    return _figures(figures)


def bench_read() -> Figures:
    """Clips per second of our reader and of others on the same episodes, on one core."""
    from collector.dataset.speed import read_speed  # noqa: PLC0415 (needs the packages of the others)

    job = Job(mix={"orbit": 1, "straightLineWalk": 2}, players=2, seed=SEED, world="hills")
    fast = job.model_copy(update={"encoding": Encoding(codec="mpeg2video")})
    with tempfile.TemporaryDirectory() as folder:
        data, other = Path(folder, "data"), Path(folder, "fast")
        collect(job, data, Silent())
        collect(fast, other, Silent())
        return _figures(read_speed(data, other))


def bench_catalog() -> Figures:
    """Seconds to the first batch of a catalog of a million episodes, and the memory that it takes."""
    from collector.dataset.many import start_of_many  # noqa: PLC0415

    job = Job(mix={"straightLineWalk": 1}, players=2, seed=SEED, world="hills")
    with tempfile.TemporaryDirectory() as folder:
        collect(job, Path(folder) / "data", Silent())
        return _figures(start_of_many(Path(folder) / "data", EPISODES))


def bench_servers() -> Figures:
    """Start of a server in a container, and how punctual the players' clock is on it, in real time and at
    three times its pace.
    """
    from collector.servers.speed import server_speed  # noqa: PLC0415 (needs a Docker engine)

    return _figures(server_speed())


def bench_service() -> Figures:
    """The API under load, queueing, listing, and how soon a lost task runs again: on a service of its own."""
    from collector.api.speed import service_speed  # noqa: PLC0415 (other benches start faster without)

    return _figures(service_speed())


def _collect(seed: int) -> tuple[float, float]:
    job = Job(mix={"orbit": 1}, players=2, seed=seed, world="hills")
    with tempfile.TemporaryDirectory() as folder, _peak_memory() as peaks:
        begin = time.perf_counter()
        collected = collect(job, Path(folder) / "data", Silent())
        seconds = time.perf_counter() - begin
    return collected.frames / seconds, max(peaks) / 2**30


@contextmanager
def _peak_memory() -> Iterator[list[int]]:
    """Note the bytes of this process and all below it, ten times a second; shared pages count once."""
    peaks = [0]
    done = threading.Event()
    this = psutil.Process()

    def watch() -> None:
        while not done.wait(0.1):
            peaks.append(sum(_memory(process) for process in [this, *this.children(recursive=True)]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peaks
    finally:
        done.set()
        watcher.join()


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:  # it has ended
        return 0


def _render(renderer: Renderer) -> int:
    """Render every tenth tick, so that the players have looked all around."""
    return sum(len(frames) for frames in renderer.frames(range(0, 10 * FRAMES // 2, 10)))


def _encode(path: Path, pictures: Sequence[Picture]) -> int:
    path.unlink(missing_ok=True)
    height, width, _ = pictures[0].shape
    with VideoWriter(path, width, height) as video:
        for picture in pictures:
            video.write(picture)
    return len(pictures)


def _view(size: str) -> View:
    width, height = parse_size(size)
    return View(width=width, height=height)


def _play_speed(world: WorldKind, players: int, seed: int) -> tuple[float, float]:
    (plan,) = JobMix(mix={"orbit": 1}, players=players, world=world, seed=seed).planned()
    begin = time.perf_counter()
    reports: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        play(
            plan,
            Path(folder) / "episode",
            on_ticks=lambda ticks: reports.append((time.perf_counter(), ticks)),
        )
    (first, _), (last, ticks) = reports[0], reports[-1]
    return ticks / (last - first), first - begin


@contextmanager
def _recording() -> Iterator[Recording]:
    (plan,) = JobMix(mix={"orbit": 1}, world="hills", seed=SEED).planned()
    with tempfile.TemporaryDirectory() as folder:
        yield play(plan, Path(folder) / "episode")


@contextmanager
def _forest() -> Iterator[Recording]:
    (plan,) = JobMix(mix={"orbit": 1}, players=2, world="terrain", seed=FOREST_SEED).planned()
    with tempfile.TemporaryDirectory() as folder:
        played = play(plan, Path(folder) / "episode")
        yield populated(played, Path(folder) / "forest", 10 * FRAMES // 2)


def _median_rate(work: Callable[[], int]) -> float:
    """Median items per second of `work`, which returns how many it did; the first run warms up."""
    work()
    rates = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        rates.append(work() / (time.perf_counter() - begin))
    return statistics.median(rates)


def _figures(figures: dict[str, float]) -> Figures:
    return Figures(machine=machine(), figures={name: round(value, 2) for name, value in figures.items()})


BENCHES = {
    "play": bench_play,
    "render": bench_render,
    "encode": bench_encode,
    "collect": bench_collect,
    "read": bench_read,
    "service": bench_service,
    "catalog": bench_catalog,
    "servers": bench_servers,
}
