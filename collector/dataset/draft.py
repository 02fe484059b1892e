"""An episode on its way into a dataset: its recording, its videos, and what the gates say about them."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.dataset.layout import EXTENSIONS, PLANES, SAMPLE_VERSION, check_name, split_of
from collector.dataset.rows import Rows
from collector.dataset.video import EXACT, Converter, FrameIndex, Stream, index_video, packets, raw_frames
from collector.encode import FPS, DepthWriter, Encoding, SegmentWriter, VideoWriter
from collector.errors import SampleDamaged
from collector.quality.gates import Evidence, Verdict, Video, judge, psnr
from collector.recording import Recording
from collector.recording.schema import Header

# Frames of each video that are kept as rendered, to be compared with what decodes. Evenly spread; 8 frames
# at 640x360 are 5.5 MB.
SAMPLED_FRAMES = 8


class Card(BaseModel):
    """`<episode>.json`: what a sample is.

    `header` and `metadata` are the recording's, `view` is what the pictures were rendered with.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = SAMPLE_VERSION
    header: Header
    metadata: dict[str, Any]
    ticks: int
    fps: int
    width: int
    height: int
    planes: tuple[str, ...]
    view: dict[str, Any]
    encoding: Encoding
    split: str
    reasons: tuple[str, ...]
    tags: tuple[str, ...]


class Draft:
    """An episode that is being encoded in `folder`.

    Write every player's pictures through `video`, and other planes through `depth` and `segment`; then hand
    the draft to `publish`.

    Args:
        folder: where its files are kept until then; is created, and emptied by `discard`.
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
        self.folder = folder
        self.recording = recording
        self.episode = check_name(recording.meta.episode, "an episode")
        self.size = (width, height)
        self.view = dict(view or {})
        self.encoding = encoding or Encoding()
        self.tags = tags
        self._kept: dict[int, dict[int, NDArray[np.uint8]]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def video(self, player: int) -> PictureWriter:
        """Where the pictures of a player go, one for every tick."""
        kept = self._kept[player] = {}
        return PictureWriter(
            VideoWriter(self.file(player, "rgb"), *self.size, self.encoding), kept, self._sampled
        )

    def depth(self, player: int) -> DepthWriter:
        """Where the depth planes of a player go."""
        return DepthWriter(self.file(player, "depth"), *self.size)

    def segment(self, player: int) -> SegmentWriter:
        """Where the segment planes of a player go."""
        return SegmentWriter(self.file(player, "segment"), *self.size)

    def check(self) -> Verdict:
        """Decode the videos and put the episode through the gates; later calls repeat the answer."""
        return self._verdict

    def rows(self, player: int) -> Rows:
        """The rows of a player together with the frames of its videos that have one for every row."""
        table = self.recording.player(player)
        videos = {
            plane: (stream, index)
            for plane, (stream, index) in self._videos[player].items()
            if len(index.key) == table.num_rows
        }
        return Rows.join(table, videos)

    def card(self) -> Card:
        """What `<episode>.json` says."""
        meta, verdict = self.recording.meta, self.check()
        width, height = self.size
        return Card(
            header=Header(**{name: getattr(meta, name) for name in Header.model_fields}),
            metadata=meta.metadata,
            ticks=meta.ticks,
            fps=FPS,
            width=width,
            height=height,
            planes=tuple(self._videos[0]),
            view=self.view,
            encoding=self.encoding,
            split=split_of(meta.seeds.world) if verdict.ok else "quarantine",
            reasons=verdict.reasons,
            tags=self.tags,
        )

    def file(self, player: int, kind: str) -> Path:
        """The file of a player that holds a plane."""
        return self.folder / f"{self.episode}.p{player}.{EXTENSIONS[kind]}"

    def discard(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @cached_property
    def _videos(self) -> list[dict[str, tuple[Stream, FrameIndex]]]:
        return [
            {
                plane: index_video(self.file(player, plane))
                for plane in PLANES
                if self.file(player, plane).exists()
            }
            for player in range(len(self.recording.meta.players))
        ]

    @cached_property
    def _verdict(self) -> Verdict:
        videos = tuple(
            tuple(self._examine(player, plane) for plane in planes)
            for player, planes in enumerate(self._videos)
        )
        self._kept.clear()
        return judge(Evidence(self.recording, *self.size, videos))

    def _examine(self, player: int, plane: str) -> Video:
        stream, index = self._videos[player][plane]
        kept = self._kept.get(player, {}) if plane == "rgb" else {}
        coded = packets(_from_first_frame(self.file(player, plane), index), index, 0, len(index.key))
        converter = Converter((stream.height, stream.width), EXACT)
        values, count = [], 0
        # Frames that do not decode are missing frames; the gates say so.
        with contextlib.suppress(SampleDamaged):
            for count, frame in enumerate(raw_frames(stream, coded), 1):
                if count - 1 in kept:
                    values.append(psnr(converter.array(frame), kept[count - 1]))
        return Video(plane, stream.width, stream.height, count, tuple(values))

    @property
    def _sampled(self) -> frozenset[int]:
        return frozenset(np.linspace(0, self.recording.meta.ticks - 1, SAMPLED_FRAMES, dtype=int).tolist())


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


def _from_first_frame(path: Path, index: FrameIndex) -> bytes:
    with path.open("rb") as stream:
        stream.seek(int(index.offset[0]) if len(index.offset) else 0)
        return stream.read()
