"""Exports are what the Solaris trainer reads, and come back bit for bit."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

import collector.dataset
from collector.dataset import Dataset, publish, verify
from collector.dataset.formats import export, formats, import_folder
from collector.dataset.formats.solaris import evaluation_start
from collector.errors import OutputError, SampleDamaged, UsageError
from collector.recording import ACTION_KEYS, action_vectors
from tests.dataset.synthetic import collect, draft, pictures, play

# The trainer's own order of the 23 keys, and what it makes of the JSON (solaris-wm/solaris, commit 0be45a8).
ORDER = ["inventory", "ESC", *(f"hotbar.{slot}" for slot in range(1, 10))]
ORDER += ["forward", "back", "left", "right", "jump", "sneak", "sprint", "swapHands", "attack", "use"]
ORDER += ["pickItem", "drop"]
ANY_OF = {
    "attack": ["attack", "mine"],
    "use": ["use", "mount", "place_block", "place_entity"],
    "sneak": ["dismount", "sneak"],
}


def trainer_vectors(path: Path) -> NDArray[np.float32]:
    """What the trainer makes of an action file, written from its description and not from our code."""
    vectors = []
    for record in json.loads(path.read_text()):
        action = record["action"]
        keys = [float(any(action.get(one, False) for one in ANY_OF.get(key, [key]))) for key in ORDER]
        vectors.append([*keys, math.degrees(action["camera"][0]), math.degrees(action["camera"][1])])
    return np.array(vectors, np.float32)


def trainer_episodes(folder: Path) -> list[tuple[Path, Path, Path, Path]]:
    """The trainer's discovery: names sorted as text, four files or nothing."""
    found = []
    for first in sorted(folder.glob("*_Alpha_*.mp4"), key=lambda path: path.name):
        second = first.with_name(first.name.replace("_Alpha_", "_Bravo_", 1))
        logs = [
            video.with_name(video.name.replace(".mp4", ".json").replace("_camera.json", ".json"))
            for video in (first, second)
        ]
        if all(path.exists() for path in (first, second, *logs)):
            found.append((first, second, logs[0], logs[1]))
    return found


def every_turn(tick: int, player: int, row: dict[str, Any]) -> None:
    """Camera turns from nothing over less than a degree to half a circle, both ways."""
    turns = [0.0, 1e-3, -1e-3, math.radians(5.625), 0.785398, -math.pi, math.pi, 0.15]
    row["action.camera_yaw"] = turns[tick % len(turns)]
    row["action.camera_pitch"] = -turns[(tick + player) % len(turns)] / 2
    row["yaw"] = 0.7 * tick - 9.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("solaris")
    collect(
        folder / "w",
        folder / "d",
        a={"ticks": 52, "change": every_turn},
        b={"ticks": 40, "world": 15},
        c={"ticks": 40, "players": 3},
        refused={"ok": False},
    )
    export(folder / "d", "solaris", folder / "out")
    return folder


def split_folder(folder: Path, split: str) -> list[tuple[Path, Path, Path, Path]]:
    return trainer_episodes(folder / "out/duet" / split)


def test_the_trainer_finds_every_pair_in_its_split(folder: Path) -> None:
    dataset = collector.dataset.open(folder / "d")
    splits = {episode.name: episode.split for episode in dataset.episodes}
    for split in ("train", "test"):
        pairs = sum({"a": 1, "b": 1, "c": 3}[name] for name, side in splits.items() if side == split)
        assert len(split_folder(folder, split)) == pairs
    assert not list((folder / "out").rglob("*refused*"))


def test_actions_are_ours_in_the_trainers_order_sign_and_unit(folder: Path) -> None:
    dataset = collector.dataset.open(folder / "d")
    *_, alpha, bravo = split_folder(folder, dataset.episode("a").split)[0]
    clip = dataset.clip("a", 0, 52)
    for player, log in enumerate((alpha, bravo)):
        assert np.array_equal(trainer_vectors(log), clip.actions[player])
    keys = [bool(column.any()) for column in clip.actions[..., :23].reshape(-1, 23).T]
    never = {"inventory", "ESC", "swapHands", "pickItem", "drop"}
    assert {key for key, pressed in zip(ORDER, keys, strict=True) if not pressed} == never
    assert clip.actions[..., 23:].max() == 180
    assert clip.actions[..., 23:].min() == -180


def test_videos_are_taken_over_as_they_are_and_match_the_records(folder: Path) -> None:
    dataset = collector.dataset.open(folder / "d")
    first, _, log, _ = split_folder(folder, dataset.episode("a").split)[0]
    place = dataset.episode("a").place("rgb")
    assert place is not None
    assert first.read_bytes() == dataset.read(dataset.episode("a"), place)
    records = json.loads(log.read_text())
    with av.open(first) as container:
        assert sum(1 for _ in container.decode(video=0)) == len(records) == 52
    times = [record["renderTime"] for record in records]
    assert all(isinstance(time, int) for time in times)
    assert np.diff(times).tolist() == [50] * 51
    assert all(0 <= record["yaw"] < math.tau for record in records)
    assert set(records[0]["action"]) == set(ACTION_KEYS)


def test_more_players_become_pairs_with_their_true_names(folder: Path) -> None:
    dataset = collector.dataset.open(folder / "d")
    names = []
    for *_, alpha, bravo in split_folder(folder, dataset.episode("c").split):
        information = json.loads(alpha.with_name(f"{alpha.stem}_episode_info.json").read_text())
        if information["card"]["header"]["episode"] == "c":
            true = [player["name"] for player in information["card"]["header"]["players"]]
            names.append([true[player] for player in information["players"]])
            assert information["players"][1] > information["players"][0]
            assert bravo.exists()
    assert names == [["Alpha", "Bravo"], ["Alpha", "Charlie"], ["Bravo", "Charlie"]]


def members(dataset: Dataset, name: str) -> list[tuple[str, str]]:
    columns = dataset.episode(name).columns
    return [(row["rows_sha256"], row["rgb_sha256"]) for row in columns]


def test_what_is_exported_comes_back_bit_for_bit(folder: Path, tmp_path: Path) -> None:
    result = import_folder(folder / "out", tmp_path / "d")
    assert result.format == "solaris"
    assert result.episodes == 5
    before, after = collector.dataset.open(folder / "d"), collector.dataset.open(tmp_path / "d")
    names = [episode.name for episode in after.episodes]
    assert names == ["a", "b", "c-p0p1", "c-p0p2", "c-p1p2"]
    for name in ("a", "b"):
        assert members(after, name) == members(before, name)
        assert after.episode(name).split == before.episode(name).split
        assert after.card(after.episode(name)) == before.card(before.episode(name))
    clip = after.clip("c-p1p2", 3, 9)
    original = before.clip("c", 3, 9, players=[1, 2])
    assert np.array_equal(clip.frames, original.frames)
    assert np.array_equal(clip.actions, original.actions)
    assert clip.episode.players == ("Bravo", "Charlie")
    assert verify(tmp_path / "d").ok


def test_a_folder_of_the_engine_comes_in_and_out_bit_for_bit(folder: Path, tmp_path: Path) -> None:
    """Only the files that the trainer itself needs, as the published data has them."""
    source = tmp_path / "foreign"
    for path in (folder / "out").rglob("*instance_000*"):
        if not path.stem.endswith(("_rows", "_episode_info")):
            target = source / path.relative_to(folder / "out")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    assert import_folder(source, tmp_path / "d").episodes == 5
    dataset = collector.dataset.open(tmp_path / "d")
    assert {row["minecraft"] for episode in dataset.episodes for row in episode.columns} == {"unknown"}
    rows = dataset.rows(dataset.episodes[0], 0).table
    assert rows["health"].null_count == rows.num_rows
    export(tmp_path / "d", "solaris", tmp_path / "again")
    logs = {
        trainer_vectors(path).tobytes(): path.read_bytes()
        for path in (tmp_path / "again").rglob("*instance_000.json")
    }
    for path in source.rglob("*.json"):
        again = logs[trainer_vectors(path).tobytes()]
        assert drop_numbers(again) == drop_numbers(path.read_bytes())


def drop_numbers(log: bytes) -> list[dict[str, Any]]:
    """The records without the episode's number in its folder."""
    return [{**record, "episode_id": None} for record in json.loads(log)]


def test_foreign_videos_with_frames_out_of_order_are_encoded_anew(tmp_path: Path) -> None:
    recording = play(tmp_path / "r", ticks=30)
    publish(tmp_path / "d", [draft(tmp_path / "w", recording)], task="t")
    export(tmp_path / "d", "solaris", tmp_path / "out")
    frames = pictures(recording, 0)
    for name, codec, options in (("Alpha", "libx264", {"bf": "3"}), ("Bravo", "mpeg4", {})):
        path = next((tmp_path / "out").rglob(f"*_{name}_instance_000.mp4"))
        with av.open(path, "w") as container:
            stream = cast("av.VideoStream", container.add_stream(codec, rate=20, options=options))
            stream.width, stream.height, stream.bit_rate = 96, 64, 4_000_000
            for frame in frames:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            container.mux(stream.encode(None))
    assert import_folder(tmp_path / "out", tmp_path / "d2").episodes == 1
    dataset = collector.dataset.open(tmp_path / "d2")
    assert [row["codec"] for row in dataset.episodes[0].columns] == ["h264", "mpeg4"]
    clip = dataset.clip(dataset.episodes[0], 10, 15)
    errors = np.abs(clip.frames.astype(int) - frames[10:25]).mean((1, 2, 3, 4))
    late = np.abs(clip.frames.astype(int) - frames[9:24]).mean((1, 2, 3, 4))
    assert (errors < 12).all()
    assert (late > errors).all()


def test_an_interrupted_export_goes_on(folder: Path, tmp_path: Path) -> None:
    first = export(folder / "d", "solaris", tmp_path / "out")
    assert first.kept == 0
    victims = sorted((tmp_path / "out").rglob("*"))[5:9]
    lost = [path for path in victims if path.is_file()]
    for path in lost:
        path.unlink()
    second = export(folder / "d", "solaris", tmp_path / "out")
    assert second.files == first.files
    assert second.kept == first.files - len(lost)
    log = next((tmp_path / "out").rglob("*instance_000.json"))
    log.write_text("[]")
    with pytest.raises(OutputError, match="differs"):
        export(folder / "d", "solaris", tmp_path / "out")


def test_an_import_runs_once(folder: Path, tmp_path: Path) -> None:
    assert import_folder(folder / "out", tmp_path / "d", "solaris").before == 0
    again = import_folder(folder / "out", tmp_path / "d")
    assert (again.before, again.episodes) == (5, 0)


def sneaks_early(tick: int, player: int, row: dict[str, Any]) -> None:
    row["action.sneak"] = (player == 1 and 18 <= tick < 23) or tick == 60
    row["action.dismount"] = False


def test_evaluation_sets_have_their_names_starts_and_builders(tmp_path: Path) -> None:
    recording = play(tmp_path / "r", episode="e", kind="rotationEval", ticks=340, change=sneaks_early)
    publish(tmp_path / "d", [draft(tmp_path / "w", recording)], task="t")
    export(tmp_path / "d", "solaris", tmp_path / "out")
    folder = tmp_path / "out/eval/rotationEval/test"
    assert [path.name for path in trainer_episodes(folder)[0]] == [
        "000000_Alpha_instance_000_camera.mp4",
        "000000_Bravo_instance_000_camera.mp4",
        "000000_Alpha_instance_000.json",
        "000000_Bravo_instance_000.json",
    ]
    # Alpha's first sneak is its only tick, 60; Bravo's ends at 22. The later one counts.
    ids = json.loads((tmp_path / "out/eval_ids/eval_ids_rotationEval.json").read_text())
    assert ids == [[0, 85, 342, 85, 342]]
    still = [recording.player(0).set_column(0, "tick", pa.array(range(340), pa.int32()))]
    quiet = still[0].drop_columns(["action.sneak"]).append_column("action.sneak", pa.array([False] * 340))
    with pytest.raises(SampleDamaged, match="sneak"):
        evaluation_start([quiet])


NOTES = {
    "builder": "bravo",
    "structure": "wall_2x2",
    "alpha_structure": "",
    "alpha_builds": False,
    "bravo_structure": "wall_2x2",
    "bravo_builds": True,
}


def test_the_structure_summary_says_who_built_what(tmp_path: Path) -> None:
    for number, notes in enumerate(({**NOTES, "cells": []}, {})):
        name, dataset = f"e{number}", tmp_path / f"d{number}"
        options = {"kind": "structureEval", "ticks": 340, "change": sneaks_early, "metadata": notes}
        collect(tmp_path / f"w{number}", dataset, "t0", **{name: options})
    export(tmp_path / "d0", "solaris", tmp_path / "out")
    summary = json.loads((tmp_path / "out/structure_building_summary.json").read_text())
    assert summary == {"instance_0": {"episode_0": NOTES}}
    with pytest.raises(SampleDamaged, match="e1 does not say who built what: it lacks builder"):
        export(tmp_path / "d1", "solaris", tmp_path / "out1")


def test_unknown_formats_and_folders_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no format 'solarix'.*solaris"):
        export(folder / "d", "solarix", tmp_path)
    with pytest.raises(UsageError, match="holds no episodes"):
        import_folder(tmp_path, tmp_path / "d")
    with pytest.raises(UsageError, match="holds no episodes"):
        import_folder(folder / "out", tmp_path / "d", "vpt")
    assert set(formats()) >= {"solaris", "vpt"}


@pytest.mark.parametrize("damage", [b"", b'[{"renderTime": 1}]', b'{"a": 1}', b"[", b"[1]"])
def test_damaged_records_are_told(folder: Path, tmp_path: Path, damage: bytes) -> None:
    export(folder / "d", "solaris", tmp_path / "out")
    for path in (tmp_path / "out").rglob("*_rows.parquet"):
        path.unlink()
    log = next((tmp_path / "out").rglob("*Alpha_instance_000.json"))
    log.write_bytes(damage)
    with pytest.raises(SampleDamaged, match="instance_000"):
        import_folder(tmp_path / "out", tmp_path / "d")


def test_rows_and_frames_that_do_not_match_are_quarantined(folder: Path, tmp_path: Path) -> None:
    export(folder / "d", "solaris", tmp_path / "out")
    for path in (tmp_path / "out").rglob("*_rows.parquet"):
        path.unlink()
    for log in list((tmp_path / "out").rglob("*instance_000.json")):
        log.write_text(json.dumps(json.loads(log.read_text())[:-1]))
    result = import_folder(tmp_path / "out", tmp_path / "d")
    assert result.episodes == 0
    assert "frames for" in result.quarantined["a"][0]


def test_vectors_of_the_dataset_are_those_of_its_rows(folder: Path) -> None:
    dataset = collector.dataset.open(folder / "d")
    table = dataset.rows(dataset.episode("a"), 0).table
    columns = {name: table[name] for name in table.column_names}
    assert np.array_equal(action_vectors(columns), dataset.clip("a", 0, 52).actions[0])
