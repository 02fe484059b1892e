"""The application: all routes of one service."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.trustedhost import TrustedHostMiddleware

from collector.api import audit, dashboard, datasets, events, jobs, problems, system, webhooks
from collector.api.context import Context
from collector.api.limits import BodyLimit, OwnPages
from collector.api.metrics import Stopwatch
from collector.errors import UsageError
from collector.jobs.courier import Courier
from collector.jobs.keeper import Keeper
from collector.settings import Settings

DESCRIPTION = (
    "Queue jobs, follow them, and read what they have collected. Errors are problem details (RFC 9457)."
)
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


def create_app(settings: Settings) -> FastAPI:
    """The service.

    Raises:
        UsageError: it would listen to others without asking who they are.
    """
    check_exposure(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts = app.state.context
        with Courier(parts.hooks, settings), Keeper(parts.tickets):
            yield
        await parts.stream.aclose()

    app = FastAPI(title="collector", version=version("collector"), lifespan=lifespan)
    app.state.context = Context(settings)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(OwnPages)
    if not settings.auth:
        # A web page elsewhere could otherwise reach the service under a name of its own (DNS rebinding).
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOCAL_HOSTS)
    app.add_middleware(Stopwatch, metrics=app.state.context.metrics)
    for part in (jobs, datasets, events, webhooks, system, audit, dashboard):
        app.include_router(part.router)
    app.mount("/static", dashboard.assets(), "static")
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def check_exposure(settings: Settings) -> None:
    """Refuse to be reachable from elsewhere without asking for tokens."""
    if settings.auth or settings.host == "localhost":
        return
    try:
        local = ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise UsageError(
            f"listening on {settings.host} without tokens would let everyone in; "
            "leave COLLECTOR_AUTH on, or listen on 127.0.0.1"
        )


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description of the API, with the schema that all errors share."""
    if not app.openapi_schema:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes, description=DESCRIPTION)
        schema["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema()
        app.openapi_schema = schema
    return app.openapi_schema
