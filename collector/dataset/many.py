"""A catalog of very many episodes, to measure how its reader starts and what it takes.

    python -m collector.dataset.many FOLDER

reads batches from the dataset that `fill` made in FOLDER, in a process that has done nothing else, and prints
what it took.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from collector.dataset.catalog import Catalog, open_or_create
from collector.dataset.layout import CATALOG_SCHEMA, SHARDS
from collector.dataset.loader import Loader
from collector.dataset.reader import open_dataset
from collector.dataset.rivals import LENGTH, SIZE
from collector.dataset.sampling import ClipOrder
from collector.errors import UsageError
from collector.store import FolderStore

FILES = 10
BATCHES = 12
EPISODES_IN_SHARD = 16
MEASURE_SECONDS = 300.0


def start_of_many(dataset: Path, episodes: int) -> dict[str, float]:
    """Seconds to the first batch of a catalog of so many episodes, and memory then and some batches later.

    Args:
        dataset: a folder with an episode of two players; its pictures are what is read.
        episodes: of the catalog.
    """
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), dataset, episodes)
        ran = subprocess.run(
            [sys.executable, "-m", __name__, folder],
            capture_output=True,
            text=True,
            timeout=MEASURE_SECONDS,
            check=False,
        )
    if ran.returncode:
        raise UsageError(f"the catalog could not be read: {ran.stderr.strip()[-2000:]}")
    return {name: float(value) for name, value in json.loads(ran.stdout).items()}


def measure(folder: Path) -> dict[str, float]:
    """Read the first batches."""
    begin = time.perf_counter()
    selection = open_dataset(folder).filter(players=2, min_ticks=LENGTH)
    batches = iter(Loader(selection, LENGTH, 1, size=SIZE, threads=1, ahead=0))
    next(batches)
    seconds, cpu = time.perf_counter() - begin, sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    first = psutil.Process().memory_info().rss
    for _ in islice(batches, BATCHES - 1):
        pass
    return {
        "first_batch_seconds": seconds,
        "first_batch_cpu_seconds": cpu,  # with starting Python and importing
        "memory_mib_after_first": first / 2**20,
        "memory_mib_after_all": psutil.Process().memory_info().rss / 2**20,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def fill(folder: Path, dataset: Path, episodes: int) -> None:
    """Make a catalog of so many episodes; the first that a loader draws are those of `dataset`.

    The others have the same length, and names, hashes and places of their own, so that the catalog takes the
    room that a real one takes.
    """
    real = open_dataset(dataset).filter(players=2, min_ticks=LENGTH)
    pattern = real.catalog.rows(where=pa.compute.field("episode") == real.episodes[0].name)
    ticks, none = np.full(episodes, real.episodes[0].ticks), np.zeros(episodes, int)
    order = ClipOrder(ticks, none, LENGTH, "tick", 0)
    drawn = np.array([order[clip].episode for clip in range(BATCHES)])
    (folder / SHARDS).symlink_to((dataset / SHARDS).resolve())
    store = FolderStore(folder)
    open_or_create(store)
    for number, share in enumerate(np.array_split(np.arange(episodes), FILES)):
        Catalog(store).append(_rows(pattern, share, np.isin(share, drawn)), f"t{number}")


def _rows(pattern: pa.Table, numbers: NDArray[np.int64], real: NDArray[np.bool_]) -> pa.Table:
    generator = np.random.default_rng(numbers[0])
    columns = []
    for field in CATALOG_SCHEMA:
        one = pattern[field.name].combine_chunks()
        columns.append(_column(field, one, numbers, np.repeat(real, len(one)), generator))
    return pa.table(columns, schema=CATALOG_SCHEMA)


def _column(
    field: pa.Field,
    one: pa.Array,
    numbers: NDArray[np.int64],
    real: NDArray[np.bool_],
    generator: np.random.Generator,
) -> pa.Array:
    """A column for these episodes: that of one real episode, varied where real ones vary."""
    same = pa.concat_arrays([one] * len(numbers))
    if field.name == "episode":
        return pa.array([name for number in numbers for name in [f"{number:08d}-many"] * len(one)])
    if one.null_count or not field.name.endswith(("_sha256", "_offset", "_bytes", "_seed", "shard")):
        return same
    if field.name == "shard":
        names = [f"{SHARDS}/{number // EPISODES_IN_SHARD:010d}.tar" for number in numbers]
        other = pa.array([name for name in names for _ in range(len(one))])
    elif field.name.endswith("_sha256"):
        other = _hashes(generator, len(same))
    else:
        other = pa.array(generator.integers(0, 1 << 40, len(same))).cast(field.type)
    return pa.compute.if_else(pa.array(real), same, other)


def _hashes(generator: np.random.Generator, count: int) -> pa.Array:
    text = generator.bytes(32 * count).hex().encode()
    return pa.StringArray.from_buffers(
        count, pa.py_buffer(np.arange(0, 64 * count + 1, 64, dtype=np.int32)), pa.py_buffer(text)
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]))))
