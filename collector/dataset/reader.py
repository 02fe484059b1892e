"""The trainer's side: opens a dataset at a version, and reads clips of synchronized views from it.

    dataset = collector.dataset.open("out/demo")
    clip = dataset.clip(dataset.episodes[0], start=40, length=33)
    clip.frames   # uint8 [players, time, height, width, 3]
    clip.actions  # float32 [players, time, 25]

A clip reads the rows of its players (kept for the next clip of the episode) and one range of each video,
from the key frame before its first frame to its last frame. All bytes are checked against the hashes that
were published; what is damaged or missing is an error and never a black frame.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from av import VideoFrame
from numpy.typing import NDArray
from pydantic import ValidationError

from collector.dataset.cache import CachedStore
from collector.dataset.catalog import Catalog
from collector.dataset.episode import LIGHT, MAX_BYTES, REPEATED, Episode, Episodes, Place
from collector.dataset.fit import Fit, Size
from collector.dataset.layout import QUARANTINE, Split
from collector.dataset.memory import Memory
from collector.dataset.pictures import Converter, Pixels, Target, converter, frames
from collector.dataset.rows import Rows
from collector.dataset.sample import Card
from collector.dataset.video import key_before, packets
from collector.errors import DatasetError, ObjectMissing, SampleDamaged, ShardMissing
from collector.recording import Recording
from collector.store import Store, open_store
from collector.video.planes import FORMS

__all__ = ["Clip", "Dataset", "Episode", "Episodes", "Place", "open_dataset"]

CACHE_BYTES = 50 << 30
# Rows of this many players of episodes stay in memory, some 300 kB each.
CACHED_ROWS = 128
# The memory of this many clips, or planes of them, that nobody holds any more is used for the next ones.
KEPT_CLIPS = 4


@dataclass(frozen=True)
class Clip:
    """Consecutive ticks of an episode, the same ones for every player.

    Attributes:
        frames: uint8 [players, time, height, width, 3], or as `Target` says; frame `i` shows the state of row
            `i`.
        actions: float32 [players, time, 25], see `collector.recording.action_vectors`.
        rows: a table for each player, one row for each tick.
        planes: those that were asked for, [players, time, height, width] and channels, see
            `collector.video.planes`.
    """

    episode: Episode
    start: int
    players: tuple[int, ...]
    frames: NDArray[np.uint8]
    actions: NDArray[np.float32]
    planes: dict[str, NDArray[Any]]
    _sources: tuple[Rows, ...]

    @property
    def rows(self) -> tuple[pa.Table, ...]:
        """A table for each player, one row for each tick."""
        return tuple(one.table.slice(self.start, self.actions.shape[1]) for one in self._sources)


class Dataset:
    """The episodes of one version of a dataset, or of a selection of them."""

    def __init__(self, store: Store, catalog: Catalog, table: pa.Table, memory: Memory | None = None) -> None:
        self.store = store
        self.version = catalog.version
        self.catalog = catalog
        self._table = table
        self._memory = memory or Memory(KEPT_CLIPS)
        self._rows: OrderedDict[Place, Rows] = OrderedDict()
        self._lock = Lock()

    def __reduce__(self) -> tuple[Callable[..., Dataset], tuple[Any, ...]]:
        """Worker processes open the catalog themselves, and share the cache."""
        store = self.store
        cache = (store.folder, store.limit) if isinstance(store, CachedStore) else (None, 0)
        return _reopen, (store.url, self.version, self._table, *cache)

    @property
    def url(self) -> str:
        """Where the dataset is."""
        return self.store.url

    @cached_property
    def episodes(self) -> Episodes:
        """The episodes, ordered by name."""
        return Episodes(self._table, self._details)

    def episode(self, name: str) -> Episode:
        """The episode of that name.

        Raises:
            DatasetError: there is none.
        """
        index: int = pc.index(self.episodes.column("episode"), name).as_py()
        if index < 0:
            raise DatasetError(f"{self.url} has no episode {name!r} in version {self.version}")
        return self.episodes[index]

    def filter(
        self,
        *,
        types: Sequence[str] | None = None,
        split: Split | None = None,
        players: int | None = None,
        tags: Sequence[str] | None = None,
        min_ticks: int = 0,
    ) -> Dataset:
        """The episodes of these types, side of the split, number of players, tags (all) and length."""
        table = self._table
        keep = pc.greater_equal(table["ticks"], min_ticks)
        if types is not None:
            keep = pc.and_(keep, pc.is_in(table["type"], pa.array(types, pa.string())))
        if split is not None:
            keep = pc.and_(keep, pc.equal(table["split"], split))
        if players is not None:
            keep = pc.and_(keep, pc.equal(table["players"], players))
        if tags is not None:
            keep = pc.and_(keep, pc.is_in(table["episode"], self._tagged(set(tags))))
        return Dataset(self.store, self.catalog, _kept(table, keep), self._memory)

    def clip(
        self,
        episode: Episode | str,
        start: int,
        length: int,
        *,
        players: Sequence[int] | None = None,
        planes: Sequence[str] = (),
        size: Size | None = None,
        pixels: Pixels = "rgb24",
        device: str | None = None,
        out: Mapping[str, NDArray[Any]] | None = None,
    ) -> Clip:
        """Read the ticks `start … start + length - 1`.

        Args:
            episode: an episode of this dataset, or its name.
            start: first tick.
            length: number of ticks.
            players: indices of the players to read, in that order; all of them by default.
            planes: `depth`, `segment`, `normals` and `flow`, where they were rendered.
            size: (height, width) to come to, by scaling and cutting out the middle; see `Fit`.
            pixels: `rgb24`, or `yuv420p` as the videos have them; see `Target`.
            device: that decodes the pictures, `cuda` for example; by default the processor.
            out: arrays to decode into, as `room` makes them; by default others, in memory that earlier clips
                had and nobody holds any more.

        Raises:
            DatasetError: the episode has no such ticks, players or planes.
            DecoderMissing: the device cannot decode.
            SampleDamaged: bytes differ from what was published.
            ShardMissing: the shard is not there.
        """
        episode = self.episode(episode) if isinstance(episode, str) else episode
        chosen = tuple(range(len(episode.players))) if players is None else tuple(players)
        _check_range(episode, start, length, chosen)
        rows = [self.rows(episode, player) for player in chosen]
        span = range(start, start + length)
        target = Target(size, pixels, device)
        shape, own = (len(chosen), length), episode.size[::-1]
        stacks = dict(out or room(shape, size or own, planes, self._memory.empty, pixels))
        for plane, stack in stacks.items():
            self._fill(stack, episode, chosen, plane, span, target)
        return Clip(
            episode=episode,
            start=start,
            players=chosen,
            frames=stacks.pop("rgb"),
            actions=np.stack([one.actions[start : start + length] for one in rows]),
            planes=stacks,
            _sources=tuple(rows),
        )

    def rows(self, episode: Episode, player: int) -> Rows:
        """All rows of a player.

        Raises:
            SampleDamaged: they differ from what was published.
        """
        place = episode.place("rows", player)
        if place is None:
            raise DatasetError(f"{episode.name} has no rows of player {player}")
        with self._lock:
            if place in self._rows:
                self._rows.move_to_end(place)
                return self._rows[place]
        rows = _load_rows(self.read(episode, place), episode, player)
        with self._lock:
            self._rows[place] = rows
            if len(self._rows) > CACHED_ROWS:
                self._rows.popitem(last=False)
        return rows

    def card(self, episode: Episode) -> Card:
        """What the sample says of itself.

        Raises:
            SampleDamaged: it differs from what was published.
        """
        place = episode.place("card")
        if place is None:
            raise DatasetError(f"{episode.name} has no card")
        try:
            return Card.model_validate_json(self.read(episode, place))
        except ValidationError as error:
            raise DatasetError(
                f"the card of {episode.name} was written by another version than this one: {error}"
            ) from error

    @contextmanager
    def recording(self, episode: Episode) -> Iterator[Recording]:
        """The recording that the pictures of an episode were rendered from.

        Raises:
            DatasetError: the episode was imported and has none.
            SampleDamaged: it differs from what was published.
        """
        if episode.recording is None:
            raise DatasetError(f"{episode.name} was imported from another format and has no recording")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "recording.tar")
            path.write_bytes(self.read(episode, episode.recording))
            yield Recording(path)

    def read(self, episode: Episode, place: Place) -> bytes:
        """All bytes of a member, a shard or a recording.

        Raises:
            SampleDamaged: they differ from what was published.
            ShardMissing: the object is not there.
        """
        data = self._range(place.key, place.offset, place.bytes)
        if hashlib.sha256(data).hexdigest() != place.sha256:
            raise SampleDamaged(
                f"{episode.name}: bytes {place.offset}+{place.bytes} of {place.key} have changed"
            )
        return data

    def _fill(
        self,
        stack: NDArray[Any],
        episode: Episode,
        players: Sequence[int],
        plane: str,
        span: range,
        target: Target,
    ) -> None:
        """Decode one plane of some players into [players, time] and what a picture of it has."""
        for into, player in zip(stack, players, strict=True):
            try:
                self._decode(into, episode, player, plane, span, target)
            except SampleDamaged as error:
                raise SampleDamaged(f"{episode.name}, player {player}, {plane}: {error}") from error
        if plane == "flow":  # in pixels, whose size changes with that of the picture
            stack *= Fit.of(episode.size[::-1], target.size).factors(episode.size[::-1])

    def _decode(
        self, into: NDArray[Any], episode: Episode, player: int, plane: str, span: range, target: Target
    ) -> None:
        """Decode the frames `span` of one plane of one player."""
        rows, video = self.rows(episode, player), episode.video(plane, player)
        if video is None or plane not in rows.streams:
            raise DatasetError(f"{episode.name} has no {plane} video of player {player}")
        index, stream = rows.index(plane), rows.streams[plane]
        first, last = key_before(index, span.start), span.stop - 1
        begin, end = int(index.offset[first]), int(index.offset[last] + index.bytes[last])
        data = self._range(video[0], video[1] + begin, end - begin)
        coded = packets(data, index, first, span.stop)
        device = target.device if plane == "rgb" else None
        with converter(stream, target) as made:
            for frame, place in zip(frames(stream, coded, span.start - first, device), into, strict=True):
                _put(made, frame, plane, place)

    def _tagged(self, tags: set[str]) -> pa.Array:
        """Names of the episodes that have all these tags."""
        rows = self.catalog.rows(["episode", "tags"])
        named = zip(rows["episode"].to_pylist(), rows["tags"].to_pylist(), strict=True)
        return pa.array([name for name, own in named if tags <= set(own or ())], pa.string())

    def _details(self, names: list[str]) -> pa.Table:
        return self.catalog.rows(where=pc.field("episode").isin(names))

    def _range(self, key: str, offset: int, length: int) -> bytes:
        if not (isinstance(length, int) and offset >= 0 and 0 <= length <= MAX_BYTES):
            raise SampleDamaged(f"{key} cannot have {length} bytes at {offset}, as the catalog says")
        try:
            return self.store.get(key, offset, length)
        except ObjectMissing:
            raise ShardMissing(f"{key} is not in {self.url}, though the catalog names it") from None


def _put(converter: Converter, frame: VideoFrame, plane: str, into: NDArray[Any]) -> None:
    if plane == "rgb":
        converter.write(frame, into)
    else:
        into[:] = FORMS[plane].restore(converter.array(frame))


def room(
    shape: tuple[int, ...],
    size: Size,
    planes: Sequence[str],
    empty: Callable[[tuple[int, ...], Any], NDArray[Any]],
    pixels: Pixels,
) -> dict[str, NDArray[Any]]:
    """Arrays for the pictures (`rgb`) and these planes: [*shape, height, width] and the colours.

    Args:
        shape: of what comes before height and width.
        size: height and width.
        planes: which ones besides `rgb`.
        empty: makes an array of a shape and type.
        pixels: how those of the pictures lie, see `Target`.

    Raises:
        DatasetError: there is no such plane, or the sides of a `yuv420p` picture are not even.
    """
    made = {"rgb": empty((*shape, *_picture(size, pixels)), np.uint8)}
    for plane in dict.fromkeys(planes):
        if plane not in FORMS:
            raise DatasetError(
                f"there is no plane {plane!r} besides the pictures; known are {', '.join(FORMS)}"
            )
        made[plane] = empty((*shape, *size, *FORMS[plane].channels), FORMS[plane].dtype)
    return made


def _picture(size: Size, pixels: Pixels) -> tuple[int, ...]:
    """The shape of a picture's array."""
    height, width = size
    if pixels == "rgb24":
        return height, width, 3
    if height % 2 or width % 2:
        raise DatasetError(f"{pixels} pictures have even sides; {height}x{width} was asked for")
    return height * 3 // 2, width


def open_dataset(
    url: str | Path | Store,
    version: int | None = None,
    *,
    quarantine: bool = False,
    cache: Path | None = None,
    cache_bytes: int = CACHE_BYTES,
) -> Dataset:
    """Open a dataset, at its newest version or a pinned one.

    Args:
        url: path or URL of the dataset.
        version: version of the catalog.
        quarantine: also show the episodes that a gate refused.
        cache: folder that keeps what is read from a bucket; may be shared by processes. None keeps nothing.
        cache_bytes: the most that it takes.

    Raises:
        NotADataset: there is none, or not that version.
    """
    store = open_store(url) if isinstance(url, (str, Path)) else url
    store = CachedStore(store, cache, cache_bytes) if cache else store
    catalog = Catalog(store, version)
    table = catalog.rows(LIGHT, repeated=REPEATED)
    return Dataset(
        store, catalog, table if quarantine else _kept(table, pc.not_equal(table["split"], QUARANTINE))
    )


def _kept(table: pa.Table, keep: pa.ChunkedArray) -> pa.Table:
    """These rows; the table itself where it is all of them, since copying a million rows takes its time."""
    return table if pc.all(keep).as_py() else table.filter(keep)


def _reopen(url: str, version: int, table: pa.Table, cache: Path | None, cache_bytes: int) -> Dataset:
    store = open_store(url)
    store = CachedStore(store, cache, cache_bytes) if cache else store
    return Dataset(store, Catalog(store, version), table)


def _load_rows(data: bytes, episode: Episode, player: int) -> Rows:
    try:
        rows = Rows.load(data)
    except SampleDamaged as error:
        raise SampleDamaged(f"{episode.name}, player {player}: {error}") from error
    if rows.count != episode.ticks:
        raise SampleDamaged(f"{episode.name}, player {player}: {rows.count} rows for {episode.ticks} ticks")
    return rows


def _check_range(episode: Episode, start: int, length: int, players: Sequence[int]) -> None:
    if length < 1 or start < 0 or start + length > episode.ticks:
        raise DatasetError(
            f"{episode.name} has the ticks 0 to {episode.ticks - 1}; "
            f"{start} to {start + length - 1} were asked for"
        )
    if not players or not all(0 <= player < len(episode.players) for player in players):
        raise DatasetError(
            f"{episode.name} has {len(episode.players)} players; {list(players)} were asked for"
        )
