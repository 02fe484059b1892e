"""Delivers the messages of webhooks: signed, one attempt after the other until the receiver takes them."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from types import TracebackType
from typing import Self

import redis

from collector.errors import AddressRefused
from collector.jobs.hooks import Hooks, Message, sign
from collector.jobs.outbound import post, resolve
from collector.settings import Settings

log = logging.getLogger(__name__)

# A receiver that is slow holds up one thread of these.
THREADS = 4
IDLE_SECONDS = 1.0


class Courier:
    """Delivers as long as the context lasts. Any number may run: each message has one sender at a time."""

    def __init__(self, hooks: Hooks, settings: Settings) -> None:
        self._hooks = hooks
        self._settings = settings
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(THREADS)]

    def deliver(self, message: Message) -> None:
        """One attempt; what came of it is in the log."""
        try:
            hook = self._hooks.get(message.hook)
            target = resolve(hook.url, self._settings.webhook_networks)
            status = post(target, message.body, self._headers(message))
        except (OSError, http.client.HTTPException, AddressRefused) as error:
            self._hooks.failed(message, str(error) or type(error).__name__)
            return
        if 200 <= status < 300:
            self._hooks.delivered(message, status)
        else:
            self._hooks.failed(message, f"the receiver answered {status}", status)

    def _headers(self, message: Message) -> dict[str, str]:
        at = int(time.time())
        return {
            "Content-Type": "application/json",
            "User-Agent": "collector",
            "webhook-id": message.id,
            "webhook-timestamp": str(at),
            "webhook-signature": sign(self._hooks.secret(message.hook), message.id, at, message.body),
        }

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                message = self._hooks.take()
                if message:
                    self.deliver(message)
                    continue
            except redis.RedisError as error:
                log.warning("Redis cannot be reached: %s", error)
            except Exception:
                log.exception("a message of a webhook could not be delivered")
            self._stop.wait(IDLE_SECONDS)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
