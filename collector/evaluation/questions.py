"""Questions about pictures, with answers that follow from the recorded state.

The seven sets, their pictures and their questions are those of the Solaris paper (facts from
solaris-wm/solaris, commit 0be45a8), where the answers come from the pressed keys or are assumed. Here they
come from where the players are and look, and from the blocks that are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.dataset import Dataset, Episode
from collector.dataset.formats.solaris import EVAL_FRAMES, evaluation_start
from collector.errors import SampleDamaged, UsageError
from collector.quality.measures import column, eyes, on_screen, positions
from collector.recording import action_vectors

DEFAULT_FOV = 70.0
# A turn of the camera that counts, in degrees a tick.
TURNS = 0.006
# How long after a turn, a step or the last action a picture is looked at, in ticks.
AFTER_TURN = 20
AFTER_LOOKING_AWAY = 10
AFTER_STEP = 40
LAST_LOOK = 240
# Of half the picture's width: nearer to the middle is neither left nor right.
MIDDLE = 0.2
SAME_VIEW, OTHER_VIEW = 45.0, 135.0


class Question(BaseModel):
    """One question of one set.

    Attributes:
        id: unique in the dataset.
        kind: what the set tests: movement, grounding, memory, building or consistency.
        players, ticks: the picture of which player at which tick, in the order in which they are shown.
        frames: the same pictures in a generated video, whose frame 0 is tick `start` + 1.
        choices, answer: in lower case, as they are compared.
        evidence: the figures that the answer follows from.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    episode: str
    set: str
    kind: str
    start: int
    players: tuple[int, ...]
    ticks: tuple[int, ...]
    frames: tuple[int, ...]
    text: str
    choices: tuple[str, ...]
    answer: str
    evidence: dict[str, float]


class Ask(NamedTuple):
    """A question before it is numbered: pictures as (player, tick)."""

    pictures: tuple[tuple[int, int], ...]
    text: str
    choices: tuple[str, ...]
    answer: str
    evidence: dict[str, float]


class Scene(NamedTuple):
    """What the answers follow from.

    Attributes:
        tables: rows of every player.
        actions: float32 [players, ticks, 25].
        start: the tick at which the test starts.
        changes: the world's changes, or None when there is no recording.
    """

    tables: list[pa.Table]
    actions: NDArray[np.float32]
    start: int
    fov: float
    aspect: float
    changes: pa.Table | None

    def turn_end(self, player: int) -> int | None:
        """The last tick of a player's first turn after the start; None when there is none."""
        turning = np.abs(self.actions[player, :, 23:]).max(1) > TURNS
        turning[: self.start] = False
        ticks = np.flatnonzero(turning)
        if not len(ticks):
            return None
        breaks = np.flatnonzero(np.diff(ticks) > 1)
        return int(ticks[breaks[0]] if len(breaks) else ticks[-1])

    def last_action(self, player: int) -> int:
        """The last tick in which a player does anything."""
        return int(np.flatnonzero(self.actions[player].any(1))[-1])

    def where(self, player: int, other: int, tick: int) -> tuple[bool, float]:
        """Whether a player is in the picture of another, and how far to the right, from -1 to 1."""
        seen = on_screen(self.tables[player], eyes(self.tables[other]), self.fov, self.aspect)
        return bool(seen.inside[tick]), float(seen.right[tick])

    def check(self, tick: int) -> int:
        """`tick`, when the test lasts that long."""
        if tick > self.start + EVAL_FRAMES or tick >= len(self.tables[0]):
            raise SampleDamaged(f"tick {tick} is behind the end of a test that starts at {self.start}")
        return tick


YES_NO = ("yes", "no")


def rotation(scene: Scene) -> Iterator[Ask]:
    """Where is the other one after a turn?"""
    for player in range(2):
        end = scene.turn_end(player)
        if end is not None:
            tick = scene.check(end + AFTER_TURN)
            inside, right = scene.where(player, 1 - player, tick)
            answer = "no player" if not inside else _side(right)
            text = "Where on the screen is the other player?"
            yield Ask(
                ((player, tick),), text, ("left", "right", "center", "no player"), answer, {"right": right}
            )


def translation(scene: Scene) -> Iterator[Ask]:
    """How did the other one move in the picture?"""
    steps = np.flatnonzero(scene.actions[:, scene.start :, 11:15].any((0, 2)))
    if not len(steps):
        return
    tick = scene.check(scene.start + int(steps[0]) + AFTER_STEP)
    for player in range(2):
        seen = on_screen(scene.tables[player], eyes(scene.tables[1 - player]), scene.fov, scene.aspect)
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
    for player in range(2):
        end = scene.turn_end(player)
        if end is None:
            continue
        for tick in (end + AFTER_LOOKING_AWAY, scene.last_action(player) + AFTER_TURN):
            inside, right = scene.where(player, 1 - player, scene.check(tick))
            text = "Is another player visible?"
            yield Ask(((player, tick),), text, YES_NO, "yes" if inside else "no", {"right": right})


def structure(scene: Scene) -> Iterator[Ask]:
    """Is what one player built there for the other?"""
    if scene.changes is None:
        raise SampleDamaged("whether a structure stands follows from the recording, which is not there")
    builder = int(np.argmax([(actions[:, 20] > 0).sum() for actions in scene.actions]))
    tick = min(scene.last_action(builder) + AFTER_TURN, scene.start + LAST_LOOK)
    blocks = _standing(scene.changes, scene.check(tick))
    table = scene.tables[1 - builder]
    seen = [on_screen(table, block, scene.fov, scene.aspect) for block in blocks]
    visible = sum(bool(one.inside[tick]) for one in seen)
    distance = min((float(one.ahead[tick]) for one in seen), default=np.inf)
    answer = "yes" if blocks and visible * 2 >= len(blocks) else "no"
    evidence = {"blocks": len(blocks), "visible": visible, "distance_blocks": distance}
    text = "Is there a structure of blocks about six blocks away?"
    yield Ask(((1 - builder, tick),), text, YES_NO, answer, evidence)


def same_scenery(scene: Scene) -> Iterator[Ask]:
    """Do both see the same?"""
    ends = [end for player in range(2) if (end := scene.turn_end(player)) is not None]
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


# By episode type: what it tests (the paper's five kinds; which of the two looking-away sets is grounding and
# which memory is inferred from the order of its table), and how its questions are made.
SETS: dict[str, tuple[str, Callable[[Scene], Iterator[Ask]]]] = {
    "rotationEval": ("movement", rotation),
    "translationEval": ("movement", translation),
    "oneLooksAwayEval": ("grounding", looking_away),
    "bothLookAwayEval": ("memory", looking_away),
    "structureEval": ("building", structure),
    "turnToLookEval": ("consistency", same_scenery),
    "turnToLookOppositeEval": ("consistency", same_scenery),
}


def questions(dataset: Dataset, episode: Episode) -> list[Question]:
    """The questions about an episode of an evaluation set.

    Raises:
        UsageError: it belongs to no set.
        SampleDamaged: it cannot be read, or is no whole test.
    """
    if episode.type not in SETS or len(episode.players) != 2:
        raise UsageError(f"{episode.name} is a {episode.type}, not of an evaluation set: {', '.join(SETS)}")
    kind, ask = SETS[episode.type]
    scene = _scene(dataset, episode)
    asked = list(ask(scene))
    if not asked:
        raise SampleDamaged(f"{episode.name}: nothing happens after the start of the test")
    return [
        Question(
            id=f"{episode.name}/{number}",
            episode=episode.name,
            set=episode.type,
            kind=kind,
            start=scene.start,
            players=tuple(player for player, _ in one.pictures),
            ticks=tuple(tick for _, tick in one.pictures),
            frames=tuple(max(0, tick - scene.start - 1) for _, tick in one.pictures),
            text=one.text,
            choices=one.choices,
            answer=one.answer,
            evidence={name: round(value, 3) for name, value in one.evidence.items()},
        )
        for number, one in enumerate(asked)
    ]


def _scene(dataset: Dataset, episode: Episode) -> Scene:
    tables = [dataset.rows(episode, player).table for player in range(2)]
    actions = [action_vectors({name: table[name] for name in table.column_names}) for table in tables]
    changes = None
    if episode.recording is not None:
        with dataset.recording(episode) as recording:
            changes = recording.blocks
    return Scene(
        tables=tables,
        actions=np.stack(actions),
        start=evaluation_start(tables),
        fov=float(dataset.card(episode).view.get("fov", DEFAULT_FOV)),
        aspect=episode.size[0] / episode.size[1],
        changes=changes,
    )


def _side(right: float) -> str:
    if abs(right) < MIDDLE:
        return "center"
    return "right" if right > 0 else "left"


def _standing(changes: pa.Table, tick: int) -> list[NDArray[np.float64]]:
    """The middles of the blocks that were placed up to a tick and are not air (state 0) then."""
    states: dict[tuple[int, int, int], int] = {}
    for row in changes.to_pylist():
        if row["tick"] <= tick:
            states[row["x"], row["y"], row["z"]] = row["state"]
    return [np.array(cell, np.float64) + 0.5 for cell, state in states.items() if state]
