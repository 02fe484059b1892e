"""Plays ahead: the next episode is played in a thread while the one before is rendered."""

from __future__ import annotations

import contextlib
import logging
import queue
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from collector.errors import CollectorError, ServerError, from_os
from collector.playing.plan import EpisodePlan
from collector.playing.play import play
from collector.progress import Listener
from collector.recording import Recording
from collector.servers import Server, open_server

log = logging.getLogger(__name__)


class PlayedAhead:
    """Plays episodes in a thread, one ahead of whoever iterates; yields plans with recordings or errors.

    Leaving the context ends the game that is being played.
    """

    def __init__(
        self, plans: Sequence[EpisodePlan], folder: Path, listener: Listener, stop: threading.Event
    ) -> None:
        self._plans = plans
        self._folder = folder
        self._listener = listener
        self._stop = stop
        self._left = threading.Event()
        self._played: queue.Queue[Recording | CollectorError] = queue.Queue(maxsize=1)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __iter__(self) -> Iterator[tuple[EpisodePlan, Recording | CollectorError]]:
        for plan in self._plans:
            yield plan, self._played.get()

    def _run(self) -> None:
        try:
            with open_server(self._plans[0].server) as server:
                for plan in self._plans:
                    if self._stopped():
                        return
                    self._played.put(self._play(plan, server))
        except ServerError as error:  # all is played; it is removed when the next one is started
            log.warning("the server was not put away: %s", error)

    def _play(self, plan: EpisodePlan, server: Server) -> Recording | CollectorError:
        path = self._folder / plan.name
        try:
            return _recorded(path) or play(
                plan,
                path,
                server=server,
                on_ticks=lambda ticks: self._listener.playing(plan.name, ticks),
                stopped=self._stopped,
            )
        except CollectorError as error:
            return error
        except OSError as error:
            return from_os(error)

    def _stopped(self) -> bool:
        return self._left.is_set() or self._stop.is_set()

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        while self._thread.is_alive():
            if not self._played.empty():  # a full queue would keep the thread from ending
                self._played.get()
            self._thread.join(0.05)


def _recorded(path: Path) -> Recording | None:
    """The recording that an earlier run of the same job has left, when it is whole."""
    if not path.exists():
        return None
    with contextlib.suppress(CollectorError):
        recording = Recording(path)
        recording.verify()
        if recording.meta.outcome.ok:
            return recording
    shutil.rmtree(path)
    return None
