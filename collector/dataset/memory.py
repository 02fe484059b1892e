"""Arrays whose memory is used again.

A batch takes hundreds of megabytes. Fresh pages for each of them cost up to as much time as decoding what
goes into them, above all on virtual machines.
"""

from __future__ import annotations

import math
import mmap
import weakref
from collections import deque
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

# Shared memory, which is the default, mostly has no huge pages.
_PRIVATE: dict[str, int] = (
    {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}
)


class Memory:
    """Gives arrays, and takes their memory back when neither they nor any view of them is left.

    Several threads may ask it.

    Args:
        kept: how many arrays that nobody holds may wait to be used again.
    """

    def __init__(self, kept: int) -> None:
        self._free: deque[mmap.mmap] = deque(maxlen=kept)
        self._lock = Lock()

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array with any contents."""
        count = math.prod(shape)
        block = self._take(max(1, count * np.dtype(dtype).itemsize))
        # Views of it, and tensors, refer to this array and not to the block, since they are of its type.
        whole: NDArray[Any] = np.frombuffer(block, dtype, count)
        weakref.finalize(whole, self._free.append, block).atexit = False
        return whole.reshape(shape)

    def _take(self, size: int) -> mmap.mmap:
        """A free block of that size, or a new one."""
        with self._lock:  # others may only append meanwhile
            for _ in range(len(self._free)):
                block = self._free.popleft()
                if len(block) == size:
                    return block
                self._free.append(block)
        block = mmap.mmap(-1, size, **_PRIVATE)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            block.madvise(mmap.MADV_HUGEPAGE)
        return block
