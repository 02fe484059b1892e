"""A dataset from a server that somebody else runs, from the job to the catalog."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector import dataset
from collector.collecting.collect import Job, collect
from collector.progress import Silent
from collector.recording import Recording
from collector.servers import ExternalSpec
from collector.video.view import View
from tests.servers.local import LocalServer


@pytest.mark.slow
def test_a_job_on_an_external_server_becomes_a_dataset(tmp_path: Path) -> None:
    with LocalServer() as local:
        job = Job(
            mix={"straightLineWalk": 1},
            view=View(width=64, height=64, view_distance=3),
            server=ExternalSpec(host="127.0.0.1", port=local.port, ticks_per_second=60),
        )
        collected = collect(job, tmp_path / "data", Silent())
    assert collected.failures == {}
    assert collected.episodes == 1
    opened = dataset.open(tmp_path / "data")
    assert dataset.verify(opened).ok
    (tar,) = (tmp_path / "data" / "recordings").glob("*.tar")
    clock = Recording(tar).meta.clock
    assert clock.mode == "rate"
    assert clock.ticks_per_second == 60
    assert clock.jitter_ms
    assert clock.reaction_ms
