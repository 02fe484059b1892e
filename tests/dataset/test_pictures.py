"""Decoders and converters are used again without a trace of what they did before; pictures come as asked."""

from __future__ import annotations

import contextlib
import ctypes
import io
from collections.abc import Sequence
from itertools import islice

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import collector.dataset
from collector.dataset import Dataset, Loader
from collector.dataset.pictures import Buffer, Target, converter, decode, padded, raw_frames
from collector.dataset.video import Stream, index_video, packets
from collector.errors import DatasetError, DecoderMissing, SampleDamaged
from collector.video.encode import Encoding, VideoWriter
from tests.dataset.synthetic import HEIGHT, WIDTH, collect

# What FFmpeg's decoders may read after the end of a packet.
PADDING = 64
TICKS = 32

Coded = tuple[Stream, Sequence[Buffer]]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("pictures")
    collect(folder / "w", folder / "d", a={"ticks": 32})
    return collector.dataset.open(folder / "d")


@pytest.fixture(scope="module", params=["libx264", "mpeg2video"])
def coded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Coded:
    """A landscape of noise that moves by."""
    path = tmp_path_factory.mktemp("coded") / "v.mp4"
    noise = np.random.default_rng(1).integers(0, 256, (TICKS + HEIGHT // 8, WIDTH // 8, 3), np.uint8)
    landscape = noise.repeat(8, 0).repeat(8, 1)
    with VideoWriter(path, WIDTH, HEIGHT, Encoding(codec=request.param)) as writer:
        for tick in range(TICKS):
            writer.write(landscape[3 * tick : 3 * tick + HEIGHT])
    stream, index = index_video(path)
    return stream, packets(path.read_bytes()[int(index.offset[0]) :], index, 0, TICKS)


def pictures(stream: Stream, pieces: Sequence[Buffer]) -> NDArray[np.uint8]:
    return np.stack([picture.copy() for picture in decode(stream, pieces)])


def test_zeros_follow_what_a_decoder_gets() -> None:
    for piece in (b"\xff", b"\xff" * 1000, b"\xff" * 4096):
        packet = padded(piece)
        assert bytes(packet) == piece
        assert ctypes.string_at(packet.buffer_ptr + packet.buffer_size, PADDING) == bytes(PADDING)


def test_a_decoder_that_was_used_gives_the_same_pictures(coded: Coded) -> None:
    stream, pieces = coded
    whole = pictures(stream, pieces)
    assert len(whole) == TICKS
    assert np.array_equal(pictures(stream, pieces[16:]), whole[16:])
    assert np.array_equal(pictures(stream, pieces[:5]), whole[:5])
    assert np.array_equal(pictures(stream, pieces), whole)


def test_two_clips_at_once_and_one_that_is_left_do_not_mix(coded: Coded) -> None:
    stream, pieces = coded
    whole = pictures(stream, pieces)
    next(decode(stream, pieces))  # is left in the middle
    pairs = zip(decode(stream, pieces[:16]), decode(stream, pieces[16:]), strict=True)
    for tick, (first, second) in enumerate(pairs):
        assert np.array_equal(first, whole[tick])
        assert np.array_equal(second, whole[16 + tick])


def test_damage_stays_with_its_clip(coded: Coded) -> None:
    stream, pieces = coded
    whole = pictures(stream, pieces)
    generator = np.random.default_rng(3)
    for _ in range(10):
        broken = [generator.bytes(len(piece)) for piece in pieces[:3]]
        with contextlib.suppress(SampleDamaged):
            list(raw_frames(stream, broken))
        assert np.array_equal(pictures(stream, pieces), whole)


def test_yuv_is_what_was_decoded(dataset: Dataset) -> None:
    clip = dataset.clip("a", 5, 9, pixels="yuv420p")
    assert clip.frames.shape == (2, 9, HEIGHT * 3 // 2, WIDTH)
    place = clip.episode.place("rgb", 0)
    assert place is not None
    with av.open(io.BytesIO(dataset.read(clip.episode, place)), "r") as container:
        decoded = [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]
    assert np.array_equal(clip.frames[0], decoded[5:14])


def test_yuv_is_cut_where_its_chroma_is(dataset: Dataset) -> None:
    whole = dataset.clip("a", 0, 2, pixels="yuv420p").frames
    cut = dataset.clip("a", 0, 2, size=(HEIGHT - 6, WIDTH), pixels="yuv420p").frames
    height = HEIGHT - 6
    assert np.array_equal(cut[..., :height, :], whole[..., 2 : 2 + height, :]), "from an even line on"
    own, part = whole[..., HEIGHT:, :], cut[..., height:, :]
    halves = own.reshape(2, 2, 2, HEIGHT // 2, WIDTH // 2)
    assert np.array_equal(part.reshape(2, 2, 2, height // 2, WIDTH // 2), halves[..., 1 : 1 + height // 2, :])


@pytest.mark.parametrize(("size", "error"), [(None, 2.5), ((60, WIDTH), 2.5), ((32, 48), 6.5)])
def test_yuv_becomes_the_same_rgb(dataset: Dataset, size: tuple[int, int] | None, error: float) -> None:
    """Scaled to a half, its chroma has only a quarter of the lines."""
    torch = pytest.importorskip("torch")
    from collector.dataset.torch import to_rgb  # noqa: PLC0415 (needs torch)

    expected = dataset.clip("a", 3, 4, size=size).frames.astype(int)
    yuv = dataset.clip("a", 3, 4, size=size, pixels="yuv420p").frames
    made = to_rgb(torch.from_numpy(yuv)).numpy()
    assert made.shape == expected.shape
    assert np.abs(made - expected).mean() < error
    assert np.abs((made - expected) @ (0.2126, 0.7152, 0.0722)).mean() < 2.5, "the luma is all there"


def test_yuv_of_other_colours_comes_as_bt709() -> None:
    """A JPEG is in BT.601 and full range; it is converted, so that one formula fits all."""
    torch = pytest.importorskip("torch")
    from collector.dataset.torch import to_rgb  # noqa: PLC0415 (needs torch)

    colour, file = (200, 40, 90), io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), colour).save(file, "jpeg", quality=95, subsampling="4:2:0")
    stream = Stream(codec="mjpeg", extradata="", width=WIDTH, height=HEIGHT)
    into = np.empty((HEIGHT * 3 // 2, WIDTH), np.uint8)
    with converter(stream, Target(pixels="yuv420p")) as made:
        for frame in raw_frames(stream, [file.getvalue()]):
            made.write(frame, into)
    assert np.abs(to_rgb(torch.from_numpy(into)).numpy().astype(int) - colour).max() <= 3


def test_the_loader_gives_yuv(dataset: Dataset) -> None:
    batches = list(islice(Loader(dataset, 8, 2, pixels="yuv420p", size=(32, 48)), 2))
    for batch in batches:
        assert batch.frames.shape == (2, 2, 8, 48, 48)
        for name, start, frames in zip(batch.episodes, batch.starts, batch.frames, strict=True):
            clip = dataset.clip(name, start, 8, pixels="yuv420p", size=(32, 48))
            assert np.array_equal(frames, clip.frames)


def test_yuv_has_even_sides(dataset: Dataset) -> None:
    with pytest.raises(DatasetError, match="even sides; 33x48"):
        dataset.clip("a", 0, 2, size=(33, 48), pixels="yuv420p")


@pytest.mark.parametrize(("device", "why"), [("nonesuch", "known are"), ("cuda:99", "cuda:99")])
def test_a_device_that_is_not_there(dataset: Dataset, device: str, why: str) -> None:
    with pytest.raises(DecoderMissing, match=why):
        dataset.clip("a", 0, 2, device=device)
    with pytest.raises(DecoderMissing, match="on the processor"):
        next(iter(Loader(dataset, 8, 2, device=device)))
