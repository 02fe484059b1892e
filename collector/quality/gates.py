"""The gates that an episode passes before it is published. All of them, and why, are here.

An episode that fails one is quarantined with the reason: it stays readable, and is in no split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.recording import Recording
from collector.recording.schema import TICK_MS

# Of the worst sampled frame, decoded against rendered, in dB. The default encoding measures 33 or more; the
# frame before or after, while the player walks or turns, 18 to 23.
PSNR_FLOOR = 28.0


class Video(NamedTuple):
    """What was found in one video: its size, how many frames decode, and the PSNR of sampled frames in dB."""

    plane: str
    width: int
    height: int
    frames: int
    psnr: tuple[float, ...] = ()


class Evidence(NamedTuple):
    """What the gates look at: the recording, the asked-for size, and each player's videos."""

    recording: Recording
    width: int
    height: int
    videos: tuple[tuple[Video, ...], ...]


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
    result = evidence.recording.meta.outcome
    if not result.ok:
        yield f"the script failed: {result.reason}"


def clock(evidence: Evidence) -> Iterator[str]:
    """Views are matched by row number: every player needs a row for each tick, in order, at the same time."""
    meta = evidence.recording.meta
    ticks = np.arange(meta.ticks)
    for index, player in enumerate(meta.players):
        rows = evidence.recording.player(index)
        if rows.num_rows != meta.ticks:
            yield f"{player.name} has {rows.num_rows} rows for {meta.ticks} ticks"
        elif not np.array_equal(rows["tick"], ticks) or set(rows["player"].to_pylist()) != {index}:
            yield f"the rows of {player.name} are out of order"
        elif not np.array_equal(rows["render_time"].to_numpy(), meta.start_time + TICK_MS * ticks):
            yield f"{player.name} is off the common clock"


def frames(evidence: Evidence) -> Iterator[str]:
    """One frame per row is what pairs pictures with actions."""
    meta = evidence.recording.meta
    for player, videos in zip(meta.players, evidence.videos, strict=True):
        if "rgb" not in {video.plane for video in videos}:
            yield f"{player.name} has no video"
        for video in videos:
            if video.frames != meta.ticks:
                yield (
                    f"the {video.plane} video of {player.name} has {video.frames} frames "
                    f"for {meta.ticks} ticks"
                )


def size(evidence: Evidence) -> Iterator[str]:
    """All views of an episode stack into one array."""
    for videos in evidence.videos:
        for video in videos:
            if (video.width, video.height) != (evidence.width, evidence.height):
                yield (
                    f"a {video.plane} video is {video.width}x{video.height}, "
                    f"not {evidence.width}x{evidence.height}"
                )


def picture(evidence: Evidence) -> Iterator[str]:
    """What decodes must be what was rendered: catches broken encoders, swapped players and shifted frames."""
    for player, videos in zip(evidence.recording.meta.players, evidence.videos, strict=True):
        for video in videos:
            if video.psnr and min(video.psnr) < PSNR_FLOOR:
                yield (
                    f"the {video.plane} video of {player.name} differs from what was rendered: "
                    f"{min(video.psnr):.1f} dB, at least {PSNR_FLOOR:.0f} expected"
                )


GATES: tuple[Callable[[Evidence], Iterator[str]], ...] = (outcome, clock, frames, size, picture)


def judge(evidence: Evidence) -> Verdict:
    """Put an episode through all gates."""
    reasons = tuple(reason for gate in GATES for reason in gate(evidence))
    return Verdict(reasons=reasons, figures=tuple(_figures(videos) for videos in evidence.videos))


def psnr(picture: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio in dB of two uint8 pictures; 100 when they are equal."""
    error = float(np.mean((picture.astype(np.float32) - reference) ** 2))
    return 100.0 if error == 0 else float(min(100.0, 10 * np.log10(255**2 / error)))


def _figures(videos: tuple[Video, ...]) -> Figures:
    values = [value for video in videos for value in video.psnr]
    if not values:
        return Figures()
    return Figures(psnr_mean=round(float(np.mean(values)), 3), psnr_min=round(min(values), 3))
