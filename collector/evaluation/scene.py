"""What the answers to questions follow from: rows, actions and blocks of one episode."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from collector.dataset import Dataset, Episode
from collector.dataset.formats.solaris import EVAL_FRAMES, evaluation_start
from collector.errors import SampleDamaged
from collector.quality.measures import OnScreen, eyes, on_screen, visible_pixels
from collector.recording import action_vectors

DEFAULT_FOV = 70.0
# A turn of the camera that counts, in degrees a tick.
TURNS = 0.006
# Of the side of a block that is as far away as a player: about half of what is seen of one from the side. Of
# whom less is seen, but something, is half hidden, and no answer is the right one.
SHOWN = 0.25
# So near to the edge of the picture, which is at 1, something is half inside, where nobody counted pixels.
EDGE = (0.9, 1.15)

Blocks = list[NDArray[np.float64]]


class Scene(NamedTuple):
    """What the answers follow from.

    Attributes:
        tables: rows of every player.
        actions: float32 [players, ticks, 25].
        start: the tick at which the test starts.
        changes: the world's changes, or None when there is no recording.
        shares: of the pixels of each frame, those that show each player, float64 [players, ticks, players];
            None where nobody counted.
    """

    tables: list[pa.Table]
    actions: NDArray[np.float32]
    start: int
    fov: float
    aspect: float
    changes: pa.Table | None
    shares: NDArray[np.float64] | None = None

    @property
    def players(self) -> range:
        """The indices of the players."""
        return range(len(self.tables))

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
        """The last tick in which a player does anything; the start for who does nothing at all."""
        busy = np.flatnonzero(self.actions[player].any(1))
        return int(busy[-1]) if len(busy) else self.start

    def seen(self, player: int, other: int) -> OnScreen:
        """Where a player's eyes are in the pictures of another."""
        return on_screen(self.tables[player], eyes(self.tables[other]), self.fov, self.aspect)

    def visible(self, player: int, other: int, tick: int) -> bool | None:
        """Whether the picture of a player shows another; None when that one is half hidden or outside."""
        seen = self.seen(player, other)
        if self.shares is None:
            return None if at_edge(seen, tick) else bool(seen.inside[tick])
        share, ahead = float(self.shares[player, tick, other]), float(seen.ahead[tick])
        if share == 0:
            return False
        block = 1 / (2 * np.tan(np.radians(self.fov) / 2) * ahead) ** 2 / self.aspect
        return True if ahead > 0 and share >= SHOWN * block else None

    def evidence(self, player: int, other: int, tick: int) -> dict[str, float]:
        """Where a player is in the picture of another, and how much of the picture shows him."""
        right = {"right": float(self.seen(player, other).right[tick])}
        return right if self.shares is None else right | {"share": float(self.shares[player, tick, other])}

    def unseen(self, player: int, other: int, begin: int, end: int) -> int:
        """In how many of the ticks from `begin` up to `end` the pictures of a player do not show another."""
        if self.shares is not None:
            return int((self.shares[player, begin:end, other] == 0).sum())
        return int((~self.seen(player, other).inside[begin:end]).sum())

    def standing(self, tick: int) -> Blocks:
        """The middles of the blocks that were placed up to a tick and are not air (state 0) then.

        Raises:
            SampleDamaged: there is no recording.
        """
        if self.changes is None:
            raise SampleDamaged("what stands follows from the recording, which is not there")
        states: dict[tuple[int, int, int], int] = {}
        for row in self.changes.to_pylist():
            if row["tick"] <= tick:
                states[row["x"], row["y"], row["z"]] = row["state"]
        return [np.array(cell, np.float64) + 0.5 for cell, state in states.items() if state]

    def check(self, tick: int) -> int:
        """`tick`, when the test lasts that long."""
        if tick > self.start + EVAL_FRAMES or tick >= len(self.tables[0]):
            raise SampleDamaged(f"tick {tick} is behind the end of a test that starts at {self.start}")
        return tick


def at_edge(seen: OnScreen, tick: int) -> bool:
    """Whether something is half inside of a picture."""
    return bool(seen.ahead[tick] > 0 and EDGE[0] < abs(seen.right[tick]) < EDGE[1])


def scene_of(dataset: Dataset, episode: Episode) -> Scene:
    """The scene of an episode.

    Raises:
        SampleDamaged: it cannot be read, or is no test.
    """
    tables = [dataset.rows(episode, player).table for player in range(len(episode.players))]
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
        shares=_shares(tables, episode.size[0] * episode.size[1]),
    )


def _shares(tables: list[pa.Table], pixels: int) -> NDArray[np.float64] | None:
    counted = [visible_pixels(table) for table in tables]
    known = [counts for counts in counted if counts is not None]
    return np.stack(known) / pixels if len(known) == len(tables) else None
