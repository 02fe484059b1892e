"""Which clip comes when: an endless sequence that depends on a seed and on nothing else.

The sequence is a function of its index, so that reading can stop anywhere, go on anywhere, and be shared
among any number of processes: state is one number.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from collector.errors import DatasetError

# What is drawn equally often: ticks (every clip of an episode), episodes, or types of episode.
Weight = Literal["tick", "episode", "type"]

_ROUNDS = 4
_MASK = (1 << 64) - 1


class Draw(NamedTuple):
    """One clip of the sequence: the index of its episode, and its first tick."""

    episode: int
    start: int


class ClipOrder:
    """The clips of `length` ticks out of episodes.

    Within an epoch no clip comes twice: with weight `tick` every episode is cut into clips that do not
    overlap, at an offset that changes from epoch to epoch; with `episode` each episode gives one clip, from
    anywhere; with `type` every type gives as many clips as that with the most, those of the others again.
    Clips begin at multiples of `align`; clips of an episode may then overlap by less than that.

    Args:
        ticks: length of each episode; shorter ones than `length` give nothing.
        types: type of each episode, as a number from 0 on.
        align: no more than `length`, or clips of an episode would come twice.

    Raises:
        DatasetError: no episode is long enough, or `align` is out of range.
    """

    def __init__(
        self,
        ticks: NDArray[np.integer],
        types: NDArray[np.integer],
        length: int,
        weight: Weight,
        seed: int,
        align: int = 1,
    ) -> None:
        self._align = align
        self._ticks = ticks
        self._length = length
        self._weight = weight
        self._seed = seed
        if not 1 <= align <= length:
            raise DatasetError(f"clips of {length} ticks cannot begin every {align}: expected 1 to {length}")
        usable = np.flatnonzero(ticks >= length)
        if not len(usable):
            raise DatasetError(f"no episode has {length} ticks, which is what a clip needs")
        groups = types[usable] if weight == "type" else np.zeros(len(usable), np.int64)
        self._groups = [
            _Group(usable[groups == one], ticks, length, weight)
            for one in np.flatnonzero(np.bincount(groups))
        ]
        self.epoch = len(self._groups) * max(group.clips for group in self._groups)

    def __getitem__(self, index: int) -> Draw:
        """The clip at `index` (0 …)."""
        epoch, place = divmod(index, self.epoch)
        kind, turn = place % len(self._groups), place // len(self._groups)
        group = self._groups[kind]
        again, turn = divmod(turn, group.clips)
        key = mix(self._seed, epoch, kind, again)
        episode, number = group.clip(permute(turn, group.clips, key))
        spare = int(self._ticks[episode]) - self._length
        if self._weight == "episode":
            start = mix(key, episode) % (spare + 1)
        else:
            start = mix(self._seed, epoch, episode) % (spare % self._length + 1) + number * self._length
        return Draw(episode, start - start % self._align)


class _Group:
    """Episodes whose clips are shuffled together."""

    def __init__(
        self,
        episodes: NDArray[np.integer],
        ticks: NDArray[np.integer],
        length: int,
        weight: Weight,
    ) -> None:
        counts = np.ones(len(episodes), np.int64) if weight == "episode" else ticks[episodes] // length
        self._episodes = episodes
        self._after = np.cumsum(counts)
        self.clips = int(self._after[-1])

    def clip(self, index: int) -> tuple[int, int]:
        """Episode, and number within it, of a clip."""
        place = int(np.searchsorted(self._after, index, side="right"))
        before = int(self._after[place - 1]) if place else 0
        return int(self._episodes[place]), index - before


def mix(*parts: int) -> int:
    """64 well-mixed bits (the finalizer of SplitMix64, applied to each part)."""
    value = 0
    for part in parts:
        value = (value ^ (part & _MASK)) + 0x9E3779B97F4A7C15 & _MASK
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        value = (value ^ value >> 27) * 0x94D049BB133111EB & _MASK
        value ^= value >> 31
    return value


def permute(index: int, count: int, key: int) -> int:
    """Where `index` goes in a shuffle of `count` things, without a table of them.

    A Feistel network over the next even power of two, walked until it lands inside.
    """
    half = max(1, ((count - 1).bit_length() + 1) // 2)
    low = (1 << half) - 1
    while True:
        left, right = index >> half, index & low
        for turn in range(_ROUNDS):
            left, right = right, left ^ (mix(key, turn, right) & low)
        index = left << half | right
        if index < count:
            return index
