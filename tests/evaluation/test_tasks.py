"""What is asked beyond the Solaris paper."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collector.dataset.formats.solaris import evaluation_start
from collector.evaluation.scene import Scene
from collector.evaluation.tasks import TASKS, Ask
from collector.recording import Recording, action_vectors
from tests.dataset.synthetic import play
from tests.evaluation.test_questions import TICKS, Blocks, ramp, record

# Of a block that is 5.5 blocks ahead in a picture of 70 degrees and 16:9, whose edge is 6.8 blocks aside.
EDGE_X = 7


def scene_of(recording: Recording) -> Scene:
    tables = [recording.player(player) for player in range(len(recording.meta.players))]
    actions = [action_vectors({name: table[name] for name in table.column_names}) for table in tables]
    return Scene(tables, np.stack(actions), evaluation_start(tables), 70.0, 16 / 9, recording.blocks)


def ask(task: str, recording: Recording) -> list[Ask]:
    return list(TASKS[task].ask(scene_of(recording)))


def test_who_does_nothing_at_all_ends_nothing(tmp_path: Path) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        return {} if player else {"turned": ramp(tick, 50, 10, 2.5) - ramp(tick, 120, 10, 2.5)}

    scene = scene_of(record(tmp_path, "oneLooksAwayEval", move))
    still = scene.actions.copy()
    still[1] = 0
    found = list(TASKS["mutualView"].ask(scene._replace(actions=still)))
    assert [one.answer for one in found] == ["second", "both"]


@pytest.mark.parametrize(
    ("blocks", "answers"),
    [
        ({65: [(0, 64, 0, 1), (0, 65, 0, 1)]}, ["1x2"]),
        ({65: [(x, 64, 0, 1) for x in range(-2, 2)]}, ["4x1"]),
        ({65: [(x, y, 0, 1) for x in (0, 1) for y in (64, 65)]}, ["2x2"]),
        ({65: [(x, y, 0, 1) for x in (0, 1) for y in (64, 65)], 70: [(0, 65, 0, 0)]}, []),  # an L: not asked
        ({65: [(0, y, z, 1) for z in (-1, 0) for y in (64, 65)]}, ["1x2"]),  # seen from its end
        ({65: [(0, 64, z, 1) for z in range(-2, 2)]}, ["1x1"]),
        ({65: [(x, 64, 0, 1) for x in range(1, 5)]}, []),  # from a corner
        ({65: [(4, 64, 0, 1), (4, 65, 0, 1)]}, ["1x2"]),  # which does not matter to a column
        ({}, ["none"]),
        ({65: [(0, 64, 0, 1), (0, 65, -9, 1)]}, []),  # half of it behind who is asked
    ],
)
def test_the_shape_of_what_stands(tmp_path: Path, blocks: Blocks, answers: list[str]) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        return {"action.use": float(player == 0 and 60 <= tick < 70)}

    found = ask("placement", record(tmp_path, "structureEval", move, blocks=blocks))
    assert [one.answer for one in found] == answers


@pytest.mark.parametrize(("x", "answers"), [(3, ["yes"]), (EDGE_X, []), (3 * EDGE_X, ["no"])])
def test_a_structure_at_the_edge_is_not_asked_about(tmp_path: Path, x: int, answers: list[str]) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        return {"action.use": float(player == 0 and 60 <= tick < 70)}

    found = ask("structureEval", record(tmp_path, "structureEval", move, blocks={65: [(x, 64, 0, 1)]}))
    assert [one.answer for one in found] == answers


@pytest.mark.parametrize(
    ("aside", "answer"), [(4.5, "left"), (-4.5, "right"), (0.0, "center"), (40.0, "no player")]
)
def test_who_moved_unseen_is_where_they_went(tmp_path: Path, aside: float, answer: str) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        if player:
            return {"right": ramp(tick, 80, 25, aside)}
        return {"turned": ramp(tick, 50, 21, math.pi) - ramp(tick, 190, 21, math.pi)}

    (question,) = ask("permanence", record(tmp_path, "longLookAwayEval", move))
    assert (question.answer, question.pictures) == (answer, ((0, 210 + 20),))
    assert question.evidence["unseen_ticks"] > 100


@pytest.mark.parametrize(
    ("turns", "answers"),
    [((1, 0), ["second", "both"]), ((0, 1), ["first", "both"]), ((1, 1), ["neither", "both"])],
)
def test_who_sees_whom(tmp_path: Path, turns: tuple[int, int], answers: list[str]) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        return {"turned": turns[player] * (ramp(tick, 50, 10, 2.5) - ramp(tick, 120, 10, 2.5))}

    found = ask("mutualView", record(tmp_path, "bothLookAwayEval", move))
    assert [one.answer for one in found] == answers
    assert {player for one in found for player, _ in one.pictures} == {0, 1}


@pytest.mark.parametrize(
    ("forward", "answers"), [(5.0, ["near"]), (-1.0, ["medium"]), (-8.0, ["far"]), (2.5, []), (-4.5, [])]
)
def test_how_far_two_are_from_each_other(tmp_path: Path, forward: float, answers: list[str]) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        walking = float(60 <= tick < 100)
        return {"forward": ramp(tick, 60, 40, forward), "action.forward": walking} if player else {}

    recording = record(tmp_path, "translationEval", move)
    found = ask("distance", recording)
    assert [one.answer for one in found] == answers
    assert all(one.pictures == ((0, 100), (1, 100)) for one in found)
    assert all(one.evidence == {"blocks_apart": pytest.approx(10 - forward)} for one in found)
    shares = np.zeros((2, TICKS, 2))  # somebody is hidden
    assert not list(TASKS["distance"].ask(scene_of(recording)._replace(shares=shares)))


@pytest.mark.parametrize(
    ("blocks", "where", "seen", "who"),
    [
        (1.0, ["center"], ["yes"] * 2, ["both"] * 2),
        (0.0, ["no player"], ["no"] * 2, ["neither"] * 2),
        (0.1, [], [], []),
    ],
)
def test_who_is_hidden_is_not_seen_and_who_is_half_hidden_not_asked_about(
    tmp_path: Path, blocks: float, where: list[str], seen: list[str], who: list[str]
) -> None:
    """Two look at each other ten blocks away; so much of the side of a block is seen of each."""

    def move(tick: int, player: int) -> dict[str, float]:
        return {} if player else {"turned": ramp(tick, 50, 5, 0.02)}

    scene = scene_of(record(tmp_path, "rotationEval", move))
    block = (1 / (2 * np.tan(np.radians(35)) * 10)) ** 2 / scene.aspect
    shares = np.full((2, TICKS, 2), blocks * block)
    for task, answers in (("rotationEval", where), ("oneLooksAwayEval", seen), ("mutualView", who)):
        assert [one.answer for one in TASKS[task].ask(scene._replace(shares=shares))] == answers
    assert scene._replace(shares=shares).unseen(0, 1, 50, 60) == (10 if blocks == 0 else 0)
    assert scene.unseen(0, 1, 50, 60) == 0


@pytest.mark.parametrize(
    ("degrees", "answers"),
    [(180, ["0", "2", "2"]), (60, ["1", "2", "2"]), (-60, ["1", "2", "2"]), (22, ["2", "2"])],
)
def test_how_many_of_three_are_seen(tmp_path: Path, degrees: float, answers: list[str]) -> None:
    """Three in a circle. After 22 degrees one is at the edge of the picture: who turned is not asked."""

    def change(tick: int, player: int, row: dict[str, Any]) -> None:
        row.update({key: False for key in row if key.startswith("action.") and "camera" not in key})
        around = player * math.tau / 3
        turned, after = (ramp(at, 50, 20, math.radians(degrees)) for at in (tick, tick + 1))
        mine = player == 0
        row.update(x=5 * math.sin(around), z=5 * math.cos(around), y=64.0, pitch=0.0)
        row["yaw"] = around + turned * mine
        row["action.camera_yaw"], row["action.camera_pitch"] = (after - turned) * mine, 0.0
        row["action.sneak"] = 18 <= tick < 23

    recording = play(tmp_path / "r", kind="groupLookEval", players=3, ticks=TICKS, change=change)
    found = ask("headCount", recording)
    assert [one.answer for one in found] == answers
    assert [one.pictures[0][0] for one in found] == list(range(3 - len(found), 3))
