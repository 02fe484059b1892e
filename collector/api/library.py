"""The datasets of the service, opened once for each version."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from collector.dataset import Dataset, Episode
from collector.dataset.catalog import Catalog, open_or_create
from collector.dataset.reader import Place, open_dataset
from collector.errors import DatasetError, UnknownEpisode
from collector.jobs.board import Board
from collector.jobs.run import dataset_url
from collector.settings import Settings
from collector.store import open_store

KEPT = 16
# A new version is seen within this time; a catalog is not asked for its version more often.
FRESH_SECONDS = 2.0
PIECE = 1 << 20


@dataclass(eq=False)
class Opened:
    """One version of a dataset."""

    dataset: Dataset
    checked: float = field(default_factory=time.monotonic)

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """The names of the episodes, sorted."""
        return np.asarray(self.dataset.episodes.column("episode").to_pylist(), dtype=object)

    @cached_property
    def types(self) -> list[str]:
        """All types of episodes in it."""
        return sorted(self.dataset.episodes.column("type").unique().to_pylist())

    @cached_property
    def shards(self) -> list[Place]:
        """All shards but those in quarantine, by name."""
        episodes = self.dataset.episodes
        good = pc.not_equal(_plain(episodes.column("split")), "quarantine")
        shards = (
            pa.chunked_array([_plain(episodes.column("shard")).combine_chunks()]).filter(good).to_pylist()
        )
        first = {shard: index for index, shard in reversed(list(enumerate(shards)))}
        indices = np.flatnonzero(good.to_numpy())
        return [episodes[int(indices[first[shard]])].shard for shard in sorted(first)]

    def episode(self, name: str) -> Episode:
        """The episode of that name.

        Raises:
            UnknownEpisode: there is none.
        """
        index = int(np.searchsorted(self.names, name))
        if index == len(self.names) or self.names[index] != name:
            raise UnknownEpisode(
                f"there is no episode {name!r} in version {self.dataset.version} of {self.dataset.url}"
            )
        return self.dataset.episodes[index]

    def find(self, *, prefix: str, type: str, split: str, after: str, limit: int) -> list[Episode]:  # noqa: A002 (the name of the column)
        """The first `limit` episodes behind `after`, by prefix of their name, type and split; "" is any."""
        begin = max(
            np.searchsorted(self.names, after, side="right"), np.searchsorted(self.names, prefix, side="left")
        )
        end = np.searchsorted(self.names, prefix + "\uffff") if prefix else len(self.names)
        fit = np.ones(len(self.names), dtype=bool)
        for column, value in (("type", type), ("split", split)):
            if value:
                fit &= pc.equal(_plain(self.dataset.episodes.column(column)), value).to_numpy()
        indices = np.flatnonzero(fit[begin:end])[:limit] + begin
        return [self.dataset.episodes[int(index)] for index in indices]


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values themselves of a column that is read as indices into them."""
    return column.cast(pa.string())


class Library:
    """Opens datasets by name; safe to use from several threads."""

    def __init__(self, board: Board, settings: Settings) -> None:
        self._board = board
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: OrderedDict[tuple[str, int | None], Opened] = OrderedDict()

    def names(self) -> list[str]:
        """The datasets that jobs were queued for or that were created, also those that are empty still."""
        return self._board.datasets()

    def create(self, name: str) -> bool:
        """Have a dataset of that name, an empty one unless it is there; whether it is new to the service."""
        open_or_create(open_store(dataset_url(self._settings, name)))
        return self._board.add_dataset(name)

    def open(self, name: str, version: int | None = None) -> Opened:
        """A dataset at its newest version, or at that one, quarantine included.

        Raises:
            NotADataset: nothing has been published under that name, or not that version.
        """
        with self._lock:
            opened = self._opened.get((name, version))
            if opened is None or not self._is_current(name, version, opened):
                store = open_store(dataset_url(self._settings, name))
                opened = Opened(open_dataset(store, version, quarantine=True))
                self._opened[name, version] = opened
                if len(self._opened) > KEPT:
                    self._opened.popitem(last=False)
            self._opened.move_to_end((name, version))
            return opened

    def _is_current(self, name: str, version: int | None, opened: Opened) -> bool:
        if version is not None or time.monotonic() - opened.checked < FRESH_SECONDS:
            return True
        opened.checked = time.monotonic()
        newest = Catalog(open_store(dataset_url(self._settings, name))).version
        return newest == opened.dataset.version


def member(episode: Episode, player: int, name: str) -> Place:
    """Where a member of an episode lies.

    Raises:
        UnknownEpisode: it has no such player or member.
    """
    if name == "recording":
        place = episode.recording
    else:
        place = episode.place(name, player) if player < len(episode.players) else None
    if place is None:
        raise UnknownEpisode(f"episode {episode.name} has no {name} of player {player}")
    return place


def pieces(dataset: Dataset, place: Place, start: int, stop: int) -> Iterator[bytes]:
    """Bytes `start … stop - 1` of a member, read as they are sent.

    Raises:
        DatasetError: the object is shorter than the catalog says.
    """
    for position in range(start, stop, PIECE):
        length = min(PIECE, stop - position)
        data = dataset.store.get(place.key, place.offset + position, length)
        if len(data) != length:
            raise DatasetError(f"{place.key} ends before byte {place.offset + position + length}")
        yield data
