"""Figures for Prometheus, counted by the board: the same whichever process is asked."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from collector.jobs.board import Board


class _Figures:
    """Reads the board when it is asked."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def collect(self) -> Iterator[Metric]:
        """All figures."""
        jobs = GaugeMetricFamily("collector_jobs", "Jobs by state.", labels=["state"])
        for state, count in self._board.counts().items():
            jobs.add_metric([state], count)
        yield jobs
        waiting = GaugeMetricFamily(
            "collector_tasks_ready", "Tasks that wait for a worker.", labels=["stage"]
        )
        for stage, count in self._board.ready().items():
            waiting.add_metric([stage], count)
        yield waiting
        workers = self._board.workers()
        alive = [worker for worker in workers if worker.alive]
        yield GaugeMetricFamily("collector_workers", "Workers that report.", len(alive))
        busy = sum(worker.task is not None for worker in alive)
        yield GaugeMetricFamily("collector_workers_busy", "Workers that run a task.", busy)
        for name, value in self._board.totals().items():
            yield CounterMetricFamily(f"collector_{name}", f"{name.capitalize()}, since the start.", value)


def exposition(board: Board) -> bytes:
    """The text that Prometheus reads."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(board))
    return generate_latest(registry)
