"""A recording is written as it is played, read back whole, and never mistaken when it is not."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import numpy as np
import pytest

from collector.errors import NotARecording, RecordingDamaged, SchemaError
from collector.recording import (
    Header,
    Outcome,
    PlayerMeta,
    Recording,
    RecordingWriter,
    Section,
    Seeds,
    WorldMeta,
)
from tests.recording.rows import Rows, player_row

HEADER = Header(
    episode="e0",
    type="test",
    parameters={"speed": 1.5},
    seeds=Seeds(job=1, world=2, episode=3),
    players=(PlayerMeta(name="Alpha"), PlayerMeta(name="Bravo")),
    start_time=1_700_000_000_000,
    minecraft="1.18.2",
    world=WorldMeta(kind="flat", min_y=-64, height=384),
    versions={"collector": "0"},
)

STACK = {"slot": 36, "item": "diamond_sword", "count": 1, "damage": 40, "enchanted": True}


def tick(index: int) -> Rows:
    section = Section(0, 4, 0, np.full(4096, index, "<u2").tobytes(), bytes(128))
    return Rows(
        players=[
            player_row(x=index + 0.5),
            player_row(x=-index, inventory=[STACK]),
        ],
        clock={"time_of_day": 6000, "age": index, "rain": 0.0, "thunder": 0.0},
        entities=[],
        blocks=[(index, 64, -index, 1)],
        events=[(None, "phase", {"name": "walk"})] if index == 0 else [],
        sections=[section] if index == 0 else [],
    )


def record(path: Path, ticks: int = 10) -> Path:
    with RecordingWriter(path, HEADER) as writer:
        for index in range(ticks):
            writer.append(tick(index))
        writer.close(Outcome(ok=True))
    return path


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    return record(tmp_path / "e0")


def test_reads_back_what_was_written(recorded: Path) -> None:
    recording = Recording(recorded)
    assert recording.meta.ticks == 10
    assert recording.meta.outcome.ok
    assert recording.players.num_rows == 20
    assert recording.player(1)["x"].to_pylist() == [-index for index in range(10)]
    assert recording.player(1)["inventory"][3].as_py() == [STACK]
    assert (
        recording.players["render_time"].to_pylist()[:4] == [1_700_000_000_000] * 2 + [1_700_000_000_050] * 2
    )
    assert recording.blocks.to_pylist()[9] == {"tick": 9, "x": 9, "y": 64, "z": -9, "state": 1}
    assert np.frombuffer(recording.world["blocks"][0].as_py(), "<u2").shape == (4096,)
    assert recording.events.to_pylist() == [
        {"tick": 0, "player": None, "kind": "phase", "data": '{"name": "walk"}'}
    ]


def test_same_ticks_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        record(tmp_path / name, 600)
        Recording(tmp_path / name).pack(tmp_path / f"{name}.tar")
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()


def test_tar_reads_as_the_folder_does(recorded: Path, tmp_path: Path) -> None:
    tar = tmp_path / "e0.tar"
    Recording(recorded).pack(tar)
    packed = Recording(tar)
    packed.verify()
    assert packed.meta == Recording(recorded).meta
    assert packed.players.equals(Recording(recorded).players)


def test_unfinished_recording_leaves_nothing(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "e0", HEADER) as writer:
        writer.append(tick(0))
    assert list(tmp_path.iterdir()) == []


def test_partial_left_by_a_kill_is_no_recording_and_does_not_hinder(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "e0", HEADER)
    writer.append(tick(0))
    (partial,) = tmp_path.iterdir()
    with pytest.raises(NotARecording, match="cut off"):
        Recording(partial)
    record(tmp_path / "e0")
    assert [path.name for path in tmp_path.iterdir()] == ["e0"]


@pytest.mark.parametrize("name", ["players", "world", "blocks"])
def test_truncated_file_is_named(recorded: Path, name: str) -> None:
    file = recorded / f"{name}.parquet"
    os.truncate(file, file.stat().st_size - 1)
    with pytest.raises(RecordingDamaged, match=f"{name}.parquet is truncated"):
        Recording(recorded).table(name)


def test_missing_file_is_named(recorded: Path) -> None:
    (recorded / "ticks.parquet").unlink()
    with pytest.raises(RecordingDamaged, match=r"ticks.parquet is missing"):
        _ = Recording(recorded).ticks
    with pytest.raises(RecordingDamaged, match=r"ticks.parquet is missing"):
        Recording(recorded).verify()


def test_flipped_byte_is_found(recorded: Path) -> None:
    file = recorded / "players.parquet"
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    file.write_bytes(data)
    with pytest.raises(RecordingDamaged, match=r"players.parquet has changed"):
        Recording(recorded).verify()


@pytest.mark.parametrize(
    ("text", "error"),
    [("{", RecordingDamaged), ("{}", RecordingDamaged), ('{"schema_version": 99}', SchemaError)],
)
def test_meta_of_another_kind(recorded: Path, text: str, error: type[Exception]) -> None:
    (recorded / "meta.json").write_text(text)
    with pytest.raises(error):
        Recording(recorded)


def test_not_a_recording(tmp_path: Path) -> None:
    (tmp_path / "noise.tar").write_bytes(b"no tar at all")
    for path in (tmp_path / "absent", tmp_path, tmp_path / "noise.tar"):
        with pytest.raises(NotARecording):
            Recording(path)


def test_truncated_tar(recorded: Path, tmp_path: Path) -> None:
    tar = tmp_path / "e0.tar"
    Recording(recorded).pack(tar)
    whole = tar.stat().st_size
    for size in (0, 300, 700, whole // 2):
        os.truncate(tar, size) if size else tar.write_bytes(b"")
        with pytest.raises((NotARecording, RecordingDamaged)):
            Recording(tar).verify()
        Recording(recorded).pack(tar)


def test_memory_does_not_grow_with_the_episode(tmp_path: Path) -> None:
    def peak(ticks: int) -> int:
        record(tmp_path / f"e{ticks}", ticks)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    short = peak(2_000)
    assert peak(12_000) < short * 1.15
