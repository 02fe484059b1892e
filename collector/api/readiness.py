"""Readiness: really uses Redis and the store, and says which of them does not work."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time

import redis

from collector.errors import ServiceError
from collector.jobs.board import PREFIX
from collector.store import Store

# Probes may ask every second; the store is used at most this often.
FRESH_SECONDS = 5.0
_FOLDER = ".ready"


class Readiness:
    """Remembers the last good check for some seconds."""

    def __init__(self, client: redis.Redis, store: Store) -> None:
        self._client = client
        self._store = store
        self._lock = threading.Lock()
        self._checked = float("-inf")

    def check(self) -> None:
        """Return when everything works.

        Raises:
            ServiceError, StoreError, redis.RedisError: something does not.
        """
        with self._lock:
            if time.monotonic() - self._checked > FRESH_SECONDS:
                self._client.set(f"{PREFIX}:ready-probe", time.time(), ex=60)
                self._use_store()
                self._checked = time.monotonic()

    def _use_store(self) -> None:
        data = secrets.token_bytes(16)
        key = f"{_FOLDER}/{data.hex()}"
        self._store.put(key, data, hashlib.sha256(data).hexdigest())
        try:
            if self._store.get(key) != data:
                raise ServiceError(f"{self._store.url} gave back other bytes than were put")
        finally:
            self._store.delete(key)
