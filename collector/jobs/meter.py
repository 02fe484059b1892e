"""Keeps what a running task is at, for the board to show."""

from __future__ import annotations

import threading

from collector.jobs.models import Progress


class Meter:
    """A `collector.progress.Listener`; `progress` may be read from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._progress = Progress()

    @property
    def progress(self) -> Progress:
        """How far the task is."""
        with self._lock:
            return self._progress

    def playing(self, episode: str, ticks: int) -> None:
        """So many ticks of the episode have been played."""
        self._update(playing=episode, played_ticks=ticks)

    def rendering(self, episode: str, ticks: int, total: int) -> None:
        """So many ticks of the episode have been rendered, for all players."""
        self._update(rendering=episode, rendered_ticks=ticks, total_ticks=total)

    def finished(self, episode: str, failure: str | None = None) -> None:  # noqa: ARG002 (the listener's shape)
        """The episode is ready, or has failed."""
        with self._lock:
            self._progress = self._progress.model_copy(update={"finished": self._progress.finished + 1})

    def _update(self, **fields: str | int) -> None:
        with self._lock:
            self._progress = self._progress.model_copy(update=fields)
