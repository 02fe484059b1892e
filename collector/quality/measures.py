"""What an episode is like, measured from its rows and from its published pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.quality.registration import turns
from collector.recording import KEYBOARD

WALKING = ("forward", "back", "left", "right")
# Slower than a sneaking player by far, in blocks a tick.
STANDING = 0.005
# A player is stuck who holds a key for walking this long and stands.
STUCK_TICKS = 20
LAGS = range(-3, 4)
# Turns below this are finer than registration sees, in degrees a tick.
SEEN_TURN = 1.0

Floats = NDArray[np.float64]


class PlayerMeasures(BaseModel):
    """Shares are of ticks, 0 … 1.

    Attributes:
        stuck: holds a key for walking for a second or more and stands.
        idle: presses nothing, turns nothing, stands.
        under_water: short of breath.
        dead: not alive.
        dark: mean brightness of sampled pictures, 0 … 255.
        faces: for each other player, whether that player is inside the picture (or behind something in it).
        inside: inside a block that hides everything; None where there is no recording.
        unlit: where it is darker than a night under the open sky; None where there is no recording.
        sees: for each other player, whether a pixel of the picture shows him; empty where nobody counted.
        lag: ticks by which the picture turns late, by registration; None where nobody turns enough.
        agreement: share of turning ticks whose picture turns to the side that the action says.
        late: sampled more than half a tick late by a server that does not wait, the same for all players.
        given_up: milliseconds by which such a server's clock was put back.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stuck: float
    idle: float
    under_water: float
    dead: float
    dark: float
    faces: dict[str, float]
    inside: float | None = None
    unlit: float | None = None
    sees: dict[str, float] = {}
    lag: int | None
    agreement: float | None
    late: float = 0.0
    given_up: float = 0.0


class Lag(NamedTuple):
    """How late pictures turn, and how often to the right side at that lag of 0."""

    ticks: int | None
    agreement: float | None


def column(table: pa.Table, name: str) -> Floats:
    """A column as numbers; unknown values of imported episodes are 0."""
    values: Floats = table[name].cast(pa.float64()).fill_null(0).to_numpy()
    return values


def visible_pixels(table: pa.Table) -> NDArray[np.int32] | None:
    """How many pixels of a player's pictures show each player, [ticks, players]; None if nobody counted."""
    if "visible" not in table.column_names:
        return None
    pixels = table["visible"].combine_chunks()
    counts: NDArray[np.int32] = pixels.flatten().to_numpy().reshape(len(pixels), pixels.type.list_size)
    return counts


def visible(table: pa.Table) -> NDArray[np.bool_] | None:
    """Whom the pictures of a player show, bool [ticks, players]; None if nobody counted."""
    pixels = visible_pixels(table)
    return None if pixels is None else pixels > 0


def positions(table: pa.Table) -> Floats:
    """Float64 [ticks, 3]: x, y, z of the feet."""
    return np.stack([column(table, axis) for axis in "xyz"], 1)


def stuck(table: pa.Table) -> NDArray[np.bool_]:
    """The ticks in which a player has been walking on the spot for `STUCK_TICKS`."""
    presses = np.any([column(table, f"action.{key}") > 0 for key in WALKING], axis=0)
    bad = presses & (_speeds(table) < STANDING)
    run = np.zeros(len(bad), np.int64)
    for tick in range(len(bad)):
        run[tick] = (run[tick - 1] if tick else 0) + 1 if bad[tick] else 0
    return run >= STUCK_TICKS


def idle(table: pa.Table, actions: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The ticks in which a player does nothing at all."""
    nothing: NDArray[np.bool_] = ~actions.any(axis=1) & (_speeds(table) < STANDING)
    return nothing


class OnScreen(NamedTuple):
    """Where something is in the pictures of a player, for each tick.

    `right` and `up` count from the middle, 1 is the edge; only meaningful where it is `ahead`, in blocks.
    """

    right: Floats
    up: Floats
    ahead: Floats

    @property
    def inside(self) -> NDArray[np.bool_]:
        """The ticks in which it is inside the picture, or behind something that is."""
        within: NDArray[np.bool_] = (self.ahead > 0) & (np.abs(self.right) < 1) & (np.abs(self.up) < 1)
        return within


def on_screen(table: pa.Table, points: Floats, fov: float, aspect: float) -> OnScreen:
    """Where points are in the pictures of a player; blocks between are not looked at.

    Args:
        table: rows of the player.
        points: float64 [ticks, 3] (or one point, [3]) in the world.
        fov: vertical field of view in degrees.
        aspect: width by height of the picture.
    """
    toward = points - eyes(table)
    yaw, pitch = column(table, "yaw"), column(table, "pitch")
    # Into the camera's axes: right, up and forward, of which yaw turns all and pitch the last two.
    right = np.cos(yaw) * toward[:, 0] - np.sin(yaw) * toward[:, 2]
    level = -np.sin(yaw) * toward[:, 0] - np.cos(yaw) * toward[:, 2]
    up = np.cos(pitch) * toward[:, 1] - np.sin(pitch) * level
    ahead = np.sin(pitch) * toward[:, 1] + np.cos(pitch) * level
    reach = np.tan(np.radians(fov) / 2) * np.maximum(ahead, 1e-9)
    return OnScreen(right / (reach * aspect), up / reach, ahead)


def eyes(table: pa.Table) -> Floats:
    """Float64 [ticks, 3]: where the eyes are."""
    heights = column(table, "eye_height")
    return positions(table) + np.stack([np.zeros_like(heights), heights, np.zeros_like(heights)], 1)


def lag(frames: NDArray[np.uint8], yaw_degrees: NDArray[np.float32], fov: float) -> Lag:
    """How late consecutive pictures turn against their actions, from pixels alone.

    Args:
        frames: N consecutive pictures.
        yaw_degrees: the turn that the action of each of them says, + = left.
        fov: vertical field of view in degrees.
    """
    seen = turns(frames, fov)
    said = np.asarray(yaw_degrees[: len(seen)], np.float64)
    turning = np.abs(said) >= SEEN_TURN
    if turning.sum() < len(LAGS) or np.ptp(said) < SEEN_TURN:
        return Lag(None, None)
    fits = {late: -np.mean(np.abs(_late(seen, late) - _late(said, -late))) for late in LAGS}
    best = max(fits, key=lambda late: (fits[late], -abs(late)))
    return Lag(best, round(float(np.mean(np.sign(seen[turning]) == np.sign(said[turning]))), 4))


def busiest(actions: NDArray[np.float32], length: int) -> int:
    """The first of the `length` ticks in which most of the turning begins and ends."""
    changes = np.abs(np.diff(actions[:, 23], prepend=0)).clip(0, 12)
    sums = np.convolve(changes, np.ones(length), "valid")
    return int(np.argmax(sums)) if len(sums) else 0


def key_counts(actions: NDArray[np.float32]) -> dict[str, int]:
    """In how many ticks each key is pressed."""
    return {key: int(actions[:, index].sum()) for index, key in enumerate(KEYBOARD)}


def signature(tables: Sequence[pa.Table]) -> Floats:
    """Numbers that are nearly the same for nearly the same episodes: paths and turns from the start on."""
    parts = []
    for table in tables:
        ticks = np.linspace(0, table.num_rows - 1, 32).astype(int)
        path = positions(table)[ticks] - positions(table)[0]
        turn = np.cumsum(column(table, "action.camera_yaw"))[ticks]
        parts += [path.ravel(), turn, [table.num_rows / 100]]
    return np.concatenate(parts)


def _late(values: Floats, ticks: int) -> Floats:
    """The values without the first `ticks` (or, when negative, without the last)."""
    return values[ticks:] if ticks >= 0 else values[:ticks]


def _speeds(table: pa.Table) -> Floats:
    """Blocks moved by the action of each tick; the last one's is not known and counts as moving."""
    moved: Floats = np.linalg.norm(np.diff(positions(table), axis=0), axis=1)
    return np.append(moved, np.inf)
