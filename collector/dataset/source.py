"""Clips by number, for libraries that shuffle, batch and share out themselves, such as Grain.

    source = ClipSource(loader)
    len(source), source[0]["frames"]  # as the protocol of `grain.sources.RandomAccessDataSource` has it

Threads and processes may read at the same time; a pickled source opens its dataset again.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from collector.dataset.loader import Loader


class ClipSource:
    """One epoch of a loader's clips, in its order; batch, rank and threads of the loader play no part."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def __len__(self) -> int:
        """Clips of an epoch."""
        return self._loader.order.epoch

    def __getitem__(self, index: int) -> dict[str, NDArray[Any]]:
        """Clip `index` (0 …): `frames`, `actions`, and the planes that were asked for.

        Raises:
            IndexError: there are not so many.
            SampleDamaged, ShardMissing: it cannot be read.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"an epoch has {len(self)} clips; number {index} was asked for")
        clip = self._loader.read(int(index))
        return {"frames": clip.frames, "actions": clip.actions, **clip.planes}
