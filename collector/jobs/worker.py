"""A worker: takes tasks off the board, one at a time, until it is told to stop."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from types import TracebackType
from typing import Self

import redis

from collector.jobs.board import Board, WorkerRecord, connect
from collector.jobs.run import Run
from collector.jobs.scratch import Scratch
from collector.jobs.tickets import Tickets
from collector.settings import Settings

log = logging.getLogger(__name__)

TURN_SECONDS = 1.0
# After the deadline of a drain, the run has to notice and clean up within this.
END_SECONDS = 30.0


class Worker:
    """Works as long as the context lasts; leaving it finishes the running task, or hands it back."""

    def __init__(self, settings: Settings) -> None:
        self.id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        self._settings = settings
        self._board = Board(connect(settings), settings)
        self._tickets = Tickets(self._board, settings)
        self._worker = self._tickets.worker(self._work)
        self._scratch = Scratch(settings.work, self.id)
        self._run: Run | None = None
        self._task: str | None = None
        self._lock = threading.Lock()
        self._draining = False
        self._started = time.time()

    def serve(self, stop: threading.Event) -> None:
        """Report and keep tickets coming until `stop` is set."""
        while not stop.wait(TURN_SECONDS):
            try:
                self._report()
                self._tickets.top_up()
            except redis.RedisError as error:
                log.warning("Redis cannot be reached: %s", error)

    def _work(self) -> None:
        """Answer a ticket."""
        if self._disk_is_full():
            return
        with self._lock:
            claim = None if self._draining else self._board.claim(self.id)
            if claim is None:
                return
            self._run = Run(self._board, self._settings, claim, self._scratch.folder)
            self._task = f"{claim.job}/{claim.number}"
        log.info("task %s begins", self._task)
        try:
            self._run()
        finally:
            log.info("task %s ends", self._task)
            with self._lock:
                self._run = self._task = None

    def _disk_is_full(self) -> bool:
        """Whether no task can be taken; the ticket is used up, and `top_up` makes another one."""
        return self._scratch.free_gb < self._settings.min_free_gb

    def _report(self) -> None:
        self._board.report(
            WorkerRecord(
                id=self.id,
                host=socket.gethostname(),
                pid=os.getpid(),
                started=self._started,
                beat=time.time(),
                task=self._task,
                free_gb=round(self._scratch.free_gb, 1),
                role=self._settings.role,
                note="takes no tasks: the disk is nearly full" if self._disk_is_full() else "",
            )
        )

    def _hand_back(self) -> None:
        with self._lock:
            if self._run:
                log.info("task %s is handed back", self._task)
                self._run.hand_back()

    def __enter__(self) -> Self:
        self._scratch.__enter__()
        self._worker.start()
        log.info("worker %s is ready", self.id)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._draining = True
        timer = threading.Timer(self._settings.drain_seconds, self._hand_back)
        timer.start()
        self._worker.stop(timeout=int((self._settings.drain_seconds + END_SECONDS) * 1000))
        timer.cancel()
        try:
            self._board.forget(self.id)
        except redis.RedisError as failure:
            log.warning("Redis cannot be reached: %s", failure)
        self._scratch.__exit__(kind, error, trace)
