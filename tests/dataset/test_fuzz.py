"""Every kind of file that a dataset or a folder to import is made of, damaged at random and on purpose.

What is read is right, or there is an error that says what is wrong: no crash, no hang, no memory without end.
Seeds are fixed, so a failure comes again.
"""

from __future__ import annotations

import io
import json
import os
import resource
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import collector.dataset
from collector.dataset import Loader, verify
from collector.dataset.catalog import Catalog, open_or_create
from collector.dataset.formats import export, import_folder
from collector.dataset.layout import CATALOG_SCHEMA
from collector.dataset.rows import Rows
from collector.errors import CollectorError, DatasetError, RecordingError, SampleDamaged
from collector.recording import Recording
from collector.store import FolderStore
from tests.dataset.synthetic import collect

FLIPS, CUTS = 14, 4
# More than reading needs, less than any bomb takes.
MEMORY_MIB = 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    collect(folder / "w", folder / "d", a={"ticks": 24}, b={"ticks": 24})
    return folder / "d"


@pytest.fixture(autouse=True)
def little_memory() -> Iterator[None]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY_MIB * 1024


def mutations(data: bytes, seed: int) -> Iterator[bytes]:
    generator = np.random.default_rng(seed)
    yield from (b"", b"{}", b"null", b"[]\n" * 9, b"PAR1" * 10, bytes(1000))
    yield from (data[: int(cut)] for cut in generator.integers(0, len(data), CUTS))
    for _ in range(FLIPS):
        piece = bytearray(data)
        for place in generator.integers(0, len(data), generator.integers(1, 20)):
            piece[place] = generator.integers(256)
        yield bytes(piece)


def read_all(folder: Path) -> None:
    dataset = collector.dataset.open(folder)
    for episode in dataset.episodes:
        dataset.clip(episode, 2, 4)
        dataset.card(episode)
        assert episode.columns
    collector.dataset.inspect(folder)


@pytest.mark.parametrize("number", range(3))
def test_files_of_the_catalog(folder: Path, number: int) -> None:
    files = sorted(path for path in (folder / "catalog").rglob("*.*") if path.is_file())
    assert len(files) == 3, "two commits and one file of rows"
    good = files[number].read_bytes()
    refused = 0
    try:
        for piece in mutations(good, number):
            files[number].write_bytes(piece)
            try:
                read_all(folder)
            except CollectorError:
                refused += 1
    finally:
        files[number].write_bytes(good)
    assert refused > 15
    read_all(folder)


HOSTILE: list[tuple[str, Any]] = [
    *((side, value) for side in ("width", "height") for value in (1 << 30, -5, 0, None)),
    *(("ticks", value) for value in (1 << 30, -1, None)),
    *((f"{name}_bytes", value) for name in ("rows", "card") for value in (1 << 50, -1, None)),
    *((f"{name}_offset", value) for name in ("rows", "rgb", "card") for value in (1 << 60, -5)),
    *(("shard", value) for value in ("/etc/passwd", "../x", "s\0x", "", "catalog", None)),
    ("players", 1000),
    ("player", 5),
    ("type", None),
    ("split", None),
    ("split", "sideways"),
    ("episode", None),
    ("shard_bytes", None),
    ("recording", ""),
    ("world_seed", None),
]


@pytest.mark.parametrize(("column", "value"), HOSTILE)
def test_values_of_the_catalog(folder: Path, tmp_path: Path, column: str, value: object) -> None:
    rows = Catalog(FolderStore(folder)).rows().to_pylist()
    for name in ("shards", "recordings"):
        (tmp_path / name).symlink_to(folder / name)
    store = FolderStore(tmp_path)
    open_or_create(store)
    table = pa.Table.from_pylist([{**row, column: value} for row in rows], CATALOG_SCHEMA)
    Catalog(store).append(table, "t")
    with pytest.raises(CollectorError):
        read_everything(tmp_path)


def read_everything(folder: Path) -> None:
    read_all(folder)
    dataset = collector.dataset.open(folder)
    next(iter(Loader(dataset, 4, 2)))
    report = verify(dataset)
    if not report.ok:
        raise DatasetError(report.problems[0].reason)


def test_a_catalog_of_a_newer_version_is_read_by_its_known_columns(folder: Path, tmp_path: Path) -> None:
    rows = Catalog(FolderStore(folder)).rows()
    (tmp_path / "shards").symlink_to(folder / "shards")
    newer = rows.append_column("surprise", pa.array([1] * rows.num_rows))
    from deltalake import write_deltalake  # noqa: PLC0415

    write_deltalake(str(tmp_path / "catalog"), newer)
    assert len(collector.dataset.open(tmp_path).episodes) == 2
    write_deltalake(str(tmp_path / "older/catalog"), rows.drop_columns(["rows_sha256"]))
    with pytest.raises(DatasetError, match="rows_sha256"):
        collector.dataset.open(tmp_path / "older")


def test_rows_that_unpack_to_far_more_are_refused_by_their_count(folder: Path, tmp_path: Path) -> None:
    """A Parquet file of some kilobytes can hold a hundred million equal rows."""
    dataset = collector.dataset.open(folder)
    place = dataset.episodes[0].place("rows")
    assert place
    good = pq.ParquetFile(io.BytesIO(dataset.read(dataset.episodes[0], place)))
    path = tmp_path / "bomb.parquet"
    schema = pa.schema([("tick", pa.int32())], metadata=good.schema_arrow.metadata)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for _ in range(20):
            writer.write_table(pa.table({"tick": pa.array(np.zeros(1_000_000, np.int32))}, schema=schema))
    assert path.stat().st_size < 100_000
    assert Rows.load(path.read_bytes()).count == 20_000_000, "counted without unpacking"
    export(folder, "solaris", tmp_path / "duet")
    target = next(iter(sorted((tmp_path / "duet").rglob("*_rows.parquet"))))
    target.write_bytes(path.read_bytes())
    with pytest.raises(SampleDamaged, match="20000000 rows"):
        import_folder(tmp_path / "duet", tmp_path / "d", "solaris")


@pytest.fixture(scope="module")
def duet(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("duet")
    export(folder, "solaris", out)
    return out


@pytest.mark.parametrize("ending", [".mp4", ".json", "_rows.parquet", "_episode_info.json"])
def test_files_of_a_folder_to_import(duet: Path, tmp_path: Path, ending: str) -> None:
    path = next(iter(sorted(duet.rglob(f"*_000000_Alpha_*000{ending}"))))
    kept = path.with_name(path.name.replace(ending, "_rows.parquet"))
    rows, good = kept.read_bytes(), path.read_bytes()
    if ending == ".json":
        kept.unlink()  # it would be read instead
    refused = 0
    try:
        for number, piece in enumerate(mutations(good, 7)):
            path.write_bytes(piece)
            try:
                done = import_folder(duet, tmp_path / str(number), "solaris")
                refused += bool(done.quarantined)
            except CollectorError:
                refused += 1
    finally:
        kept.write_bytes(rows)
        path.write_bytes(good)
    assert refused > 8


@pytest.mark.parametrize(
    "record",
    [
        {"renderTime": float("nan"), "action": {}},
        {"renderTime": 1e300, "action": {}},
        {"renderTime": "now", "action": {}},
        {"renderTime": 1, "action": {"camera": ["a", "b"]}},
        {"renderTime": 1, "action": {"camera": 5}},
        {"renderTime": 1, "action": []},
        {"action": {}},
        5,
        None,
        [],
    ],
)
def test_records_that_are_none(duet: Path, tmp_path: Path, record: object) -> None:
    log = next(iter(sorted(duet.rglob("*_000000_Alpha_*000.json"))))
    kept = log.with_name(log.name.replace(".json", "_rows.parquet"))
    rows, good = kept.read_bytes(), log.read_text()
    records = json.loads(good)
    if isinstance(record, dict) and isinstance(record.get("action"), dict):
        record = {**record, "action": {**records[3]["action"], **record["action"]}}
    records[3] = record
    try:
        kept.unlink()
        log.write_text(json.dumps(records))
        with pytest.raises(SampleDamaged):
            import_folder(duet, tmp_path, "solaris")
    finally:
        kept.write_bytes(rows)
        log.write_text(good)


def hostile_tar(path: Path, name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 0) -> Path:
    with tarfile.open(path, "w") as tar:
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, link, size
        assert tar.fileobj
        tar.fileobj.write(member.tobuf(tarfile.GNU_FORMAT))
    return path


@pytest.mark.parametrize(
    ("name", "kind", "link", "size"),
    [
        ("../../meta.json", tarfile.REGTYPE, "", 0),
        ("/meta.json", tarfile.REGTYPE, "", 0),
        ("meta.json", tarfile.SYMTYPE, "/etc/passwd", 0),
        ("meta.json", tarfile.LNKTYPE, "/etc/passwd", 0),
        ("meta.json", tarfile.CHRTYPE, "", 0),
        ("meta.json", tarfile.REGTYPE, "", 1 << 62),
        ("x" * 5000, tarfile.REGTYPE, "", 0),
    ],
)
def test_recordings_in_hostile_tars(tmp_path: Path, name: str, kind: bytes, link: str, size: int) -> None:
    path = hostile_tar(tmp_path / "r.tar", name, kind, link, size)
    with pytest.raises(RecordingError):
        Recording(path)
    assert os.listdir(tmp_path) == ["r.tar"], "nothing is ever unpacked"  # noqa: PTH208
