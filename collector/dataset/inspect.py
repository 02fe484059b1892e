"""What a dataset holds, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from collector.dataset.episode import Episode
from collector.dataset.reader import Dataset, open_dataset
from collector.recording.schema import TICK_MS

Key = TypeVar("Key", str, int)


class Count(BaseModel):
    """Figures of some episodes. `frames` are those of all players, `hours` are those of the game."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    episodes: int
    ticks: int
    frames: int
    hours: float


class Summary(BaseModel):
    """Figures of a dataset. `total` and `types` leave quarantine out; `psnr` is in dB over all videos.

    `split_rules` counts episodes by the rule that decided their side, `divided_worlds` the worlds that are on
    more than one: none, unless a rule has split episodes one by one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    version: int
    total: Count
    types: dict[str, Count]
    splits: dict[str, Count]
    split_rules: dict[str, int]
    players: dict[int, Count]
    sizes: dict[str, int]
    worlds: int
    divided_worlds: int
    shards: int
    shard_bytes: int
    recording_bytes: int
    psnr_mean: float | None
    psnr_min: float | None
    quarantined: dict[str, tuple[str, ...]]


def inspect(dataset: str | Path | Dataset) -> Summary:
    """Count what is in a dataset, from its catalog alone.

    Raises:
        NotADataset: there is none.
    """
    opened = dataset if isinstance(dataset, Dataset) else open_dataset(dataset, quarantine=True)
    good = [episode for episode in opened.episodes if episode.split != "quarantine"]
    rows = [row for episode in good for row in episode.columns]
    sides: dict[int, set[str]] = {}
    for episode in good:
        sides.setdefault(episode.world_seed, set()).add(episode.split)
    means = [row["psnr_mean"] for row in rows if row["psnr_mean"] is not None]
    return Summary(
        url=opened.url,
        version=opened.version,
        total=_count(good),
        types=_by(good, lambda episode: episode.type),
        splits=_by(opened.episodes, lambda episode: episode.split),
        split_rules=_counted(episode.split_rule for episode in good),
        players=_by(good, lambda episode: len(episode.players)),
        sizes=_counted(f"{episode.size[0]}x{episode.size[1]}" for episode in good),
        worlds=len(sides),
        divided_worlds=sum(len(some) > 1 for some in sides.values()),
        shards=len({episode.shard.key for episode in opened.episodes}),
        shard_bytes=sum({episode.shard.key: episode.shard.bytes for episode in opened.episodes}.values()),
        recording_bytes=sum(e.recording.bytes for e in opened.episodes if e.recording),
        psnr_mean=round(float(np.mean(means)), 3) if means else None,
        psnr_min=min((row["psnr_min"] for row in rows if row["psnr_min"] is not None), default=None),
        quarantined={e.name: e.reasons for e in opened.episodes if e.split == "quarantine"},
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _by(episodes: Sequence[Episode], key: Callable[[Episode], Key]) -> dict[Key, Count]:
    return {name: _count(some) for name, some in _group(episodes, key).items()}


def _group(episodes: Sequence[Episode], key: Callable[[Episode], Key]) -> dict[Key, list[Episode]]:
    groups: dict[Key, list[Episode]] = {}
    for episode in episodes:
        groups.setdefault(key(episode), []).append(episode)
    return dict(sorted(groups.items()))


def _count(episodes: Sequence[Episode]) -> Count:
    ticks = sum(episode.ticks for episode in episodes)
    return Count(
        episodes=len(episodes),
        ticks=ticks,
        frames=sum(episode.ticks * len(episode.players) for episode in episodes),
        hours=round(ticks * TICK_MS / 3_600_000, 6),
    )
