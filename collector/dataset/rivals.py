"""The readers that ours is compared with: the usual ways in which such data is read."""

from __future__ import annotations

import io
import json
import math
import os
import subprocess
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from collector.dataset import lerobot_clips
from collector.dataset.episode import Episode, Place
from collector.dataset.rows import Rows
from collector.errors import UsageError
from collector.recording import KEYBOARD
from collector.store import FolderStore

LENGTH = 33
# As the Solaris trainer cuts its pictures.
SIZE = (352, 640)

# It imports torch and much else, and takes some seconds a clip on a busy machine.
LEROBOT_SECONDS = 900.0

Clip = tuple[Episode, int]
Arrays = tuple[NDArray[Any], NDArray[Any]]


class Plain:
    """Reads as the trainer does: nothing is kept from clip to clip."""

    def __init__(self, folder: Path) -> None:
        self._pairs: dict[str, list[Path]] = {}
        for information in sorted(folder.rglob("*_episode_info.json")):
            name = json.loads(information.read_text())["card"]["header"]["episode"]
            stem = information.name.removesuffix("_episode_info.json")
            self._pairs.setdefault(name, []).append(information.with_name(stem))

    def read(self, clip: Clip) -> Arrays:
        """The pictures and action vectors of a clip."""
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


def read_sample(dataset: Path, clip: Clip) -> Arrays:
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


def lerobot_seconds(python: str, folder: Path, clips: Sequence[Clip], repeats: int) -> list[float]:
    """Seconds per clip of the package `lerobot` on our export to it, in `folder`, for each repetition.

    Args:
        python: an interpreter that has the package, whose requirements contradict ours.

    Raises:
        UsageError: it could not read them.
    """
    listed = pq.read_table(folder / "meta/episodes", columns=["name", "dataset_from_index"]).to_pylist()
    first = {row["name"]: row["dataset_from_index"] for row in listed}
    episode = clips[0][0]
    request = {
        "root": str(folder),
        "clips": [(first[episode.name], start) for episode, start in clips],
        "length": LENGTH,
        "players": len(episode.players),
        "top": (episode.size[1] - SIZE[0]) // 2,
        "height": SIZE[0],
        "repeats": repeats,
    }
    ran = subprocess.run(
        [python, "-P", "-W", "ignore", str(lerobot_clips.__file__)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        env=os.environ | {"HF_HUB_OFFLINE": "1"},
        timeout=LEROBOT_SECONDS,
        check=False,
    )
    if ran.returncode:
        raise UsageError(f"LeRobot did not read its export: {ran.stderr.strip()[-2000:]}")
    return [float(one) for one in json.loads(ran.stdout)]
