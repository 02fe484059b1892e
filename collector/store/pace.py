"""Keeps a rate: on average, not more than so many bytes a second."""

from __future__ import annotations

import threading
import time


class Pace:
    """Whoever is about to send something waits here; safe to use from several threads.

    Args:
        rate: bytes a second; 0 is no limit.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._free = 0.0

    def wait(self, count: int) -> None:
        """Wait until what was sent before has had its time; then `count` bytes may be sent at once."""
        if not self._rate:
            return
        with self._lock:
            now = time.monotonic()
            begin = max(now, self._free)
            self._free = begin + count / self._rate
        time.sleep(begin - now)
