from __future__ import annotations

import time
from typing import get_args

import pytest

from collector import bench
from collector.cli import Part


def test_the_machine_is_named() -> None:
    machine = bench.machine()
    assert machine.cores >= 1
    assert machine.memory_gib > 0
    assert machine.processor


@pytest.mark.slow
def test_figures_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "SIZES", ("64x64",))
    monkeypatch.setattr(bench, "FRAMES", 8)
    monkeypatch.setattr(bench, "REPEATS", 1)
    encoded = bench.bench_encode().figures
    assert encoded.keys() == {"frames_per_second_64x64", "bytes_per_frame_64x64"}
    rendered = bench.bench_render().figures
    assert "frames_per_second_64x64_one_core" in rendered
    assert all(value > 0 for value in [*encoded.values(), *rendered.values()])


def test_every_part_that_the_command_offers_is_there() -> None:
    assert set(get_args(Part)) == bench.BENCHES.keys()


def test_memory_of_all_processes_is_seen() -> None:
    with bench._peak_memory() as peaks:
        block = bytearray(200_000_000)
        time.sleep(0.5)
        del block
    assert max(peaks) > 200_000_000
