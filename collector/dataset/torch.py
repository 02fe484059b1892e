"""PyTorch: the loader's batches as tensors, read by worker processes. Needs the package `torch`.

batches = TorchBatches(Loader(dataset, length=33, batch=8))
for batch in batches.loader(workers=4):
    batch["frames"]    # uint8 [batch, players, time, height, width, 3]
    batch["actions"]   # float32 [batch, players, time, 25]
    saved = batches.state_dict()
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from collector.dataset.loader import Batch, Loader, State

# Shares of red and blue in the luma of ITU-R BT.709, section 3.
_RED, _BLUE = 0.2126, 0.0722


class TorchBatches(IterableDataset[dict[str, Any]]):  # type: ignore[misc, unused-ignore]
    """A loader as a dataset of whole batches; each of several workers reads its share of them."""

    def __init__(self, loader: Loader) -> None:
        super().__init__()
        self._loader = loader

    def __iter__(self) -> Iterator[dict[str, Any]]:
        worker = get_worker_info()
        shares = (worker.id, worker.num_workers) if worker else (0, 1)
        for batch in self._loader.stride(*shares):
            clips = {"clips": self._loader.state_dict()["clips"]}
            yield clips if batch is None else clips | _tensors(batch)

    def loader(self, workers: int = 0, **options: Any) -> Iterator[dict[str, Any]]:
        """Batches in the order of the sequence, whatever the number of workers.

        Args:
            workers: processes that read; 0 reads in this one.
            options: further arguments of `torch.utils.data.DataLoader`.
        """
        context = "spawn" if workers else None  # threads and PyAV do not survive a fork
        for batch in DataLoader(
            self, batch_size=None, num_workers=workers, multiprocessing_context=context, **options
        ):
            self._loader.load_state_dict({**self._loader.state_dict(), "clips": batch.pop("clips")})
            if batch:
                yield batch

    def state_dict(self) -> State:
        """Where the loader is, by the batches that were given out."""
        return self._loader.state_dict()

    def load_state_dict(self, state: State) -> None:
        """Go on from there, with any number of workers."""
        self._loader.load_state_dict(state)


def to_rgb(frames: torch.Tensor) -> torch.Tensor:
    """Turn `yuv420p` pictures into RGB, where the tensor is; on a GPU that takes next to no time.

    Args:
        frames: uint8 [.., height * 3 / 2, width], see `collector.dataset.pictures.Target`.

    Returns:
        uint8 [.., height, width, 3].
    """
    *lead, lines, width = frames.shape
    height = lines * 2 // 3
    luma = (frames[..., :height, :].float() - 16) * (255 / 219)
    halves = frames[..., height:, :].reshape(*lead, 2, height // 2, width // 2)
    chroma = (halves.float() - 128) * (255 / 224)
    u, v = chroma.repeat_interleave(2, -1).repeat_interleave(2, -2).unbind(-3)
    red = luma + 2 * (1 - _RED) * v
    blue = luma + 2 * (1 - _BLUE) * u
    green = (luma - _RED * red - _BLUE * blue) / (1 - _RED - _BLUE)
    return torch.stack((red, green, blue), -1).round().clamp(0, 255).byte()


def _tensors(batch: Batch) -> dict[str, Any]:
    return {
        "frames": torch.from_numpy(batch.frames),
        "actions": torch.from_numpy(batch.actions),
        **{plane: torch.from_numpy(values) for plane, values in batch.planes.items()},
        "episodes": batch.episodes,
        "starts": batch.starts,
    }
