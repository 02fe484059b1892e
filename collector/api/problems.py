"""Errors of the API, as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import redis
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from bots.errors import UnusableEpisodeType
from collector.errors import (
    CollectorError,
    DatasetError,
    JobStateError,
    NotADataset,
    ObjectMissing,
    QuotaExceeded,
    ServiceError,
    ShardMissing,
    StoreError,
    UnknownEpisode,
    UnknownJob,
    UnknownWebhook,
    UsageError,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# The first class that fits decides.
STATUS: tuple[tuple[type[CollectorError], HTTPStatus], ...] = (
    (UnknownJob, HTTPStatus.NOT_FOUND),
    (UnknownWebhook, HTTPStatus.NOT_FOUND),
    (JobStateError, HTTPStatus.CONFLICT),
    (QuotaExceeded, HTTPStatus.TOO_MANY_REQUESTS),
    (UsageError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotADataset, HTTPStatus.NOT_FOUND),
    (UnknownEpisode, HTTPStatus.NOT_FOUND),
    (ShardMissing, HTTPStatus.BAD_GATEWAY),
    (ObjectMissing, HTTPStatus.NOT_FOUND),
    (DatasetError, HTTPStatus.BAD_GATEWAY),
    (StoreError, HTTPStatus.BAD_GATEWAY),
    (ServiceError, HTTPStatus.SERVICE_UNAVAILABLE),
)


class Problem(BaseModel):
    """What went wrong. `errors` names each field of the request that was refused."""

    type: str = Field(default="about:blank", examples=["UnknownJob"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no job 1a2b; `collector jobs` lists them"])
    errors: list[dict[str, Any]] | None = None


def problem(
    status: int,
    detail: str,
    *,
    kind: str = "about:blank",
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The response that tells of an error."""
    told = Problem(
        type=kind, title=HTTPStatus(status).phrase, status=status, detail=detail, errors=errors
    ).model_dump(exclude_none=True)
    return JSONResponse(told, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Answer every error as a problem."""
    app.add_exception_handler(CollectorError, _collector)
    app.add_exception_handler(UnusableEpisodeType, _episode_types)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(redis.RedisError, _redis)
    app.add_exception_handler(Exception, _bug)


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """How routes tell OpenAPI about their errors."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {int(status): {"description": status.phrase, "content": content} for status in statuses}


def known(model: type[BaseModel], description: str) -> dict[int | str, dict[str, Any]]:
    """How routes that create tell OpenAPI of the answer 200: what they would create is there already."""
    return {int(HTTPStatus.OK): {"model": model, "description": description}}


async def _collector(_: Request, error: Exception) -> JSONResponse:
    status = next(
        (status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
    )
    return problem(status, str(error), kind=type(error).__name__)


async def _episode_types(_: Request, error: Exception) -> JSONResponse:
    """A package that was installed beside the service is broken: nothing that the request could mend."""
    log.error("%s", error)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), kind=type(error).__name__)


async def _validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [{"field": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors()]
    detail = "; ".join(f"{one['field']}: {one['message']}" for one in errors)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, kind="InvalidRequest", errors=errors)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, error.detail, headers=dict(error.headers or {}))


async def _redis(_: Request, error: Exception) -> JSONResponse:
    log.error("Redis: %s", error)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "Redis does not answer; try again", kind="ServiceError")


async def _bug(_: Request, __: Exception) -> JSONResponse:
    """The server logs the error with its traceback; what it says may be for nobody else's eyes."""
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "an error of the service itself; its log has the traceback"
    )
