"""Videos hold what was written, cut anywhere, and never appear half-written."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from collector.errors import EncodeError, StorageFull, ViewSizeError
from collector.quality import PSNR_FLOOR, psnr
from collector.video import encode
from collector.video.encode import (
    Encoding,
    PlaneWriter,
    VideoWriter,
)
from collector.video.planes import FORMS

SIZE = (128, 72)


def moving(frames: int, size: tuple[int, int] = SIZE, seed: int = 0) -> NDArray[np.uint8]:
    """A picture of soft blobs in strong colours that moves 3 pixels a frame."""
    width, height = size
    x, y = np.meshgrid(np.arange(width + 3 * frames), np.arange(height))
    waves = np.stack([np.sin(x / 9 + seed), np.cos(x / 14 + y / 11), np.sin(x / 20 + y / 8)], -1)
    picture = (127.5 + 110 * waves).astype(np.uint8)
    return np.stack([picture[:, 3 * frame : 3 * frame + width] for frame in range(frames)])


def write(path: Path, frames: NDArray[np.uint8], encoding: Encoding | None = None) -> Path:
    with VideoWriter(path, frames.shape[2], frames.shape[1], encoding) as video:
        for frame in frames:
            video.write(frame)
    return path


def read(path: Path) -> NDArray[np.uint8]:
    with av.open(path) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def test_holds_what_was_written_in_true_colours(tmp_path: Path) -> None:
    frames = moving(40)
    decoded = read(write(tmp_path / "v.mp4", frames))
    assert decoded.shape == frames.shape
    assert min(psnr(a, b) for a, b in zip(decoded, frames, strict=True)) > 32
    assert np.abs(decoded.mean((0, 1, 2)) - frames.mean((0, 1, 2))).max() < 2
    assert psnr(decoded[20], frames[19]) < PSNR_FLOOR, "a neighbouring frame must not pass for the right one"


def test_can_be_cut_anywhere(tmp_path: Path) -> None:
    path = write(tmp_path / "v.mp4", moving(50), Encoding(gop=8))
    with av.open(path) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 20
        assert not stream.codec_context.has_b_frames
        assert stream.pix_fmt == "yuv420p"
        packets = [packet for packet in container.demux(stream) if packet.size]
    assert [packet.is_keyframe for packet in packets] == [number % 8 == 0 for number in range(50)]
    assert [packet.pts for packet in packets] == [packet.dts for packet in packets]
    assert len({packet.duration for packet in packets}) == 1
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index must come first"


def test_same_frames_give_the_same_bytes_and_name_no_version(tmp_path: Path) -> None:
    one = write(tmp_path / "a.mp4", moving(30)).read_bytes()
    two = write(tmp_path / "b.mp4", moving(30)).read_bytes()
    other = write(tmp_path / "c.mp4", moving(30, seed=1)).read_bytes()
    assert one == two
    assert one != other
    assert b"x264 - core" not in one
    assert b"Lavf" not in one


@pytest.mark.parametrize(("codec", "quality"), [("libsvtav1", 24), ("libx265", 24), ("mpeg2video", 4)])
def test_other_codecs_have_no_reordering_either(tmp_path: Path, codec: str, quality: int) -> None:
    frames = moving(34)
    frames[20:] = frames[20:, ::-1]  # a cut, where encoders would like to have a key frame
    path = write(tmp_path / "v.mp4", frames, Encoding(codec=codec, quality=quality))
    with av.open(path) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert len(packets) == 34
    assert [packet.pts for packet in packets] == [packet.dts for packet in packets]
    assert np.flatnonzero([packet.is_keyframe for packet in packets]).tolist() == [0, 16, 32]
    assert psnr(read(path)[17], frames[17]) > 30


def test_quality_has_a_default_that_suits_the_codec() -> None:
    assert Encoding().quality == 22
    assert Encoding(codec="libx265").quality == 22
    assert Encoding(codec="mpeg2video").quality == 4
    assert Encoding(codec="mpeg2video", quality=2).quality == 2
    assert Encoding.model_validate_json('{"codec": "mpeg2video"}').quality == 4


def test_lower_quality_is_smaller(tmp_path: Path) -> None:
    good = write(tmp_path / "a.mp4", moving(30), Encoding(quality=15)).stat().st_size
    poor = write(tmp_path / "b.mp4", moving(30), Encoding(quality=35)).stat().st_size
    assert poor < good / 2


@pytest.mark.parametrize("plane", FORMS)
def test_what_is_packed_of_a_plane_comes_back_bit_for_bit(tmp_path: Path, plane: str) -> None:
    form = FORMS[plane]
    generator = np.random.default_rng(0)
    values = generator.uniform(0, 1, (5, 72, 128, *form.channels)) * (60000 if plane == "segment" else 1)
    values = values.astype(form.dtype)
    with PlaneWriter(tmp_path / "p.mov", plane, *SIZE) as video:
        for frame in values:
            video.write(frame)
        with pytest.raises(EncodeError, match="shape"):
            video.write(values[0, :, 1:])
    with av.open(tmp_path / "p.mov") as container:
        decoded = [frame.to_ndarray() for frame in container.decode(video=0)]
    assert np.array_equal(decoded, [form.pack(frame) for frame in values])


@pytest.mark.parametrize("size", [(127, 72), (128, 71), (0, 72)])
def test_refuses_sizes_that_video_cannot_hold(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(ViewSizeError, match=f"{size[0]}x{size[1]}.*even"):
        VideoWriter(tmp_path / "v.mp4", *size)
    assert not list(tmp_path.iterdir())


def test_refuses_a_frame_of_another_shape(tmp_path: Path) -> None:
    with pytest.raises(EncodeError, match="shape"):
        write(tmp_path / "v.mp4", moving(2)[:, :, :, :2])
    assert not list(tmp_path.iterdir())


def test_an_unknown_codec_gives_the_last_words_of_ffmpeg(tmp_path: Path) -> None:
    with pytest.raises(EncodeError, match="libx299"):
        write(tmp_path / "v.mp4", moving(2), Encoding(codec="libx299"))
    assert not list(tmp_path.iterdir())


def test_no_frames_are_no_video(tmp_path: Path) -> None:
    with pytest.raises(EncodeError, match="0 frames"), VideoWriter(tmp_path / "v.mp4", *SIZE):
        pass
    assert not list(tmp_path.iterdir())


def test_an_error_of_the_caller_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with VideoWriter(tmp_path / "v.mp4", *SIZE) as video:
            video.write(moving(1)[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert not list(tmp_path.iterdir())


def write_to_struck_ffmpeg(path: Path, blow: signal.Signals) -> None:
    with VideoWriter(path, 640, 360) as video:
        os.kill(video.pid, blow)
        for _ in range(100):
            video.write(moving(1, (640, 360))[0])


def test_the_death_of_ffmpeg_is_told(tmp_path: Path) -> None:
    with pytest.raises(EncodeError, match="exit -9"):
        write_to_struck_ffmpeg(tmp_path / "v.mp4", signal.SIGKILL)
    assert not list(tmp_path.iterdir())


def test_a_hung_ffmpeg_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "STALL_SECONDS", 0.3)
    with pytest.raises(EncodeError, match="took no frame"):
        write_to_struck_ffmpeg(tmp_path / "v.mp4", signal.SIGSTOP)
    assert not list(tmp_path.iterdir())


def test_a_missing_binary_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode, "binary", lambda: str(tmp_path / "none"))
    with pytest.raises(EncodeError, match="cannot be started"):
        VideoWriter(tmp_path / "v.mp4", *SIZE)


LIMITED = """
import resource, sys
from pathlib import Path
import numpy as np
from collector.video.encode import VideoWriter
from collector.errors import StorageFull
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
noise = np.random.default_rng(0).integers(0, 256, (20, 360, 640, 3), dtype=np.uint8)
try:
    with VideoWriter(Path(sys.argv[1]), 640, 360) as video:
        for frame in noise:
            video.write(frame)
except StorageFull as error:
    print("full", error)
"""


def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "v.mp4")]
    output = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert output.stdout.startswith("full")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk_is_told(small_disk: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (20, 360, 640, 3), dtype=np.uint8)
    with pytest.raises(StorageFull, match="no space"):
        write(small_disk / "v.mp4", noise)
    assert not list(small_disk.iterdir())


def test_memory_does_not_grow_with_the_video(tmp_path: Path) -> None:
    frames = moving(8, (640, 360))
    with VideoWriter(tmp_path / "v.mp4", 640, 360) as video:
        for frame in frames:
            video.write(frame)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(30):
            for frame in frames:
                video.write(frame)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB; the frames are 166 MB
