"""A judge over HTTP: real clients, a real server, answers from the pixels that arrive there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.errors import JudgeError, UsageError
from collector.evaluation import score
from collector.evaluation.asking import Interview, Prices, interview
from collector.evaluation.evaluate import Sets
from collector.evaluation.footage import open_footage
from collector.evaluation.judges import Judge, Kind, connect
from tests.evaluation.conftest import frozen, generate, unchanged
from tests.evaluation.stand_in import StandIn, served


@pytest.fixture
def model() -> StandIn:
    return StandIn()


@pytest.fixture
def judge(model: StandIn) -> Iterator[Judge]:
    with served(model) as url:
        yield connect("openai", "stand-in", None, f"{url}/v1")


@pytest.fixture(scope="module")
def generated(sets: Sets, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(sets, tmp_path_factory.mktemp("generated"), unchanged)


def asked(sets: Sets, place: Path | str, judge: Judge, answers: Path, trials: int = 1) -> Interview:
    footage = open_footage(place, sets.dataset)
    return interview(
        sets.questions, footage, sets.dataset, judge, trials=trials, answers=answers, prices=Prices(2.0, 10.0)
    )


def test_real_videos_get_everything_right(sets: Sets, judge: Judge, tmp_path: Path) -> None:
    found = asked(sets, sets.dataset.url, judge, tmp_path / "answers.jsonl", trials=2)
    scores = score(sets.questions, found.trials)
    solaris = ("rotationEval", "translationEval", "oneLooksAwayEval", "structureEval")
    expected = dict.fromkeys((*solaris, "placement", "mutualView", "distance"), 1)
    assert {name: one.accuracy for name, one in scores.sets.items()} == expected
    assert scores.unanswered == 0
    assert found.left_out == {}


def test_a_video_that_stands_still_does_not(sets: Sets, judge: Judge, tmp_path: Path) -> None:
    still = generate(sets, tmp_path / "still", frozen)
    found = asked(sets, still, judge, tmp_path / "answers.jsonl")
    assert {one.accuracy for one in score(sets.questions, found.trials).sets.values()} == {0.0}


def test_answers_are_kept_and_costs_counted(
    sets: Sets, generated: Path, model: StandIn, judge: Judge, tmp_path: Path
) -> None:
    answers = tmp_path / "out" / "answers.jsonl"
    first = asked(sets, generated, judge, answers)
    count = len(sets.questions)
    pictures = sum(len(one.players) for one in sets.questions)
    assert (first.usage.calls, first.usage.kept, model.asked) == (count, 0, count)
    assert (first.usage.tokens_in, first.usage.tokens_out) == (100 * pictures, 2 * count)
    assert first.usage.cost == pytest.approx((100 * pictures * 2.0 + 2 * count * 10.0) / 1e6)
    again = asked(sets, generated, judge, answers)
    assert (again.usage.calls, again.usage.kept, again.usage.cost, model.asked) == (0, count, 0, count)
    assert again.trials == first.trials
    more = asked(sets, generated, judge, answers, trials=2)
    assert (more.usage.calls, more.usage.kept) == (count, count)


def test_a_run_that_was_cut_off_asks_only_what_is_missing(
    sets: Sets, generated: Path, model: StandIn, judge: Judge, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.jsonl"
    whole = asked(sets, generated, judge, answers)
    lines = answers.read_bytes().splitlines(keepends=True)
    answers.write_bytes(b"".join(lines[:-1]) + lines[-1][:20])  # cut off while it wrote
    again = asked(sets, generated, judge, answers)
    assert again.usage.calls == 1
    assert again.trials == whole.trials
    assert len(answers.read_bytes().splitlines()) == len(lines)


@pytest.mark.parametrize("kind", ["openai", "gemini"])
def test_busy_judges_are_asked_again(
    sets: Sets, generated: Path, model: StandIn, tmp_path: Path, kind: Kind
) -> None:
    model.failures = [429, 503, 500]
    with served(model) as url:
        judge = connect(kind, "stand-in", "key", url if kind == "gemini" else f"{url}/v1")
        found = asked(sets, generated, judge, tmp_path / "answers.jsonl")
    scores = score(sets.questions, found.trials)
    assert {one.accuracy for one in scores.sets.values()} == {1.0}
    assert found.usage.failed == 0
    assert model.asked == len(sets.questions) + 3


@pytest.mark.parametrize("kind", ["openai", "gemini"])
@pytest.mark.parametrize("status", [401, 404, 400])
def test_judges_that_refuse_end_it_at_once(
    sets: Sets, generated: Path, model: StandIn, tmp_path: Path, kind: Kind, status: int
) -> None:
    model.failures = [status] * 100
    with served(model) as url:
        judge = connect(kind, "stand-in", "key", url if kind == "gemini" else f"{url}/v1")
        with pytest.raises(JudgeError, match=rf"refuses \({status}\).*check model, key and endpoint"):
            asked(sets, generated, judge, tmp_path / "answers.jsonl")
    assert model.asked < 20


def test_a_judge_that_is_gone_is_told(
    sets: Sets, generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.evaluation.judges.REPEATS", 0)
    judge = connect("openai", "stand-in", None, "http://127.0.0.1:9/v1")
    with pytest.raises(JudgeError, match=r"8 questions in a row got no answer.*repeat the command"):
        asked(sets, generated, judge, tmp_path / "answers.jsonl")


def test_videos_that_are_too_short_or_missing_leave_questions_out(
    sets: Sets, judge: Judge, tmp_path: Path
) -> None:
    folder = generate(sets, tmp_path / "short", lambda frames: frames[:20], only="left")
    found = asked(sets, folder, judge, tmp_path / "answers.jsonl")
    assert found.left_out["right"] == "there is no video of it"
    assert "has no frame" in found.left_out["left/rotationEval/0"]
    assert found.trials == [{}]


def test_gemini_needs_a_key_and_files_of_answers_must_be_some(sets: Sets, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="GEMINI_API_KEY"):
        connect("gemini", "stand-in", None, None)
    (tmp_path / "answers.jsonl").write_text("hello\n")
    judge = connect("openai", "stand-in", None, "http://127.0.0.1:9/v1")
    with pytest.raises(UsageError, match="holds no answers"):
        asked(sets, sets.dataset.url, judge, tmp_path / "answers.jsonl")


def test_a_folder_without_videos_is_told(sets: Sets, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no videos of the sets"):
        open_footage(tmp_path, sets.dataset)
