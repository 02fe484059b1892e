from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from collector.store.pace import Pace


def test_several_together_keep_the_rate() -> None:
    pace = Pace(100_000)
    begin = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pace.wait, [10_000] * 6))
    assert 0.5 <= time.monotonic() - begin < 2


def test_nothing_is_saved_up_while_nobody_sends() -> None:
    pace = Pace(100_000)
    pace.wait(1)
    time.sleep(0.3)
    begin = time.monotonic()
    for _ in range(3):
        pace.wait(10_000)
    assert time.monotonic() - begin >= 0.2


def test_no_rate_is_no_wait() -> None:
    begin = time.monotonic()
    Pace(0).wait(10**12)
    assert time.monotonic() - begin < 0.1
