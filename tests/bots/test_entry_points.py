"""A type from a user's own package: the one of docs/writing-episodes.md, exactly as written there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "writing-episodes.md"
LIST = "from bots.episodes import episode_types; print(*episode_types())"


def code(language: str) -> str:
    """The first block of code in a language."""
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the guide's package, installed by pip."""
    source = tmp_path_factory.mktemp("source")
    (source / "pyproject.toml").write_text(code("toml"))
    (source / "my_episodes.py").write_text(code("python"))
    target = tmp_path_factory.mktemp("packages")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(source)], check=True, timeout=60)
    return target


def run(packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": f"{packages}{os.pathsep}{ROOT}"}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env=environment,
        cwd=packages,
    )


def test_the_guide_keeps_its_promise_of_length() -> None:
    assert len(code("python").splitlines()) <= 60


def test_it_is_listed_with_its_parameters(packages: Path) -> None:
    done = run(packages, "-m", "collector.cli", "episodes", "--json")
    assert done.returncode == 0, done.stderr
    (wave,) = (kind for kind in json.loads(done.stdout) if kind["name"] == "wave")
    assert wave["players"] == {"min": 2, "max": 16}
    assert set(wave["parameters"]["properties"]) == {"rounds", "delay", "overshoot"}


def test_it_plays_and_does_what_it_says(packages: Path) -> None:
    play = """
from bots import Stage, World
with Stage(players=3, world=World(kind="terrain", seed=3), seed=7, view_distance=3) as stage:
    ticks = list(stage.play("wave", {"rounds": 2}))
    print(stage.outcome.ok, *(e.player for t in ticks for e in t.events if e.kind == "jump"))
    print(*(max(t.players[p]["y"] for t in ticks) - ticks[0].players[p]["y"] > 1 for p in range(3)))
"""
    done = run(packages, "-c", play)
    assert done.stdout.splitlines() == ["True 0 1 2 0 1 2", "True True True"], done.stderr


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("import nothing_there", "cannot be loaded: ModuleNotFoundError"),
        ("class Wave: pass", "no subclass of Episode"),
        ("from bots.episodes.orbit import Orbit\nclass Wave(Orbit): name = 'orbit'", "already; rename it"),
    ],
)
def test_what_is_no_type_is_named(packages: Path, tmp_path: Path, body: str, reason: str) -> None:
    (tmp_path / "my_episodes.py").write_text(body)
    for part in packages.glob("*.dist-info"):
        (tmp_path / part.name).symlink_to(part)
    done = run(tmp_path, "-c", LIST)
    assert done.returncode != 0
    assert reason in done.stderr
    assert "my-episodes" in done.stderr
