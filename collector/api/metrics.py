"""Figures for Prometheus: those of the board, which are the same whichever process is asked, and how fast
this process has answered.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from http import HTTPStatus

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collector.jobs.board import Board

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


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


class Metrics:
    """The figures of a process."""

    def __init__(self, board: Board) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Figures(board))
        self._answers = Histogram(
            "collector_http_seconds",
            "Time until an answer begins.",
            labelnames=("method", "route", "status"),
            buckets=BUCKETS,
            registry=self._registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note an answer."""
        self._answers.labels(method, route, str(status)).observe(seconds)

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)


class Stopwatch:
    """ASGI middleware: notes how long each answer took to begin, by the route and not the URL."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        begun = False

        def answered(status: int) -> None:
            nonlocal begun
            begun = True
            route = getattr(scope.get("route"), "path", None) or "none"
            self._metrics.answered(scope["method"], route, status, time.perf_counter() - begin)

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, timed)
        except Exception:
            if not begun:  # the answer to a bug is made outside of all middleware
                answered(HTTPStatus.INTERNAL_SERVER_ERROR)
            raise
