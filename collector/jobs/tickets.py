"""Tickets: the messages that wake workers, carried by dramatiq.

A ticket says that there is a task to run, and not which: the board decides that at the moment when a worker
is free, so that priorities and fairness hold for tasks that were queued long ago. A ticket too many does
nothing, and one too few is made up for by the next `top_up`.
"""

from __future__ import annotations

from collections.abc import Callable

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker

from collector.jobs.board import Board
from collector.jobs.models import Stage
from collector.settings import Settings

NAMESPACE = "collector:tickets"
# A queue and an actor for what is to be played, and for what is to be rendered.
QUEUES = {Stage.play: "tasks", Stage.render: "render"}
# As many workers as this can be woken at once; more follow at the next `top_up`.
MOST = 64
# A dead worker's ticket is given out again after this long.
HEARTBEAT_MS = 15_000
# In a million commands: with dramatiq's default a dead worker's ticket lies for minutes.
MAINTENANCE = 1_000_000


class Tickets:
    """Sends tickets, and hands them to workers."""

    def __init__(self, board: Board, settings: Settings) -> None:
        password = settings.redis_password
        self._board = board
        self._client = redis.Redis.from_url(
            settings.redis, password=password and password.get_secret_value(), socket_connect_timeout=5
        )
        self.broker = RedisBroker(  # type: ignore[no-untyped-call]
            client=self._client,
            middleware=[],
            namespace=NAMESPACE,
            heartbeat_timeout=HEARTBEAT_MS,
            maintenance_chance=MAINTENANCE,
        )
        self._role = settings.role
        for queue in QUEUES.values():
            self.broker.declare_queue(queue)

    def top_up(self) -> None:
        """Let the board look after itself, and make tickets for ready tasks."""
        for stage, ready in self._board.sweep().items():
            queue = QUEUES[stage]
            waiting = self._client.llen(f"{NAMESPACE}:{queue}")
            for _ in range(min(ready, MOST) - waiting):
                self.broker.enqueue(
                    dramatiq.Message(queue_name=queue, actor_name=queue, args=(), kwargs={}, options={})
                )

    def worker(self, work: Callable[[], None]) -> dramatiq.Worker:
        """A worker that calls `work` for each ticket of its role, one at a time."""
        queues = {queue for stage, queue in QUEUES.items() if self._role in {"both", stage}}
        for queue in queues:
            dramatiq.Actor(
                work, broker=self.broker, actor_name=queue, queue_name=queue, priority=0, options={}
            )
        worker = dramatiq.Worker(self.broker, queues=queues, worker_threads=1)
        worker.queue_prefetch = 1  # a busy worker keeps no ticket that an idle one could use
        return worker
