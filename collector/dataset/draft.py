"""A played episode on its way into a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from collector.dataset.sample import Sample
from collector.recording import Recording
from collector.recording.schema import ClockMeta, Header
from collector.video.encode import Encoding, PlaneWriter, VideoWriter

# Frames of each video that are kept as rendered, to be compared with what decodes. Evenly spread; 8 frames
# at 640x360 are 5.5 MB.
SAMPLED_FRAMES = 8


class Draft(Sample):
    """An episode that is being encoded in `folder`.

    Write every player's pictures through `video`, and other planes through `plane`; then hand the draft to
    `publish`.

    Args:
        folder: where its files are kept until then; is created, and removed by `discard`.
        recording: what was played.
        width, height: of all pictures.
        view: what else they were rendered with (field of view, view distance …); is published as it is.
    """

    def __init__(
        self,
        folder: Path,
        recording: Recording,
        width: int,
        height: int,
        *,
        view: Mapping[str, Any] | None = None,
        encoding: Encoding | None = None,
        tags: tuple[str, ...] = (),
    ) -> None:
        meta = recording.meta
        super().__init__(
            folder,
            Header(**{name: getattr(meta, name) for name in Header.model_fields}),
            ticks=meta.ticks,
            outcome=meta.outcome,
            size=(width, height),
            metadata=meta.metadata,
            view=view or {},
            encoding=encoding or Encoding(),
            tags=tags,
        )
        self.recording = recording
        self._cameras: dict[int, list[NDArray[np.float32]]] = {}
        self._visible: dict[int, list[NDArray[np.int32]]] = {}
        self._sampled = frozenset(np.linspace(0, meta.ticks - 1, SAMPLED_FRAMES, dtype=int).tolist())

    def video(self, player: int) -> PictureWriter:
        """Where the pictures of a player go, one for every tick."""
        kept = self._kept[player] = {}
        writer = VideoWriter(self.file(player, "rgb"), *self.size, self.encoding)
        return PictureWriter(writer, kept, self._sampled)

    def plane(self, player: int, plane: str) -> PlaneWriter:
        """Where another plane of a player goes."""
        return PlaneWriter(self.file(player, plane), plane, *self.size)

    def note_camera(self, player: int, intrinsics: NDArray[np.float64], pose: NDArray[np.float64]) -> None:
        """Keep with the next row of a player what his picture was taken with.

        Args:
            player: his index.
            intrinsics: 3x3 matrix in pixels.
            pose: 4x4 world-from-camera matrix of a camera that looks along +z, x right, y down; blocks.
        """
        focal = intrinsics[[0, 1, 0, 1], [0, 1, 2, 2]]
        noted = np.concatenate([focal, pose[:3].ravel()]).astype(np.float32)
        self._cameras.setdefault(player, []).append(noted)

    def note_visible(self, player: int, pixels: NDArray[np.int32]) -> None:
        """Keep with the next row of a player how many pixels of it show each player, int32 [players]."""
        self._visible.setdefault(player, []).append(pixels)

    def table(self, player: int) -> pa.Table:
        """The recording's rows, with what was noted of each frame."""
        table = self.recording.player(player)
        if player in self._visible:
            table = table.append_column("visible", _vectors(np.stack(self._visible[player])))
        if player not in self._cameras:
            return table
        noted = np.stack(self._cameras[player])
        for column, name in enumerate(("fx", "fy", "cx", "cy")):
            table = table.append_column(f"camera.{name}", pa.array(noted[:, column]))
        return table.append_column("camera.pose", _vectors(noted[:, 4:]))

    def clock(self) -> ClockMeta:
        """As it was recorded."""
        return self.recording.meta.clock

    def pack(self, path: Path) -> bool:
        """Write the recording."""
        self.recording.pack(path)
        return True


def _vectors(rows: NDArray[Any]) -> pa.Array:
    """A column of vectors from an array [rows, length]."""
    return pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), rows.shape[1])


class PictureWriter:
    """A video of pictures that keeps some of them as they were rendered. Use as a context manager."""

    def __init__(
        self, video: VideoWriter, kept: dict[int, NDArray[np.uint8]], sampled: frozenset[int]
    ) -> None:
        self._video = video
        self._kept = kept
        self._sampled = sampled

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Append one frame, uint8 [height, width, 3] RGB."""
        if self._video.frames in self._sampled:
            self._kept[self._video.frames] = np.array(frame)
        self._video.write(frame)

    def __enter__(self) -> Self:
        self._video.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._video.__exit__(kind, error, trace)
