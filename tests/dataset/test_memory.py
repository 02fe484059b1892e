"""Memory is used again, and never while somebody looks at it."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from collector.dataset.memory import Memory

SHAPE = (3, 1000, 1000)


def place(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> int:
    return int(array.__array_interface__["data"][0])


def test_what_nobody_holds_is_given_again() -> None:
    memory = Memory(kept=2)
    first = memory.empty(SHAPE, np.uint8)
    where = place(first)
    del first
    assert place(memory.empty(SHAPE, np.uint8)) == where


@pytest.mark.parametrize("view", [lambda array: array[1], lambda array: array[1].view(np.int16)[::2]])
def test_a_view_keeps_its_memory(view: object) -> None:
    memory = Memory(kept=2)
    array = memory.empty(SHAPE, np.uint8)
    array.fill(7)
    part = view(array)  # type: ignore[operator]
    expected = part.copy()
    del array
    gc.collect()
    for _ in range(4):
        memory.empty(SHAPE, np.uint8).fill(9)
    assert np.array_equal(part, expected)


def test_a_tensor_keeps_its_memory() -> None:
    torch = pytest.importorskip("torch")
    memory = Memory(kept=2)
    array = memory.empty(SHAPE, np.uint8)
    array.fill(7)
    tensor = torch.from_numpy(array)[0, :10]
    del array
    memory.empty(SHAPE, np.uint8).fill(9)
    assert tensor.eq(7).all()


def test_other_sizes_get_their_own() -> None:
    memory = Memory(kept=2)
    memory.empty(SHAPE, np.uint8)
    other = memory.empty((5,), np.float32)
    assert other.shape == (5,)
    assert other.dtype == np.float32
    assert memory.empty((0, 4), np.uint8).size == 0


def test_no_more_is_kept_than_said() -> None:
    memory = Memory(kept=2)
    many = [memory.empty((1000,), np.uint8) for _ in range(5)]
    places = {place(array) for array in many}
    del many
    again = [memory.empty((1000,), np.uint8) for _ in range(5)]
    assert len(memory._free) == 0
    assert len({place(array) for array in again} & places) >= 2
