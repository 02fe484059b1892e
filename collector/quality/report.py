"""Measures a whole dataset: what is in it, what looks wrong, and what it looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.dataset import Dataset, Episode, Summary, inspect
from collector.dataset import open as open_dataset
from collector.errors import DatasetError, RecordingError, RenderError
from collector.quality.measures import (
    PlayerMeasures,
    busiest,
    column,
    eyes,
    idle,
    key_counts,
    lag,
    on_screen,
    signature,
    stuck,
    visible,
)
from collector.quality.rules import warnings
from collector.quality.surroundings import DARK_LEVEL, Surroundings, surroundings
from collector.recording.schema import ClockMeta

# Ticks that are registered in each episode, those with most turning.
REGISTERED_TICKS = 48
# Pictures of each player on the contact sheet, (height, width).
SHEET_PICTURES = 6
SHEET_SIZE = (108, 192)
# Degrees a tick, as the trainer clips them, and beyond.
CAMERA_EDGES = (*range(-20, 21, 2), 180)
FULL_BREATH = 300
# Episodes are near-duplicates whose signatures differ by less than this, in blocks and radians a number.
SAME = 0.05
DEFAULT_FOV = 70.0


class EpisodeMeasures(BaseModel):
    """One episode: its players' figures in order, and what the rules say of each of them.

    `timeline` says for every `<player> sees <other>` when, with `1` and `0` for each tick.
    `stand_ins` counts what was drawn in place of things that the renderer has no model of.
    `clock` is how the game's clock ran where it was not a virtual one, which is never late.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    type: str
    split: str
    ticks: int
    players: dict[str, PlayerMeasures]
    warnings: dict[str, dict[str, str]]
    timeline: dict[str, str] = {}
    stand_ins: dict[str, int] = {}
    clock: ClockMeta | None = None


class QualityReport(BaseModel):
    """A dataset's figures.

    Attributes:
        keys: in how many ticks, of all players, each key is pressed.
        camera: `CAMERA_EDGES` histogram of the turn a tick in degrees, left and up counted as +.
        duplicates: groups of episodes that are nearly the same.
        unreadable: episodes that could not be measured, with the reason.
        warnings: how many players of episodes each rule warns of.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: Summary
    episodes: tuple[EpisodeMeasures, ...]
    keys: dict[str, int]
    camera: dict[str, tuple[int, ...]]
    duplicates: tuple[tuple[str, ...], ...]
    unreadable: dict[str, str]
    warnings: dict[str, int]


Sheet = list[list[NDArray[np.uint8]]]
OnEpisode = Callable[[Episode, Sheet], None]


def measure(dataset: str | Path | Dataset, on_episode: OnEpisode = lambda *_: None) -> QualityReport:
    """Measure every good episode of a dataset.

    Args:
        dataset: what to measure.
        on_episode: is called with each episode and its contact sheet, a list of pictures for each player.

    Raises:
        NotADataset: there is none.
    """
    opened = dataset if isinstance(dataset, Dataset) else open_dataset(dataset)
    keys: Counter[str] = Counter()
    camera = {"yaw": np.zeros(len(CAMERA_EDGES), int), "pitch": np.zeros(len(CAMERA_EDGES), int)}
    measured, signatures, unreadable = [], {}, {}
    for episode in opened.episodes:
        try:
            tables = [opened.rows(episode, player).table for player in range(len(episode.players))]
            pictures = _sheet(opened, episode)
            measured.append(_measure(opened, episode, pictures))
        except DatasetError as error:
            unreadable[episode.name] = str(error)
            continue
        signatures[episode.name] = signature(tables)
        for player in range(len(episode.players)):
            actions = opened.rows(episode, player).actions
            keys.update(key_counts(actions))
            camera["yaw"] += _histogram(actions[:, 23])
            camera["pitch"] += _histogram(actions[:, 24])
        on_episode(episode, pictures)
    told = Counter(name for one in measured for player in one.warnings.values() for name in player)
    return QualityReport(
        summary=inspect(opened.url if isinstance(dataset, Dataset) else dataset),
        episodes=tuple(measured),
        keys=dict(keys),
        camera={axis: tuple(counts.tolist()) for axis, counts in camera.items()},
        duplicates=tuple(duplicates(signatures)),
        unreadable=unreadable,
        warnings=dict(told),
    )


def duplicates(signatures: dict[str, NDArray[np.float64]]) -> Iterator[tuple[str, ...]]:
    """Groups of episodes whose signatures are nearly the same."""
    left = dict(signatures)
    while left:
        name, values = left.popitem()
        same = [
            other
            for other, theirs in left.items()
            if len(theirs) == len(values) and np.abs(theirs - values).max() < SAME
        ]
        for other in same:
            del left[other]
        if same:
            yield tuple(sorted([name, *same]))


def _measure(dataset: Dataset, episode: Episode, pictures: Sheet) -> EpisodeMeasures:
    view = dataset.card(episode).view
    fov = float(view.get("fov", DEFAULT_FOV))
    around, clock = _look_around(dataset, episode)
    players = {
        name: _measure_player(dataset, episode, index, pictures[index], fov)
        for index, name in enumerate(episode.players)
    }
    if around:
        players = {
            name: player.model_copy(update=_around_player(around, index))
            for index, (name, player) in enumerate(players.items())
        }
    if clock:
        held = {"late": round(clock.late_ticks / episode.ticks, 4), "given_up": clock.given_up_ms}
        players = {name: player.model_copy(update=held) for name, player in players.items()}
    return EpisodeMeasures(
        name=episode.name,
        type=episode.type,
        split=episode.split,
        ticks=episode.ticks,
        players=players,
        warnings={name: told for name, player in players.items() if (told := warnings(player))},
        stand_ins=dict(view.get("stand_ins") or {}),
        timeline=_timeline(dataset, episode),
        clock=clock if clock and clock.mode != "virtual" else None,
    )


def _measure_player(
    dataset: Dataset, episode: Episode, index: int, pictures: list[NDArray[np.uint8]], fov: float
) -> PlayerMeasures:
    rows = dataset.rows(episode, index)
    table = rows.table
    length = min(REGISTERED_TICKS, episode.ticks)
    start = busiest(rows.actions, length)
    clip = dataset.clip(episode, start, length, players=[index])
    aspect = episode.size[0] / episode.size[1]
    late = lag(clip.frames[0], clip.actions[0, :, 23], fov)
    return PlayerMeasures(
        stuck=_share(stuck(table)),
        idle=_share(idle(table, rows.actions)),
        under_water=_share(column(table, "air") < FULL_BREATH) if _known(table, "air") else 0.0,
        dead=_share(column(table, "alive") == 0) if _known(table, "alive") else 0.0,
        dark=round(float(np.mean(pictures)), 1),
        faces={
            name: _share(on_screen(table, eyes(dataset.rows(episode, other).table), fov, aspect).inside)
            for other, name in enumerate(episode.players)
            if other != index
        },
        sees={name: _share(ticks) for name, ticks in _seen(dataset, episode, index).items()},
        lag=late.ticks,
        agreement=late.agreement,
    )


def _look_around(dataset: Dataset, episode: Episode) -> tuple[Surroundings | None, ClockMeta | None]:
    """What the recording says; nothing where there is none, or one that this version cannot read."""
    if episode.recording is None:
        return None, None
    try:
        with dataset.recording(episode) as recording:
            tables = [dataset.rows(episode, player).table for player in range(len(episode.players))]
            return surroundings(recording, tables), recording.meta.clock
    except (RecordingError, RenderError):
        return None, None


def _seen(dataset: Dataset, episode: Episode, index: int) -> dict[str, NDArray[np.bool_]]:
    """In which ticks a player sees each other one; nothing where the rows do not say."""
    shown = visible(dataset.rows(episode, index).table)
    if shown is None:
        return {}
    return {name: shown[:, other] for other, name in enumerate(episode.players) if other != index}


def _timeline(dataset: Dataset, episode: Episode) -> dict[str, str]:
    return {
        f"{one} sees {other}": "".join(str(int(seen)) for seen in ticks)
        for index, one in enumerate(episode.players)
        for other, ticks in _seen(dataset, episode, index).items()
    }


def _around_player(around: Surroundings, index: int) -> dict[str, Any]:
    return {"inside": _share(around.inside[index]), "unlit": _share(around.light[index] < DARK_LEVEL)}


def _sheet(dataset: Dataset, episode: Episode) -> Sheet:
    """Pictures that are spread over the episode, the same ticks for all players."""
    ticks = np.linspace(0, episode.ticks - 1, SHEET_PICTURES).astype(int).tolist()
    clips = [dataset.clip(episode, tick, 1, size=SHEET_SIZE).frames for tick in ticks]
    return [[clip[player, 0] for clip in clips] for player in range(len(episode.players))]


def _histogram(degrees: NDArray[np.float32]) -> NDArray[np.int64]:
    counts, _ = np.histogram(degrees, bins=(-180, *CAMERA_EDGES))
    return counts.astype(np.int64)


def _share(ticks: NDArray[np.bool_]) -> float:
    return round(float(np.mean(ticks)), 4)


def _known(table: pa.Table, name: str) -> bool:
    return bool(table[name].null_count == 0)
