"""What is asked about a scene: the tests of the Solaris paper, and more that the recording makes possible.

The seven sets, their pictures and their questions are those of the Solaris paper (facts from
solaris-wm/solaris, commit 0be45a8), where the answers come from the pressed keys or are assumed. Here they
come from where the players are and look, and from the blocks that are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from collector.evaluation.scene import Blocks, Scene, at_edge
from collector.quality.measures import column, on_screen, positions

# How long after a turn, a step or the last action a picture is looked at, in ticks.
AFTER_TURN = 20
AFTER_LOOKING_AWAY = 10
AFTER_STEP = 40
LAST_LOOK = 240
# Of half the picture's width: nearer to the middle is neither left nor right.
MIDDLE = 0.2
# In blocks: less is near, more is far; so near to these it is not asked.
NEAR, FAR, UNCLEAR = 8.0, 15.0, 1.0
# Degrees off the front of a structure, up to which its width can be told.
ASKEW = 25.0
SAME_VIEW, OTHER_VIEW = 45.0, 135.0
YES_NO = ("yes", "no")


class Ask(NamedTuple):
    """A question before it is numbered: pictures as (player, tick)."""

    pictures: tuple[tuple[int, int], ...]
    text: str
    choices: tuple[str, ...]
    answer: str
    evidence: dict[str, float]


class Task(NamedTuple):
    """A set of questions of one kind, about episodes of some types."""

    kind: str
    types: tuple[str, ...]
    ask: Callable[[Scene], Iterator[Ask]]


def rotation(scene: Scene) -> Iterator[Ask]:
    """Where is the other one after a turn?"""
    for player in (0, 1):
        end = scene.turn_end(player)
        if end is not None:
            yield from _where(scene, player, scene.check(end + AFTER_TURN))


def translation(scene: Scene) -> Iterator[Ask]:
    """How did the other one move in the picture?"""
    tick = _after_step(scene)
    if tick is None:
        return
    for player in (0, 1):
        seen = scene.seen(player, 1 - player)
        nearer = float(seen.ahead[scene.start] - seen.ahead[tick])
        # In blocks at the later distance, so that both can be compared.
        reach = np.tan(np.radians(scene.fov) / 2) * scene.aspect
        aside = float((seen.right[tick] - seen.right[scene.start]) * reach * seen.ahead[tick])
        if abs(nearer) > abs(aside):
            answer = "closer" if nearer > 0 else "farther"
        else:
            answer = "right" if aside > 0 else "left"
        yield Ask(
            ((player, scene.start), (player, tick)),
            "Between the two pictures, did the other player move closer, farther, left or right?",
            ("closer", "farther", "left", "right", "no motion"),
            answer,
            {"nearer_blocks": nearer, "right_blocks": aside},
        )


def looking_away(scene: Scene) -> Iterator[Ask]:
    """Is the other one gone when looked away from, and there again afterwards?"""
    for player in (0, 1):
        end = scene.turn_end(player)
        if end is None:
            continue
        for tick in (end + AFTER_LOOKING_AWAY, scene.last_action(player) + AFTER_TURN):
            visible = scene.visible(player, 1 - player, scene.check(tick))
            if visible is not None:
                text, evidence = "Is another player visible?", scene.evidence(player, 1 - player, tick)
                yield Ask(((player, tick),), text, YES_NO, "yes" if visible else "no", evidence)


def structure(scene: Scene) -> Iterator[Ask]:
    """Is what one player built there for the other? Not asked when only an edge of it is in the picture."""
    observer, tick, blocks, visible = _structure(scene)
    seen = [on_screen(scene.tables[observer], block, scene.fov, scene.aspect) for block in blocks]
    distance = min((float(one.ahead[tick]) for one in seen), default=np.inf)
    answer = "yes" if blocks and visible * 2 >= len(blocks) else "no"
    if answer == "no" and any(at_edge(one, tick) for one in seen):
        return
    evidence = {"blocks": len(blocks), "visible": visible, "distance_blocks": distance}
    text = "Is there a structure of blocks about six blocks away?"
    yield Ask(((observer, tick),), text, YES_NO, answer, evidence)


def placement(scene: Scene) -> Iterator[Ask]:
    """Is exactly what one player built there for the other? Only asked when all of it is in the picture."""
    observer, tick, blocks, visible = _structure(scene)
    if visible < len(blocks):
        return
    shape = _shape(blocks, positions(scene.tables[observer])[tick])
    choices = ("1x1", "1x2", "2x2", "4x1", "none")
    text = "How many blocks wide and high is the structure of stone on the ground?"
    if shape in choices:
        yield Ask(((observer, tick),), text, choices, shape, {"blocks": len(blocks)})


def same_scenery(scene: Scene) -> Iterator[Ask]:
    """Do both see the same?"""
    ends = [end for player in (0, 1) if (end := scene.turn_end(player)) is not None]
    if not ends:
        return
    tick = scene.check(max(ends) + AFTER_TURN)
    yaws = [float(np.degrees(column(table, "yaw")[tick])) for table in scene.tables]
    between = abs((yaws[1] - yaws[0] + 180) % 360 - 180)
    apart = float(np.linalg.norm(positions(scene.tables[0])[tick] - positions(scene.tables[1])[tick]))
    if between <= SAME_VIEW or between >= OTHER_VIEW:
        answer = "yes" if between <= SAME_VIEW else "no"
        text = "Do the two pictures show the same scenery?"
        evidence = {"degrees_between": between, "blocks_apart": apart}
        yield Ask(((0, tick), (1, tick)), text, YES_NO, answer, evidence)


def permanence(scene: Scene) -> Iterator[Ask]:
    """Where is the other one when looked at again after long, having moved unseen?"""
    for player in (0, 1):
        end = scene.turn_end(player)
        if end is not None:
            tick = scene.check(scene.last_action(player) + AFTER_TURN)
            unseen = float(scene.unseen(player, 1 - player, end, tick))
            for asked in _where(scene, player, tick):
                yield asked._replace(evidence={**asked.evidence, "unseen_ticks": unseen})


def mutual_view(scene: Scene) -> Iterator[Ask]:
    """Two views of one moment: who sees whom?"""
    ends = [end for player in (0, 1) if (end := scene.turn_end(player)) is not None]
    if not ends:
        return
    away = max(ends) + AFTER_LOOKING_AWAY
    back = max(scene.last_action(player) for player in (0, 1)) + AFTER_TURN
    for tick in (away, back):
        sees = [scene.visible(player, 1 - player, scene.check(tick)) for player in (0, 1)]
        if None in sees:
            continue
        answer = {(True, True): "both", (True, False): "first", (False, True): "second"}.get(
            (bool(sees[0]), bool(sees[1])), "neither"
        )
        text = (
            "The two pictures are what two players see at the same moment. "
            "In which of them is the other player visible?"
        )
        evidence = {f"player_{player}_sees": float(bool(seen)) for player, seen in enumerate(sees)}
        yield Ask(((0, tick), (1, tick)), text, ("both", "first", "second", "neither"), answer, evidence)


def distance(scene: Scene) -> Iterator[Ask]:
    """Two views of one moment: how far apart are those who see each other?"""
    tick = _after_step(scene)
    if tick is None or not all(scene.visible(player, 1 - player, tick) for player in (0, 1)):
        return
    apart = float(np.linalg.norm(positions(scene.tables[0])[tick] - positions(scene.tables[1])[tick]))
    if min(abs(apart - NEAR), abs(apart - FAR)) < UNCLEAR:
        return
    text = (
        "The two pictures are what two players see at the same moment. How far are they from each other: "
        f"near (less than {NEAR:g} blocks), medium, or far (more than {FAR:g} blocks)?"
    )
    answer = "near" if apart < NEAR else "far" if apart > FAR else "medium"
    yield Ask(((0, tick), (1, tick)), text, ("near", "medium", "far"), answer, {"blocks_apart": apart})


def head_count(scene: Scene) -> Iterator[Ask]:
    """How many others does each of three or more players see, after one of them has turned?"""
    ends = [end for player in scene.players if (end := scene.turn_end(player)) is not None]
    if not ends:
        return
    tick = scene.check(max(ends) + AFTER_TURN)
    text = "How many other players are visible?"
    choices = tuple(map(str, range(len(scene.tables))))
    for player in scene.players:
        seen = [scene.visible(player, other, tick) for other in scene.players if other != player]
        if None not in seen:
            count = seen.count(True)
            yield Ask(((player, tick),), text, choices, str(count), {"visible": float(count)})


# By name: the seven sets of Solaris, named as there (which of the two looking-away sets is grounding and
# which memory is inferred from the order of the paper's table), then ours.
TASKS: dict[str, Task] = {
    "rotationEval": Task("movement", ("rotationEval",), rotation),
    "translationEval": Task("movement", ("translationEval",), translation),
    "oneLooksAwayEval": Task("grounding", ("oneLooksAwayEval",), looking_away),
    "bothLookAwayEval": Task("memory", ("bothLookAwayEval",), looking_away),
    "structureEval": Task("building", ("structureEval",), structure),
    "turnToLookEval": Task("consistency", ("turnToLookEval",), same_scenery),
    "turnToLookOppositeEval": Task("consistency", ("turnToLookOppositeEval",), same_scenery),
    "permanence": Task("permanence", ("longLookAwayEval",), permanence),
    "placement": Task("placement", ("structureEval",), placement),
    "mutualView": Task("geometry", ("oneLooksAwayEval", "bothLookAwayEval"), mutual_view),
    "distance": Task("geometry", ("translationEval",), distance),
    "headCount": Task("group", ("groupLookEval",), head_count),
}
TYPES = tuple(dict.fromkeys(name for task in TASKS.values() for name in task.types))


def _after_step(scene: Scene) -> int | None:
    """The tick at which a walk is looked at; None when nobody walks."""
    steps = np.flatnonzero(scene.actions[:, scene.start :, 11:15].any((0, 2)))
    return scene.check(scene.start + int(steps[0]) + AFTER_STEP) if len(steps) else None


def _where(scene: Scene, player: int, tick: int) -> Iterator[Ask]:
    visible = scene.visible(player, 1 - player, tick)
    if visible is None:
        return
    evidence = scene.evidence(player, 1 - player, tick)
    answer = _side(evidence["right"]) if visible else "no player"
    choices = ("left", "right", "center", "no player")
    text = "Where on the screen is the other player?"
    yield Ask(((player, tick),), text, choices, answer, evidence)


def _side(right: float) -> str:
    if abs(right) < MIDDLE:
        return "center"
    return "right" if right > 0 else "left"


def _structure(scene: Scene) -> tuple[int, int, Blocks, int]:
    """Who looks at what was built, when, the blocks that stand then, and how many of them are in view."""
    builder = int(np.argmax([(actions[:, 20] > 0).sum() for actions in scene.actions]))
    tick = scene.check(min(scene.last_action(builder) + AFTER_TURN, scene.start + LAST_LOOK))
    blocks = scene.standing(tick)
    table = scene.tables[1 - builder]
    seen = [on_screen(table, block, scene.fov, scene.aspect) for block in blocks]
    return 1 - builder, tick, blocks, sum(bool(one.inside[tick]) for one in seen)


def _shape(blocks: Blocks, eye: NDArray[np.float64]) -> str:
    """Width and height, as seen from a place, of the box around blocks that fill it.

    "" when there are gaps, or when it is seen from a corner: then no width is the right one.
    """
    if not blocks:
        return "none"
    cells = np.stack(blocks)
    east, up, south = (int(extent) for extent in np.ptp(cells, axis=0) + 1)
    aside, _, ahead = np.abs(cells.mean(axis=0) - eye)
    off = np.degrees(np.arctan2(min(aside, ahead), max(aside, ahead)))
    if east * up * south != len(blocks) or (off > ASKEW and east != south):
        return ""
    return f"{south if aside > ahead else east}x{up}"
