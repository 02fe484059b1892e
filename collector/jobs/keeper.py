"""Keeps house for the board: leases, waits and deadlines pass also while no worker is there."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Self

import redis

from collector.jobs.tickets import Tickets

log = logging.getLogger(__name__)

TURN_SECONDS = 5.0


class Keeper:
    """Works as long as the context lasts; any number of them may run."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while not self._stop.wait(TURN_SECONDS):
            try:
                self._tickets.top_up()
            except redis.RedisError as error:
                log.warning("Redis cannot be reached: %s", error)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(TURN_SECONDS)
