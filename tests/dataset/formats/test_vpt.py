"""Exports are what single-player pre-training reads, with its signs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import collector.dataset
from collector.dataset.formats import export
from collector.dataset.formats.vpt import lines
from tests.dataset.synthetic import collect, play

KEYS = {"w": 11, "s": 12, "a": 13, "d": 14, "space": 15, "left.shift": 16, "left.control": 17}


def trainer_vectors(path: Path) -> NDArray[np.float32]:
    """What the trainer makes of a file, written from its description and not from our code."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    vectors = np.zeros((len(lines), 25), np.float32)
    stuck = lines[0]["mouse"]["newButtons"] == [0]
    slot = lines[0]["hotbar"]
    for vector, line in zip(vectors, lines, strict=True):
        for name in line["keyboard"]["keys"]:
            key = name.removeprefix("key.keyboard.")
            if key in KEYS:
                vector[KEYS[key]] = 1
        if line["hotbar"] != slot:
            slot = line["hotbar"]
            vector[2 + slot] = 1
        stuck = stuck and 0 not in line["mouse"]["newButtons"]
        vector[19] = 0 in line["mouse"]["buttons"] and not stuck
        vector[20] = 1 in line["mouse"]["buttons"]
        vector[23] = line["mouse"]["dx"] * 360 / 2400
        vector[24] = line["mouse"]["dy"] * 360 / 2400
    return vectors


def attacks_at_once(tick: int, player: int, row: dict[str, Any]) -> None:
    row["action.attack"] = tick < 3
    for slot in range(1, 10):
        row[f"action.hotbar.{slot}"] = tick == 2 * slot + 4
    row["hotbar_slot"] = 8 if tick > 24 else max(0, (tick - 5) // 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 60, "change": attacks_at_once})
    export(tmp_path / "d", "vpt", tmp_path / "out")
    return tmp_path


def test_each_player_is_an_episode_of_the_list(folder: Path) -> None:
    dataset = collector.dataset.open(folder / "d")
    root = folder / "out/vpt" / dataset.episodes[0].split
    index = json.loads((root / "episodes_info.json").read_text())
    assert index["num_episodes"] == 2
    for player, entry in enumerate(index["episodes"]):
        assert entry["length"] == 60
        assert entry["episode_id"] == player
        place = dataset.episodes[0].place("rgb", player)
        assert place is not None
        assert (root / entry["video_path"]).read_bytes() == dataset.read(dataset.episodes[0], place)


def test_actions_are_ours_but_for_the_sign_of_the_camera(folder: Path) -> None:
    clip = collector.dataset.open(folder / "d").clip("a", 0, 60)
    for player in range(2):
        path = next((folder / "out").rglob(f"a-p{player}.jsonl"))
        expected = clip.actions[player].copy()
        expected[:, 23:] *= -1
        # A key of the slot that is chosen already changes nothing, and is not in this format.
        first = np.flatnonzero(expected[:, 2])
        assert len(first) == 1
        expected[first, 2] = 0
        assert np.allclose(trainer_vectors(path), expected, atol=1e-6)


def test_pose_is_in_the_angles_of_the_game(folder: Path) -> None:
    path = next((folder / "out").rglob("a-p0.jsonl"))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0]["yaw"] == -180  # north
    turned = -180 - math.degrees(0.05 * 10)  # ten turns to the left
    assert lines[10]["yaw"] == pytest.approx(turned + 360)
    assert [line["tick"] for line in lines] == list(range(60))


def opens_a_chest(tick: int, player: int, row: dict[str, Any]) -> None:
    """From tick 5 to 9 the cursor goes to the right by 4 GUI pixels a tick, and down by 1."""
    row["window"] = "chest" if 5 <= tick < 10 else ""
    if row["window"]:
        row.update({"cursor_x": 88.0 + 4 * (tick - 5), "cursor_y": 84.0 + (tick - 5)})
        row["action.camera_yaw"] = 0.0


def test_on_a_screen_the_mouse_moves_the_cursor(tmp_path: Path) -> None:
    """Pixels of a window of 720 rows: of ours at 640x360, where a GUI pixel is one pixel, twice as many."""
    recording = play(tmp_path / "r", ticks=12, change=opens_a_chest)
    made = lines(recording.player(0), (640, 360))
    mouse = [line["mouse"] for line in made]
    assert [line["isGuiOpen"] for line in made] == [5 <= tick < 10 for tick in range(12)]
    assert [(one["x"], one["y"]) for one in mouse[5:10]] == [
        (640 + 8 * tick, 360 + 2 * tick) for tick in range(5)
    ], "the chest's screen lies in the middle, and the cursor begins in the middle of it"
    assert [(one["dx"], one["dy"]) for one in mouse[5:9]] == [(8, 2)] * 4
    assert (mouse[0]["x"], mouse[0]["y"]) == (640, 360)
    turn = -math.degrees(0.05) / 0.15
    assert [mouse[tick]["dx"] for tick in (0, 4, 10, 11)] == pytest.approx([turn] * 4)
    assert mouse[9]["dx"] == 0, "the screen closes: nothing says where the mouse went"
    # At 1280x720 the automatic scale is 3, and the screen's corner lies on a whole GUI pixel.
    larger = lines(recording.player(0), (1280, 720))[6]["mouse"]
    assert (larger["x"], larger["dx"]) == (((1280 // 3 - 176) // 2 + 92) * 3, 12)
