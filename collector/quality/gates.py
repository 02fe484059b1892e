"""The gates that an episode passes before it is published. All of them, and why, are here.

An episode that fails one is quarantined with the reason: it stays readable, and is in no split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.quality.measures import visible
from collector.recording import Outcome
from collector.recording.schema import TICK_MS, ClockMeta

# Of the brightness of the worst sampled frame, decoded against rendered, in dB. The default encoding measures
# 33 at 64x64 to 36 at 640x360; the frame before or after, while the player walks or turns, 15 to 25.
PSNR_FLOOR = 30.0

# Of the ticks of a server that does not wait. Two players in real time on two busy cores were sampled late in
# 5 % of the ticks, eight in 43 % (docs/benchmarks.md); the report warns far below this limit.
LATE_SHARE = 0.5

# Brightness of red, green and blue (BT.709, as the videos are encoded).
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


class Video(NamedTuple):
    """What was found in one video: its size, how many frames decode, and the PSNR of sampled frames in dB."""

    plane: str
    width: int
    height: int
    frames: int
    psnr: tuple[float, ...] = ()


class Evidence(NamedTuple):
    """What the gates look at.

    Attributes:
        names: of the players; their rows are in `tables` and their videos in `videos`, in the same order.
        start_time: time of tick 0 in milliseconds.
        size: (width, height) that was asked for.
        clock: how punctual the game's clock was; a virtual one always is.
        meets: whether the episode's type promises that players see each other.
    """

    names: tuple[str, ...]
    ticks: int
    start_time: int
    outcome: Outcome
    size: tuple[int, int]
    tables: tuple[pa.Table, ...]
    videos: tuple[tuple[Video, ...], ...]
    clock: ClockMeta = ClockMeta()
    meets: bool = False


class Figures(BaseModel):
    """What was measured of one player's video, in dB; None when no frame could be compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    psnr_mean: float | None = None
    psnr_min: float | None = None


class Verdict(BaseModel):
    """The reasons why an episode is refused (none: it is good), and the figures of every player."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reasons: tuple[str, ...]
    figures: tuple[Figures, ...]

    @property
    def ok(self) -> bool:
        """Whether every gate let it pass."""
        return not self.reasons


def outcome(evidence: Evidence) -> Iterator[str]:
    """A script that failed half-way shows players who stand around."""
    if not evidence.outcome.ok:
        yield f"the script failed: {evidence.outcome.reason}"


def rows(evidence: Evidence) -> Iterator[str]:
    """Views are matched by row number, so every player needs a row for each tick, in order."""
    ticks = np.arange(evidence.ticks)
    for player, (name, table) in enumerate(zip(evidence.names, evidence.tables, strict=True)):
        if table.num_rows != evidence.ticks:
            yield f"{name} has {table.num_rows} rows for {evidence.ticks} ticks"
        elif not np.array_equal(table["tick"], ticks) or set(table["player"].to_pylist()) != {player}:
            yield f"the rows of {name} are out of order"


def clock(evidence: Evidence) -> Iterator[str]:
    """What happens at the same tick must have happened at the same time for everybody."""
    for name, table in zip(evidence.names, evidence.tables, strict=True):
        times = evidence.start_time + TICK_MS * np.arange(table.num_rows)
        if not np.array_equal(table["render_time"], times):
            yield f"{name} is off the common clock"


def punctual(evidence: Evidence) -> Iterator[str]:
    """A late sample shows more of its action than others do: mostly late ones teach another game's timing."""
    late = evidence.clock.late_ticks
    if late > LATE_SHARE * evidence.ticks:
        yield (
            f"{late} of {evidence.ticks} ticks were sampled more than half a tick late: the machine was too "
            "busy for a server that does not wait"
        )


def sight(evidence: Evidence) -> Iterator[str]:
    """Views of one another are what such a type is played for; a hill between the players takes them away."""
    shown = [visible(table) for table in evidence.tables]
    if evidence.meets and not any(pictures is None or pictures.any() for pictures in shown):
        yield "nobody ever sees another player, which this type of episode promises"


def frames(evidence: Evidence) -> Iterator[str]:
    """One frame per row is what pairs pictures with actions."""
    for name, videos in zip(evidence.names, evidence.videos, strict=True):
        if "rgb" not in {video.plane for video in videos}:
            yield f"{name} has no video"
        for video in videos:
            if video.frames != evidence.ticks:
                yield (
                    f"the {video.plane} video of {name} has {video.frames} frames for {evidence.ticks} ticks"
                )


def size(evidence: Evidence) -> Iterator[str]:
    """All views of an episode stack into one array."""
    width, height = evidence.size
    for videos in evidence.videos:
        for video in videos:
            if (video.width, video.height) != evidence.size:
                yield f"a {video.plane} video is {video.width}x{video.height}, not {width}x{height}"


def picture(evidence: Evidence) -> Iterator[str]:
    """What decodes must be what was rendered: catches broken encoders, swapped players and shifted frames."""
    for name, videos in zip(evidence.names, evidence.videos, strict=True):
        for video in videos:
            if video.psnr and min(video.psnr) < PSNR_FLOOR:
                yield (
                    f"the {video.plane} video of {name} differs from what was rendered: "
                    f"{min(video.psnr):.1f} dB, at least {PSNR_FLOOR:.0f} expected"
                )


Gate = Callable[[Evidence], Iterator[str]]

GATES: tuple[Gate, ...] = (outcome, rows, clock, punctual, sight, frames, size, picture)

# Of episodes that were made elsewhere: their clocks drift, and nobody kept what was rendered.
IMPORT_GATES: tuple[Gate, ...] = (outcome, rows, frames, size)


def judge(evidence: Evidence, gates: tuple[Gate, ...] = GATES) -> Verdict:
    """Put an episode through gates, by default all of them."""
    reasons = tuple(reason for gate in gates for reason in gate(evidence))
    return Verdict(reasons=reasons, figures=tuple(_figures(videos) for videos in evidence.videos))


def psnr(picture: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio in dB of the brightness of two uint8 RGB pictures; 100 when it is equal.

    Of brightness, because video holds colour at half the size: the thin coloured lines of the HUD would
    lower the ratio of small pictures, where there is nothing wrong.
    """
    error = float(np.mean((picture @ LUMA - reference @ LUMA) ** 2))
    return 100.0 if error == 0 else float(min(100.0, 10 * np.log10(255**2 / error)))


def _figures(videos: tuple[Video, ...]) -> Figures:
    values = [value for video in videos for value in video.psnr]
    if not values:
        return Figures()
    return Figures(psnr_mean=round(float(np.mean(values)), 3), psnr_min=round(min(values), 3))
