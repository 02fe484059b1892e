"""All readers that are compared give the same clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import collector.dataset
from collector.dataset import publish, rivals, speed
from collector.dataset.formats import export
from collector.errors import UsageError
from collector.video.encode import Encoding
from tests.dataset.synthetic import collect, draft, play


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("decord")
    folder = tmp_path_factory.mktemp("speed")
    recording = play(folder / "r", episode="e", ticks=40)
    publish(folder / "d", [draft(folder / "w", recording, size=(640, 360))], task="t")
    fast = draft(folder / "w2", recording, size=(640, 360), encoding=Encoding(codec="mpeg2video"))
    publish(folder / "fast", [fast], task="t")
    return folder


def test_readers_agree(folder: Path, tmp_path: Path) -> None:
    dataset = collector.dataset.open(folder / "d")
    export(dataset, "solaris", tmp_path)
    clip = (dataset.episodes[0], 5)
    ours = speed._ours(dataset, clip)
    for frames, actions in (rivals.Plain(tmp_path).read(clip), rivals.read_sample(folder / "d", clip)):
        assert np.array_equal(actions, ours[1])
        assert np.abs(frames.astype(int) - ours[0]).mean() < 2


def test_figures_have_their_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "REPEATS", 1)
    figures = speed.read_speed(folder / "d", folder / "fast", clips=2)
    assert figures["ours_times_webdataset"] > 1
    for name in ("loader_aligned", "loader_yuv_aligned", "fast_loader_yuv_aligned"):
        rival = "fast_decord_json_aligned" if name.startswith("fast") else "decord_json_aligned"
        own = figures[f"{name}_clips_per_second"] / figures[f"{rival}_clips_per_second"]
        assert figures[f"{name}_times_{rival}"] == pytest.approx(own)
    assert figures["bytes_read_by_bytes_of_clip"] >= 1
    assert figures["first_batch_seconds"] > 0
    assert figures["fast_bytes_per_frame"] > figures["bytes_per_frame"] > 0


def test_needs_pairs(tmp_path: Path) -> None:
    pytest.importorskip("decord")
    collect(tmp_path / "w", tmp_path / "d", three={"players": 3})
    with pytest.raises(UsageError, match="no episodes of two players"):
        speed.read_speed(tmp_path / "d", tmp_path / "d")
