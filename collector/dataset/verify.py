"""Reads a whole dataset again and says what is broken."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from collector.dataset.episode import Episode, Place
from collector.dataset.pictures import raw_frames
from collector.dataset.reader import Dataset, open_dataset
from collector.dataset.video import packets
from collector.errors import DatasetError, StoreError
from collector.store import digest


class Problem(BaseModel):
    """Something that is broken: in a shard or recording (`key`), and in which sample, if that is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    episode: str | None = None
    player: int | None = None
    reason: str


class Verification(BaseModel):
    """What was checked and what is broken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    version: int
    shards: int
    episodes: int
    frames: int
    bytes: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return not self.problems


def verify(
    dataset: str | Path | Dataset,
    *,
    sample: int | None = None,
    seed: int = 0,
    on_episode: Callable[[str], None] = lambda _: None,
) -> Verification:
    """Check every shard, recording and member by hash, decode every video, count rows and frames.

    Args:
        dataset: what to check; quarantined episodes too, when it is given by path.
        sample: check only so many episodes, with the whole shards that they lie in; all if left.
        seed: which episodes those are.
        on_episode: is called with the name of each episode when it has been checked.

    Raises:
        NotADataset: there is none.
    """
    opened = dataset if isinstance(dataset, Dataset) else open_dataset(dataset, quarantine=True)
    episodes: Sequence[Episode] = opened.episodes
    if sample is not None and sample < len(episodes):
        drawn = sorted(random.Random(seed).sample(range(len(episodes)), sample))
        episodes = [episodes[index] for index in drawn]
    shards = {episode.shard for episode in episodes}
    problems = [
        problem for shard in sorted(shards, key=lambda s: s.key) for problem in _check_object(opened, shard)
    ]
    recordings = {episode.recording for episode in episodes if episode.recording}
    frames = 0
    for episode in episodes:
        found = list(_check_episode(opened, episode))
        problems += found
        frames += 0 if found else episode.ticks * len(episode.players)
        on_episode(episode.name)
    return Verification(
        url=opened.url,
        version=opened.version,
        shards=len(shards),
        episodes=len(episodes),
        frames=frames,
        bytes=sum(place.bytes for place in shards | recordings),
        problems=tuple(problems),
    )


def _check_object(dataset: Dataset, place: Place, episode: str | None = None) -> Iterator[Problem]:
    """Size and hash of a whole object."""
    size = dataset.store.size(place.key)
    if size is None:
        yield Problem(key=place.key, episode=episode, reason="is missing")
    elif size != place.bytes:
        yield Problem(
            key=place.key, episode=episode, reason=f"has {size} bytes; {place.bytes} were published"
        )
    elif digest(dataset.store, place.key) != place.sha256:
        yield Problem(key=place.key, episode=episode, reason="has other bytes than were published")


def _check_episode(dataset: Dataset, episode: Episode) -> Iterator[Problem]:
    if episode.recording:
        yield from _check_object(dataset, episode.recording, episode.name)
    try:
        dataset.card(episode)
    except (DatasetError, StoreError) as error:
        yield Problem(key=episode.shard.key, episode=episode.name, reason=str(error))
    for player in range(len(episode.players)):
        try:
            _check_player(dataset, episode, player)
        except (DatasetError, StoreError) as error:
            yield Problem(key=episode.shard.key, episode=episode.name, player=player, reason=str(error))


def _check_player(dataset: Dataset, episode: Episode, player: int) -> None:
    """Raises what a reader of the sample would raise."""
    rows = dataset.rows(episode, player)
    for plane in rows.planes:
        place = episode.place(plane, player)
        if place is None:
            raise DatasetError(f"{episode.name} has no {plane} video of player {player}")
        index = rows.index(plane)
        data = dataset.read(episode, place)[int(index.offset[0]) :]
        count = sum(1 for _ in raw_frames(rows.streams[plane], packets(data, index, 0, len(index.key))))
        if count != episode.ticks:
            raise DatasetError(f"the {plane} video has {count} frames for {episode.ticks} ticks")
