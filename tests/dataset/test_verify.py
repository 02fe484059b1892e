"""Whatever is broken is found, and said of the sample in which it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import collector.dataset
from collector.dataset import Verification, inspect, verify
from tests.dataset.synthetic import collect


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 12}, b={"ticks": 12}, c={"ok": False, "ticks": 9})
    return tmp_path / "d"


def reasons(report: Verification) -> list[tuple[str, str | None, int | None]]:
    return [(problem.key, problem.episode, problem.player) for problem in report.problems]


def test_a_good_dataset_is_read_whole(folder: Path) -> None:
    seen: list[str] = []
    report = verify(folder, on_episode=seen.append)
    assert report.ok
    assert seen == ["a", "b", "c"]
    assert (report.shards, report.episodes, report.frames) == (2, 3, 2 * (12 + 12 + 9))
    files = [*(folder / "shards").iterdir(), *(folder / "quarantine").iterdir()]
    files += (folder / "recordings").iterdir()
    assert report.bytes == sum(path.stat().st_size for path in files)


def test_a_sample_is_checked_with_its_shards_only(folder: Path) -> None:
    kept = collector.dataset.open(folder).episode("a").shard
    with (folder / kept.key).open("r+b") as stream:
        stream.truncate(kept.bytes // 2)
    seen: dict[int, list[str]] = {seed: [] for seed in range(8)}
    found = {}
    for seed, names in seen.items():
        found[seed] = verify(folder, sample=1, seed=seed, on_episode=names.append)
        assert found[seed].episodes == found[seed].shards == 1
    assert {name for names in seen.values() for name in names} == {"a", "b", "c"}
    assert all(found[seed].ok == (names == ["c"]) for seed, names in seen.items())
    assert verify(folder, sample=1, seed=3) == found[3]
    assert verify(folder, sample=99).episodes == 3


@pytest.mark.parametrize("member", ["rgb", "rows", "card"])
def test_a_flipped_byte_is_found_in_its_sample(folder: Path, member: str) -> None:
    place = collector.dataset.open(folder).episode("b").place(member, 1)
    assert place is not None
    with (folder / place.key).open("r+b") as stream:
        stream.seek(place.offset + place.bytes // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, 1)
        stream.write(bytes([byte ^ 16]))
    report = verify(folder)
    assert not report.ok
    player = None if member == "card" else 1
    assert reasons(report) == [("shards/t0.tar", None, None), ("shards/t0.tar", "b", player)]
    assert "other bytes" in report.problems[0].reason
    assert "have changed" in report.problems[1].reason


def test_a_truncated_shard_is_found(folder: Path) -> None:
    place = collector.dataset.open(folder).episode("b").place("card")
    assert place is not None
    with (folder / place.key).open("r+b") as stream:
        stream.truncate(place.offset)
    report = verify(folder)
    assert "bytes" in report.problems[0].reason
    assert {problem.episode for problem in report.problems} == {None, "b"}
    assert report.frames == 2 * (12 + 9)


def test_a_missing_shard_is_found(folder: Path) -> None:
    (folder / "shards/t0.tar").unlink()
    report = verify(folder)
    assert report.problems[0].reason == "is missing"
    assert {problem.episode for problem in report.problems} == {None, "a", "b"}


def test_a_damaged_recording_is_found(folder: Path) -> None:
    path = folder / "recordings/a.tar"
    path.write_bytes(path.read_bytes()[:-1000])
    assert reasons(verify(folder)) == [("recordings/a.tar", "a", None)]
    path.unlink()
    assert verify(folder).problems[0].reason == "is missing"


def test_inspect_counts(folder: Path) -> None:
    summary = inspect(folder)
    assert (summary.total.episodes, summary.total.ticks, summary.total.frames) == (2, 24, 48)
    assert summary.splits["quarantine"].episodes == 1
    assert summary.types == {"orbit": summary.total}
    assert summary.quarantined == {"c": ("the script failed: could not reach the midpoint",)}
    assert summary.shard_bytes == sum(path.stat().st_size for path in folder.glob("[sq]*/*.tar"))
    assert summary.psnr_min is not None
    assert summary.psnr_mean is not None
    assert summary.psnr_min <= summary.psnr_mean
    assert json.loads(summary.model_dump_json())["sizes"] == {"96x64": 2}
