"""Follows what the board writes into its streams of events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, cast

import redis.asyncio

from collector.jobs.board import PREFIX
from collector.settings import Settings

# One call waits this long for news; whoever does not listen any more is noticed then.
WAIT_MS = 2000
_AT_ONCE = 500
_TIMEOUT_SECONDS = 10.0

FIRST = "0"
NEW = "$"


@dataclass(frozen=True)
class Event:
    """Something that happened. `data` is JSON; `id` says where in the stream it is."""

    id: str
    job: str
    kind: str
    data: str


def client(settings: Settings) -> redis.asyncio.Redis:
    """A client for `follow`."""
    password = settings.redis_password
    return redis.asyncio.Redis.from_url(
        settings.redis,
        password=password and password.get_secret_value(),
        decode_responses=True,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
    )


async def follow(reader: redis.asyncio.Redis, job: str | None, after: str) -> AsyncIterator[list[Event]]:
    """Events of a job, or of all, behind the one of that id; without end, and an empty list when none come.

    Args:
        reader: from `client`.
        job: whose events; None for those of all jobs.
        after: an event's id, `FIRST` for everything that is kept, or `NEW` for what happens from now on.
    """
    stream = f"{PREFIX}:events:{job}" if job else f"{PREFIX}:events"
    if after == NEW:
        last = cast("Any", await reader.xrevrange(stream, count=1))
        after = last[0][0] if last else FIRST
    while True:
        answer = cast("Any", await reader.xread({stream: after}, count=_AT_ONCE, block=WAIT_MS))
        events = [Event(id=one, **fields) for _, entries in answer or () for one, fields in entries]
        yield events
        after = events[-1].id if events else after
