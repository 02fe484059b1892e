"""Figures of generated videos that need no judge: they follow from the real videos and the recording.

| figure | range | what it tells |
|---|---|---|
| `psnr` | dB, up to 100 | how near pictures are to the real ones, pixel by pixel |
| `ssim` | up to 1 | the same by structure (Wang et al. 2004, as scikit-image computes it) |
| `following` | 0 … 1 | share of turning ticks whose picture turns to the side that the action says |
| `late` | ticks | by which the picture turns after its action |
| `turn_error` | degrees a tick | between the turn that the picture shows and that of the action |
| `cross_view` | 0 … 1 | share of moments at which all videos show the other players where they are |

Turns are measured from pixels (`collector.quality.registration`), at the ticks at which the real pictures
show the turn that the action says. A player is shown when the picture around the place where the recording
has them resembles the real one: normalized correlation of at least `RESEMBLES`.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.dataset.formats.solaris import EVAL_FRAMES
from collector.errors import UsageError
from collector.evaluation.footage import Picture
from collector.evaluation.scene import Scene
from collector.quality.measures import LAGS, SEEN_TURN, eyes, on_screen
from collector.quality.registration import turns

Floats = NDArray[np.float64]

BEST_PSNR = 100.0
RESEMBLES = 0.5
# Farther players are some pixels high.
FARTHEST = 24.0
# The body is 0.6 blocks wide and 1.8 high; around it there is as much again to be seen that it stands out.
BODY_WIDTH, BODY_HEIGHT = 1.2, 2.2
SMALLEST_PATCH = 6
# Degrees. Flat ground under an empty sky shows no turn, not even in real pictures; where those do not show
# the turn of the action, generated ones are not asked for it.
TRUSTED = 1.0


class VideoMetrics(BaseModel):
    """Figures of one player's video; None where nothing could be measured, as when nobody turns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    frames: int
    psnr: float
    ssim: float
    following: float | None
    late: int | None
    turn_error: float | None


class EpisodeMetrics(BaseModel):
    """Figures of an episode: of each player's video, and of all together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    episode: str
    type: str
    videos: dict[str, VideoMetrics]
    cross_view: float | None


class Compared(NamedTuple):
    """A generated video beside the real one, sampled.

    Attributes:
        frames: how many both have.
        psnr, ssim: of every compared frame.
        seen: degrees that the generated camera turned from each frame to the next, + = left; NaN where
            that was not measured.
        patches: for each other player and compared frame, how well the picture of that player is resembled.
    """

    frames: int
    psnr: list[float]
    ssim: list[float]
    seen: Floats
    patches: dict[int, dict[int, float]]


def measure(
    scene: Scene,
    names: Sequence[str],
    real: Sequence[Iterator[Picture]],
    generated: Sequence[Iterator[Picture]],
    *,
    every: int = 8,
) -> tuple[dict[str, VideoMetrics], float | None]:
    """The figures of an episode's videos by player, and `cross_view`.

    Args:
        scene: what was recorded.
        names: of the players.
        real, generated: pictures of each player from tick `scene.start` + 1 on, of one size.
        every: so many frames apart pictures are compared; turns are measured in all of them.
    """
    compared = [_compare(scene, player, real[player], generated[player], every) for player in scene.players]
    videos = {name: _video(scene, player, compared[player]) for player, name in enumerate(names)}
    return videos, _cross_view([one.patches for one in compared])


def library() -> Any:
    """The metrics of scikit-image.

    Raises:
        UsageError: the extra `metrics` is not installed.
    """
    try:
        from skimage import metrics  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError(
            "scikit-image is not installed: pip install 'collector[metrics]', or score with --no-metrics"
        ) from error
    return metrics


def resemblance(picture: Picture, reference: Picture) -> float:
    """Normalized correlation of colours, -1 … 1; 0 when one of them has no contrast.

    Every row counts from its own mean, so that who stands before the horizon is not mistaken for it.
    """
    one, other = (np.asarray(p, np.float64) - np.mean(p, axis=1, keepdims=True) for p in (picture, reference))
    norm = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum() / norm) if norm > 1e-6 else 0.0


def _compare(
    scene: Scene, player: int, real: Iterator[Picture], generated: Iterator[Picture], every: int
) -> Compared:
    said = _said(scene, player)
    look = _near_turns(said)
    psnr: list[float] = []
    ssim: list[float] = []
    seen = np.full(len(said), np.nan)
    patches: dict[int, dict[int, float]] = {}
    before: tuple[Picture, Picture] | None = None
    frame = -1
    for frame, (truth, shown) in enumerate(itertools.islice(zip(real, generated, strict=False), EVAL_FRAMES)):
        if before is not None and frame <= len(seen) and look[frame - 1]:
            true_turn = turns([before[0], truth], scene.fov)[0]
            if abs(true_turn - said[frame - 1]) <= TRUSTED:
                seen[frame - 1] = turns([before[1], shown], scene.fov)[0]
        before = np.array(truth), np.array(shown)
        if frame % every == 0:
            psnr.append(_psnr(shown, truth))
            ssim.append(float(library().structural_similarity(shown, truth, channel_axis=2)))
            for other, box in _boxes(scene, player, frame, truth.shape[:2]).items():
                patches.setdefault(other, {})[frame] = resemblance(shown[box], truth[box])
    return Compared(frame + 1, psnr, ssim, seen, patches)


def _video(scene: Scene, player: int, compared: Compared) -> VideoMetrics:
    said = _said(scene, player)
    measured = ~np.isnan(compared.seen)
    turning = measured & (np.abs(said) >= SEEN_TURN)
    following, late, error = None, None, None
    if turning.sum() >= len(LAGS):
        following = float(np.mean(np.sign(compared.seen[turning]) == np.sign(said[turning])))
        error = float(np.mean(np.abs(compared.seen[turning] - said[turning])))
        late = min(LAGS, key=lambda lag: (_misfit(compared.seen, said, lag), abs(lag)))
    return VideoMetrics(
        frames=compared.frames,
        psnr=_mean(compared.psnr),
        ssim=_mean(compared.ssim),
        following=following,
        late=late,
        turn_error=error,
    )


def _said(scene: Scene, player: int) -> Floats:
    """Degrees that the action between each frame and the next says, + = left."""
    first = scene.start + 1
    return np.asarray(scene.actions[player, first : first + EVAL_FRAMES - 1, 23], np.float64)


def _near_turns(said: Floats) -> NDArray[np.bool_]:
    """The frames whose turn is worth measuring: where the action turns, and some before and after."""
    reach = np.ones(2 * max(LAGS) + 1)
    near: NDArray[np.bool_] = np.convolve(np.abs(said) >= SEEN_TURN, reach, "same") > 0
    return near


def _misfit(seen: Floats, said: Floats, lag: int) -> float:
    """How far off turns are when they are shown `lag` ticks after they are said."""
    shifted = np.roll(said, lag)
    known = ~np.isnan(seen)
    return float(np.mean(np.abs(seen[known] - shifted[known])))


def _boxes(scene: Scene, player: int, frame: int, size: tuple[int, ...]) -> dict[int, tuple[slice, slice]]:
    """Where the other players are in a picture, for those who are near and wholly inside."""
    tick = scene.start + 1 + frame
    boxes = {}
    for other in scene.players:
        if other == player or tick >= len(scene.tables[player]):
            continue
        middle = eyes(scene.tables[other]) - np.array([0.0, 0.72, 0.0])  # half-way between feet and crown
        at = on_screen(scene.tables[player], middle, scene.fov, scene.aspect)
        ahead = float(at.ahead[tick])
        if not 1.0 < ahead < FARTHEST:
            continue
        box = _box(float(at.right[tick]), float(at.up[tick]), ahead, scene.fov, size)
        if box is not None:
            boxes[other] = box
    return boxes


def _box(
    right: float, up: float, ahead: float, fov: float, size: tuple[int, ...]
) -> tuple[slice, slice] | None:
    height, width = size
    focal = height / 2 / np.tan(np.radians(fov) / 2)
    column, row = (1 + right) * width / 2, (1 - up) * height / 2
    half_width, half_height = BODY_WIDTH / 2 * focal / ahead, BODY_HEIGHT / 2 * focal / ahead
    left, top = round(column - half_width), round(row - half_height)
    bottom, end = round(row + half_height), round(column + half_width)
    if left < 0 or top < 0 or end > width or bottom > height:
        return None
    if end - left < SMALLEST_PATCH or bottom - top < SMALLEST_PATCH:
        return None
    return slice(top, bottom), slice(left, end)


def _cross_view(patches: Sequence[Mapping[int, Mapping[int, float]]]) -> float | None:
    """The share of moments at which all players that should be seen are seen, by everybody."""
    moments: dict[int, bool] = {}
    for others in patches:
        for values in others.values():
            for frame, value in values.items():
                moments[frame] = moments.get(frame, True) and value >= RESEMBLES
    return _mean(moments.values()) if moments else None


def _psnr(picture: Picture, reference: Picture) -> float:
    if np.array_equal(picture, reference):
        return BEST_PSNR
    return min(BEST_PSNR, float(library().peak_signal_noise_ratio(reference, picture)))


def _mean(values: Collection[float]) -> float:
    return float(np.mean(list(values))) if values else 0.0
