"""Answers follow from where players are and look, and from the blocks that are there."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import collector.dataset
from collector.dataset import Draft, publish
from collector.errors import SampleDamaged, UsageError
from collector.evaluation import Question, ask, load, questions
from collector.recording import Recording
from tests.dataset.synthetic import draft, play

APART = 10.0
TICKS = 340
START = 47  # the sneak ends at tick 22; the test starts 25 later
Move = Callable[[int, int], dict[str, float]]
Blocks = dict[int, list[tuple[int, int, int, int]]]


def record(
    folder: Path,
    kind: str,
    move: Move,
    ticks: int = TICKS,
    name: str = "e",
    blocks: Blocks | None = None,
    players: int = 2,
) -> Recording:
    """Two players who face each other along z (the first looks north), sneak, and then do what `move` says;
    more of them begin where the second does.

    `move` gives, for tick and player, `turned` (radians to the left so far), `right` and `forward` (blocks
    gone so far, as seen at the start) and whatever columns besides.
    """

    def change(tick: int, player: int, row: dict[str, Any]) -> None:
        row.update({key: False for key in row if key.startswith("action.") and "camera" not in key})
        now, after = move(tick, player), move(tick + 1, player)
        facing = 0.0 if player == 0 else math.pi
        side = 1 if player == 0 else -1
        row["x"] = side * now.pop("right", 0.0)
        row["z"] = side * (APART / 2 - now.pop("forward", 0.0))
        turned = now.pop("turned", 0.0)
        row["yaw"], row["pitch"] = facing + turned, 0.0
        row["action.camera_yaw"], row["action.camera_pitch"] = after.get("turned", 0.0) - turned, 0.0
        row["action.sneak"] = 18 <= tick < 23
        row["y"] = 64.0
        row.update({name: bool(value) for name, value in now.items()})

    path = folder / f"{name}.r"
    return play(path, episode=name, kind=kind, players=players, ticks=ticks, change=change, blocks=blocks)


def stage(
    folder: Path, kind: str, move: Move, ticks: int = TICKS, name: str = "e", blocks: Blocks | None = None
) -> Path:
    """A dataset with such a recording."""
    recording = record(folder, kind, move, ticks, name, blocks)
    drafts: list[Draft] = [draft(folder / name, recording, size=(32, 18))]
    publish(folder / "d", drafts, task=f"task-{name}")
    return folder / "d"


def asked(dataset: Path) -> list[Question]:
    """The questions of the task that is called as the type."""
    opened = collector.dataset.open(dataset)
    episode = opened.episodes[0]
    return [one for one in questions(opened, episode) if one.set == episode.type]


def ramp(tick: int, begin: int, ticks: int, whole: float) -> float:
    """From nothing to `whole` in `ticks` ticks from `begin` on."""
    return whole * min(1.0, max(0.0, (tick - begin) / ticks))


@pytest.mark.parametrize(
    ("degrees", "answer"),
    [(40, "right"), (-40, "left"), (180, "no player"), (8, "center"), (-70, "no player")],
)
def test_rotation(tmp_path: Path, degrees: float, answer: str) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        return {"turned": ramp(tick, 50, 5, math.radians(degrees)) if player else 0.0}

    (question,) = asked(stage(tmp_path, "rotationEval", move))
    assert question.answer == answer
    assert (question.kind, question.start) == ("movement", START)
    assert (question.players, question.ticks) == ((1,), (54 + 20,))
    assert question.frames == (54 + 20 - START - 1,)
    assert question.answer in question.choices


@pytest.mark.parametrize(
    ("key", "answer"), [("forward", "closer"), ("back", "farther"), ("left", "right"), ("right", "left")]
)
def test_translation_is_the_same_for_who_walks_and_who_looks(tmp_path: Path, key: str, answer: str) -> None:
    ways = {"forward": ("forward", 1), "back": ("forward", -1), "left": ("right", -1), "right": ("right", 1)}
    way, sign = ways[key]

    def move(tick: int, player: int) -> dict[str, float]:
        if player:
            return {}
        return {way: sign * ramp(tick, 60, 40, 4.0), f"action.{key}": float(60 <= tick < 100)}

    one, two = asked(stage(tmp_path, "translationEval", move))
    assert [one.answer, two.answer] == [answer, answer]
    assert one.ticks == two.ticks == (START, 60 + 40)
    assert (one.players, two.players) == ((0, 0), (1, 1))


@pytest.mark.parametrize("kind", ["oneLooksAwayEval", "bothLookAwayEval"])
def test_looking_away_and_back(tmp_path: Path, kind: str) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        if player and kind == "oneLooksAwayEval":
            return {}
        return {"turned": ramp(tick, 50, 10, 2.5) - ramp(tick, 120, 10, 2.5)}

    found = asked(stage(tmp_path, kind, move))
    assert [one.answer for one in found] == ["no", "yes"] * (len(found) // 2)
    assert [one.ticks[0] for one in found[:2]] == [59 + 10, 129 + 20]
    assert {one.players[0] for one in found} == ({0} if kind == "oneLooksAwayEval" else {0, 1})


@pytest.mark.parametrize(("turned", "answer"), [(-math.pi / 2, "yes"), (math.pi / 2, "no")])
def test_turning_to_the_same_side_of_the_world(tmp_path: Path, turned: float, answer: str) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        return {"turned": ramp(tick, 50, 11, turned if player else math.pi / 2)}

    (question,) = asked(stage(tmp_path, "turnToLookEval", move))
    assert question.answer == answer
    assert question.players == (0, 1)
    assert question.ticks == (80, 80)


@pytest.mark.parametrize(
    ("blocks", "answer"),
    [
        ({65: [(0, 64, 0, 1)], 68: [(0, 65, 0, 1)]}, "yes"),
        ({}, "no"),
        ({65: [(0, 64, 0, 1)], 80: [(0, 64, 0, 0)]}, "no"),  # broken again
        ({65: [(0, 64, -9, 1)]}, "no"),  # behind who is asked
        ({95: [(0, 64, 0, 1)]}, "no"),  # too late
    ],
)
def test_a_structure_is_blocks_that_stand_in_view(tmp_path: Path, blocks: Blocks, answer: str) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        return {"action.use": float(player == 0 and 60 <= tick < 70)}

    (question,) = asked(stage(tmp_path, "structureEval", move, blocks=blocks))
    assert question.answer == answer
    assert question.players == (1,)
    assert question.ticks == (69 + 20,)


def test_what_is_no_whole_test_is_told(tmp_path: Path) -> None:
    with pytest.raises(SampleDamaged, match="nothing happens"):
        asked(stage(tmp_path / "a", "rotationEval", lambda *_: {}))
    late = stage(tmp_path / "b", "rotationEval", lambda tick, _: {"turned": ramp(tick, 50, 5, 1.0)}, ticks=70)
    with pytest.raises(SampleDamaged, match="behind the end"):
        asked(late)
    with pytest.raises(UsageError, match="not of an evaluation set"):
        asked(stage(tmp_path / "c", "orbit", lambda *_: {}))


def test_sets_are_written_and_read(tmp_path: Path) -> None:
    def move(tick: int, player: int) -> dict[str, float]:
        return {"turned": ramp(tick, 50, 5, 0.7) if player else 0.0}

    stage(tmp_path, "rotationEval", move, name="good")
    stage(tmp_path, "rotationEval", lambda *_: {}, name="still")
    dataset = stage(tmp_path, "orbit", move, name="other")
    built = ask(dataset, tmp_path / "out" / "questions.jsonl")
    assert built.sets == {"rotationEval": 1}
    assert built.answers == {"right": 1}
    assert built.left_out.keys() == {"still"}
    assert [one.episode for one in load(built.path)] == ["good"]
    built.path.write_text("{}")
    with pytest.raises(UsageError, match="holds no questions"):
        load(built.path)
    with pytest.raises(UsageError, match="no evaluation episodes"):
        ask(collector.dataset.open(dataset).filter(types=["orbit"]), tmp_path / "none.jsonl")
