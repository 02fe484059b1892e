"""Exports are LeRobot v3.0 datasets."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow.parquet as pq
import pytest

import collector.dataset
from collector.dataset import SplitRule
from collector.dataset.formats import export
from collector.errors import UsageError
from tests.dataset.synthetic import HEIGHT, WIDTH, collect, collect_by

# By more than this a frame may not be away from its row's time, says the reader of LeRobot.
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lerobot")
    rule = SplitRule(train=0.8, val=0.1, test=0.1)
    world = {side: next(seed for seed in count() if rule.side(seed, 0) == side) for side in ("test", "val")}
    episodes: dict[str, dict[str, Any]] = {
        "a": {"ticks": 30, "world": world["test"]},
        "b": {"ticks": 40, "kind": "mine"},
        "c": {"ticks": 20, "world": world["val"]},
        "refused": {"ok": False},
    }
    collect_by(rule, folder / "w", folder / "d", "t0", episodes)
    export(folder / "d", "lerobot", folder / "out")
    return folder


def information(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "out/meta/info.json").read_text())
    return loaded


def listed(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / "out/meta/episodes").to_pylist()
    return rows


def test_says_what_is_there(folder: Path) -> None:
    told = information(folder)
    assert told["codebase_version"] == "v3.0"
    assert (told["total_episodes"], told["total_frames"], told["fps"]) == (3, 90, 20)
    assert told["splits"] == {"train": "0:1", "val": "1:2", "test": "2:3"}
    assert told["features"]["action"]["shape"] == [50]
    assert told["features"]["action"]["names"][25 + 11] == "1.forward"
    assert told["features"]["observation.images.p1"]["shape"] == [HEIGHT, WIDTH, 3]
    tasks = pq.read_table(folder / "out/meta/tasks.parquet")
    assert tasks["__index_level_0__"].to_pylist() == ["mine", "orbit"]
    assert json.loads(tasks.schema.metadata[b"pandas"])["index_columns"] == ["__index_level_0__"]


def test_rows_are_ours(folder: Path) -> None:
    dataset = collector.dataset.open(folder / "d")
    told = information(folder)
    for episode in listed(folder):
        place = {key: episode[f"data/{key}"] for key in ("chunk_index", "file_index")}
        rows = pq.read_table(folder / "out" / told["data_path"].format(**place))
        clip = dataset.clip(episode["name"], 0, episode["length"])
        actions = np.array(rows["action"].to_pylist(), np.float32).reshape(-1, 2, 25).swapaxes(0, 1)
        assert np.array_equal(actions, clip.actions)
        first, stop = episode["dataset_from_index"], episode["dataset_to_index"]
        assert rows["index"].to_pylist() == list(range(first, stop))
        assert set(rows["episode_index"].to_pylist()) == {episode["episode_index"]}
        state = np.array(rows["observation.state"].to_pylist())
        assert np.allclose(state[:, 5], clip.rows[1]["x"].to_numpy())
        assert dataset.episode(episode["name"]).split == episode["split"]
    assert [episode["name"] for episode in listed(folder)] == ["b", "c", "a"]


def test_frames_lie_at_the_times_of_their_rows(folder: Path) -> None:
    told = information(folder)
    for episode in listed(folder):
        rows = pq.read_table(folder / f"out/data/chunk-000/file-{episode['episode_index']:03d}.parquet")
        for player in range(2):
            key = f"observation.images.p{player}"
            place = {name: episode[f"videos/{key}/{name}"] for name in ("chunk_index", "file_index")}
            with av.open(folder / "out" / told["video_path"].format(video_key=key, **place)) as container:
                times = np.array([frame.time for frame in container.decode(video=0)])
            wanted = rows["timestamp"].to_numpy() + episode[f"videos/{key}/from_timestamp"]
            assert np.abs(times - wanted).max() < TOLERANCE
            assert episode[f"videos/{key}/to_timestamp"] == len(times) / 20


def test_statistics_are_of_all_rows(folder: Path) -> None:
    dataset = collector.dataset.open(folder / "d")
    clips = [dataset.clip(episode, 0, episode.ticks) for episode in dataset.episodes]
    actions = np.concatenate([np.concatenate(list(clip.actions), 1) for clip in clips])
    told = json.loads((folder / "out/meta/stats.json").read_text())
    assert np.allclose(told["action"]["mean"], actions.mean(0), atol=1e-6)
    assert np.allclose(told["action"]["std"], actions.std(0, dtype=np.float64), atol=1e-6)
    assert np.allclose(told["action"]["max"], actions.max(0))
    assert told["action"]["count"] == [90]
    pictures = np.concatenate([clip.frames[1].reshape(-1, 3) for clip in clips]) / 255
    colours = np.array(told["observation.images.p1"]["mean"])
    assert colours.shape == (3, 1, 1)
    assert np.allclose(colours.ravel(), pictures.mean(0), atol=0.1)


def test_other_kinds_of_episodes_are_refused(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 5}, b={"ticks": 5, "players": 3})
    with pytest.raises(UsageError, match="2 players at 96x64, 3 players at 96x64"):
        export(tmp_path / "d", "lerobot", tmp_path / "out")
    pairs = collector.dataset.open(tmp_path / "d").filter(players=2)
    assert export(pairs, "lerobot", tmp_path / "out").episodes == 1


def test_the_package_opens_it(folder: Path) -> None:
    lerobot = pytest.importorskip("lerobot.datasets.lerobot_dataset")
    opened = lerobot.LeRobotDataset("collector/test", root=folder / "out")
    assert (opened.num_episodes, opened.num_frames) == (3, 90)
    assert opened.meta.camera_keys == ["observation.images.p0", "observation.images.p1"]
    assert opened.hf_dataset[35]["action"].shape == (50,)
