"""Batches of clips for training: shuffled, shared among processes, read ahead, and resumed exactly.

loader = Loader(dataset.filter(split="train"), length=33, batch=8, size=(352, 640))
for batch in loader:
    batch.frames   # uint8 [batch, players, time, height, width, 3]
    batch.actions  # float32 [batch, players, time, 25]
    saved = loader.state_dict()
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from collector.dataset.fit import Size
from collector.dataset.memory import Memory
from collector.dataset.pictures import Pixels
from collector.dataset.reader import Clip, Dataset, room
from collector.dataset.sampling import ClipOrder, Weight
from collector.errors import DatasetError, SampleDamaged, ShardMissing

OnDamage = Literal["raise", "skip"]
DAMAGE = (SampleDamaged, ShardMissing)

# More than any side of a picture.
_SIDE = 1 << 32


def _ignore(error: Exception) -> None:
    """Not a lambda, so that loaders can be sent to worker processes."""


class State(TypedDict):
    """Where a loader is: how many clips of the sequence were given out, to all ranks together."""

    seed: int
    epoch: int
    clips: int


@dataclass(frozen=True)
class Batch:
    """Clips of the same shape.

    Attributes:
        frames: uint8 [batch, players, time, height, width, 3], or as `Target` says.
        actions: float32 [batch, players, time, 25].
        planes: those that were asked for, [batch, players, time, height, width] and channels.
        episodes, starts: where each clip comes from.
    """

    frames: NDArray[np.uint8]
    actions: NDArray[np.float32]
    planes: dict[str, NDArray[Any]]
    episodes: tuple[str, ...]
    starts: tuple[int, ...]


@dataclass(frozen=True)
class _Waiting:
    """A batch that is being read: where its step begins, its clips, and the arrays they are decoded into."""

    begin: int
    arrays: dict[str, NDArray[Any]]
    clips: list[Future[Clip]]

    def batch(self, places: Sequence[int]) -> Batch:
        """The batch of the clips at these places, which could be read."""
        whole = len(places) == len(self.clips)
        arrays = {plane: full if whole else full[places] for plane, full in self.arrays.items()}
        clips = [self.clips[place].result() for place in places]
        return Batch(
            frames=arrays.pop("rgb"),
            actions=np.stack([clip.actions for clip in clips]),
            planes=arrays,
            episodes=tuple(clip.episode.name for clip in clips),
            starts=tuple(clip.start for clip in clips),
        )


class Loader:
    """An endless iterator of batches.

    Args:
        dataset: a selection whose episodes have the same number of players and, without `size`, the same
            picture size.
        length: ticks of a clip.
        batch: clips of a batch.
        players: whose views to read; all by default.
        planes: `depth`, `segment`, `normals` and `flow`, where they were rendered.
        size: (height, width) of the pictures, see `Fit`.
        pixels: `rgb24`, or `yuv420p`, which is half as large and as the videos have it; see `Target`.
        device: that decodes the pictures, `cuda` for example; by default the processor.
        weight: what is drawn equally often, see `ClipOrder`.
        align: clips begin at multiples of this tick. With the distance of key frames (16, see `Encoding`) no
            frame is decoded that is not in the clip.
        seed: of the shuffle.
        rank, world: this process is number `rank` of `world` that share every step of the sequence.
        threads: that read and decode.
        ahead: batches to read ahead.
        on_damage: whether a clip that cannot be read ends the iteration or only makes its batch smaller.
        report: is called with the error of each clip that is left out.

    Raises:
        DatasetError: the episodes do not fit together, or none is long enough.
    """

    def __init__(
        self,
        dataset: Dataset,
        length: int,
        batch: int,
        *,
        players: tuple[int, ...] | None = None,
        planes: tuple[str, ...] = (),
        size: Size | None = None,
        pixels: Pixels = "rgb24",
        device: str | None = None,
        weight: Weight = "tick",
        align: int = 1,
        seed: int = 0,
        rank: int = 0,
        world: int = 1,
        threads: int = 2,
        ahead: int = 2,
        on_damage: OnDamage = "raise",
        report: Callable[[Exception], None] = _ignore,
    ) -> None:
        self.dataset = dataset
        self.batch = batch
        self.rank = rank
        self.world = world
        self.seed = seed
        types = dataset.episodes.column("type").combine_chunks().dictionary_encode().indices
        ticks = dataset.episodes.column("ticks").to_numpy()
        self.order = ClipOrder(ticks, types.to_numpy(), length, weight, seed, align)
        self._players, self._size = _shape(dataset, players, size)
        self._length = length
        self._planes = planes
        self._pixels = pixels
        self._device = device
        self._threads = threads
        self._ahead = ahead
        self._on_damage = on_damage
        self._report = report
        self._clips = 0

    def __iter__(self) -> Iterator[Batch]:
        """Go on after the batch that was given out last."""
        return (batch for batch in self.stride(0, 1) if batch is not None)

    def stride(self, first: int, step: int) -> Iterator[Batch | None]:
        """Every `step`-th batch from `first` on: the share of one of several workers of this rank.

        A batch of which no clip can be read is None.
        """
        clips = self.batch * self.world  # of one step of all ranks
        begins = itertools.count(self._clips + first * clips, step * clips)
        waiting: deque[_Waiting] = deque()
        memory = Memory((1 + len(self._planes)) * (self._ahead + 1))
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                while True:
                    while len(waiting) <= self._ahead:
                        waiting.append(self._submit(pool, memory, next(begins)))
                    read = waiting.popleft()
                    batch = self._collect(read)
                    self._clips = read.begin + clips
                    yield batch
            finally:
                for future in itertools.chain.from_iterable(one.clips for one in waiting):
                    future.cancel()

    def state_dict(self) -> State:
        """Where this loader is; the same for all ranks after the same number of batches."""
        return State(seed=self.seed, epoch=self.order.epoch, clips=self._clips)

    def load_state_dict(self, state: State) -> None:
        """Go on from where another loader was, which may have had other ranks, workers, threads and batches.

        Raises:
            DatasetError: it read another selection, or with another seed.
        """
        if (state["seed"], state["epoch"]) != (self.seed, self.order.epoch):
            raise DatasetError(
                f"the state is of seed {state['seed']} and {state['epoch']} clips an epoch; "
                f"this loader has seed {self.seed} and {self.order.epoch}"
            )
        self._clips = state["clips"]

    def read(self, index: int, out: dict[str, NDArray[Any]] | None = None) -> Clip:
        """The clip at `index` of the endless sequence; `out` as in `Dataset.clip`."""
        drawn = self.order[index]
        episode = self.dataset.episodes[drawn.episode]
        return self.dataset.clip(
            episode,
            drawn.start,
            self._length,
            players=self._players,
            planes=self._planes,
            size=self._size,
            pixels=self._pixels,
            device=self._device,
            out=out,
        )

    def _submit(self, pool: ThreadPoolExecutor, memory: Memory, begin: int) -> _Waiting:
        shape = (self.batch, len(self._players), self._length)
        arrays = room(shape, self._size, self._planes, memory.empty, self._pixels)
        clips = []
        for place in range(self.batch):
            out = {plane: array[place] for plane, array in arrays.items()}
            clips.append(pool.submit(self.read, begin + self.rank + place * self.world, out))
        return _Waiting(begin, arrays, clips)

    def _collect(self, waiting: _Waiting) -> Batch | None:
        good = []
        for place, future in enumerate(waiting.clips):
            try:
                future.result()
                good.append(place)
            except DAMAGE as error:
                if self._on_damage == "raise":
                    raise
                self._report(error)
        return waiting.batch(good) if good else None


def _shape(
    dataset: Dataset, players: tuple[int, ...] | None, size: Size | None
) -> tuple[tuple[int, ...], Size]:
    """Whose views are read, and to which size they come."""
    column = dataset.episodes.column
    counts = column("players").unique().to_pylist()
    if players is None and len(counts) > 1:
        raise DatasetError(f"episodes have {sorted(counts)} players: filter by players=, or choose some")
    if players is not None and max(players) >= min(counts, default=0):
        raise DatasetError(f"some episodes have only {min(counts, default=0)} players")
    widths, heights = (column(name).to_numpy().astype(np.int64) for name in ("width", "height"))
    # As one number each: a set of a million pairs takes its time.
    sizes = {divmod(one, _SIDE) for one in pc.unique(pa.array(widths * _SIDE + heights)).to_pylist()}
    if size is None and len(sizes) > 1:
        raise DatasetError(f"episodes have the sizes {sorted(sizes)}: say which with size=")
    ((width, height), *_) = sizes
    return players or tuple(range(counts[0])), size or (height, width)
