"""Videos that are scored: generated ones from a folder, or those of a dataset.

Two kinds of folder are read: one video for each episode and player, `<episode>.p<player>.mp4`; and what the
trainer of Solaris writes, `<…>eval_<key>/video_<N>_side_by_side.mp4`, whose right half is generated, with the
first player on top, and whose `N` counts the episodes of a set by name (facts from solaris-wm/solaris, commit
0be45a8). Frame 0 of all of them is tick `start` + 1 of the episode.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from collector.dataset import Dataset, Episode
from collector.dataset import open as open_dataset
from collector.dataset.fit import Size
from collector.errors import NotADataset, UsageError

Picture = NDArray[np.uint8]

# How the trainer of Solaris calls the sets in the names of its folders.
SOLARIS_KEYS = {
    "rotationEval": "rotation",
    "translationEval": "translation",
    "structureEval": "structure",
    "turnToLookEval": "turn_to_look",
    "turnToLookOppositeEval": "turn_to_look_opposite",
    "oneLooksAwayEval": "one_looks_away",
    "bothLookAwayEval": "both_look_away",
}
CHUNK = 32


class Footage(ABC):
    """Pictures of episodes, from the tick after the start of the test on."""

    @abstractmethod
    def has(self, episode: Episode) -> bool:
        """Whether there are videos of all players of an episode."""

    @abstractmethod
    def frames(self, episode: Episode, player: int, start: int) -> Iterator[Picture]:
        """The pictures of a player, uint8 [height, width, 3], the first of them that of tick `start` + 1."""

    def pictures(
        self, episode: Episode, player: int, start: int, frames: Sequence[int]
    ) -> dict[int, Picture]:
        """Some of the pictures, by number; those behind the end of the video are missing."""
        last = max(frames)
        shown = enumerate(itertools.islice(self.frames(episode, player, start), last + 1))
        return {number: np.array(picture) for number, picture in shown if number in frames}


class DatasetFootage(Footage):
    """The videos of a dataset: real ones, or the same episodes looked at in another way.

    `size` is (height, width) that they come to, by scaling and cutting out the middle.
    """

    def __init__(self, dataset: Dataset, size: Size | None = None) -> None:
        self._dataset = dataset
        self._size = size
        self._names = set(dataset.episodes.column("episode").to_pylist())

    def has(self, episode: Episode) -> bool:
        """Whether the dataset has an episode of that name."""
        return episode.name in self._names

    def frames(self, episode: Episode, player: int, start: int) -> Iterator[Picture]:
        """The pictures up to the end of the episode."""
        own = self._dataset.episode(episode.name)
        for first in range(start + 1, own.ticks, CHUNK):
            length = min(CHUNK, own.ticks - first)
            yield from self._dataset.clip(own, first, length, players=[player], size=self._size).frames[0]


class FolderFootage(Footage):
    """One video for each episode and player."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, episode: Episode) -> bool:
        """Whether all the files are there."""
        return all(self._file(episode, player).exists() for player in range(len(episode.players)))

    def frames(self, episode: Episode, player: int, start: int) -> Iterator[Picture]:  # noqa: ARG002
        """The pictures of the file."""
        return read_video(self._file(episode, player))

    def _file(self, episode: Episode, player: int) -> Path:
        return self._folder / f"{episode.name}.p{player}.mp4"


class SolarisFootage(Footage):
    """What the trainer of Solaris writes when it evaluates."""

    def __init__(self, folder: Path, episodes: Sequence[Episode]) -> None:
        self._files: dict[str, Path] = {}
        for kind, key in SOLARIS_KEYS.items():
            names = sorted(one.name for one in episodes if one.type == kind)
            for found in sorted(folder.glob(f"*eval_{key}")):
                for number, name in enumerate(names):
                    self._files[name] = found / f"video_{number}_side_by_side.mp4"

    def has(self, episode: Episode) -> bool:
        """Whether the file is there."""
        return episode.name in self._files and self._files[episode.name].exists()

    def frames(self, episode: Episode, player: int, start: int) -> Iterator[Picture]:  # noqa: ARG002
        """The right half of the file: the upper one is the first player's, the lower one the second's."""
        for picture in read_video(self._files[episode.name]):
            height, width = picture.shape[0] // 2, picture.shape[1] // 2
            yield picture[player * height : (player + 1) * height, width:]


def open_footage(place: str | Path, dataset: Dataset) -> Footage:
    """The videos at a place: a dataset, or a folder of either kind.

    Args:
        place: path or URL.
        dataset: the evaluation sets.

    Raises:
        UsageError: there are no videos of any episode of the sets.
    """
    episodes = list(dataset.episodes)
    footage = _open(place, episodes)
    if not any(footage.has(episode) for episode in episodes):
        raise UsageError(
            f"{place} has no videos of the sets: expected <episode>.p<player>.mp4 such as "
            f"{episodes[0].name}.p0.mp4, folders of the Solaris trainer such as x_eval_rotation, or a dataset"
        )
    return footage


def _open(place: str | Path, episodes: Sequence[Episode]) -> Footage:
    try:
        return DatasetFootage(open_dataset(place))
    except NotADataset:
        folder = Path(place)
    if any(folder.glob("*eval_*/video_*_side_by_side.mp4")):
        return SolarisFootage(folder, episodes)
    return FolderFootage(folder)


def read_video(path: Path) -> Iterator[Picture]:
    """The pictures of a video file, uint8 [height, width, 3] RGB.

    Raises:
        UsageError: it is no video.
    """
    try:
        with av.open(path) as container:
            for frame in container.decode(video=0):
                yield np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    except (av.FFmpegError, IndexError) as error:
        raise UsageError(f"{path} is no readable video: {error}") from error
