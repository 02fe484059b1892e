"""Coded video without its container: where every frame lies in the file."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import NamedTuple, cast

import av
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.errors import SampleDamaged

# The names of decoders that are not the name of their codec.
DECODERS = {"av1": "libdav1d"}
_CODECS = {decoder: codec for codec, decoder in DECODERS.items()}


class Stream(BaseModel):
    """What a decoder must know before the first frame. `extradata` is the hex of the codec's own header."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codec: str
    extradata: str
    width: int
    height: int


class FrameIndex(NamedTuple):
    """Every frame of a video: offset in the file, size, whether decoding can begin there, CRC-32."""

    offset: NDArray[np.int64]
    bytes: NDArray[np.int32]
    key: NDArray[np.bool_]
    crc32: NDArray[np.int64]


def index_video(path: Path) -> tuple[Stream, FrameIndex]:
    """Stream and frames of a video file.

    Raises:
        SampleDamaged: the file is no video.
    """
    try:
        with av.open(path) as container:
            stream = container.streams.video[0]
            frames = [packet for packet in container.demux(stream) if packet.size]
            described = _describe(stream)
            index = FrameIndex(
                np.array([_place(packet) for packet in frames], np.int64),
                np.array([packet.size for packet in frames], np.int32),
                np.array([packet.is_keyframe for packet in frames], bool),
                np.array([zlib.crc32(packet) for packet in frames], np.int64),
            )
    except (av.FFmpegError, IndexError, UnicodeDecodeError) as error:
        raise SampleDamaged(f"{path} is no readable video: {error}") from error
    return described, index


def _describe(stream: av.VideoStream) -> Stream:
    # None for a codec that nobody knows, whatever the type says.
    context = cast("av.VideoCodecContext | None", stream.codec_context)
    if context is None:
        raise SampleDamaged("the video has a codec that cannot be decoded")
    codec = _CODECS.get(context.name, context.name)
    extradata = (context.extradata or b"").hex()
    return Stream(codec=codec, extradata=extradata, width=context.width, height=context.height)


def _place(packet: av.Packet[av.VideoStream]) -> int:
    if packet.pos is None:
        raise SampleDamaged("the video does not say where its frames are")
    return packet.pos


def key_before(index: FrameIndex, start: int) -> int:
    """The last frame up to `start` at which decoding can begin.

    Raises:
        SampleDamaged: there is none.
    """
    keys = np.flatnonzero(index.key[: start + 1])
    if not len(keys):
        raise SampleDamaged("the video does not begin with a key frame")
    return int(keys[-1])


def packets(data: bytes, index: FrameIndex, first: int, stop: int) -> list[memoryview]:
    """The coded frames `first … stop - 1` in `data`, which begins at frame `first`, each checked.

    Raises:
        SampleDamaged: bytes are missing or differ from those that were published.
    """
    view = memoryview(data)
    base = int(index.offset[first])
    coded = []
    for frame in range(first, stop):
        begin = int(index.offset[frame]) - base
        piece = view[begin : begin + int(index.bytes[frame])]
        if zlib.crc32(piece) != index.crc32[frame]:
            raise SampleDamaged(f"frame {frame} differs from what was published")
        coded.append(piece)
    return coded
