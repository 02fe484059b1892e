"""An episode is published whole, once, and visible only from its commit on."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
import webdataset
from deltalake import DeltaTable, write_deltalake

import collector.dataset
from collector.dataset import Draft, is_published, publish
from collector.dataset.catalog import open_or_create
from collector.dataset.layout import CATALOG_SCHEMA
from collector.errors import DatasetError, EpisodeExists, NotADataset, StorageFull, UsageError
from collector.recording import Recording
from collector.store import open_store
from collector.video.planes import FORMS
from tests.dataset.synthetic import HEIGHT, WIDTH, collect, draft, play


def test_a_shard_holds_all_players_of_an_episode_together(tmp_path: Path) -> None:
    published = collect(tmp_path / "w", tmp_path / "d", a={"players": 3}, b={"planes": True})
    assert published.episodes == ("a", "b")
    assert published.version == 1
    with tarfile.open(tmp_path / "d/shards/t0.tar") as tar:
        names = tar.getnames()
        assert {(member.mtime, member.uid, member.mode) for member in tar} == {(0, 0, 0o644)}
    assert names == [
        "a.json",
        *(f"a.p{player}.{kind}" for player in range(3) for kind in ("mp4", "parquet")),
        "b.json",
        *(
            f"b.p{p}.{kind}"
            for p in range(2)
            for kind in ("mp4", *(f"{plane}.mov" for plane in FORMS), "parquet")
        ),
    ]
    data = (tmp_path / "d/shards/t0.tar").read_bytes()
    assert published.bytes >= len(data)


def test_the_catalog_says_where_every_byte_is(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={}, b={"planes": True, "world": 7})
    table = DeltaTable(str(tmp_path / "d/catalog")).to_pyarrow_table()
    assert table.num_rows == 4
    for row in table.to_pylist():
        shard = (tmp_path / "d" / row["shard"]).read_bytes()
        assert (row["shard_bytes"], row["shard_sha256"]) == (len(shard), hashlib.sha256(shard).hexdigest())
        packed = (tmp_path / "d" / row["recording"]).read_bytes()
        assert row["recording_sha256"] == hashlib.sha256(packed).hexdigest()
        for member in ("card", "rgb", "rows", *FORMS):
            offset, size = row[f"{member}_offset"], row[f"{member}_bytes"]
            if member in FORMS and row["episode"] == "a":
                assert offset is None
            else:
                assert hashlib.sha256(shard[offset : offset + size]).hexdigest() == row[f"{member}_sha256"]
        card = json.loads(shard[row["card_offset"] :][: row["card_bytes"]])
        assert card["split"] == row["split"] == "train"
        assert card["split_rule"] == row["split_rule"] == "world: train 0.95, val 0, test 0.05"
        assert (row["width"], row["height"], row["codec"]) == (WIDTH, HEIGHT, "h264")
        assert row["psnr_min"] > 28
        assert row["tags"] == ["synthetic"]


def test_a_catalog_that_is_older_than_a_plane_takes_it_and_is_read(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    older = [field for field in CATALOG_SCHEMA if not field.name.startswith(("normals_", "flow_"))]
    DeltaTable.create(tmp_path / "d/catalog", pa.schema(older))
    rows = DeltaTable(tmp_path / "d/catalog")
    collect(tmp_path / "w0", tmp_path / "made", a={})
    whole = DeltaTable(tmp_path / "made/catalog").to_pyarrow_table()
    write_deltalake(rows, whole.select([field.name for field in older]), mode="append")
    (tmp_path / "made/shards").rename(tmp_path / "d/shards")
    before = collector.dataset.open(tmp_path / "d")
    with pytest.raises(DatasetError, match="no normals"):
        before.clip("a", 0, 3, planes=["normals"])

    collect(tmp_path / "w1", tmp_path / "d", "t1", b={"planes": True})
    after = collector.dataset.open(tmp_path / "d")
    assert after.clip("b", 0, 3, planes=["normals"]).planes["normals"].shape == (2, 3, HEIGHT, WIDTH, 3)
    assert after.clip("a", 0, 3).frames.shape == (2, 3, HEIGHT, WIDTH, 3)
    with pytest.raises(DatasetError, match="no normals"):
        after.clip("a", 0, 3, planes=["normals"])


def test_the_recording_is_kept_and_readable(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={})
    kept = Recording(tmp_path / "d/recordings/a.tar")
    kept.verify()
    assert kept.players.equals(Recording(tmp_path / "w/a.recording").players)


# The library leaves closing to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_plain_webdataset_reads_a_shard(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={}, b={})
    samples = list(webdataset.WebDataset(str(tmp_path / "d/shards/t0.tar"), shardshuffle=False))
    assert [sample["__key__"] for sample in samples] == ["a", "b"]
    for sample in samples:
        keys = {key for key in sample if not key.startswith("__")}
        assert keys == {"json", "p0.mp4", "p0.parquet", "p1.mp4", "p1.parquet"}
        assert json.loads(sample["json"])["header"]["episode"] == sample["__key__"]


def test_two_equal_runs_give_equal_bytes_and_figures(tmp_path: Path) -> None:
    for name in ("one", "two"):
        collect(tmp_path / name, tmp_path / name / "d", a={}, b={"ok": False}, c={"planes": True})
    one, two = (
        DeltaTable(str(tmp_path / name / "d/catalog")).to_pyarrow_table().to_pylist()
        for name in ("one", "two")
    )
    assert one == two
    for key in ("shards/t0.tar", "quarantine/t0.tar", "recordings/a.tar"):
        assert (tmp_path / "one/d" / key).read_bytes() == (tmp_path / "two/d" / key).read_bytes()


def test_a_task_that_runs_twice_publishes_once(tmp_path: Path) -> None:
    assert not is_published(tmp_path / "d", "t0")
    assert not collect(tmp_path / "w", tmp_path / "d", a={}).again
    assert is_published(tmp_path / "d", "t0")
    assert not is_published(tmp_path / "d", "t1")
    again = collect(tmp_path / "w2", tmp_path / "d", a={})
    assert again.again
    assert again.episodes == ()
    assert [episode.name for episode in collector.dataset.open(tmp_path / "d").episodes] == ["a"]


def test_a_task_that_runs_twice_at_the_same_time_publishes_once(tmp_path: Path) -> None:
    dataset = tmp_path / "d"
    drafts = [draft(tmp_path / f"w{n}", play(tmp_path / f"r{n}", episode="a")) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda one: publish(dataset, [one], task="t"), drafts))
    assert sorted(result.again for result in results) == [False] + [True] * 5
    assert len(DeltaTable(str(dataset / "catalog")).to_pyarrow_table()) == 2


def test_a_commit_against_a_stale_catalog_is_refused(tmp_path: Path) -> None:
    """The race itself: both runs have looked before either commits."""
    rows = CATALOG_SCHEMA.empty_table()
    one, two = (open_or_create(open_store(tmp_path / "d")) for _ in range(2))
    assert one.append(rows, "t")
    assert not two.append(rows, "t")


def test_many_tasks_at_the_same_time_are_all_published(tmp_path: Path) -> None:
    dataset = tmp_path / "d"
    drafts = [draft(tmp_path / f"w{n}", play(tmp_path / f"r{n}", episode=f"e{n}", ticks=4)) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: publish(dataset, [one], task=f"task-{one.episode}"), drafts))
    opened = collector.dataset.open(dataset)
    assert [episode.name for episode in opened.episodes] == [f"e{n}" for n in range(8)]
    assert collector.dataset.verify(dataset).ok


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from collector.dataset import catalog
from tests.dataset.synthetic import collect
catalog.write_deltalake = lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL)
collect(Path(sys.argv[1]), Path(sys.argv[2]), a={}, b={"ok": False})
"""


@pytest.mark.parametrize("same", [True, False])
def test_a_kill_between_shard_and_commit_shows_nothing_and_the_next_run_works(
    tmp_path: Path, same: bool
) -> None:
    dataset = tmp_path / "d"
    command = [sys.executable, "-c", KILLED, str(tmp_path / "w"), str(dataset)]
    assert subprocess.run(command, timeout=60, check=False).returncode == -signal.SIGKILL
    assert (dataset / "shards/t0.tar").exists()
    assert not collector.dataset.open(dataset, quarantine=True).episodes
    # The next run gives the same bytes, or, on a server that is not deterministic, others.
    published = collect(tmp_path / "w2", dataset, a={"ticks": 40 if same else 30}, b={"ok": False})
    assert published.episodes == ("a",)
    assert len(list((dataset / "shards").iterdir())) == (1 if same else 2)
    assert collector.dataset.verify(dataset).ok
    assert collector.dataset.open(dataset).clip("a", 0, 30).frames.shape[1] == 30


def test_failed_episodes_are_kept_apart(tmp_path: Path) -> None:
    published = collect(tmp_path / "w", tmp_path / "d", a={}, b={"ok": False})
    assert published.quarantined == {"b": ("the script failed: could not reach the midpoint",)}
    assert [episode.name for episode in collector.dataset.open(tmp_path / "d").episodes] == ["a"]
    everything = collector.dataset.open(tmp_path / "d", quarantine=True)
    refused = everything.episode("b")
    assert refused.split == "quarantine"
    assert refused.shard.key == "quarantine/t0.tar"
    assert refused.reasons == published.quarantined["b"]
    assert everything.clip(refused, 0, 3).frames.shape[:2] == (2, 3)
    with tarfile.open(tmp_path / "d/shards/t0.tar") as tar:
        assert not [name for name in tar.getnames() if name.startswith("b.")]


def test_missing_frames_are_quarantined_too(tmp_path: Path) -> None:
    recording = play(tmp_path / "r", episode="a", ticks=10)
    short = Draft(tmp_path / "w", recording, WIDTH, HEIGHT)
    longer = draft(tmp_path / "w", play(tmp_path / "r2", episode="a", ticks=12))
    assert longer.file(0, "rgb") == short.file(0, "rgb")
    assert publish(tmp_path / "d", [short], task="t").quarantined["a"] == (
        "the rgb video of Alpha has 12 frames for 10 ticks",
        "the rgb video of Bravo has 12 frames for 10 ticks",
    )


def test_an_episode_name_is_taken_once(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", "t0", a={})
    with pytest.raises(EpisodeExists, match=r"episode a .*task t0"):
        collect(tmp_path / "w2", tmp_path / "d", "t1", a={}, b={})
    assert len(collector.dataset.open(tmp_path / "d").episodes) == 1


@pytest.mark.parametrize("name", ["a.b", "", "../x", "x" * 81, "-a"])
def test_names_that_would_break_a_shard_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name"):
        Draft(tmp_path / "w", play(tmp_path / "r", episode=name, ticks=1), WIDTH, HEIGHT)
    with pytest.raises(UsageError, match="cannot name"):
        publish(tmp_path / "d", [], task=name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk_publishes_nothing(tmp_path: Path, small_disk: Path) -> None:
    collect(tmp_path / "w", small_disk / "d", "t0", a={"ticks": 4})
    with pytest.raises(StorageFull, match="no space"):
        collect(tmp_path / "w2", small_disk / "d", "t1", b={"planes": True, "ticks": 80})
    opened = collector.dataset.open(small_disk / "d")
    assert [episode.name for episode in opened.episodes] == ["a"]
    assert not [path for path in small_disk.rglob("*") if path.suffix == ".partial"]


def test_a_damaged_catalog_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotADataset, match="no catalog"):
        collector.dataset.open(tmp_path / "nothing")
    collect(tmp_path / "w", tmp_path / "d", a={})
    for version in (-1, 9, 2**53 - 1):  # Delta alone would look for the last one for days
        with pytest.raises(NotADataset, match=f"no version {version}; the newest is 1"):
            collector.dataset.open(tmp_path / "d", version=version)
    assert not collector.dataset.open(tmp_path / "d", version=0).episodes
    for path in (tmp_path / "d/catalog").glob("*.parquet"):
        path.write_bytes(b"PAR1" + path.read_bytes()[40:])
    with pytest.raises(DatasetError, match="damaged"):
        collector.dataset.open(tmp_path / "d")
    for path in (tmp_path / "d/catalog/_delta_log").glob("*1.json"):
        path.write_text("{")
    with pytest.raises(NotADataset, match="cannot be opened"):
        collector.dataset.open(tmp_path / "d")
