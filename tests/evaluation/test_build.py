"""Sets are made by one command, and taken up again where they were cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bots.episodes import episode_types
from collector import dataset
from collector.errors import OutputError
from collector.evaluation import load
from collector.evaluation.build import EvaluationJob, build
from collector.evaluation.tasks import TASKS, TYPES
from collector.progress import Silent
from collector.video.view import View

VIEW = View(width=96, height=64, view_distance=3)
JOB = EvaluationJob(types=("groupLookEval", "longLookAwayEval"), episodes=1, seed=3, view=VIEW)


@pytest.mark.slow
def test_sets_are_made_once(tmp_path: Path) -> None:
    built = build(JOB, tmp_path / "eval", Silent())
    assert built.collected.failures == {}
    assert built.asked.left_out == {}
    assert built.asked.sets == {"permanence": 1, "headCount": 3}
    (permanence,) = (one for one in load(tmp_path / "eval" / "questions.jsonl") if one.set == "permanence")
    assert permanence.evidence["unseen_ticks"] >= 100
    data = dataset.open(built.dataset)
    assert [len(episode.players) for episode in data.episodes] == [3, 2]
    again = build(JOB, tmp_path / "eval", Silent())
    assert again.collected.episodes == 0, "what is there is not made again"
    assert again.asked == built.asked
    with pytest.raises(OutputError, match="another job"):
        build(JOB.model_copy(update={"seed": 4}), tmp_path / "eval", Silent())


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    with pytest.raises(OutputError, match="not empty"):
        build(JOB, tmp_path, Silent())


def test_all_sets_have_their_number_of_episodes_and_all_variants() -> None:
    plans = EvaluationJob().plans()
    assert len(plans) == 32 * len(TYPES)
    assert len({plan.name for plan in plans}) == len(plans)
    assert {plan.type for plan in plans} == set(TYPES)
    cases = [plan.parameters["case"] for plan in plans if plan.type == "rotationEval"]
    assert cases == list(range(32))
    assert {plan.world for plan in plans if plan.type.startswith("turnToLook")} == {"terrain"}


def test_a_set_is_the_same_whichever_others_are_made() -> None:
    alone = EvaluationJob(types=("rotationEval",), episodes=2).plans()
    assert alone == [plan for plan in EvaluationJob(episodes=2).plans() if plan.type == "rotationEval"]


def test_unknown_sets_are_refused() -> None:
    with pytest.raises(ValidationError, match="rotationEval"):
        EvaluationJob(types=("danceEval",))


def test_every_task_is_about_types_that_exist() -> None:
    assert set(TYPES) <= set(episode_types())
    assert len({task.kind for task in TASKS.values()}) == 9
