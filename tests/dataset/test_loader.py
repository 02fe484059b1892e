"""Batches are right, complete, shared out, and go on exactly where they stopped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import collector.dataset
from collector.dataset import Dataset, Loader
from collector.errors import DatasetError, SampleDamaged
from tests.dataset.synthetic import HEIGHT, WIDTH, collect

Clips = list[tuple[str, int]]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("loader")
    episodes: dict[str, dict[str, Any]] = {f"e{n}": {"ticks": 20 + 5 * n} for n in range(5)}
    collect(folder / "w", folder / "d", "t0", **episodes, three={"players": 3, "planes": True})
    return collector.dataset.open(folder / "d")


@pytest.fixture
def pairs(dataset: Dataset) -> Dataset:
    return dataset.filter(players=2)


def take(loader: Loader, batches: int) -> Clips:
    with_stop = islice(loader, batches)
    return [clip for batch in with_stop for clip in zip(batch.episodes, batch.starts, strict=True)]


def test_batches_hold_the_clips_they_name(dataset: Dataset, pairs: Dataset) -> None:
    batch = next(iter(Loader(pairs, 6, 3)))
    assert batch.frames.shape == (3, 2, 6, HEIGHT, WIDTH, 3)
    for place, (name, start) in enumerate(zip(batch.episodes, batch.starts, strict=True)):
        clip = dataset.clip(name, start, 6)
        assert np.array_equal(batch.frames[place], clip.frames)
        assert np.array_equal(batch.actions[place], clip.actions)


def test_planes_players_and_size(dataset: Dataset) -> None:
    loader = Loader(dataset.filter(players=3), 4, 2, players=(2, 0), planes=("depth",), size=(32, 48))
    batch = next(iter(loader))
    assert batch.frames.shape == (2, 2, 4, 32, 48, 3)
    assert batch.planes["depth"].shape == (2, 2, 4, 32, 48)


def test_threads_and_reading_ahead_do_not_change_the_order(pairs: Dataset) -> None:
    one = take(Loader(pairs, 6, 2, threads=1, ahead=0), 12)
    assert one == take(Loader(pairs, 6, 2, threads=4, ahead=5), 12)
    assert one != take(Loader(pairs, 6, 2, seed=1), 12)


def test_ranks_share_every_clip_once(pairs: Dataset) -> None:
    alone = Loader(pairs, 6, 2)
    epoch = alone.order.epoch
    shares = [take(Loader(pairs, 6, 2, rank=rank, world=3), epoch // 6) for rank in range(3)]
    together = [clip for share in shares for clip in share]
    assert len(set(together)) == len(together)
    assert sorted(together) == sorted(take(alone, epoch // 2)[: len(together)])


@pytest.mark.parametrize("stop", [0, 1, 4])
@pytest.mark.parametrize(("world", "batch"), [(1, 2), (2, 2), (1, 3)])
def test_goes_on_exactly_where_it_stopped(pairs: Dataset, stop: int, world: int, batch: int) -> None:
    whole = take(Loader(pairs, 6, 2), 12)
    first = Loader(pairs, 6, 2)
    before = take(first, stop)
    after: Clips = []
    for rank in range(world):
        later = Loader(pairs, 6, batch, rank=rank, world=world, threads=3)
        later.load_state_dict(first.state_dict())
        after += take(later, (len(whole) - len(before)) // (batch * world))
    assert len(set(before + after)) == len(before + after)
    assert sorted(before + after) == sorted(whole[: len(before + after)])


@pytest.mark.parametrize("seed", range(4))
def test_any_change_of_ranks_workers_and_batches_goes_on(pairs: Dataset, seed: int) -> None:
    """Stopped some times, each time taken up by other ranks, workers, threads and batches."""
    generator = np.random.default_rng(seed)
    whole = take(Loader(pairs, 6, 1), 60)
    state = Loader(pairs, 6, 1).state_dict()
    seen: Clips = []
    while len(seen) < 24:
        world, workers, batch, steps = (int(one) for one in generator.integers(1, 4, 4))
        ends = []
        for rank in range(world):
            shares = []
            for worker in range(workers):
                loader = Loader(pairs, 6, batch, rank=rank, world=world, threads=worker + 1, ahead=rank)
                loader.load_state_dict(state)
                shares.append((loader, loader.stride(worker, workers)))
            for step in range(steps):
                loader, batches = shares[step % workers]
                taken = next(batches)
                assert taken is not None
                seen += zip(taken.episodes, taken.starts, strict=True)
            ends.append(loader.state_dict())
        assert all(end == ends[0] for end in ends), "all ranks are at the same place"
        state = ends[0]
    assert sorted(seen) == sorted(whole[: len(seen)])


def test_a_state_of_other_data_is_refused(dataset: Dataset, pairs: Dataset) -> None:
    state = Loader(pairs, 6, 2).state_dict()
    with pytest.raises(DatasetError, match="seed 0"):
        Loader(pairs, 6, 2, seed=1).load_state_dict(state)
    with pytest.raises(DatasetError, match="clips an epoch"):
        Loader(dataset.filter(players=3), 6, 2).load_state_dict(state)


def test_episodes_that_do_not_fit_together_are_told(dataset: Dataset) -> None:
    with pytest.raises(DatasetError, match=r"\[2, 3\] players"):
        Loader(dataset, 6, 2)
    with pytest.raises(DatasetError, match="only 2 players"):
        Loader(dataset, 6, 2, players=(0, 2))
    assert next(iter(Loader(dataset, 6, 2, players=(0, 1)))).frames.shape[1] == 2
    with pytest.raises(DatasetError, match="99 ticks"):
        Loader(dataset, 99, 2, players=(0, 1))


@pytest.fixture
def damaged(tmp_path: Path) -> Dataset:
    collect(tmp_path / "w", tmp_path / "d", good={"ticks": 24}, bad={"ticks": 24})
    dataset = collector.dataset.open(tmp_path / "d")
    place = dataset.episode("bad").place("rgb", 1)
    assert place is not None
    with (tmp_path / "d" / place.key).open("r+b") as stream:
        stream.seek(place.offset + place.bytes - 1500)
        stream.write(bytes(1500))
    return dataset


def test_damage_ends_the_iteration(damaged: Dataset) -> None:
    with pytest.raises(SampleDamaged, match="bad"):
        take(Loader(damaged, 24, 2), 3)


def test_damage_is_left_out_and_reported_when_wished(damaged: Dataset) -> None:
    errors: list[Exception] = []
    loader = Loader(damaged, 24, 2, on_damage="skip", report=errors.append, ahead=0)
    batches = list(islice(loader, 3))
    assert [batch.episodes for batch in batches] == [("good",)] * 3
    assert len(errors) == 3
    assert all(batch.frames.min(axis=(2, 3, 4, 5)).shape == (1, 2) for batch in batches)
    assert all(batch.frames.max() > 200 for batch in batches)


def order(batches: Iterator[dict[str, Any]], count: int) -> Clips:
    taken = list(islice(batches, count))
    return [clip for batch in taken for clip in zip(batch["episodes"], batch["starts"], strict=True)]


def test_torch_gets_the_same_batches(pairs: Dataset) -> None:
    torch = pytest.importorskip("torch")
    from collector.dataset.torch import TorchBatches  # noqa: PLC0415

    batch = next(TorchBatches(Loader(pairs, 6, 2)).loader())
    same = next(iter(Loader(pairs, 6, 2)))
    assert batch["frames"].dtype == torch.uint8
    assert np.array_equal(batch["frames"].numpy(), same.frames)
    assert np.array_equal(batch["actions"].numpy(), same.actions)


@pytest.mark.slow
def test_torch_workers_keep_the_order_and_the_place(pairs: Dataset) -> None:
    pytest.importorskip("torch")
    from collector.dataset.torch import TorchBatches  # noqa: PLC0415

    whole = take(Loader(pairs, 6, 2), 10)
    two = TorchBatches(Loader(pairs, 6, 2))
    before = order(two.loader(workers=2), 3)
    assert before == whole[:6]
    three = TorchBatches(Loader(pairs, 6, 2))
    three.load_state_dict(two.state_dict())
    assert order(three.loader(workers=1), 2) == whole[6:10]
    none = TorchBatches(Loader(pairs, 6, 2))
    none.load_state_dict(three.state_dict())
    assert order(none.loader(workers=0), 3) == whole[10:16]
