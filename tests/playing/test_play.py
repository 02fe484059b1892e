"""An episode is played in a process of its own, whatever happens to that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import collector.playing.play
from collector.collecting.mix import JobMix
from collector.errors import PlayError, Stopped, StorageFull
from collector.playing.host import Request
from collector.playing.plan import EpisodePlan
from collector.playing.play import failed_attempts, play
from collector.recording import Outcome, Recording, Seeds
from tests.processes import children, in_session, until


def plan(seed: int = 7, players: int = 2, kind: str = "straightLineWalk") -> EpisodePlan:
    (planned,) = JobMix(mix={kind: 1}, players=players, seed=seed).planned()
    return planned


def when_playing(act: Callable[[int], None], times: int = 1) -> Callable[[int], None]:
    """A progress callback that calls `act` with the process id of the host, for the first hosts it sees."""
    seen: list[int] = []

    def on_ticks(_: int) -> None:
        for host in children(os.getpid(), "collector.playing.host"):
            if host not in seen and len(seen) < times:
                seen.append(host)
                act(host)

    return on_ticks


def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have temporary files made in a folder that holds nothing else."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return scratch


def fail_first_attempts(monkeypatch: pytest.MonkeyPatch, count: int) -> list[Request]:
    """Have the first attempts end as those do whose script fails: with a whole recording that says so.

    An attempt whose stage dies, as one may on a loaded machine, is made again: it would count as another.
    """
    calls: list[Request] = []
    once = collector.playing.play._play_once

    def play_once(request: Request, *rest: Any) -> Outcome:
        calls.append(request)
        try:
            outcome = once(request, *rest)
        except PlayError:
            outcome = once(request, *rest)
        if len(calls) > count:
            return outcome
        file = request.path / "meta.json"
        stumbled = Outcome(ok=False, reason="stumbled")
        failed = Recording(request.path).meta.model_copy(update={"outcome": stumbled})
        file.write_text(failed.model_dump_json())
        return stumbled

    monkeypatch.setattr("collector.playing.play._play_once", play_once)
    return calls


def test_same_seeds_same_bytes_other_seeds_not(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        play(plan(seed), tmp_path / name).pack(tmp_path / f"{name}.tar")
    first, same, other = ((tmp_path / f"{name}.tar").read_bytes() for name in "abc")
    assert first == same
    assert first != other


def test_every_player_has_a_row_for_every_tick_of_one_clock(tmp_path: Path) -> None:
    recording = play(plan(players=3), tmp_path / "episode")
    ticks = recording.meta.ticks
    assert ticks > 40
    for player in range(3):
        rows = recording.player(player)
        assert rows["tick"].to_pylist() == list(range(ticks))
        assert set(np.diff(rows["render_time"].to_numpy())) == {50}


def test_the_camera_action_is_the_turn_to_the_next_row(tmp_path: Path) -> None:
    recording = play(plan(), tmp_path / "episode")
    for player in range(2):
        rows = recording.player(player)
        turns = np.angle(np.exp(1j * np.diff(rows["yaw"].to_numpy())))
        np.testing.assert_allclose(rows["action.camera_yaw"].to_numpy()[:-1], turns, atol=1e-9)
        np.testing.assert_allclose(
            rows["action.camera_pitch"].to_numpy()[:-1], np.diff(rows["pitch"].to_numpy()), atol=1e-9
        )
        assert np.abs(turns).max() > 0.01


@pytest.mark.parametrize("victim", ["host", "node"])
def test_an_episode_whose_process_is_killed_is_played_again_the_same(tmp_path: Path, victim: str) -> None:
    killed = []

    def kill(host: int) -> None:
        killed.append(host)
        os.kill(host if victim == "host" else children(host, "bridge.js")[0], signal.SIGKILL)

    played = play(plan(), tmp_path / "killed", on_ticks=when_playing(kill))
    assert until(lambda: not in_session(killed[0]), 5)
    assert played.meta == play(plan(), tmp_path / "undisturbed").meta


def test_an_episode_begins_under_the_planned_sky(tmp_path: Path) -> None:
    night = plan().model_copy(update={"time": 18000, "weather": "thunder", "surface": "snow"})
    recording = play(night, tmp_path / "night")
    first = recording.ticks.slice(0, 1).to_pylist()[0]
    assert 18000 <= first["time_of_day"] < 18040, "some ticks go by while players arrive"
    assert (first["rain"], first["thunder"]) == (1.0, 1.0)
    noon = play(plan(), tmp_path / "noon")
    clear = noon.ticks.slice(0, 1).to_pylist()[0]
    assert 6000 <= clear["time_of_day"] < 6040
    assert (clear["rain"], clear["thunder"]) == (0.0, 0.0)
    assert noon.world["blocks"].to_pylist() != recording.world["blocks"].to_pylist()


def test_an_episode_that_dies_every_time_fails_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = own_temporary_folder(tmp_path, monkeypatch)
    killed = []

    def kill(host: int) -> None:
        killed.append(host)
        os.kill(host, signal.SIGKILL)

    with pytest.raises(PlayError, match="straightLineWalk failed 3 times"):
        play(plan(), tmp_path / "episode", on_ticks=when_playing(kill, times=3))
    assert len(killed) == 3
    assert until(lambda: not any(in_session(host) for host in killed), 5)
    assert not (tmp_path / "episode").exists()
    assert not [*scratch.iterdir()]


def test_attempts_that_fail_are_kept_under_names_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_first_attempts(monkeypatch, 2)
    played = play(plan(), tmp_path / "episode")
    failed = failed_attempts(tmp_path / "episode")
    name = plan().name
    assert [attempt.meta.episode for attempt in failed] == [f"{name}-failed0", f"{name}-failed1"]
    assert played.meta.episode == name
    assert {attempt.meta.outcome.reason for attempt in failed} == {"stumbled"}
    seeds = [attempt.meta.seeds.episode for attempt in (*failed, played)]
    assert seeds == [plan().attempt(number).seeds.episode for number in range(3)]
    for attempt in failed:
        attempt.verify()


def test_what_finds_no_place_is_played_with_other_seeds(tmp_path: Path) -> None:
    """In this world there is no level ground for the walk where the first attempt looks for it."""
    seeds = Seeds(job=0, world=120, episode=120)
    walk = plan(kind="translationEval").model_copy(
        update={"world": "terrain", "seeds": seeds, "parameters": {"case": 0}, "view_distance": 4}
    )
    played = play(walk, tmp_path / "episode")
    assert played.meta.seeds.episode == walk.attempt(1).seeds.episode
    assert not failed_attempts(tmp_path / "episode"), "of nothing there is no recording"


def test_attempts_of_an_earlier_run_are_not_played_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = fail_first_attempts(monkeypatch, 3)
    for _ in range(2):
        with pytest.raises(PlayError, match="failed 3 times: stumbled; stumbled; stumbled"):
            play(plan(), tmp_path / "episode")
    assert len(calls) == 3
    assert not (tmp_path / "episode").exists()


def test_a_stopped_episode_ends_at_once(tmp_path: Path) -> None:
    stop = threading.Event()
    hosts = []

    def halt(host: int) -> None:
        hosts.append(host)
        stop.set()

    with pytest.raises(Stopped, match="was stopped"):
        play(plan(), tmp_path / "episode", on_ticks=when_playing(halt), stopped=stop.is_set)
    assert until(lambda: not in_session(hosts[0]), 5)


def test_nothing_is_left_when_the_parent_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = own_temporary_folder(tmp_path, monkeypatch)
    script = (
        "import sys; from pathlib import Path; from collector.playing.plan import EpisodePlan;"
        "from collector.playing.play import play;"
        "play(EpisodePlan.model_validate_json(sys.argv[1]), Path(sys.argv[2]))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, plan(kind="orbit").model_dump_json(), str(tmp_path / "episode")]
    )
    try:
        assert until(lambda: children(parent.pid, "bridge.js"), 20)
        (host,) = children(parent.pid, "collector.playing.host")
        assert [*scratch.iterdir()]
    finally:
        parent.kill()
        parent.wait()
    assert until(lambda: not in_session(host), 5)
    assert not [*scratch.iterdir()]


def test_a_full_disk_is_told(small_disk: Path) -> None:
    (small_disk / "other").write_bytes(bytes(1_030_000))
    with pytest.raises(StorageFull, match="free some"):
        play(plan(), small_disk / "episode")
    assert [path.name for path in small_disk.iterdir()] == ["other"]
