"""Tars unpack into what the folder export writes, and an interrupted export goes on."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest

import collector.dataset
from collector.dataset import Dataset
from collector.dataset.formats import export, solaris_shards
from collector.errors import OutputError, StorageFull
from tests.dataset.synthetic import collect


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("shards")
    episodes: dict[str, dict[str, Any]] = {f"e{number}": {"ticks": 24} for number in range(4)}
    collect(folder / "w", folder / "d", "t0", **episodes)
    return collector.dataset.open(folder / "d")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, dataset: Dataset) -> None:
    size = sum(row["rgb_bytes"] for row in dataset.episodes[0].columns)
    monkeypatch.setattr(solaris_shards, "SHARD_BYTES", 2 * size)


def unpack(folder: Path, out: Path) -> dict[str, bytes]:
    """As the trainer does: every tar, sorted by name, into one folder."""
    for path in sorted(folder.glob("duet_sharded/*.tar")):
        with tarfile.open(path) as tar:
            tar.extractall(out, filter="data")
    return files(out)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_tars_hold_what_the_folder_export_holds(dataset: Dataset, tmp_path: Path) -> None:
    written = export(dataset, "solaris-shards", tmp_path / "s")
    export(dataset, "solaris", tmp_path / "f")
    assert len(list((tmp_path / "s/duet_sharded").iterdir())) == written.files > 1
    assert unpack(tmp_path / "s", tmp_path / "u") == files(tmp_path / "f/duet")
    assert written.bytes == sum(map(len, files(tmp_path / "s").values()))


def test_an_interrupted_export_goes_on(dataset: Dataset, tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    def stop(episode: str) -> None:
        if episode == "e2":
            raise Interrupted

    with pytest.raises(Interrupted):
        export(dataset, "solaris-shards", tmp_path / "s", on_episode=stop)
    before = files(tmp_path / "s")
    assert len(before) >= 1
    assert all(name.endswith(".tar") for name in before), "nothing unfinished is left"
    again = export(dataset, "solaris-shards", tmp_path / "s")
    assert again.kept == len(before)
    export(dataset, "solaris-shards", tmp_path / "whole")
    assert files(tmp_path / "s") == files(tmp_path / "whole")


def test_other_data_is_not_overwritten(dataset: Dataset, tmp_path: Path) -> None:
    export(dataset, "solaris-shards", tmp_path)
    path = tmp_path / "duet_sharded/00000.tar"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(OutputError, match="differs"):
        export(dataset, "solaris-shards", tmp_path)


def test_a_disk_that_forgets_is_told(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = solaris_shards._check
    monkeypatch.setattr(solaris_shards, "_check", lambda path, hashes: check(path, hashes | {"lost": ""}))
    with pytest.raises(StorageFull, match="does not read back"):
        export(dataset, "solaris-shards", tmp_path)
    assert not list(tmp_path.rglob("*.tar"))
