"""The page of scores shows what was asked, what was answered and what was right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from collector.errors import StorageFull
from collector.evaluation import evaluate, page
from collector.evaluation.evaluate import Evaluation, Judged, Sets
from collector.evaluation.footage import open_footage
from collector.evaluation.judges import connect
from tests.evaluation.conftest import frozen, generate
from tests.evaluation.stand_in import StandIn, served


@pytest.fixture(scope="module")
def judged(sets: Sets, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Judged, dict[str, str]]:
    """Videos of one episode that stand still, and what a judge says of them."""
    folder = tmp_path_factory.mktemp("still")
    videos = generate(sets, folder / "videos", frozen, only="closer")
    with served(StandIn()) as url:
        judge = connect("openai", "stand-in", None, f"{url}/v1")
        footage = open_footage(videos, sets.dataset)
        found, left_out = evaluate.judge_videos(sets, footage, judge, folder, trials=2)
    return videos, found, left_out


def test_wrong_answers_are_shown_with_pictures(
    sets: Sets, judged: tuple[Path, Judged, dict[str, str]], tmp_path: Path
) -> None:
    videos, found, left_out = judged
    evaluation = Evaluation(videos="<videos>", sets="sets", judged=found, left_out=left_out)
    path = page.write_page(evaluation, sets, open_footage(videos, sets.dataset), tmp_path / "score")
    text = path.read_text()
    asked = [one for one in sets.questions if one.episode == "closer"]
    assert set(found.given) == {one.id for one in asked}, "what was left out was not answered"
    assert text.count("<figure class=wrong>") == len(asked)
    assert text.count("data:image/jpeg") == sum(len(one.players) for one in asked)
    for one in asked:
        assert one.id in text
        assert len(found.given[one.id]) == 2
    assert "there is no video of it" in text
    assert "&lt;videos&gt;" in text
    assert "<videos>" not in text
    assert not re.findall(r"(?:src|href)\s*=\s*[\"'](?!data:|#)", text), "one file, without addresses"


def test_real_videos_show_some_right_answers_of_every_set(sets: Sets, tmp_path: Path) -> None:
    right = {one.id: (one.answer, one.answer.upper()) for one in sets.questions}
    chosen = page.choose(sets.questions, right)
    for name in {one.set for one in sets.questions}:
        of_set = [one for one in chosen if one.set == name]
        assert len(of_set) == min(page.RIGHT_SHOWN, sum(one.set == name for one in sets.questions))
    mixed = right | {sets.questions[-1].id: (sets.questions[-1].answer, None)}
    of_set = [one for one in page.choose(sets.questions, mixed) if one.set == sets.questions[-1].set]
    assert of_set[0] == sets.questions[-1], "what was not answered comes first"


def test_pages_without_a_judge_have_figures_alone(sets: Sets, tmp_path: Path) -> None:
    footage = open_footage(sets.dataset.url, sets.dataset)
    episodes, _ = evaluate.measure_videos(sets, footage, every=64)
    evaluation = Evaluation(videos="v", sets="s", figures=evaluate.summarize(episodes))
    text = page.write_page(evaluation, sets, footage, tmp_path).read_text()
    assert "Without a judge" in text
    assert text.count("<td>100.000</td>") == 4, "the PSNR of every set"
    assert "<figure" not in text
    with pytest.raises(StorageFull, match=r"score\.html cannot be written"):
        page.write_page(evaluation, sets, footage, tmp_path / "score.html")
