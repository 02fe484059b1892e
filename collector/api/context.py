"""What every route works with, and who is asking."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

import redis
from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from collector.api.library import Library
from collector.api.metrics import Metrics
from collector.api.readiness import Readiness
from collector.api.tokens import LOCAL, Scope, Token, Tokens
from collector.jobs import events
from collector.jobs.board import Board, connect
from collector.jobs.hooks import Hooks
from collector.jobs.tickets import Tickets
from collector.settings import Settings
from collector.store import open_store

COOKIE = "collector_token"

_bearer = HTTPBearer(auto_error=False, description="A token from `collector tokens create`.")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="What the dashboard's sign-in sets.")


class Context:
    """The parts of a running service."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.redis = connect(settings)
        self.board = Board(self.redis, settings)
        self.stream = events.client(settings)
        self.tickets = Tickets(self.board, settings)
        self.tokens = Tokens(self.redis, settings.admin_token)
        self.metrics = Metrics(self.board)
        self.hooks = Hooks(self.redis)
        self.readiness = Readiness(self.redis, open_store(settings.store))
        self.library = Library(self.board, settings)

    def wake(self) -> None:
        """Tell workers that there are tasks; if that fails they find out by themselves."""
        with contextlib.suppress(redis.RedisError):
            self.tickets.top_up()


async def context(request: Request) -> Context:
    """The context of the app that serves the request."""
    found = request.app.state.context
    assert isinstance(found, Context)
    return found


Service = Annotated[Context, Depends(context)]


async def find_token(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> str | None:
    """The token that came with the request."""
    return bearer.credentials if bearer else cookie


async def caller(service: Service, secret: Annotated[str | None, Depends(find_token)]) -> Token:
    """Whose request it is."""
    if not service.settings.auth:
        return LOCAL
    token = await run_in_threadpool(service.tokens.find, secret) if secret else None
    if token is None:
        raise HTTPException(
            HTTPStatus.UNAUTHORIZED,
            "a valid token is needed; send it as `Authorization: Bearer …`",
            {"WWW-Authenticate": "Bearer"},
        )
    return token


def _needs(scope: Scope) -> Callable[[Token], Awaitable[Token]]:
    async def check(token: Annotated[Token, Depends(caller)]) -> Token:
        if not token.scope.allows(scope):
            raise HTTPException(
                HTTPStatus.FORBIDDEN, f"the token of {token.name} allows to {token.scope}, not to {scope}"
            )
        return token

    return check


Reader = Annotated[Token, Depends(_needs(Scope.read))]
Submitter = Annotated[Token, Depends(_needs(Scope.submit))]
Admin = Annotated[Token, Depends(_needs(Scope.admin))]


def check_owner(token: Token, owner: str) -> None:
    """Refuse to change what belongs to someone else."""
    if token.name != owner and not token.scope.allows(Scope.admin):
        raise HTTPException(HTTPStatus.FORBIDDEN, f"the job belongs to {owner}; only {owner} or an admin may")
