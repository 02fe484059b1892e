"""The commands on datasets do what they say and speak JSON when asked to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import collector.dataset
from collector.cli import app
from collector.evaluation import load
from tests.dataset.synthetic import collect
from tests.evaluation.test_questions import ramp, stage


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    for number in range(4):
        collect(folder / f"w{number}", folder / "d", f"t{number}", **{f"e{number}": {"ticks": 20}})
    return folder


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    return result.stdout


def ask(*arguments: object, code: int = 0) -> Any:
    return json.loads(run(*arguments, "--json", code=code))


def test_inspect(folder: Path) -> None:
    assert ask("inspect", folder / "d")["total"]["episodes"] == 4
    assert "orbit" in run("inspect", folder / "d")


def test_verify_exits_with_one_when_something_is_broken(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 5})
    assert ask("verify", tmp_path / "d")["ok"]
    (tmp_path / "d/shards/t0.tar").unlink()
    assert ask("verify", tmp_path / "d", code=1)["problems"][0]["reason"] == "is missing"
    assert "is missing" in run("verify", tmp_path / "d", code=1)


def test_view_writes_into_a_folder_or_to_a_name(folder: Path, tmp_path: Path) -> None:
    run("view", folder / "d", "--out", tmp_path)
    run("view", folder / "d", "--out", tmp_path / "other.html")
    assert (tmp_path / "view.html").stat().st_size == (tmp_path / "other.html").stat().st_size


def test_quality(folder: Path, tmp_path: Path) -> None:
    assert len(ask("quality", folder / "d", "--out", tmp_path)["episodes"]) == 4
    assert (tmp_path / "quality.html").exists()


@pytest.mark.parametrize("name", ["solaris", "vpt", "lerobot"])
def test_export(folder: Path, tmp_path: Path, name: str) -> None:
    assert ask("export", folder / "d", "--format", name, "--out", tmp_path)["episodes"] == 4


def test_export_and_import(folder: Path, tmp_path: Path) -> None:
    run("export", folder / "d", "--format", "solaris", "--out", tmp_path / "out")
    assert ask("import", tmp_path / "out", "--out", tmp_path / "d")["episodes"] == 4
    assert len(collector.dataset.open(tmp_path / "d").episodes) == 4


def test_formats() -> None:
    known = {one["name"]: one for one in ask("formats")}
    assert known["solaris"]["import"]
    assert not known["vpt"]["import"]
    assert "lerobot" in run("formats")


def test_compact_changes_no_row_and_no_pinned_version(tmp_path: Path) -> None:
    for number in range(5):
        collect(tmp_path / f"w{number}", tmp_path / "d", f"t{number}", **{f"e{number}": {"ticks": 3}})
    before = collector.dataset.open(tmp_path / "d")
    compacted = ask("compact", tmp_path / "d")
    assert (compacted["files_before"], compacted["files_after"]) == (5, 1)
    after = collector.dataset.open(tmp_path / "d")
    assert after.version == before.version + 1
    assert [one.columns for one in after.episodes] == [one.columns for one in before.episodes]
    assert len(collector.dataset.open(tmp_path / "d", version=3).episodes) == 3
    assert collector.dataset.is_published(tmp_path / "d", "t2")
    collect(tmp_path / "w", tmp_path / "d", "t9", e9={"ticks": 3})
    assert len(collector.dataset.open(tmp_path / "d").episodes) == 6


def test_evaluate(tmp_path: Path) -> None:
    dataset = stage(
        tmp_path, "rotationEval", lambda tick, who: {"turned": ramp(tick, 50, 5, 0.7) if who else 0.0}
    )
    questions = tmp_path / "questions.jsonl"
    assert ask("evaluate", "questions", dataset, "--out", questions)["sets"] == {"rotationEval": 1}
    (tmp_path / "right.json").write_text(json.dumps({one.id: one.answer for one in load(questions)}))
    (tmp_path / "wrong.json").write_text(json.dumps({one.id: "left" for one in load(questions)}))
    scores = ask("evaluate", "answers", questions, tmp_path / "right.json", tmp_path / "wrong.json")
    assert scores["kinds"]["movement"]["accuracy"] == 0.5
