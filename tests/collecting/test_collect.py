"""A task: played, filmed, checked and published once."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from collector import dataset
from collector.collecting.collect import FAILED_ATTEMPT, Collected, Job, collect_task
from collector.errors import PlayerCountError, Stopped, UnknownEpisodeType, UsageError, ViewSizeError
from collector.progress import Silent
from collector.recording import Recording
from collector.video.encode import Encoding
from collector.video.view import View
from tests.playing.test_play import fail_first_attempts

VIEW = View(width=64, height=64, view_distance=4)
JOB = Job(mix={"straightLineWalk": 1}, seed=7, view=VIEW)


class Noting(Silent):
    """Notes what it is told."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self.played: set[str] = set()
        self.rendered: dict[str, int] = {}
        self.ended: dict[str, str] = {}
        self._stop = stop

    def playing(self, episode: str, ticks: int) -> None:
        self.played.add(episode)

    def rendering(self, episode: str, ticks: int, total: int) -> None:
        self.rendered[episode] = ticks
        if self._stop:
            self._stop.set()

    def finished(self, episode: str, failure: str = "") -> None:
        self.ended[episode] = failure


def run(target: Path, scratch: Path, listener: Noting, stop: threading.Event | None = None) -> Collected:
    return collect_task(
        JOB.plans(),
        target,
        scratch,
        task=JOB.task(0),
        view=VIEW,
        encoding=Encoding(),
        listener=listener,
        stop=stop,
    )


def test_a_task_is_published_once(tmp_path: Path) -> None:
    first = Noting()
    collected = run(tmp_path / "data", tmp_path / "scratch", first)
    (plan,) = JOB.plans()
    recording = Recording(tmp_path / "data" / "recordings" / f"{plan.name}.tar")
    assert collected.episodes == 1
    assert collected.frames == 2 * recording.meta.ticks
    assert collected.failures == {}
    assert first.ended == {plan.name: ""}
    assert first.rendered[plan.name] == recording.meta.ticks
    assert not (tmp_path / "scratch").exists()
    again = Noting()
    assert run(tmp_path / "data", tmp_path / "scratch", again) == Collected()
    assert not again.played
    assert len(dataset.open(tmp_path / "data").episodes) == 1


def test_attempts_that_fail_are_kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_first_attempts(monkeypatch, 1)
    listener = Noting()
    collected = run(tmp_path / "data", tmp_path / "scratch", listener)
    (plan,) = JOB.plans()
    name = f"{plan.name}-failed0"
    assert (collected.episodes, collected.failures) == (1, {})
    assert collected.quarantined == {name: "the script failed: stumbled"}
    assert [episode.name for episode in dataset.open(tmp_path / "data").episodes] == [plan.name]
    apart = dataset.open(tmp_path / "data", quarantine=True)
    episode = apart.episode(name)
    assert episode.split == "quarantine"
    assert episode.tags == (FAILED_ATTEMPT,)
    assert episode.reasons == ("the script failed: stumbled",)
    assert len(apart.rows(episode, 0).table) == episode.ticks
    with apart.recording(episode) as recording:
        assert recording.meta.outcome.reason == "stumbled"
    assert dataset.verify(tmp_path / "data").ok
    assert dataset.inspect(tmp_path / "data").quarantined.keys() == {name}


def test_an_episode_that_fails_every_time_is_only_kept_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_first_attempts(monkeypatch, 3)
    collected = run(tmp_path / "data", tmp_path / "scratch", Noting())
    (plan,) = JOB.plans()
    assert collected.episodes == 0
    assert collected.failures.keys() == {plan.name}
    assert len(collected.quarantined) == 3
    assert len(dataset.open(tmp_path / "data").episodes) == 0


def test_a_stopped_task_publishes_nothing_and_keeps_what_was_played(tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(Stopped):
        run(tmp_path / "data", tmp_path / "scratch", Noting(stop), stop)
    assert not dataset.is_published(tmp_path / "data", JOB.task(0))
    again = Noting()
    assert run(tmp_path / "data", tmp_path / "scratch", again).episodes == 1
    assert not again.played, "the recording of the first run was there to be used"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"mix": {"ballet": 1}}, UnknownEpisodeType),
        ({"mix": {"orbit": 0}}, UsageError),
        ({"players": 1}, PlayerCountError),
        ({"view": View(width=65, height=64)}, ViewSizeError),
        ({"view": View(planes=("depth",))}, UsageError),
    ],
)
def test_what_cannot_be_played_is_refused(change: dict[str, object], error: type[Exception]) -> None:
    JOB.check()
    with pytest.raises(error):
        JOB.model_copy(update=change).check()


def test_equal_jobs_name_equal_tasks_and_others_do_not() -> None:
    assert JOB.task(0) == JOB.model_copy().task(0)
    assert len({JOB.task(0), JOB.task(1), JOB.model_copy(update={"seed": 8}).task(0)}) == 3


def test_counts_add_up() -> None:
    one = Collected(episodes=1, frames=2, bytes=3, failures={"a": "fell"}, quarantined={"a": "fell"})
    two = Collected(episodes=1, frames=2, bytes=3, failures={"b": "hid"})
    assert one + two == Collected(
        episodes=2, frames=4, bytes=6, failures={"a": "fell", "b": "hid"}, quarantined={"a": "fell"}
    )


def test_the_names_of_segments_are_published_with_them(tmp_path: Path) -> None:
    view = VIEW.model_copy(update={"planes": ("rgb", "segment")})
    collect_task(
        JOB.plans(),
        tmp_path / "data",
        tmp_path / "scratch",
        task="segments",
        view=view,
        encoding=Encoding(),
        listener=Silent(),
    )
    data = dataset.open(tmp_path / "data")
    (episode,) = data.episodes
    names = {int(number): name for number, name in data.card(episode).view["segments"].items()}
    seen = np.unique(data.clip(episode, start=0, length=5, planes=("segment",)).planes["segment"])
    assert "block:grass_block" in {names[number] for number in seen.tolist()}
