"""Clips by number are those of the loader's sequence."""

from __future__ import annotations

import pickle
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import collector.dataset
from collector.dataset import ClipSource, Loader
from tests.dataset.synthetic import collect


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 30, "planes": True}, b={"ticks": 25, "planes": True})
    return Loader(collector.dataset.open(tmp_path / "d"), 6, 1, planes=("depth",))


def test_numbers_are_the_order_of_the_loader(loader: Loader) -> None:
    source = pickle.loads(pickle.dumps(ClipSource(loader)))
    assert len(source) == loader.order.epoch == 9
    for number, batch in enumerate(islice(loader, len(source))):
        clip = source[number]
        assert np.array_equal(clip["frames"], batch.frames[0])
        assert np.array_equal(clip["actions"], batch.actions[0])
        assert np.array_equal(clip["depth"], batch.planes["depth"][0])


@pytest.mark.parametrize("number", [-1, 9])
def test_there_are_no_others(loader: Loader, number: int) -> None:
    with pytest.raises(IndexError, match="an epoch has 9 clips"):
        ClipSource(loader)[number]
