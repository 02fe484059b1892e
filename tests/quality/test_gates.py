"""Every gate lets a good episode pass and refuses a bad one with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from collector.dataset import Draft
from collector.quality import GATES, Evidence, Video, judge, psnr
from collector.recording import Recording
from collector.recording.schema import ClockMeta
from tests.dataset.synthetic import HEIGHT, WIDTH, draft, pictures, play


def evidence(recording: Recording, **videos: dict[str, Any]) -> Evidence:
    """A good episode, except for what is said of the videos of `Alpha`."""
    good = Video("rgb", WIDTH, HEIGHT, recording.meta.ticks, (40.0, 41.0))
    changed = good._replace(**videos.get("alpha", {}))
    meta = recording.meta
    return Evidence(
        names=tuple(player.name for player in meta.players),
        ticks=meta.ticks,
        start_time=meta.start_time,
        outcome=meta.outcome,
        size=(WIDTH, HEIGHT),
        tables=tuple(recording.player(player) for player in range(2)),
        videos=((changed,), (good,)),
    )


def test_who_is_promised_to_see_others_does(recording: Recording) -> None:
    good = evidence(recording)
    pixels = pa.FixedSizeListArray.from_arrays(pa.array(np.zeros(40, np.int32)), 2)
    unseen = tuple(table.append_column("visible", pixels) for table in good.tables)
    promised = good._replace(tables=unseen, meets=True)
    assert judge(promised).reasons == (
        "nobody ever sees another player, which this type of episode promises",
    )
    assert judge(promised._replace(meets=False)).ok, "others do not promise it"
    assert judge(promised._replace(tables=good.tables)).ok, "nobody has counted"
    once = pa.FixedSizeListArray.from_arrays(pa.array(np.eye(20, 2, dtype=np.int32).ravel()), 2)
    seen = (unseen[0], good.tables[1].append_column("visible", once))
    assert judge(promised._replace(tables=seen)).ok


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return play(tmp_path / "r", ticks=20)


def test_a_good_episode_passes(tmp_path: Path, recording: Recording) -> None:
    verdict = draft(tmp_path / "w", recording).check()
    assert verdict.ok
    assert all(figures.psnr_min and figures.psnr_min > 30 for figures in verdict.figures)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"frames": 19}, "the rgb video of Alpha has 19 frames for 20 ticks"),
        ({"width": 98}, f"a rgb video is 98x{HEIGHT}, not {WIDTH}x{HEIGHT}"),
        ({"psnr": (40.0, 29.9)}, "differs from what was rendered: 29.9 dB"),
        ({"plane": "depth"}, "Alpha has no video"),
    ],
)
def test_bad_videos_are_refused(recording: Recording, change: dict[str, Any], reason: str) -> None:
    assert judge(evidence(recording)).ok
    verdict = judge(evidence(recording, alpha=change))
    assert len(verdict.reasons) == 1
    assert reason in verdict.reasons[0]


def test_a_failed_script_is_refused(tmp_path: Path) -> None:
    verdict = judge(evidence(play(tmp_path / "r", ok=False)))
    assert verdict.reasons == ("the script failed: could not reach the midpoint",)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("render_time", 5, "off the common clock"),
        ("tick", 3, "out of order"),
        ("player", 1, "out of order"),
    ],
)
def test_a_player_off_the_clock_is_refused(tmp_path: Path, column: str, value: int, reason: str) -> None:
    def change(tick: int, player: int, row: dict[str, Any]) -> None:
        if (tick, player) == (7, 0):
            row[column] = value

    verdict = judge(evidence(play(tmp_path / "r", ticks=20, change=change)))
    assert len(verdict.reasons) == 1
    assert "Alpha" in verdict.reasons[0]
    assert reason in verdict.reasons[0]


@pytest.mark.parametrize(("late", "ok"), [(0, True), (10, True), (11, False)])
def test_a_server_that_was_mostly_late_is_refused(recording: Recording, late: int, ok: bool) -> None:
    verdict = judge(evidence(recording)._replace(clock=ClockMeta(mode="realtime", late_ticks=late)))
    assert verdict.ok == ok
    if not ok:
        assert "11 of 20 ticks were sampled more than half a tick late" in verdict.reasons[0]


def test_the_clock_of_a_draft_is_the_recorded_one(tmp_path: Path) -> None:
    recording = play(tmp_path / "r", ticks=20, clock=ClockMeta(mode="realtime", late_ticks=15))
    (reason,) = draft(tmp_path / "w", recording).check().reasons
    assert "15 of 20 ticks" in reason


def test_a_missing_row_is_refused(recording: Recording) -> None:
    good = evidence(recording)
    short = good._replace(tables=(good.tables[0].slice(0, 19), good.tables[1]))
    assert judge(short).reasons == ("Alpha has 19 rows for 20 ticks",)


@pytest.mark.parametrize("fault", ["swapped", "shifted"])
def test_pictures_that_are_not_the_rendered_ones_are_refused(
    tmp_path: Path, recording: Recording, fault: str
) -> None:
    """Faults behind the point where rendered frames are kept, as a broken encoder would make them."""
    good = draft(tmp_path / "good", recording)
    bad = draft(tmp_path / "bad", recording)
    if fault == "swapped":
        bad.file(0, "rgb").write_bytes(good.file(1, "rgb").read_bytes())
    else:
        late = Draft(tmp_path / "late", recording, WIDTH, HEIGHT)
        with late.video(0) as video:
            for frame in np.roll(pictures(recording, 0), 3, axis=0):
                video.write(frame)
        bad.file(0, "rgb").write_bytes(late.file(0, "rgb").read_bytes())
    assert good.check().ok
    reasons = bad.check().reasons
    assert len(reasons) == 1
    assert "Alpha differs from what was rendered" in reasons[0]


def test_every_gate_says_why_it_is_there() -> None:
    assert all(gate.__doc__ for gate in GATES)


def test_psnr_is_what_it_is_defined_as() -> None:
    black = np.zeros((4, 4, 3), np.uint8)
    assert psnr(black, black) == 100.0
    assert psnr(black, black + np.uint8(255)) == pytest.approx(0.0, abs=1e-5)
    assert psnr(black, black + np.uint8(16)) == pytest.approx(20 * np.log10(255 / 16))


def test_psnr_does_not_mind_that_video_holds_colour_at_half_the_size() -> None:
    gray = np.full((4, 4, 3), 128, np.uint8)
    tinted = gray + np.array([20, -8, 20], np.int8).astype(np.uint8)
    assert psnr(gray, tinted) > 45
