"""What a dataset looks like in figures: keys, camera and places, of some of its episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.dataset import Dataset, Episode
from collector.quality.measures import key_counts, positions

# So many episodes are read, evenly spread: a few seconds of work, once for each version.
SAMPLED = 40
# Degrees a tick.
CAMERA_EDGES = np.arange(-20, 21, 2.0)
STILL = 0.05
CELLS = 44
LEAST_REACH = 8

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Turns:
    """How the camera turns about one axis: `counts` by `CAMERA_EDGES`, of ticks in which it does."""

    counts: tuple[int, ...]
    still: float


@dataclass(frozen=True)
class Cell:
    """A square of the map, in cells from its corner, and how much happens there, from 0 to 1."""

    x: int
    z: int
    share: float


@dataclass(frozen=True)
class Plots:
    """Of `episodes` episodes: share of ticks in which a key is down, turns, and where players were.

    The middle of the map is that of the players when their episode begins, and `reach` how many blocks it
    goes from there in each direction.
    """

    episodes: int
    keys: dict[str, float]
    yaw: Turns
    pitch: Turns
    cells: tuple[Cell, ...]
    reach: int


def plots(dataset: Dataset) -> Plots | None:
    """The plots of a dataset; None when it has no episode.

    Raises:
        DatasetError: what its catalog names cannot be read.
    """
    chosen = _spread(dataset)
    if not chosen:
        return None
    keys: Counter[str] = Counter()
    camera, places = [], []
    for episode in chosen:
        players = [dataset.rows(episode, player) for player in range(len(episode.players))]
        paths = [positions(rows.table)[:, [0, 2]] for rows in players]
        middle = np.mean([path[0] for path in paths], axis=0)
        for rows, path in zip(players, paths, strict=True):
            keys.update(key_counts(rows.actions))
            camera.append(rows.actions[:, 23:25])
            places.append(path - middle)
    turned, where = np.concatenate(camera), np.concatenate(places)
    reach = max(LEAST_REACH, int(np.ceil(np.abs(where).max())))
    return Plots(
        episodes=len(chosen),
        keys={name: count / len(turned) for name, count in keys.most_common() if count},
        yaw=_turns(turned[:, 0]),
        pitch=_turns(turned[:, 1]),
        cells=tuple(_cells(where, reach)),
        reach=reach,
    )


def _spread(dataset: Dataset) -> list[Episode]:
    splits = dataset.episodes.column("split").to_pylist()
    good = np.flatnonzero([split != "quarantine" for split in splits])
    picks = np.linspace(0, len(good) - 1, min(SAMPLED, len(good)))
    return [dataset.episodes[int(good[int(pick)])] for pick in picks]


def _turns(degrees: NDArray[np.float32]) -> Turns:
    moving = degrees[np.abs(degrees) > STILL]
    counts, _ = np.histogram(np.clip(moving, CAMERA_EDGES[0], CAMERA_EDGES[-1]), CAMERA_EDGES)
    return Turns(tuple(counts.tolist()), 1 - len(moving) / len(degrees))


def _cells(where: NDArray[np.float64], reach: int) -> Iterator[Cell]:
    """The squares in which players were."""
    counts = np.zeros((CELLS, CELLS))
    indices = ((where + reach) / (2 * reach) * CELLS).astype(int).clip(0, CELLS - 1)
    np.add.at(counts, tuple(indices.T), 1)
    shade = np.log1p(counts) / np.log1p(counts.max())
    for x, z in zip(*np.nonzero(counts), strict=True):
        yield Cell(int(x), int(z), float(shade[x, z]))
