"""How fast clips are read, on one core, beside the ways in which such data is usually read.

The same random clips of all players are read from the dataset, from its export for the Solaris trainer in the
way of that trainer (open each video with decord, read each JSON whole), from its shards in the way of
WebDataset (take a whole sample out of the tar, decode its videos up to the clip), and from its export for
LeRobot by that package; and from the same episodes in MPEG-2, which decodes faster, and the export of them.
Nothing is kept from clip to clip in any of them: the datasets that matter are so large that no episode comes
twice soon. Only the loader keeps the rows of a batch, and the memory of the one before.
"""

from __future__ import annotations

import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import numpy as np

from collector.dataset.formats import export
from collector.dataset.loader import Batch, Loader
from collector.dataset.pictures import Pixels
from collector.dataset.reader import Dataset, open_dataset
from collector.dataset.rivals import LENGTH, SIZE, Arrays, Clip, Plain, lerobot_seconds, read_sample
from collector.errors import UsageError
from collector.store import FolderStore

REPEATS = 3
# Clips of a batch, for the figures of the loader.
BATCH = 2
# The distance of key frames in our videos.
KEY_TICKS = 16
# What each reader is compared with.
RIVALS = {
    "ours": ("decord_json", "webdataset", "lerobot"),
    "loader": ("decord_json",),
    "loader_yuv": ("decord_json",),
    **{f"{name}_aligned": ("decord_json_aligned",) for name in ("ours", "loader", "loader_yuv")},
    **{
        f"fast_{name}_aligned": ("decord_json_aligned", "fast_decord_json_aligned")
        for name in ("ours", "loader", "loader_yuv")
    },
}

Readers = dict[str, Callable[[], int]]


def read_speed(dataset: str | Path, fast: str | Path, clips: int = 16, seed: int = 0) -> dict[str, float]:
    """Clips per second of each reader, by the time of one core; and what reading costs besides.

    Args:
        dataset: a folder with episodes of two players.
        fast: one with the same episodes in an encoding that decodes faster.
        clips: random clips to read.

    Raises:
        UsageError: the dataset has no such episodes, or the package `decord` is missing.
    """
    if find_spec("decord") is None:
        raise UsageError("the reader to compare with needs decord: pip install decord")
    opened = open_dataset(dataset).filter(players=2, min_ticks=LENGTH + 1)
    if not len(opened.episodes):
        raise UsageError(f"{dataset} has no episodes of two players to read clips of {LENGTH} ticks from")
    chosen, other = _choose(opened, clips, seed), open_dataset(fast)
    with tempfile.TemporaryDirectory() as folder:
        rates = _rates(opened, other, chosen, Path(folder))
    return {
        **{f"{name}_clips_per_second": rate for name, rate in rates.items()},
        **{
            f"{name}_times_{rival}": rates[name] / rates[rival]
            for name, rivals in RIVALS.items()
            for rival in rivals
            if rival in rates
        },
        "first_batch_seconds": first_batch(dataset),
        "bytes_read_by_bytes_of_clip": _excess(Path(dataset), chosen),
        "bytes_per_frame": _bytes_per_frame(opened),
        "fast_bytes_per_frame": _bytes_per_frame(other),
    }


def _rates(dataset: Dataset, fast: Dataset, clips: list[Clip], folder: Path) -> dict[str, float]:
    """Clips per second of every reader; `_aligned` is of clips that begin at key frames."""
    aligned = [(episode, start - start % KEY_TICKS) for episode, start in clips]
    readers: Readers = {
        "webdataset": partial(_read_all, partial(read_sample, Path(dataset.url)), clips),
        **_readers(dataset, clips, "", folder / "solaris"),
        **_readers(dataset, aligned, "_aligned", folder / "solaris"),
    }
    faster = _readers(fast, _in(fast, aligned), "_aligned", folder / "fast")
    seconds = _seconds(readers | {f"fast_{name}": read for name, read in faster.items()})
    if python := os.environ.get("LEROBOT_PYTHON"):
        export(dataset, "lerobot", folder / "lerobot")
        seconds["lerobot"] = lerobot_seconds(python, folder / "lerobot", clips, REPEATS)
    return {name: 1 / statistics.median(some) for name, some in seconds.items()}


def _readers(dataset: Dataset, clips: list[Clip], ending: str, solaris: Path) -> Readers:
    """Ours and the plain one, of the export in `solaris`, which is made when it is not there."""
    if not solaris.exists():
        export(dataset, "solaris", solaris)
    align, count = (KEY_TICKS if ending else 1), len(clips)
    readers: Readers = {
        "ours": partial(_read_all, partial(_ours, dataset), clips),
        "decord_json": partial(_read_all, Plain(solaris).read, clips),
        "loader": partial(_read_batches, _batches(dataset, align, "rgb24"), count),
        "loader_yuv": partial(_read_batches, _batches(dataset, align, "yuv420p"), count),
    }
    return {name + ending: read for name, read in readers.items()}


def _choose(dataset: Dataset, count: int, seed: int) -> list[Clip]:
    generator = np.random.default_rng(seed)
    episodes = [dataset.episodes[int(one)] for one in generator.integers(len(dataset.episodes), size=count)]
    return [(episode, int(generator.integers(episode.ticks - LENGTH))) for episode in episodes]


def _in(dataset: Dataset, clips: Sequence[Clip]) -> list[Clip]:
    """The same clips of another dataset."""
    return [(dataset.episode(episode.name), start) for episode, start in clips]


def _seconds(readers: Readers) -> dict[str, list[float]]:
    """Seconds per clip of process time, which other processes disturb least; decoders run in this thread.

    The readers take turns, so that a slower moment of the machine falls on all of them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(REPEATS):
        for name, read in readers.items():
            begin = time.process_time()
            count = read()
            seconds[name].append((time.process_time() - begin) / count)
    return seconds


def _read_all(read: Callable[[Clip], Arrays], clips: Sequence[Clip]) -> int:
    for one in clips:
        frames, actions = read(one)
        if frames.shape[1:] != (LENGTH, *SIZE, 3) or actions.shape[:2] != frames.shape[:2]:
            raise UsageError(f"a reader gave pictures of {frames.shape} and actions of {actions.shape}")
    return len(clips)


def _ours(dataset: Dataset, clip: Clip) -> Arrays:
    read = dataset.filter().clip(*clip, LENGTH, size=SIZE)  # a selection begins with nothing read
    return read.frames, read.actions


def _batches(dataset: Dataset, align: int, pixels: Pixels) -> Iterator[Batch]:
    """Batches of a loader under way, each of which begins with no rows that were read before."""
    loader = Loader(dataset, LENGTH, BATCH, size=SIZE, pixels=pixels, threads=1, ahead=0, align=align)

    def read() -> Iterator[Batch]:
        for batch in loader:
            yield batch
            loader.dataset = dataset.filter()

    batches = read()
    next(batches)
    return batches


def _read_batches(batches: Iterator[Batch], clips: int) -> int:
    """Read as many clips, or a few more."""
    return sum(len(batch.frames) for batch in islice(batches, math.ceil(clips / BATCH)))


def first_batch(dataset: str | Path) -> float:
    """Seconds from nothing to the first batch of one clip."""
    begin = time.perf_counter()
    selection = open_dataset(dataset).filter(players=2, min_ticks=LENGTH)
    next(iter(Loader(selection, LENGTH, 1, size=SIZE, ahead=0)))
    return time.perf_counter() - begin


def _bytes_per_frame(dataset: Dataset) -> float:
    """Of the pictures, as they are stored."""
    indices = [
        dataset.rows(episode, player).index("rgb")
        for episode in dataset.episodes
        for player in range(len(episode.players))
    ]
    return float(np.mean(np.concatenate([index.bytes for index in indices])))


class _Counting(FolderStore):
    """Counts the bytes that are read."""

    count = 0

    def get(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        data = super().get(key, start, length)
        self.count += len(data)
        return data


def _excess(dataset: Path, clips: Sequence[Clip]) -> float:
    """Bytes read for clips of a fresh reader, rows and all, by the bytes of the clips' own frames."""
    own = read = 0
    for episode, start in clips:
        store = _Counting(dataset)
        fresh = open_dataset(store)
        fresh.clip(episode, start, LENGTH)
        read += store.count
        for player in range(len(episode.players)):
            index = fresh.rows(episode, player).index("rgb")
            own += int(index.bytes[start : start + LENGTH].sum())
    return read / own
