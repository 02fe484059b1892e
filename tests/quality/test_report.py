"""The report measures what it says, warns of what is wrong, and is one file."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import collector.dataset
from collector.dataset import publish
from collector.quality.measures import busiest, eyes, idle, lag, on_screen, signature, stuck
from collector.quality.page import render, write_report
from collector.quality.report import QualityReport, duplicates, measure
from collector.quality.rules import RULES, warnings
from collector.recording.schema import ClockMeta, Spread
from tests.dataset.synthetic import collect, draft, play

QUIET = {f"action.{key}": False for key in ("forward", "back", "left", "right", "sprint", "jump")}


def table(ticks: int, **columns: Any) -> pa.Table:
    """Rows of a player who stands still and looks north, but for these columns."""
    names = ["x", "y", "z", "yaw", "pitch", "eye_height", "action.camera_yaw", *QUIET]
    return pa.table({name: np.broadcast_to(columns.get(name, 0.0), ticks) for name in names})


def test_walking_on_the_spot_counts_after_a_second() -> None:
    forward = {"action.forward": 1.0}
    assert stuck(table(60, **forward)).sum() == 59 - 19, "the last tick's movement is not known"
    assert not stuck(table(60, x=np.arange(60) * 0.2, **forward)).any()
    assert not stuck(table(60)).any()
    assert not stuck(table(60, **{"action.forward": np.arange(60) % 15 > 0})).any()


def test_doing_nothing_is_idle() -> None:
    still = np.zeros((10, 25), np.float32)
    assert idle(table(10), still).sum() == 9
    still[3, 23] = 1.0
    assert idle(table(10), still).sum() == 8
    assert not idle(table(10, z=np.arange(10)), still).any()


@pytest.mark.parametrize(
    ("x", "y", "z", "yaw", "pitch", "seen"),
    [
        (0, 0, -5, 0, 0, True),  # in front of one who looks north
        (0, 0, 5, 0, 0, False),  # behind
        (0, 0, 5, math.pi, 0, True),
        (-5, 0, 0, math.pi / 2, 0, True),  # west is a quarter to the left
        (5, 0, 0, math.pi / 2, 0, False),
        (5, 0, -4.5, 0, 0, True),  # 48 degrees to the right, of 51
        (5, 0, -3.5, 0, 0, False),  # 55 degrees
        (0, 3, -5, 0, 0, True),  # 31 degrees up, of 35
        (0, 4, -5, 0, 0, False),  # 39 degrees
        (0, 20, -5, 0, 1.2, True),
        (0, -20, -5, 0, -1.2, True),
        (0, 20, -5, 0, -1.2, False),
    ],
)
def test_who_is_in_the_picture(x: float, y: float, z: float, yaw: float, pitch: float, seen: bool) -> None:
    one, other = table(1, yaw=yaw, pitch=pitch), table(1, x=x, y=y, z=z)
    assert bool(on_screen(one, eyes(other), 70, 16 / 9).inside[0]) is seen


def swings(tick: int, player: int, row: dict[str, Any]) -> None:
    """Turn to and fro at speeds that differ from tick to tick, so that lags can be told apart."""
    row["action.camera_yaw"] = math.radians(5 * math.sin(tick * tick / 40 + player))
    row["yaw"] = sum(math.radians(5 * math.sin(past * past / 40 + player)) for past in range(tick))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    collect(folder / "w", folder / "d", a={"change": swings}, b={"change": swings}, bad={"ok": False})
    collect(folder / "w2", folder / "d", "t1", c={"players": 3, "kind": "mine", "ticks": 50})
    return folder


@pytest.mark.parametrize("late", [-2, -1, 0, 1, 2])
def test_lag_is_measured_from_pixels(folder: Path, late: int) -> None:
    clip = collector.dataset.open(folder / "d").clip("a", 4, 30)
    yaw = clip.actions[0, :, 23]
    found = lag(clip.frames[0], np.roll(yaw, -late), 70)
    assert found.ticks == late
    if late == 0:
        assert found.agreement == 1.0


def test_the_other_side_is_noticed(folder: Path) -> None:
    clip = collector.dataset.open(folder / "d").clip("a", 4, 30)
    agreement = lag(clip.frames[0], -clip.actions[0, :, 23], 70).agreement
    assert agreement is not None
    assert agreement < 0.1


def test_nothing_is_said_of_a_camera_that_stands(folder: Path) -> None:
    frames = collector.dataset.open(folder / "d").clip("a", 4, 12).frames[0]
    assert lag(frames, np.zeros(12, np.float32), 70) == (None, None)


def test_the_busiest_ticks_are_found() -> None:
    actions = np.zeros((100, 25), np.float32)
    actions[60:70, 23] = [5, -5] * 5
    assert 45 <= busiest(actions, 25) <= 60


def test_near_duplicates_are_found() -> None:
    path = np.cumsum(np.ones(50)) * 0.2
    one, same, other = table(50, x=path), table(50, x=path + 100.001), table(50, x=path * 1.5)
    signatures = {"a": signature([one]), "b": signature([other]), "c": signature([same])}
    assert list(duplicates(signatures)) == [("a", "c")]


@pytest.fixture(scope="module")
def report(folder: Path) -> QualityReport:
    return measure(folder / "d")


def test_the_report_measures_every_good_episode(report: QualityReport) -> None:
    assert [one.name for one in report.episodes] == ["a", "b", "c"]
    assert report.duplicates == (("a", "b"),)
    assert report.summary.quarantined.keys() == {"bad"}
    assert {player.lag for one in report.episodes[:2] for player in one.players.values()} == {0}
    assert list(report.episodes[2].players) == ["Alpha", "Bravo", "Charlie"]
    assert set(report.episodes[2].players["Alpha"].faces) == {"Bravo", "Charlie"}
    assert sum(report.camera["yaw"]) == 40 * 4 + 50 * 3
    pressed = [(tick + player) % 23 == 0 for tick in range(40) for player in range(2)]
    more = [(tick + player) % 23 == 0 for tick in range(50) for player in range(3)]
    assert report.keys["forward"] == 2 * sum(pressed) + sum(more)


def test_every_rule_has_a_case(tmp_path: Path) -> None:
    def wretched(tick: int, player: int, row: dict[str, Any]) -> None:
        row.update({key: False for key in row if key.startswith("action.") and "camera" not in key})
        row.update({"x": 9.0 * player, "air": 200, "alive": False, "yaw": 0.0, "action.forward": player == 0})
        row.update({"action.camera_yaw": 0.0, "action.camera_pitch": 0.0, "z": 0.0})

    clock = ClockMeta(mode="realtime", late_ticks=12, given_up_ms=510.0)
    recording = play(tmp_path / "r", ticks=60, change=wretched, clock=clock)
    publish(tmp_path / "d", [draft(tmp_path / "w", recording)], task="t")
    alpha, bravo = measure(tmp_path / "d").episodes[0].warnings.values()
    assert set(alpha) == {"stuck", "water", "dead", "alone", "inside", "unlit", "late"}  # they stand in stone
    assert set(bravo) == {"idle", "water", "dead", "alone", "inside", "unlit", "late"}
    good = measure(tmp_path / "d").episodes[0].players["Alpha"]
    told = {
        "dark": good.model_copy(update={"dark": 3.0}),
        "lag": good.model_copy(update={"lag": 1}),
        "idle": good.model_copy(update={"idle": 0.9}),
    }
    for rule, player in told.items():
        assert rule in warnings(player)
    assert {rule.name for rule in RULES} == {*alpha, *bravo, *told}
    assert "late in 20% of the ticks; has a hole of 510 ms" in alpha["late"]
    assert "only 50%" in warnings(good.model_copy(update={"lag": 0, "agreement": 0.5}))["lag"]


def test_a_real_clock_and_who_sees_whom_are_shown(report: QualityReport) -> None:
    clock = ClockMeta(
        mode="realtime",
        ticks_per_second=20.0,
        jitter_ms=Spread(p50=1.25, p99=7.5, max=30.0),
        late_ticks=3,
        lag_ticks=2,
    )
    seen = {"Alpha sees Bravo": "0110", "Bravo sees Alpha": "0000"}
    one = report.episodes[0].model_copy(
        update={"clock": clock, "timeline": seen, "stand_ins": {"entity:axolotl": 2}}
    )
    page = render(report.model_copy(update={"episodes": (one,)}), {})
    assert "realtime clock at 20 ticks/s: 3 of 40 ticks sampled late, server&#x27;s clock up to 2 off" in page
    assert "stand-ins drawn for: entity:axolotl (2)" in page
    assert "jitter 1.2 ms (median), 7.5 ms (99 %)" in page
    assert page.count("<rect x='1' width='2' height='1'/>") == 1
    assert report.episodes[0].clock is None, "a virtual clock is never late"
    assert report.episodes[0].timeline == {}, "nobody has counted the pixels of made-up pictures"


def test_damaged_episodes_are_told_and_left_out(folder: Path, tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 30}, b={"ticks": 30})
    place = collector.dataset.open(tmp_path / "d").episode("a").place("rows", 1)
    assert place is not None
    with (tmp_path / "d" / place.key).open("r+b") as stream:
        stream.seek(place.offset + 50)
        stream.write(b"damage")
    report = measure(tmp_path / "d")
    assert [one.name for one in report.episodes] == ["b"]
    assert "have changed" in report.unreadable["a"]


def test_page_and_card_are_written(folder: Path, tmp_path: Path) -> None:
    written = write_report(folder / "d", tmp_path / "out")
    text = written.page.read_text()
    assert "<!--" not in text.replace("<!doctype", "")
    addresses = re.findall(r"""(?:src|href)=["']?([^"' >]*)""", text)
    assert all(address.startswith("data:") for address in addresses)
    assert text.count("data:image/jpeg") == 3
    assert "could not reach the midpoint" in text
    card = written.card.read_text()
    assert "3 episodes, 130 ticks" in card
    assert "| mine | 1 | 50 |" in card
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"quality.html", "README.md"}
