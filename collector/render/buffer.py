"""An array on the device that is filled anew for every launch."""

from __future__ import annotations

from typing import Any

import warp as wp
from numpy.typing import NDArray


class Buffer:
    """Rows of a type of Warp's on `device`; it grows as it has to, and is never empty.

    On the CPU rows are written in place: to make one of Warp's arrays takes longer than all that is drawn in
    a tick takes to copy.
    """

    def __init__(self, dtype: Any, device: str) -> None:
        self._dtype, self._device = dtype, device
        self._grow(1)

    def fill(self, rows: NDArray[Any]) -> wp.array:
        """The array, which begins with these rows."""
        if len(rows) > len(self._array):
            self._grow(2 * len(rows))
        if self._host is not None:
            self._host[: len(rows)] = rows
        elif len(rows):
            wp.copy(self._array, wp.array(rows, dtype=self._dtype, device="cpu"), count=len(rows))
        return self._array

    def _grow(self, size: int) -> None:
        self._array = wp.zeros(size, dtype=self._dtype, device=self._device)
        self._host: NDArray[Any] | None = self._array.numpy() if self._array.device.is_cpu else None
