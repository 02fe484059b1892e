"""Damaged, foreign and hostile bytes give clear errors; never a crash, a hang or wrong data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import collector.dataset
from collector.dataset import verify
from collector.dataset.pictures import raw_frames
from collector.dataset.rows import Rows
from collector.dataset.video import Stream, index_video, packets
from collector.errors import CollectorError, DatasetError, SampleDamaged
from tests.dataset.synthetic import collect

FLIPS = 150


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    collect(folder / "w", folder / "d", a={"ticks": 24, "planes": True})
    return folder / "d"


def member(folder: Path, name: str) -> bytes:
    dataset = collector.dataset.open(folder)
    place = dataset.episodes[0].place(name)
    assert place is not None
    return dataset.read(dataset.episodes[0], place)


def mutations(data: bytes, seed: int) -> list[bytes]:
    """The bytes cut short, and with some of them changed, in many ways."""
    generator = np.random.default_rng(seed)
    cuts = [data[: int(cut)] for cut in generator.integers(0, len(data), 30)]
    changed = []
    for _ in range(FLIPS):
        piece = bytearray(data)
        for place in generator.integers(0, len(data), generator.integers(1, 20)):
            piece[place] = generator.integers(256)
        changed.append(bytes(piece))
    return [*cuts, *changed, b"", b"PAR1", b"PAR1" * 1000, bytes(5000)]


def test_rows_are_read_or_refused(folder: Path) -> None:
    data = member(folder, "rows")
    refused = 0
    for piece in mutations(data, 0):
        try:
            rows = Rows.load(piece)
            rows.index("rgb")
        except (SampleDamaged, DatasetError):
            refused += 1
    assert refused > 30


def test_rows_of_a_newer_format_are_refused(folder: Path) -> None:
    rows = Rows.load(member(folder, "rows"))
    meta = json.loads(rows.table.schema.metadata[b"collector"])
    table = rows.table.replace_schema_metadata({b"collector": json.dumps({**meta, "version": 2}).encode()})
    path = folder / "newer.parquet"
    pq.write_table(table, path)
    with pytest.raises(DatasetError, match="format 2; this version reads 1"):
        Rows.load(path.read_bytes())


def test_videos_are_indexed_or_refused(folder: Path, tmp_path: Path) -> None:
    data = member(folder, "rgb")
    path = tmp_path / "v.mp4"
    for piece in mutations(data, 1):
        path.write_bytes(piece)
        try:
            stream, index = index_video(path)
        except SampleDamaged:
            continue
        assert stream.width < 1 << 16
        assert len(index.key) <= 24


@pytest.mark.parametrize("plane", ["rgb", "depth"])
def test_decoders_refuse_or_decode_and_come_back(folder: Path, tmp_path: Path, plane: str) -> None:
    """The checksums are passed by: what a decoder makes of damaged frames must be frames or an error."""
    dataset = collector.dataset.open(folder)
    rows = dataset.rows(dataset.episodes[0], 0)
    index, stream = rows.index(plane), rows.streams[plane]
    data = member(folder, plane)[int(index.offset[0]) :]
    coded = packets(data, index, 0, 24)
    generator = np.random.default_rng(2)
    for _ in range(20):
        broken = [bytearray(piece) for piece in coded]
        for piece in broken:
            piece[int(generator.integers(len(piece)))] ^= int(generator.integers(1, 256))
        try:
            assert sum(1 for _ in raw_frames(stream, [bytes(piece) for piece in broken])) <= 24
        except SampleDamaged:
            continue


def test_a_stream_that_claims_too_much_is_refused() -> None:
    huge = Stream(codec="h264", extradata="", width=1 << 30, height=1 << 30)
    with pytest.raises(SampleDamaged):
        list(raw_frames(huge, [b"\0" * 100]))
    with pytest.raises(SampleDamaged):
        list(raw_frames(Stream(codec="nonesuch", extradata="", width=2, height=2), [b""]))
    with pytest.raises(SampleDamaged):
        list(raw_frames(Stream(codec="h264", extradata="zz", width=2, height=2), [b""]))


def test_a_catalog_that_points_outside_is_refused(folder: Path) -> None:
    """Offsets that a catalog makes up give other bytes, and those have other hashes."""
    dataset = collector.dataset.open(folder)
    episode = dataset.episodes[0]
    for row in episode._rows:
        row["rows_offset"] += 512
    with pytest.raises(SampleDamaged, match="have changed"):
        dataset.clip(episode, 0, 3)
    for row in episode._rows:
        row["shard"] = "../../etc/passwd"
    with pytest.raises(CollectorError, match="is no key"):
        dataset.clip(episode, 0, 3)


def test_a_card_of_a_newer_version_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = json.loads(member(folder, "card"))
    dataset = collector.dataset.open(folder)
    monkeypatch.setattr(dataset, "read", lambda *_: json.dumps({**card, "surprise": 1}).encode())
    with pytest.raises(DatasetError, match="another version"):
        dataset.card(dataset.episodes[0])


def test_every_kind_of_damage_is_a_problem_in_the_report(folder: Path, tmp_path: Path) -> None:
    shard = folder / "shards/t0.tar"
    good = shard.read_bytes()
    try:
        for piece in (good[: len(good) // 2], b"", good[::-1], good + b"more", bytes(len(good))):
            shard.write_bytes(piece)
            report = verify(folder)
            assert not report.ok
            assert report.problems[0].key == "shards/t0.tar"
    finally:
        shard.write_bytes(good)
    assert verify(folder).ok
