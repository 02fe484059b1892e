"""Jobs of files and options."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.collecting.collect import Job
from collector.collecting.jobfile import job_of, parse_choice, parse_episodes, parse_weights
from collector.collecting.mix import Draw
from collector.dataset import SplitRule
from collector.errors import UsageError

FILE = """
dataset: walks        # the service's
priority: 3
draw: {episodes: 20, types: {orbit: , chase: 2}}
players: {2: 3, 4: 1}
world: {flat: 1, terrain: 1}
time: any
view: {width: 320, height: 180}
seed: 7
split: {by: episode, train: 0.8, val: 0.1, test: 0.1}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "job.yaml"
    path.write_text(FILE)
    return path


def test_a_file_says_all(file: Path) -> None:
    job = job_of(file, {})
    assert job.draw == Draw(episodes=20, types={"orbit": None, "chase": 2})
    assert (job.players, job.time, job.seed) == ({2: 3, 4: 1}, "any", 7)
    assert job.view.size == "320x180"
    assert job.split == SplitRule(by="episode", train=0.8, val=0.1, test=0.1)
    assert len(job.plans()) == 20


def test_options_say_what_is_different(file: Path) -> None:
    job = job_of(file, {"seed": 8, "world": None, **parse_episodes("orbit=2", None)})
    assert (job.seed, job.mix, job.draw) == (8, {"orbit": 2}, None)
    assert job.world == {"flat": 1, "terrain": 1}


def test_options_alone_are_a_job() -> None:
    weighted = {"players": parse_choice("2=3,4=1", "--players"), "time": parse_choice("6000", "--time")}
    assert job_of(None, {**weighted, **parse_episodes("9", "orbit,chase=2")}) == Job(
        draw=Draw(episodes=9, types={"orbit": None, "chase": 2}), players={2: 3, 4: 1}, time=6000
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "no YAML"),
        ("- 1", "expected fields"),
        ("colour: red", "colour"),
        ("mix: {orbit: some}", "mix.orbit"),
        ("world: moon", "world"),
    ],
)
def test_what_a_file_says_wrongly_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "job.yaml").write_text(text)
    with pytest.raises(UsageError, match=told):
        job_of(tmp_path / "job.yaml", {})


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        job_of(tmp_path / "none.yaml", {})


@pytest.mark.parametrize("text", ["orbit", "orbit=1.5", "orbit=1,orbit=2", "=1", "orbit=x", ""])
def test_malformed_counts(text: str) -> None:
    with pytest.raises(UsageError):
        parse_episodes(text, None)


def test_malformed_weights() -> None:
    with pytest.raises(UsageError, match="give every value a weight"):
        parse_choice("flat,hills=2", "--world")
    with pytest.raises(UsageError, match="no number"):
        parse_weights("flat=much", "--world")
    with pytest.raises(UsageError, match="give a number"):
        parse_episodes("orbit=1", "chase")
