"""An episode that is ready to be checked and packed, wherever it comes from."""

from __future__ import annotations

import contextlib
import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.dataset.fit import Fit
from collector.dataset.layout import EXTENSIONS, PLANES, QUARANTINE, SAMPLE_VERSION, check_name
from collector.dataset.pictures import EXACT, Converter, raw_frames
from collector.dataset.rows import Rows
from collector.dataset.split import Placed, SplitRule
from collector.dataset.video import FrameIndex, Stream, index_video, packets
from collector.errors import SampleDamaged
from collector.quality.gates import GATES, Evidence, Gate, Verdict, Video, judge, psnr
from collector.recording import Outcome
from collector.recording.schema import ClockMeta, Header
from collector.video.encode import FPS, Encoding


class Card(BaseModel):
    """`<episode>.json`: what a sample is.

    `header` and `metadata` are the recording's, `view` is what the pictures were rendered with, `encoding`
    is unknown (None) when they came from elsewhere.
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
    encoding: Encoding | None
    split: str
    split_rule: str | None = None
    reasons: tuple[str, ...]
    tags: tuple[str, ...]


class Sample(ABC):
    """An episode whose videos lie in `folder`, under the names that `file` gives.

    Args:
        folder: where its files are until it is published; is created, and removed by `discard`.
        header: what the episode is.
        ticks: its length.
        outcome: how it ended.
        size: (width, height) of all pictures.
        metadata, view, encoding, tags: are published as they are.
        placed: its side, where that is given and no rule is to decide.
    """

    gates: tuple[Gate, ...] = GATES

    def __init__(
        self,
        folder: Path,
        header: Header,
        *,
        ticks: int,
        outcome: Outcome,
        size: tuple[int, int],
        metadata: Mapping[str, Any],
        view: Mapping[str, Any],
        encoding: Encoding | None,
        tags: tuple[str, ...],
        placed: Placed | None = None,
    ) -> None:
        self.folder = folder
        self.header = header
        self.episode = check_name(header.episode, "an episode")
        self.ticks = ticks
        self.outcome = outcome
        self.size = size
        self.metadata = dict(metadata)
        self.view = dict(view)
        self.encoding = encoding
        self.tags = tags
        self.placed = placed
        self._kept: dict[int, dict[int, NDArray[np.uint8]]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def table(self, player: int) -> pa.Table:
        """The rows of a player, one for each tick."""

    def clock(self) -> ClockMeta:
        """How the game's clock ran; samples without a recording know of no other than a virtual one."""
        return ClockMeta()

    def pack(self, path: Path) -> bool:  # noqa: ARG002 (samples that have a recording use it)
        """Write the recording as a tar to `path`; False when there is none."""
        return False

    def place(self, rule: SplitRule) -> Placed:
        """The side of the split on which it is when it is good."""
        seeds = self.header.seeds
        return self.placed or Placed(rule.side(seeds.world, seeds.episode), str(rule))

    def check(self) -> Verdict:
        """Decode the videos and put the episode through the gates; later calls repeat the answer."""
        return self._verdict

    def rows(self, player: int) -> Rows:
        """The rows of a player together with the frames of its videos that have one for every row."""
        table = self.table(player)
        videos = {
            plane: (stream, index)
            for plane, (stream, index) in self._videos[player].items()
            if len(index.key) == table.num_rows
        }
        return Rows.join(table, videos)

    def card(self, rule: SplitRule) -> Card:
        """What `<episode>.json` says when it is split by that rule."""
        verdict = self.check()
        placed = self.place(rule)
        return Card(
            header=self.header,
            metadata=self.metadata,
            ticks=self.ticks,
            fps=FPS,
            width=self.size[0],
            height=self.size[1],
            planes=tuple(self._videos[0]),
            view=self.view,
            encoding=self.encoding,
            split=placed.side if verdict.ok else QUARANTINE,
            split_rule=placed.rule,
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
            for player in range(len(self.header.players))
        ]

    @cached_property
    def _verdict(self) -> Verdict:
        players = range(len(self.header.players))
        evidence = Evidence(
            names=tuple(player.name for player in self.header.players),
            ticks=self.ticks,
            start_time=self.header.start_time,
            outcome=self.outcome,
            size=self.size,
            tables=tuple(self.table(player) for player in players),
            videos=tuple(
                tuple(self._examine(player, plane) for plane in self._videos[player]) for player in players
            ),
            clock=self.clock(),
            meets=_meets(self.header.type),
        )
        self._kept.clear()
        return judge(evidence, self.gates)

    def _examine(self, player: int, plane: str) -> Video:
        stream, index = self._videos[player][plane]
        kept = self._kept.get(player, {}) if plane == "rgb" else {}
        coded = packets(_from_first_frame(self.file(player, plane), index), index, 0, len(index.key))
        size = (stream.height, stream.width)
        converter = Converter(Fit(size, size), interpolation=EXACT)
        values, count = [], 0
        # Frames that do not decode are missing frames; the gates say so.
        with contextlib.suppress(SampleDamaged):
            for count, frame in enumerate(raw_frames(stream, coded), 1):
                if count - 1 in kept:
                    values.append(psnr(converter.array(frame), kept[count - 1]))
        return Video(plane, stream.width, stream.height, count, tuple(values))


def _from_first_frame(path: Path, index: FrameIndex) -> bytes:
    with path.open("rb") as stream:
        stream.seek(int(index.offset[0]) if len(index.offset) else 0)
        return stream.read()


def _meets(kind: str) -> bool:
    """Whether a type promises that players see each other; of types from elsewhere nothing is known."""
    from bots.episodes import episode_types  # noqa: PLC0415 (readers do without the players)

    known = episode_types().get(kind)
    return known is not None and known.meets
