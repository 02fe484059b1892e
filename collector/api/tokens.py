"""Tokens: who may do what. Only their hashes are stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from enum import StrEnum
from typing import cast

import redis
from pydantic import BaseModel, SecretStr

from collector.errors import UsageError
from collector.jobs.board import PREFIX, Quota
from collector.jobs.models import Name

# A token has 256 random bits, so a plain hash of it can't be searched for.
_BYTES = 32
_KEY = f"{PREFIX}:tokens"


class Scope(StrEnum):
    """What a token allows: each one includes those before it."""

    read = "read"
    submit = "submit"
    admin = "admin"

    def allows(self, wanted: Scope) -> bool:
        """Whether this scope includes the wanted one."""
        order = list(Scope)
        return order.index(self) >= order.index(wanted)


class Token(BaseModel):
    """A token as it is stored. `name` owns the jobs that are queued with it; 0 is no limit."""

    name: Name
    scope: Scope
    created: float
    max_jobs: int = 0
    max_episodes: int = 0
    max_bytes: int = 0

    @property
    def quota(self) -> Quota:
        """What its owner may have queued and stored."""
        return Quota(jobs=self.max_jobs, episodes=self.max_episodes, bytes=self.max_bytes)


# Who asks when nobody has to say who they are.
LOCAL = Token(name="local", scope=Scope.admin, created=0)


class Tokens:
    """The tokens of one deployment."""

    def __init__(self, client: redis.Redis, admin: SecretStr | None) -> None:
        self._client = client
        self._admin = admin and _hash(admin.get_secret_value())

    def create(
        self, name: str, scope: Scope, *, max_jobs: int = 0, max_episodes: int = 0, max_bytes: int = 0
    ) -> str:
        """Make a token; returns it. It can't be read again.

        Raises:
            UsageError: there is one of that name.
        """
        if any(token.name == name for token in self.list()):
            raise UsageError(f"there is a token named {name!r} already; revoke it first, or use another name")
        token = Token(
            name=name,
            scope=scope,
            created=time.time(),
            max_jobs=max_jobs,
            max_episodes=max_episodes,
            max_bytes=max_bytes,
        )
        secret = secrets.token_urlsafe(_BYTES)
        self._client.hset(_KEY, _hash(secret), token.model_dump_json())
        return secret

    def list(self) -> list[Token]:
        """All tokens, by name."""
        stored = cast("dict[str, str]", self._client.hgetall(_KEY))
        found = [Token.model_validate_json(text) for text in stored.values()]
        return sorted(found, key=lambda token: token.name)

    def revoke(self, name: str) -> None:
        """Make the token of that name worthless.

        Raises:
            UsageError: there is none.
        """
        stored = cast("dict[str, str]", self._client.hgetall(_KEY))
        for digest, text in stored.items():
            if Token.model_validate_json(text).name == name:
                self._client.hdel(_KEY, digest)
                return
        raise UsageError(f"there is no token named {name!r}; `collector tokens list` shows them")

    def find(self, secret: str) -> Token | None:
        """Whose token that is, None when it is nobody's."""
        digest = _hash(secret)
        if self._admin and hmac.compare_digest(digest, self._admin):
            return Token(name="admin", scope=Scope.admin, created=0)
        text = cast("str | None", self._client.hget(_KEY, digest))
        return Token.model_validate_json(text) if text else None


def parse_scope(text: str) -> Scope:
    """The scope of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return Scope(text)
    except ValueError:
        raise UsageError(f"{text!r} is no scope; there are {', '.join(Scope)}") from None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
