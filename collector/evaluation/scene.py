"""What the answers to questions follow from: rows, actions and blocks of one episode."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from collector.dataset import Dataset, Episode
from collector.dataset.formats.solaris import EVAL_FRAMES, evaluation_start
from collector.errors import SampleDamaged
from collector.quality.measures import OnScreen, eyes, on_screen
from collector.recording import action_vectors

DEFAULT_FOV = 70.0
# A turn of the camera that counts, in degrees a tick.
TURNS = 0.006

Blocks = list[NDArray[np.float64]]


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

    def where(self, player: int, other: int, tick: int) -> tuple[bool, float]:
        """Whether a player is in the picture of another, and how far to the right, from -1 to 1."""
        seen = self.seen(player, other)
        return bool(seen.inside[tick]), float(seen.right[tick])

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
    )
