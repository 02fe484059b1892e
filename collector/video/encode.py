"""Frames → files, through ffmpeg.

Pictures become H.264 that a trainer can cut anywhere: constant 20 frames/s, no B-frames, a key frame every
16 frames, index at the front. The other planes become lossless 16-bit FFV1 in the same kind of container
(QuickTime/ISO base media), every frame a key frame, so that one reader serves all of them.

Why these defaults (224 rendered frames of walks through hills, 640x360, one core): `-tune fastdecode` more
than doubles decoding speed (627 to 1,600 frames/s) for 10 % more bytes. `-tune psnr` and a finer motion
search with a quality of 22 give the same error over all colours (32.4 dB) as x264's own tuning does at 20, in
11 % fewer bytes that decode in 11 % less time. A random clip of 33 frames also reads the frames from the key
frame before it. A key frame every 16 frames makes that 566 kB and 41 frames to decode; every 8 frames, 564 kB
and 37, but 11 % more to store; every 32, 640 kB and 49. `mpeg2video` is for who reads faster than he stores:
at 4 it takes 36 % more bytes and 0.6 of the time to decode, for 1.4 dB (docs/decisions/reading-speed.md). One
thread per encoder, because the bytes of x264 depend on its number of threads; the videos of several players
are encoded side by side instead.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

import ffmpeg
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from collector.durable import sync
from collector.errors import EncodeError, StorageFull, ViewSizeError
from collector.video.planes import FORMS

FPS = 20
PARTIAL = ".partial"
# ffmpeg takes a frame in milliseconds; one that does not within this time is stuck.
STALL_SECONDS = 60.0
PIPE_BYTES = 1 << 20
ERROR_LINES = 8

X264_QUALITY = 22
MPEG2_QUALITY = 4

_FULL = re.compile(r"No space left on device|Disk quota exceeded|File too large")


class Encoding(BaseModel):
    """How pictures are encoded.

    `codec` is an encoder of the ffmpeg binary, `quality` its constant-quality figure (crf, cq for NVENC, the
    quantizer for `mpeg2video`: lower is better and larger; by default 22, or 4 for `mpeg2video`), `preset`
    its preset, `gop` the distance of key frames in frames.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    codec: str = "libx264"
    quality: int = Field(
        default_factory=lambda given: MPEG2_QUALITY if given["codec"] == "mpeg2video" else X264_QUALITY,
        ge=0,
        le=63,
    )
    preset: str | None = None
    gop: int = Field(default=16, ge=1)


class FrameWriter:
    """Writes frames to `path` through ffmpeg; the file appears there when the last frame is in it.

    Use as a context manager. When the block raises, nothing is left behind.

    Raises:
        EncodeError: ffmpeg cannot be run, died, or hung.
        StorageFull: no space is left where `path` is.
    """

    pixel_format: str

    def __init__(self, path: Path, width: int, height: int, output: dict[str, Any], fps: int = FPS) -> None:
        self.path = path
        self.frames = 0
        self._shape: tuple[int, ...] = (height, width)
        self._partial = path.with_name(path.name + PARTIAL)
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as ffmpeg is)
        source = ffmpeg.input(
            "pipe:", format="rawvideo", pix_fmt=self.pixel_format, s=f"{width}x{height}", framerate=fps
        )
        target = source.output(str(self._partial), **(_CONTAINER | output))
        command = target.global_args("-hide_banner", "-loglevel", "error", "-nostdin").compile(
            cmd=binary(), overwrite_output=True
        )
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._log
            )
        except OSError as error:
            self._log.close()
            raise EncodeError(f"ffmpeg cannot be started: {error}") from error
        self._pipe = cast("IO[bytes]", self._process.stdin).fileno()
        os.set_blocking(self._pipe, False)
        _widen(self._pipe)

    def _check(self, frame: NDArray[Any]) -> None:
        if frame.shape != self._shape:
            raise EncodeError(f"a frame has shape {frame.shape}; {self.path.name} takes {self._shape}")

    def _send(self, frame: NDArray[Any]) -> None:
        data = memoryview(np.ascontiguousarray(frame).data).cast("B")
        deadline = time.monotonic() + STALL_SECONDS
        while data:
            ready = select.select([], [self._pipe], [], max(0.0, deadline - time.monotonic()))[1]
            if not ready:
                raise EncodeError(f"ffmpeg took no frame for {STALL_SECONDS:.0f} s: {self._last_lines()}")
            try:
                data = data[os.write(self._pipe, data) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._failure() from None
        self.frames += 1

    @property
    def pid(self) -> int:
        """Process id of ffmpeg."""
        return self._process.pid

    def close(self) -> None:
        """Finish the file, put it on disk and move it to `path`."""
        self._wait()
        sync(self._partial)
        self._partial.rename(self.path)
        self._log.close()

    def _wait(self) -> None:
        cast("IO[bytes]", self._process.stdin).close()
        try:
            code = self._process.wait(STALL_SECONDS)
        except subprocess.TimeoutExpired:
            raise EncodeError(f"ffmpeg did not finish {self.path.name} in {STALL_SECONDS:.0f} s") from None
        if code != 0 or self.frames == 0:
            raise self._failure()

    def _failure(self) -> EncodeError | StorageFull:
        self._stop()
        lines = self._last_lines()
        if _FULL.search(lines) or self._process.returncode == -signal.SIGXFSZ:
            return StorageFull(f"no space is left for {self.path}: free some, or choose another folder")
        return EncodeError(
            f"ffmpeg could not write {self.path.name} (exit {self._process.returncode}, "
            f"{self.frames} frames): {lines or 'it said nothing'}"
        )

    def _last_lines(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").splitlines()
        return " | ".join(lines[-ERROR_LINES:])

    def _stop(self) -> None:
        cast("IO[bytes]", self._process.stdin).close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            if self._process.poll() is None:
                self._process.kill()
            self._stop()
            self._log.close()
            self._partial.unlink(missing_ok=True)


class VideoWriter(FrameWriter):
    """Pictures, uint8 [height, width, 3] RGB, as `encoding` says.

    Raises:
        ViewSizeError: a side is odd, which 4:2:0 video cannot hold.
        EncodeError: also when the binary lacks the codec.
    """

    pixel_format = "rgb24"

    def __init__(
        self, path: Path, width: int, height: int, encoding: Encoding | None = None, fps: int = FPS
    ) -> None:
        if width % 2 or height % 2 or min(width, height) < 2:
            raise ViewSizeError(f"video cannot be {width}x{height}: both sides must be even and positive")
        super().__init__(path, width, height, _picture_options(encoding or Encoding()), fps)
        self._shape = (height, width, 3)

    def write(self, frame: NDArray[np.uint8]) -> None:
        """Append one frame."""
        self._check(frame)
        self._send(frame)


class PlaneWriter(FrameWriter):
    """A plane other than the pictures, as `planes` says; what its packing leaves is lossless."""

    def __init__(self, path: Path, plane: str, width: int, height: int, fps: int = FPS) -> None:
        self._form = FORMS[plane]
        self.pixel_format = self._form.pixel_format
        super().__init__(path, width, height, _LOSSLESS | {"pix_fmt": self.pixel_format}, fps)
        self._shape = (height, width, *self._form.channels)

    def write(self, frame: NDArray[Any]) -> None:
        """Append one frame, [height, width, *channels]."""
        self._check(frame)
        stored = self._form.pack(frame).astype("<u2", copy=False)
        # Planar, green first, where there are colours.
        self._send(stored if stored.ndim == 2 else np.moveaxis(stored, -1, 0)[[1, 2, 0]])


@cache
def binary() -> str:
    """The ffmpeg to run: the system's, else the one that the package `imageio-ffmpeg` brings."""
    return shutil.which("ffmpeg") or str(imageio_ffmpeg.get_ffmpeg_exe())


# Nothing that differs between two equal runs, and the index before the data. One thread: see above.
_CONTAINER: dict[str, Any] = {
    "movflags": "+faststart",
    "map_metadata": -1,
    "fflags": "+bitexact",
    "flags:v": "+bitexact",
    "threads": 1,
}
# In .mov, since mp4 has no code for FFV1; its readers are the same.
_LOSSLESS: dict[str, Any] = {"vcodec": "ffv1", "level": 3, "g": 1, "f": "mov"}
# HD colours, and said so: a file that says nothing is decoded as SD by some readers and as HD by others.
_COLOURS: dict[str, Any] = {
    "vf": "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+bitexact",
    "pix_fmt": "yuv420p",
    "colorspace": "bt709",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "color_range": "tv",
    "f": "mp4",
}


def _picture_options(encoding: Encoding) -> dict[str, Any]:
    codec = {
        "vcodec": encoding.codec,
        "g": encoding.gop,
        "bf": 0,
        **_quality_options(encoding),
        **({"preset": encoding.preset} if encoding.preset else {}),
    }
    return {**_COLOURS, **codec}


def _quality_options(encoding: Encoding) -> dict[str, Any]:
    quality = encoding.quality
    if encoding.codec == "libx264":
        # No scene cuts: key frames stay where the reader expects them. The removed SEI unit only holds
        # the encoder's version and settings.
        return {
            "crf": quality,
            "preset": "veryfast",
            "tune": "psnr,fastdecode",
            "x264-params": "subme=4",
            "keyint_min": encoding.gop,
            "sc_threshold": 0,
            "bsf:v": "filter_units=remove_types=6",
        }
    if encoding.codec == "libx265":
        return {"crf": quality, "x265-params": "scenecut=0"}
    if encoding.codec.endswith("_nvenc"):
        return {"rc": "vbr", "cq": quality, "b:v": 0, "forced-idr": 1, "no-scenecut": 1}
    if encoding.codec == "mpeg2video":
        # No scene cuts either. Low delay: timestamps as if there were B-frames otherwise. Trellis
        # quantization takes 9 % off, for half of the encoder's speed.
        return {
            "q:v": quality,
            "sc_threshold": 1_000_000_000,
            "trellis": 2,
            "intra_vlc": 1,
            "flags:v": "+bitexact+low_delay",
        }
    if encoding.codec == "libsvtav1":
        # Low delay: no frame needs a later one. One level of parallelism: the same bytes on any machine.
        return {"crf": quality, "preset": 10, "svtav1-params": "pred-struct=1:lp=1"}
    return {"crf": quality}


def _widen(pipe: int) -> None:
    """Let a whole frame wait in the pipe, so that renderer and encoder overlap."""
    import fcntl  # noqa: PLC0415 (not on Windows)

    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except (OSError, AttributeError):
        return  # A smaller pipe only costs speed.
