"""LeRobot datasets, format v3.0: every player's view is a camera, all players' actions are one vector.

Facts come from the reader of huggingface/lerobot 0.4.4:

    meta/info.json, meta/stats.json, meta/tasks.parquet
    meta/episodes/chunk-000/file-000.parquet             where each episode is
    data/chunk-<c>/file-<f>.parquet                      a row per tick
    videos/observation.images.p<i>/chunk-<c>/file-<f>.mp4

Each episode has files of its own, so that videos are taken over as they are. `action` holds the 25 numbers
of `collector.recording.action_vectors` for each player in turn, `observation.state` x, y, z, yaw and pitch.
Train episodes come first, then those for validation and test; `splits` says where each side begins.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from collector.dataset.episode import Episode
from collector.dataset.formats.base import Files, Format, good_episodes
from collector.dataset.reader import Dataset
from collector.errors import SampleDamaged, UsageError
from collector.recording import KEYBOARD
from collector.video.encode import FPS

FILES_IN_CHUNK = 1000
SIDES = ("train", "val", "test")
POSE = ("x", "y", "z", "yaw", "pitch")
TURNS = ("turn_left_degrees", "turn_up_degrees")
# Pictures of each video that the statistics of pictures are of.
SAMPLED_PICTURES = 4


class Arrays(NamedTuple):
    """One episode: `action` and `state` float32 [ticks, numbers], and sampled pictures of each player."""

    action: NDArray[np.float32]
    state: NDArray[np.float32]
    pictures: NDArray[np.uint8]


class Statistics:
    """Least, largest, mean and deviation of each number of a feature, of all rows that were added."""

    def __init__(self) -> None:
        self._count = 0
        self._sum: NDArray[np.float64] = np.zeros(1)
        self._squares: NDArray[np.float64] = np.zeros(1)
        self._least: NDArray[np.float64] = np.full(1, np.inf)
        self._most: NDArray[np.float64] = np.full(1, -np.inf)

    def add(self, rows: NDArray[Any]) -> None:
        """Add rows, [count, numbers]."""
        values = rows.astype(np.float64)
        self._count += len(values)
        self._sum = self._sum + values.sum(0)
        self._squares = self._squares + (values**2).sum(0)
        self._least = np.minimum(self._least, values.min(0))
        self._most = np.maximum(self._most, values.max(0))

    def dump(self, scale: float = 1.0, shape: tuple[int, ...] | None = None) -> dict[str, Any]:
        """The figures by name, multiplied by `scale`, each of them in this shape."""
        mean = self._sum / self._count
        deviation = np.sqrt(np.maximum(self._squares / self._count - mean**2, 0))
        figures = {"min": self._least, "max": self._most, "mean": mean, "std": deviation}
        shaped = {name: (value * scale).reshape(shape or value.shape) for name, value in figures.items()}
        return {name: value.tolist() for name, value in shaped.items()} | {"count": [self._count]}


def write(dataset: Dataset, files: Files, on_episode: Callable[[str], None]) -> None:
    """Write the episodes, then what describes them.

    Raises:
        UsageError: the episodes have different numbers of players or picture sizes.
    """
    episodes = sorted(good_episodes(dataset), key=lambda one: (SIDES.index(one.split), one.name))
    _check_same(episodes)
    statistics: dict[str, Statistics] = {}
    tasks = sorted({episode.type for episode in episodes})
    listed, first = [], 0
    for number, episode in enumerate(episodes):
        arrays = _read(dataset, episode)
        _write_episode(
            dataset, files, episode, number, _rows(arrays, number, first, tasks.index(episode.type))
        )
        _describe(statistics, arrays)
        listed.append(_listed(episode, number, first))
        first += episode.ticks
        on_episode(episode.name)
    files.put("meta/episodes/chunk-000/file-000.parquet", _parquet(pa.Table.from_pylist(listed)))
    files.put("meta/tasks.parquet", _parquet(_tasks(tasks)))
    files.put("meta/stats.json", _json(_dump(statistics)))
    files.put("meta/info.json", _json(_information(episodes, len(tasks), first)))


def _check_same(episodes: Sequence[Episode]) -> None:
    kinds = {(len(episode.players), episode.size) for episode in episodes}
    if len(kinds) != 1:
        seen = ", ".join(f"{count} players at {size[0]}x{size[1]}" for count, size in sorted(kinds))
        raise UsageError(f"LeRobot needs episodes of one kind; here are {seen or 'none'}: select some")


def _read(dataset: Dataset, episode: Episode) -> Arrays:
    players = range(len(episode.players))
    rows = [dataset.rows(episode, player) for player in players]
    pose = [np.stack([one.table[name].to_numpy() for name in POSE], 1).astype(np.float32) for one in rows]
    ticks = np.linspace(0, episode.ticks - 1, SAMPLED_PICTURES).astype(int).tolist()
    pictures = np.concatenate([dataset.clip(episode, tick, 1).frames for tick in ticks], axis=1)
    return Arrays(np.concatenate([one.actions for one in rows], 1), np.concatenate(pose, 1), pictures)


def _rows(arrays: Arrays, number: int, first: int, task: int) -> pa.Table:
    ticks = np.arange(len(arrays.action))
    return pa.table(
        {
            "action": _vectors(arrays.action),
            "observation.state": _vectors(arrays.state),
            "timestamp": (ticks / FPS).astype(np.float32),
            "frame_index": ticks,
            "episode_index": np.full(len(ticks), number),
            "index": first + ticks,
            "task_index": np.full(len(ticks), task),
        }
    )


def _vectors(values: NDArray[np.float32]) -> pa.Array:
    return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1])


def _write_episode(dataset: Dataset, files: Files, episode: Episode, number: int, rows: pa.Table) -> None:
    files.put(f"data/{_file(number)}.parquet", _parquet(rows))
    for player in range(len(episode.players)):
        place = episode.place("rgb", player)
        if place is None:
            raise SampleDamaged(f"{episode.name} has no video of player {player}")
        files.put(f"videos/{_camera(player)}/{_file(number)}.mp4", dataset.read(episode, place))


def _describe(statistics: dict[str, Statistics], arrays: Arrays) -> None:
    features: dict[str, NDArray[Any]] = {"action": arrays.action, "observation.state": arrays.state}
    features |= {_camera(player): one.reshape(-1, 3) for player, one in enumerate(arrays.pictures)}
    for name, rows in features.items():
        statistics.setdefault(name, Statistics()).add(rows)


def _dump(statistics: dict[str, Statistics]) -> dict[str, Any]:
    """Pictures count from 0 to 1, and a number for each colour [3, 1, 1]."""
    return {
        name: one.dump(1 / 255, (3, 1, 1)) if name.startswith("observation.images") else one.dump()
        for name, one in statistics.items()
    }


def _listed(episode: Episode, number: int, first: int) -> dict[str, Any]:
    """The row of `meta/episodes`; `name` and `split` are ours."""
    chunk, file = divmod(number, FILES_IN_CHUNK)
    videos = {
        f"videos/{_camera(player)}/{key}": value
        for player in range(len(episode.players))
        for key, value in {
            "chunk_index": chunk,
            "file_index": file,
            "from_timestamp": 0.0,
            "to_timestamp": episode.ticks / FPS,
        }.items()
    }
    return {
        "episode_index": number,
        "tasks": [episode.type],
        "length": episode.ticks,
        "dataset_from_index": first,
        "dataset_to_index": first + episode.ticks,
        "data/chunk_index": chunk,
        "data/file_index": file,
        **videos,
        "meta/episodes/chunk_index": 0,
        "meta/episodes/file_index": 0,
        "name": episode.name,
        "split": episode.split,
    }


def _tasks(tasks: Sequence[str]) -> pa.Table:
    """What pandas reads as a frame whose index are the tasks."""
    pandas = {
        "index_columns": ["__index_level_0__"],
        "column_indexes": [],
        "columns": [
            {"name": name, "field_name": field, "pandas_type": kind, "numpy_type": numpy, "metadata": None}
            for name, field, kind, numpy in (
                ("task_index", "task_index", "int64", "int64"),
                (None, "__index_level_0__", "unicode", "object"),
            )
        ],
        "pandas_version": "2.0.0",
    }
    table = pa.table({"task_index": np.arange(len(tasks)), "__index_level_0__": list(tasks)})
    return table.replace_schema_metadata({"pandas": json.dumps(pandas)})


def _bounds(episodes: Sequence[Episode]) -> dict[str, str]:
    """Which episodes each side of the split has."""
    counted = Counter[str](episode.split for episode in episodes)
    start, bounds = 0, {}
    for side in SIDES:
        if counted[side]:
            bounds[side] = f"{start}:{start + counted[side]}"
        start += counted[side]
    return bounds


def _information(episodes: Sequence[Episode], tasks: int, frames: int) -> dict[str, Any]:
    players, (width, height) = episodes[0].players, episodes[0].size
    actions = [f"{player}.{key}" for player in range(len(players)) for key in (*KEYBOARD, *TURNS)]
    state = [f"{player}.{name}" for player in range(len(players)) for name in POSE]
    numbers = {"timestamp": "float32", "frame_index": "int64", "episode_index": "int64", "index": "int64"}
    numbers["task_index"] = "int64"
    return {
        "codebase_version": "v3.0",
        "robot_type": "minecraft",
        "total_episodes": len(episodes),
        "total_frames": frames,
        "total_tasks": tasks,
        "chunks_size": FILES_IN_CHUNK,
        "data_files_size_in_mb": 100,
        "video_files_size_in_mb": 200,
        "fps": FPS,
        "splits": _bounds(episodes),
        "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
        "video_path": "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4",
        "features": {
            "action": {"dtype": "float32", "shape": [len(actions)], "names": actions},
            "observation.state": {"dtype": "float32", "shape": [len(state)], "names": state},
            **{_camera(player): _video_feature(width, height) for player in range(len(players))},
            **{name: {"dtype": kind, "shape": [1], "names": None} for name, kind in numbers.items()},
        },
    }


def _video_feature(width: int, height: int) -> dict[str, Any]:
    return {
        "dtype": "video",
        "shape": [height, width, 3],
        "names": ["height", "width", "channels"],
        "info": {
            "video.fps": FPS,
            "video.height": height,
            "video.width": width,
            "video.channels": 3,
            "video.is_depth_map": False,
            "has_audio": False,
        },
    }


def _camera(player: int) -> str:
    return f"observation.images.p{player}"


def _file(number: int) -> str:
    chunk, file = divmod(number, FILES_IN_CHUNK)
    return f"chunk-{chunk:03d}/file-{file:03d}"


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode()


FORMAT = Format(
    name="lerobot",
    summary="LeRobot v3.0: every player's view a camera, all players' actions one vector",
    write=write,
)
