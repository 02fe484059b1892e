"""Frames from coded bytes: decoded, and converted into arrays.

Decoders and converters wait to be used again. Opened anew for every clip, they and their frames took fresh
memory each time, and its pages up to a tenth of the time of a clip.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Generic, Literal, NamedTuple, TypeVar, cast

import av
import numpy as np
from av.codec.codec import UnknownCodecError
from av.codec.hwaccel import HWAccel, hwdevices_available
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from collector.dataset.fit import Fit, Size
from collector.dataset.video import DECODERS, Stream
from collector.errors import DecoderMissing, SampleDamaged
from collector.video.planes import FORMS

T = TypeVar("T")

Buffer = bytes | memoryview

# How the pixels of pictures lie in memory, by FFmpeg's names.
Pixels = Literal["rgb24", "yuv420p"]

# Full chroma when turning 4:2:0 into RGB: four times the time, and no bias (the fast path is 1 to 1.5
# levels too dark). For measuring; training reads the fast one.
EXACT = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
FAST = Interpolation.BILINEAR

# Of a picture, 8192x8192. The decoder makes room for them before it looks at any.
MAX_PIXELS = 1 << 26

# Of planes that are no pictures.
_STORED = {form.pixel_format for form in FORMS.values()}

# Decoders, and converters, that wait at most: of a few planes and threads, some megabytes each.
_KEPT = 16


class Target(NamedTuple):
    """How pictures are to come.

    Attributes:
        size: (height, width), by scaling and cutting out the middle, see `Fit`; None leaves them as they are.
        pixels: `rgb24`, arrays [height, width, 3]; or `yuv420p`, [height * 3 / 2, width]: all of Y, of U
            and of V, which are half as wide and high; BT.709, limited range.
        device: `cuda`, `cuda:1` … decodes there; None on the processor.
    """

    size: Size | None = None
    pixels: Pixels = "rgb24"
    device: str | None = None


class _Idle(Generic[T]):
    """Things that wait to be used again, each by one thread at a time."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Hashable, T]] = deque(maxlen=_KEPT)
        self._lock = Lock()

    @contextmanager
    def lend(self, key: Hashable, make: Callable[[], T]) -> Iterator[T]:
        """One that was made for an equal key. After an error it is not used again."""
        one = self._take(key) or make()
        yield one
        with self._lock:
            self._waiting.append((key, one))

    def _take(self, key: Hashable) -> T | None:
        with self._lock:
            for place, (known, one) in enumerate(self._waiting):
                if known == key:
                    del self._waiting[place]
                    return one
        return None


_DECODERS: _Idle[av.VideoCodecContext] = _Idle()
_CONVERTERS: _Idle[Converter] = _Idle()


def decode(
    stream: Stream, coded: Sequence[Buffer], skip: int = 0, size: Size | None = None
) -> Iterator[NDArray[Any]]:
    """Decode consecutive frames, the first of them a key frame, and yield all but the first `skip`.

    Pictures are uint8 [height, width, 3] RGB, 16-bit planes uint16 [height, width] or [height, width, 3].
    After scaling, `size` = (height, width) is cut out of the middle, where given. What is yielded may be
    overwritten later.

    Raises:
        SampleDamaged: the decoder refuses a frame, or gives another number of them.
    """
    with converter(stream, Target(size)) as made:
        yield from map(made.array, frames(stream, coded, skip))


def frames(
    stream: Stream, coded: Sequence[Buffer], skip: int = 0, device: str | None = None
) -> Iterator[av.VideoFrame]:
    """Decode consecutive frames, the first of them a key frame, and yield all but the first `skip`.

    Raises:
        SampleDamaged: the decoder refuses a frame, or gives another number of them.
        DecoderMissing: the device cannot decode them.
    """
    count = 0
    for count, frame in enumerate(raw_frames(stream, coded, device), 1):
        if count > skip:
            yield frame
    if count != len(coded):
        raise SampleDamaged(f"{len(coded)} coded frames gave {count} pictures")


def raw_frames(stream: Stream, coded: Sequence[Buffer], device: str | None = None) -> Iterator[av.VideoFrame]:
    """Decode consecutive frames, the first of them a key frame.

    Raises:
        SampleDamaged: the decoder refuses a frame.
        DecoderMissing: the device cannot decode them.
    """
    with _DECODERS.lend((stream, device), lambda: _open(stream, device)) as context:
        try:
            for piece in coded:
                yield from context.decode(padded(piece))
            yield from context.decode(None)
            context.flush_buffers()
        except av.FFmpegError as error:
            raise SampleDamaged(f"a frame cannot be decoded: {error}") from error


def padded(piece: Buffer) -> av.Packet[Any]:
    """A packet with zeros after it, over which decoders may read; one made of `bytes` has none."""
    packet: av.Packet[Any] = av.Packet(len(piece))
    packet.update(cast("bytes", piece))  # any buffer will do
    return packet


def _open(stream: Stream, device: str | None) -> av.VideoCodecContext:
    if not 0 < stream.width * stream.height <= MAX_PIXELS:
        raise SampleDamaged(f"a picture cannot be {stream.width}x{stream.height}")
    try:
        context = _create(stream.codec, device)
        context.extradata = bytes.fromhex(stream.extradata)
    except (UnknownCodecError, ValueError) as error:
        raise SampleDamaged(f"there is no decoder for {stream.codec}: {error}") from error
    context.width, context.height = stream.width, stream.height
    context.thread_count = 1
    return context


def _create(codec: str, device: str | None) -> av.VideoCodecContext:
    if device is None:
        return cast("av.VideoCodecContext", av.CodecContext.create(DECODERS.get(codec, codec), "r"))
    kind, _, number = device.partition(":")
    try:
        if kind not in hwdevices_available():
            raise NotImplementedError(f"known are {', '.join(hwdevices_available())}")
        # The context that other libraries of the process use as well: one of its own takes its memory.
        options: dict[str, object] = {"primary_ctx": "1"} if kind == "cuda" else {}
        there = HWAccel(kind, number or None, allow_software_fallback=False, options=options)
        return cast("av.VideoCodecContext", av.CodecContext.create(codec, "r", hwaccel=there))
    except (av.FFmpegError, NotImplementedError) as error:
        raise DecoderMissing(
            f"{codec} cannot be decoded on {device}: {error}; without a device it is decoded on the processor"
        ) from error


@contextmanager
def converter(stream: Stream, target: Target) -> Iterator[Converter]:
    """A converter for pictures of `stream`."""
    fit = Fit.of((stream.height, stream.width), target.size)
    with _CONVERTERS.lend((fit, target.pixels), lambda: Converter(fit, target.pixels)) as made:
        yield made


class Converter:
    """Turns decoded frames into arrays of one size."""

    def __init__(self, fit: Fit, pixels: Pixels = "rgb24", interpolation: Interpolation = FAST) -> None:
        self._fit = fit
        self._middle = fit.middle
        self._interpolation = interpolation
        self._reformatter = VideoReformatter()
        self._pixels = pixels
        self._last: av.VideoFrame | None = None

    def array(self, frame: av.VideoFrame) -> NDArray[Any]:
        """uint8 [height, width, 3] RGB of a picture, uint16 [height, width] or [.., 3] of a 16-bit plane."""
        if frame.format.name in _STORED:
            return self._fit.nearest(frame.to_ndarray())
        (lines,) = self._planes(frame, "rgb24")
        return lines.reshape(len(lines), -1, 3)[self._middle]

    def write(self, frame: av.VideoFrame, into: NDArray[np.uint8]) -> None:
        """Put a picture into an array as `Target` describes."""
        if self._pixels == "yuv420p":
            self._write_yuv(frame, into)
        else:
            into[:] = self.array(frame)

    def _write_yuv(self, frame: av.VideoFrame, into: NDArray[np.uint8]) -> None:
        height, width = self._fit.size
        luma, chroma = np.split(into.reshape(-1, copy=False), [height * width])
        parts = (luma.reshape(height, width), *chroma.reshape(2, height // 2, width // 2))
        top, left = (one.start // 2 for one in self._middle)
        for plane, part, step in zip(self._planes(frame, "yuv420p"), parts, (2, 1, 1), strict=True):
            part[:] = plane[top * step :, left * step :][: part.shape[0], : part.shape[1]]

    def _planes(self, frame: av.VideoFrame, pixels: Pixels) -> list[NDArray[np.uint8]]:
        """The lines of each plane of a picture that has come to the size, where they are.

        Copying them takes half as long as the conversion did. The last one stays, so that the memory of the
        next but one is there already.
        """
        height, width = self._fit.scaled
        self._last = self._reformatter.reformat(
            frame,
            width,
            height,
            format=pixels,
            interpolation=self._interpolation,
            threads=1,
            **(_BT709 if pixels == "yuv420p" else {}),
        )
        channels = 3 if pixels == "rgb24" else 1
        return [
            np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
                :, : channels * plane.width
            ]
            for plane in self._last.planes
        ]


_BT709: dict[str, Any] = {"dst_colorspace": Colorspace.ITU709, "dst_color_range": ColorRange.MPEG}
