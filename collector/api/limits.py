"""Refuses what no honest client sends: huge bodies, and changes that another site asks for."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collector.api.problems import problem

# A job with every field filled in has a few kilobytes.
MAX_BODY = 1 << 20


class BodyLimit:
    """ASGI middleware: a body of more than `MAX_BODY` bytes is answered with 413 before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            answer = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body may have {MAX_BODY} bytes")
            await answer(scope, receive, send)
            return
        rest = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def replay() -> Message:
            return next(rest, None) or await receive()

        await self._app(scope, replay, send)


class OwnPages:
    """ASGI middleware: a change that a page of another site asks a browser for is answered with 403."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and urlsplit(origin).netloc != headers.get("host"):
                answer = problem(HTTPStatus.FORBIDDEN, f"pages of {origin} may not change anything here")
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _read(receive: Receive) -> bytes | None:
    """The body; None when it is too large."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body"):
            return body
