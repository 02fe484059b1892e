"""Clips are what was recorded and rendered, from any tick, with few bytes read, or an error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import collector.dataset
from collector.dataset import Clip, Dataset
from collector.errors import DatasetError, SampleDamaged, ShardMissing
from collector.quality import psnr
from collector.recording import Recording, action_vectors
from collector.store import FolderStore
from collector.video.planes import FORMS
from tests.dataset.synthetic import HEIGHT, PLANES_OF, WIDTH, collect, pictures


class CountingStore(FolderStore):
    """Notes every range that is read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read: list[tuple[str, int, int]] = []

    def get(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        data = super().get(key, start, length)
        self.read.append((key, start, len(data)))
        return data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    collect(folder / "w", folder / "d", a={"ticks": 70}, b={"players": 3, "planes": True, "kind": "mine"})
    collect(folder / "w1", folder / "d", "t1", c={"ticks": 20, "world": 15})
    return folder


@pytest.fixture
def dataset(folder: Path) -> Dataset:
    return collector.dataset.open(folder / "d")


@pytest.mark.parametrize("start", [0, 1, 15, 16, 17, 33, 60])
def test_a_clip_is_what_was_rendered_and_recorded(folder: Path, dataset: Dataset, start: int) -> None:
    clip = dataset.clip("a", start, 10)
    assert clip.frames.shape == (2, 10, HEIGHT, WIDTH, 3)
    assert clip.frames.dtype == np.uint8
    assert clip.actions.shape == (2, 10, 25)
    recording = Recording(folder / "w/a.recording")
    for player in range(2):
        truth = pictures(recording, player)[start : start + 10]
        rows = recording.player(player).slice(start, 10)
        for frame, (seen, expected) in enumerate(zip(clip.frames[player], truth, strict=True)):
            near = [
                psnr(seen, other) for other in pictures(recording, player)[max(0, start + frame - 1) :][:3]
            ]
            assert psnr(seen, expected) == max(near) > 28
        assert np.array_equal(clip.actions[player], action_vectors({n: rows[n] for n in rows.column_names}))
        assert clip.rows[player].select(rows.column_names).equals(rows)


def test_planes_are_what_their_form_keeps(folder: Path, dataset: Dataset) -> None:
    clip = dataset.clip("b", 7, 5, planes=list(FORMS), players=[2, 0])
    assert clip.players == (2, 0)
    recording = Recording(folder / "w/b.recording")
    for plane, form in FORMS.items():
        for place, player in enumerate(clip.players):
            for index, picture in enumerate(pictures(recording, player)[7:12]):
                expected = form.restore(form.pack(PLANES_OF[plane](picture)))
                assert np.array_equal(clip.planes[plane][place, index], expected, equal_nan=True)
        assert clip.planes[plane].dtype == form.dtype


def test_flow_is_in_pixels_of_the_picture_that_is_asked_for(dataset: Dataset) -> None:
    whole = dataset.clip("b", 3, 4, planes=["flow"]).planes["flow"]
    half = dataset.clip("b", 3, 4, planes=["flow"], size=(32, 48)).planes["flow"]
    assert np.array_equal(half, whole[:, :, 1::2, 1::2] / 2, equal_nan=True)
    # Covering 128x96 takes half as much again, and a third of the width is cut off.
    larger = dataset.clip("b", 3, 4, planes=["flow"], size=(96, 96)).planes["flow"]
    assert np.nanmax(np.abs(larger)) == pytest.approx(np.nanmax(np.abs(whole[:, :, :, 16:80])) * 1.5)


def test_pictures_are_resized(dataset: Dataset) -> None:
    small = dataset.clip("a", 3, 4, size=(32, 48)).frames
    assert small.shape == (2, 4, 32, 48, 3)
    whole = dataset.clip("a", 3, 4).frames.reshape(2, 4, 32, 2, 48, 2, 3).mean((3, 5))
    assert np.abs(small - whole).mean() < 6


def test_another_shape_is_cut_from_the_middle(dataset: Dataset) -> None:
    whole = dataset.clip("b", 3, 4, planes=["segment", "depth"])
    cut = dataset.clip("b", 3, 4, planes=["segment", "depth"], size=(60, 96))
    assert np.array_equal(cut.frames, whole.frames[:, :, 2:62])
    for plane in ("segment", "depth"):
        assert np.array_equal(cut.planes[plane], whole.planes[plane][:, :, 2:62])
    half = dataset.clip("b", 3, 4, planes=["segment"], size=(32, 32)).planes["segment"]
    assert np.array_equal(half, whole.planes["segment"][:, :, 1::2, 17:81:2])


def test_reads_one_range_of_each_video_and_no_more(folder: Path) -> None:
    store = CountingStore(folder / "d")
    dataset = collector.dataset.open(store)
    dataset.clip("a", 0, 1)
    store.read.clear()
    clip = dataset.clip("a", 20, 33)
    assert len(store.read) == 2, "one range for each player; the rows are there already"
    rows = [dataset.rows(clip.episode, player) for player in range(2)]
    for (_, start, length), row, columns in zip(store.read, rows, clip.episode.columns, strict=True):
        index = row.index("rgb")
        assert start == columns["rgb_offset"] + index.offset[16]
        assert length == index.bytes[16:53].sum()


def test_filters(dataset: Dataset) -> None:
    def names(**wanted: object) -> list[str]:
        return [episode.name for episode in dataset.filter(**wanted).episodes]  # type: ignore[arg-type]

    assert names() == ["a", "b", "c"]
    assert names(types=["mine"]) == ["b"]
    assert names(types=["mine", "orbit"], players=2) == ["a", "c"]
    assert names(min_ticks=40) == ["a", "b"]
    assert names(tags=["synthetic"]) == ["a", "b", "c"]
    assert names(tags=["synthetic", "other"]) == []
    assert sorted(names(split="train") + names(split="test")) == ["a", "b", "c"]


def test_a_pinned_version_does_not_change(folder: Path) -> None:
    first = collector.dataset.open(folder / "d", version=1)
    assert [episode.name for episode in first.episodes] == ["a", "b"]
    assert first.version == 1
    assert collector.dataset.open(folder / "d").version == 2


@pytest.mark.parametrize(
    ("start", "length", "players"), [(-1, 5, None), (66, 5, None), (0, 0, None), (0, 5, [2]), (0, 5, [])]
)
def test_refuses_what_is_not_there(
    dataset: Dataset, start: int, length: int, players: list[int] | None
) -> None:
    with pytest.raises(DatasetError, match="asked for"):
        dataset.clip("a", start, length, players=players)


def test_refuses_unknown_episodes_and_planes(dataset: Dataset) -> None:
    with pytest.raises(DatasetError, match="no episode 'z'"):
        dataset.clip("z", 0, 1)
    with pytest.raises(DatasetError, match="no depth video"):
        dataset.clip("a", 0, 1, planes=["depth"])


def test_every_flipped_byte_of_a_clip_is_noticed(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 20})
    shard = tmp_path / "d/shards/t0.tar"
    data = shard.read_bytes()
    episode = collector.dataset.open(tmp_path / "d").episodes[0]
    for member in ("rgb", "rows"):
        place = episode.place(member, 1)
        assert place is not None
        header = 1200 if member == "rgb" else 0  # the mp4 index, which a clip does not read
        for offset in np.linspace(place.offset + header, place.offset + place.bytes - 1, 15, dtype=int):
            shard.write_bytes(data[:offset] + bytes([data[offset] ^ 1]) + data[offset + 1 :])
            with pytest.raises(SampleDamaged, match="a"):
                collector.dataset.open(tmp_path / "d").clip("a", 0, 20)


def test_a_truncated_or_missing_shard_is_told(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 20})
    shard = tmp_path / "d/shards/t0.tar"
    with shard.open("r+b") as stream:
        stream.truncate(4096)
    with pytest.raises(SampleDamaged):
        collector.dataset.open(tmp_path / "d").clip("a", 0, 20)
    shard.unlink()
    with pytest.raises(ShardMissing, match="t0"):
        collector.dataset.open(tmp_path / "d").clip("a", 0, 20)


def test_the_card_tells_what_the_sample_is(dataset: Dataset) -> None:
    card = dataset.card(dataset.episode("b"))
    assert card.header.type == "mine"
    assert card.planes == ("rgb", *FORMS)
    assert (card.width, card.height, card.fps, card.ticks) == (WIDTH, HEIGHT, 20, 40)
    assert card.view == {"fov": 70.0}


def test_the_memory_of_a_clip_is_used_again_and_not_before(dataset: Dataset) -> None:
    def place(clip: Clip) -> int:
        return int(clip.frames.__array_interface__["data"][0])

    first = dataset.clip("a", 0, 8)
    where, expected = place(first), first.frames.copy()
    second = dataset.filter(types=["orbit"]).clip("a", 16, 8)
    assert np.array_equal(first.frames, expected)
    assert not np.array_equal(second.frames, expected)
    del first
    assert place(dataset.filter().clip("a", 8, 8)) == where
