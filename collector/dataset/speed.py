"""How fast clips are read, on one core, beside the ways in which such data is usually read.

The same random clips of all players are read from the dataset, from its export for the Solaris trainer in
the way of that trainer (open each video with decord, read each JSON whole), and from its shards in the way
of WebDataset (take a whole sample out of the tar, decode its videos up to the clip).
"""

from __future__ import annotations

import io
import json
import math
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from collector.dataset.episode import Episode, Place
from collector.dataset.formats import export
from collector.dataset.loader import Loader
from collector.dataset.reader import Dataset, open_dataset
from collector.dataset.rows import Rows
from collector.errors import UsageError
from collector.recording import KEYBOARD
from collector.store import FolderStore

LENGTH = 33
# As the Solaris trainer cuts its pictures.
SIZE = (352, 640)
REPEATS = 3

Clip = tuple[Episode, int]
Arrays = tuple[NDArray[Any], NDArray[Any]]


def read_speed(dataset: str | Path, clips: int = 16, seed: int = 0) -> dict[str, float]:
    """Clips per second of each reader, by the time of one core; and what reading costs besides.

    Args:
        dataset: a folder with episodes of two players.
        clips: random clips to read.

    Raises:
        UsageError: the dataset has no such episodes, or the package `decord` is missing.
    """
    if find_spec("decord") is None:
        raise UsageError("the reader to compare with needs decord: pip install decord")
    opened = open_dataset(dataset).filter(players=2, min_ticks=LENGTH + 1)
    if not len(opened.episodes):
        raise UsageError(f"{dataset} has no episodes of two players to read clips of {LENGTH} ticks from")
    chosen = _choose(opened, clips, seed)
    with tempfile.TemporaryDirectory() as folder:
        export(opened, "solaris", Path(folder))
        plain = _Plain(Path(folder))
        rates = {
            "clips_per_second": _rate(chosen, lambda one: _ours(opened, one)),
            "decord_json_clips_per_second": _rate(chosen, plain.read),
            "webdataset_clips_per_second": _rate(chosen, lambda one: _webdataset(Path(dataset), one)),
        }
    return {
        **rates,
        "times_decord_json": rates["clips_per_second"] / rates["decord_json_clips_per_second"],
        "times_webdataset": rates["clips_per_second"] / rates["webdataset_clips_per_second"],
        "first_batch_seconds": _first_batch(dataset),
        "bytes_read_by_bytes_of_clip": _excess(Path(dataset), chosen),
    }


def _choose(dataset: Dataset, count: int, seed: int) -> list[Clip]:
    generator = np.random.default_rng(seed)
    episodes = [dataset.episodes[int(one)] for one in generator.integers(len(dataset.episodes), size=count)]
    return [(episode, int(generator.integers(episode.ticks - LENGTH))) for episode in episodes]


def _rate(clips: Sequence[Clip], read: Callable[[Clip], Arrays]) -> float:
    """Clips per second of process time, which other processes do not disturb; decoders run in this thread."""
    seconds = []
    for _ in range(REPEATS):
        begin = time.process_time()
        for one in clips:
            frames, actions = read(one)
            if frames.shape[-3:] != (*SIZE, 3) or len(actions) != len(frames):
                raise UsageError(f"a reader gave pictures of {frames.shape} and actions of {actions.shape}")
        seconds.append((time.process_time() - begin) / len(clips))
    return 1 / statistics.median(seconds)


def _ours(dataset: Dataset, clip: Clip) -> Arrays:
    read = dataset.clip(*clip, LENGTH, size=SIZE)
    return read.frames, read.actions


class _Plain:
    """Reads as the trainer does: nothing is kept from clip to clip."""

    def __init__(self, folder: Path) -> None:
        self._pairs: dict[str, list[Path]] = {}
        for information in sorted(folder.rglob("*_episode_info.json")):
            name = json.loads(information.read_text())["card"]["header"]["episode"]
            stem = information.name.removesuffix("_episode_info.json")
            self._pairs.setdefault(name, []).append(information.with_name(stem))

    def read(self, clip: Clip) -> Arrays:
        import decord  # noqa: PLC0415 (only this needs it)

        episode, start = clip
        frames, actions = [], []
        for stem in self._pairs[episode.name]:
            video = stem.with_name(stem.name + ".mp4")
            evaluation = stem.with_name(stem.name + "_camera.mp4")
            reader = decord.VideoReader(str(video if video.exists() else evaluation), num_threads=1)
            frames.append(_cut(reader.get_batch(list(range(start, start + LENGTH))).asnumpy()))
            records = json.loads(stem.with_name(stem.name + ".json").read_text())
            actions.append([_vector(record["action"]) for record in records[start : start + LENGTH]])
        return np.stack(frames), np.array(actions, np.float32)


def _webdataset(dataset: Path, clip: Clip) -> Arrays:
    """Reads as a pipeline over whole samples does; the sample is found at once, which favours it."""
    episode, start = clip
    frames, actions = [], []
    store = FolderStore(dataset)
    for player in range(len(episode.players)):
        video, rows = _member(episode, "rgb", player), _member(episode, "rows", player)
        with av.open(io.BytesIO(store.get(video.key, video.offset, video.bytes)), "r") as container:
            container.streams.video[0].thread_count = 1
            decoded = islice(container.decode(video=0), start, start + LENGTH)
            frames.append(_cut(np.stack([frame.to_ndarray(format="rgb24") for frame in decoded])))
        loaded = Rows.load(store.get(rows.key, rows.offset, rows.bytes))
        actions.append(loaded.actions[start : start + LENGTH])
    return np.stack(frames), np.stack(actions)


def _member(episode: Episode, member: str, player: int) -> Place:
    place = episode.place(member, player)
    if place is None:
        raise UsageError(f"{episode.name} has no {member} of player {player}")
    return place


def _cut(frames: NDArray[Any]) -> NDArray[Any]:
    """The middle rows, for pictures that have the right width, as those of the trainer."""
    top = (frames.shape[1] - SIZE[0]) // 2
    return frames[:, top : top + SIZE[0]]


def _vector(action: dict[str, Any]) -> list[float]:
    keys = [float(any(action.get(one) for one in causes)) for causes in KEYBOARD.values()]
    return [*keys, *(math.degrees(angle) for angle in action["camera"])]


def _first_batch(dataset: str | Path) -> float:
    """Seconds from nothing to the first batch of one clip."""
    begin = time.perf_counter()
    selection = open_dataset(dataset).filter(players=2, min_ticks=LENGTH)
    next(iter(Loader(selection, LENGTH, 1, size=SIZE, ahead=0)))
    return time.perf_counter() - begin


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
