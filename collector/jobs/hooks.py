"""Webhooks: who wants to be told when jobs change, and the messages that wait for them, in Redis.

`board.lua` makes a message in the same step as the change that it tells of. Messages are signed as the
Standard Webhooks specification says (standardwebhooks.com): HMAC-SHA256 over id, time and body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast

import redis
from pydantic import BaseModel, Field

from collector.errors import QuotaExceeded, UnknownWebhook
from collector.jobs.board import PREFIX

# The waits after each attempt that failed, in seconds; then the message is given up, after a day and a half.
WAITS = (5, 30, 300, 1800, 7200, 18_000, 36_000, 72_000)
# Whoever sends a message has this long, before another one takes it to be dead.
LEASE_SECONDS = 30.0
# Of each webhook, the log keeps this many messages, and each for a week after its last attempt.
LOGGED = 200
KEPT_SECONDS = 7 * 86_400
MOST = 20

JobEvent = Literal["job.running", "job.done", "job.failed", "job.cancelled"]
Events = Annotated[frozenset[JobEvent], Field(min_length=1)]
Fields = dict[Any, Any]
ENDED: frozenset[JobEvent] = frozenset({"job.done", "job.failed", "job.cancelled"})

# Takes the first message that is due, and hides it for as long as the sender has.
_TAKE = """
redis.replicate_commands()
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1] .. ':messages', '-inf', now)) do
  if redis.call('EXISTS', KEYS[1] .. ':message:' .. id) == 1 then
    redis.call('ZADD', KEYS[1] .. ':messages', now + ARGV[1], id)
    redis.call('HINCRBY', KEYS[1] .. ':message:' .. id, 'attempts', 1)
    return id
  end
  redis.call('ZREM', KEYS[1] .. ':messages', id)
end
return nil
"""


class Hook(BaseModel):
    """Who is told: of the changes of the owner's jobs or, when an admin asked for it, of everyone's."""

    id: str
    owner: str
    url: str
    events: Events
    everyone: bool
    created: float


class Message(BaseModel):
    """Something to tell. `status` is that of the last answer, `reason` why the last attempt failed."""

    id: str
    hook: str
    kind: str
    data: dict[str, Any]
    created: float
    state: Literal["waiting", "delivered", "failed"] = "waiting"
    attempts: int = 0
    tried: float | None = None
    status: int | None = None
    reason: str | None = None

    @property
    def body(self) -> bytes:
        """What is sent; the same in every attempt."""
        at = datetime.fromtimestamp(self.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"type": self.kind, "timestamp": at, "data": self.data}).encode()


def sign(secret: str, message: str, at: int, body: bytes) -> str:
    """The value of `webhook-signature`: version, and the HMAC in base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{message}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()


class Hooks:
    """The webhooks and messages of one deployment."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._take = client.register_script(_TAKE)

    def add(self, owner: str, url: str, events: frozenset[JobEvent], *, everyone: bool) -> tuple[Hook, str]:
        """Add a webhook; returns it, and the secret with which its messages are signed.

        Raises:
            QuotaExceeded: the owner has too many.
        """
        if self._client.scard(_owned(owner)) >= MOST:
            raise QuotaExceeded(f"{owner} has {MOST} webhooks; remove one first")
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        hook = Hook(
            id=secrets.token_hex(8),
            owner=owner,
            url=url,
            events=events,
            everyone=everyone,
            created=time.time(),
        )
        fields: Fields = {"owner": owner, "url": url, "events": ",".join(sorted(events)), "secret": secret}
        fields |= {"everyone": str(int(everyone)), "created": repr(hook.created)}
        with self._client.pipeline() as pipe:
            pipe.hset(_hook(hook.id), mapping=fields)
            pipe.sadd(_owned(owner), hook.id)
            pipe.sadd(f"{PREFIX}:hooks", hook.id)
            if everyone:
                pipe.sadd(f"{PREFIX}:hooks:all", hook.id)
            pipe.execute()
        return hook, secret

    def get(self, hook: str) -> Hook:
        """The webhook of that id.

        Raises:
            UnknownWebhook: there is none.
        """
        fields = cast("dict[str, Any]", self._client.hgetall(_hook(hook)))
        if not fields:
            raise UnknownWebhook(f"there is no webhook {hook}")
        return Hook.model_validate({**fields, "id": hook, "events": fields["events"].split(",")})

    def of(self, owner: str | None = None) -> list[Hook]:
        """The webhooks of an owner, of everyone by default, oldest first."""
        ids = cast("set[str]", self._client.smembers(_owned(owner) if owner else f"{PREFIX}:hooks"))
        return sorted((self.get(one) for one in ids), key=lambda hook: hook.created)

    def remove(self, hook: Hook) -> None:
        """Forget a webhook and what waits for it."""
        logged = self._log(hook.id)
        with self._client.pipeline() as pipe:
            for name in (_owned(hook.owner), f"{PREFIX}:hooks", f"{PREFIX}:hooks:all"):
                pipe.srem(name, hook.id)
            for message in logged:
                pipe.zrem(f"{PREFIX}:messages", message)
                pipe.delete(_message(message))
            pipe.delete(_hook(hook.id), f"{_hook(hook.id)}:log")
            pipe.execute()

    def ping(self, hook: Hook) -> Message:
        """Send a message that tells of nothing, to try the receiver."""
        message = f"msg_{hook.id}{self._client.incr(f'{PREFIX}:message')}"
        fields: Fields = {"hook": hook.id, "kind": "ping", "data": "{}", "created": repr(time.time())}
        with self._client.pipeline() as pipe:
            pipe.hset(_message(message), mapping=fields)
            pipe.rpush(f"{_hook(hook.id)}:log", message)
            pipe.zadd(f"{PREFIX}:messages", {message: 0})
            pipe.execute()
        return self._read(message)

    def messages(self, hook: Hook) -> list[Message]:
        """The log: the newest messages of a webhook, newest first."""
        found = []
        for message in reversed(self._log(hook.id)):
            try:
                found.append(self._read(message))
            except UnknownWebhook:  # kept long enough
                self._client.lrem(f"{_hook(hook.id)}:log", 0, message)
        return found

    # What the courier does

    def take(self) -> Message | None:
        """The next message that is due, for `LEASE_SECONDS`."""
        message = self._take(keys=[PREFIX], args=[LEASE_SECONDS])
        return self._read(message) if message else None

    def secret(self, hook: str) -> str:
        """With what the messages of a webhook are signed."""
        return cast("str", self._client.hget(_hook(hook), "secret"))

    def delivered(self, message: Message, status: int) -> None:
        """The receiver has taken it."""
        self._note(message, "delivered", {"status": status})

    def failed(self, message: Message, reason: str, status: int | None = None) -> None:
        """The receiver has not taken it; it is sent again, unless that was the last attempt."""
        over = message.attempts > len(WAITS)
        fields: Fields = {"reason": reason} | ({"status": status} if status else {})
        self._note(message, "failed" if over else "waiting", fields)

    def _note(self, message: Message, state: str, fields: Fields) -> None:
        now = time.time()
        if not self._client.exists(_message(message.id)):
            return
        with self._client.pipeline() as pipe:
            pipe.hdel(_message(message.id), "reason", "status")
            pipe.hset(_message(message.id), mapping={**fields, "state": state, "tried": repr(now)})
            if state == "waiting":
                pipe.zadd(f"{PREFIX}:messages", {message.id: now + WAITS[message.attempts - 1]})
            else:
                pipe.zrem(f"{PREFIX}:messages", message.id)
                pipe.expire(_message(message.id), KEPT_SECONDS)
                pipe.hincrby(f"{PREFIX}:totals", f"webhooks_{state}", 1)
            pipe.ltrim(f"{_hook(message.hook)}:log", -LOGGED, -1)
            pipe.execute()

    def _log(self, hook: str) -> list[str]:
        return cast("list[str]", self._client.lrange(f"{_hook(hook)}:log", 0, -1))

    def _read(self, message: str) -> Message:
        fields = cast("dict[str, Any]", self._client.hgetall(_message(message)))
        if not fields:
            raise UnknownWebhook(f"there is no message {message}")
        return Message.model_validate({**fields, "id": message, "data": json.loads(fields["data"])})


def _hook(hook: str) -> str:
    return f"{PREFIX}:hook:{hook}"


def _owned(owner: str) -> str:
    return f"{PREFIX}:hooks:owner:{owner}"


def _message(message: str) -> str:
    return f"{PREFIX}:message:{message}"
