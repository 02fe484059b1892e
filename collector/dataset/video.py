"""Coded video without its container: where every frame lies in the file, and frames from its bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import av
import numpy as np
from av.codec.codec import UnknownCodecError
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.dataset.fit import Fit, Size
from collector.errors import SampleDamaged
from collector.planes import FORMS

# The names of decoders that are not the name of their codec.
_DECODERS = {"av1": "libdav1d"}
_CODECS = {decoder: codec for codec, decoder in _DECODERS.items()}

# Full chroma when turning 4:2:0 into RGB: four times the time, and no bias (the fast path is 1 to 1.5
# levels too dark). For measuring; training reads the fast one.
EXACT = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
FAST = Interpolation.BILINEAR

# Of planes that are no pictures.
_STORED = {form.pixel_format for form in FORMS.values()}

# Of a picture, 8192x8192. The decoder makes room for them before it looks at any.
MAX_PIXELS = 1 << 26


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


def packets(data: bytes, index: FrameIndex, first: int, stop: int) -> list[bytes]:
    """The coded frames `first … stop - 1` out of `data`, which begins at frame `first`, each checked.

    Raises:
        SampleDamaged: bytes are missing or differ from those that were published.
    """
    view = memoryview(data)
    base = int(index.offset[first])
    coded = []
    for frame in range(first, stop):
        begin = int(index.offset[frame]) - base
        piece = bytes(view[begin : begin + int(index.bytes[frame])])
        if zlib.crc32(piece) != index.crc32[frame]:
            raise SampleDamaged(f"frame {frame} differs from what was published")
        coded.append(piece)
    return coded


def decode(
    stream: Stream, coded: Sequence[bytes], skip: int = 0, size: Size | None = None
) -> Iterator[NDArray[Any]]:
    """Decode consecutive frames, the first of them a key frame, and yield all but the first `skip`.

    Pictures are uint8 [height, width, 3] RGB, 16-bit planes uint16 [height, width] or [height, width, 3].
    After scaling, `size` = (height, width) is cut out of the middle, where given. What is yielded may be
    overwritten later.

    Raises:
        SampleDamaged: the decoder refuses a frame, or gives another number of them.
    """
    converter = Converter(Fit.of((stream.height, stream.width), size))
    count = 0
    for count, frame in enumerate(raw_frames(stream, coded), 1):
        if count > skip:
            yield converter.array(frame)
    if count != len(coded):
        raise SampleDamaged(f"{len(coded)} coded frames gave {count} pictures")


def raw_frames(stream: Stream, coded: Sequence[bytes]) -> Iterator[av.VideoFrame]:
    """Decode consecutive frames, the first of them a key frame.

    Raises:
        SampleDamaged: the decoder refuses a frame.
    """
    context = _open(stream)
    try:
        for piece in coded:
            yield from context.decode(av.Packet(piece))
        yield from context.decode(None)
    except av.FFmpegError as error:
        raise SampleDamaged(f"a frame cannot be decoded: {error}") from error


def _open(stream: Stream) -> av.VideoCodecContext:
    if not 0 < stream.width * stream.height <= MAX_PIXELS:
        raise SampleDamaged(f"a picture cannot be {stream.width}x{stream.height}")
    try:
        made = av.CodecContext.create(_DECODERS.get(stream.codec, stream.codec), "r")
        context = cast("av.VideoCodecContext", made)
        context.extradata = bytes.fromhex(stream.extradata)
    except (UnknownCodecError, ValueError) as error:
        raise SampleDamaged(f"there is no decoder for {stream.codec}: {error}") from error
    context.width, context.height = stream.width, stream.height
    context.thread_count = 1
    return context


class Converter:
    """Turns decoded frames into arrays of one size."""

    def __init__(self, fit: Fit, interpolation: Interpolation = FAST) -> None:
        self._fit = fit
        self._interpolation = interpolation
        self._reformatter = VideoReformatter()

    def array(self, frame: av.VideoFrame) -> NDArray[Any]:
        """uint8 [height, width, 3] RGB of a picture, uint16 [height, width] or [.., 3] of a 16-bit plane."""
        if frame.format.name in _STORED:
            return self._fit.nearest(frame.to_ndarray())
        height, width = self._fit.scaled
        picture = self._reformatter.reformat(
            frame, width, height, format="rgb24", interpolation=self._interpolation, threads=1
        )
        return _pixels(picture)[self._fit.middle]


def _pixels(picture: av.VideoFrame) -> NDArray[np.uint8]:
    """The pixels of an RGB picture where they are: copying takes half as long as the conversion did."""
    (plane,) = picture.planes
    lines: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return lines[:, : 3 * picture.width].reshape(picture.height, picture.width, 3)
