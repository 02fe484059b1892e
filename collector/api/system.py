"""Routes about the service itself: health, readiness, metrics, workers, episode types."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from bots.episodes import episode_types
from collector.api.context import Reader, Service
from collector.api.problems import documented
from collector.jobs.board import WorkerRecord

router = APIRouter()

READ = documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Health(BaseModel):
    """`ok`, or the request fails."""

    status: str = "ok"


class EpisodeType(BaseModel):
    """A type of episode: players from `min_players` to `max_players`, and a JSON schema of its parameters."""

    name: str
    description: str
    min_players: int
    max_players: int
    typical_seconds: float
    parameters: dict[str, Any]


class WorkerItem(WorkerRecord):
    """A worker; `lost` when it has not reported for some seconds."""

    lost: bool


@router.get("/healthz", tags=["service"], summary="Is the process alive?")
def healthz() -> Health:
    """Answers as long as requests are served."""
    return Health()


@router.get(
    "/readyz",
    tags=["service"],
    summary="Can it work?",
    responses=documented(HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.BAD_GATEWAY),
)
def readyz(service: Service) -> Health:
    """Writes to Redis, and puts, reads and removes an object in the store."""
    service.readiness.check()
    return Health()


@router.get("/metrics", tags=["service"], responses=READ, response_class=PlainTextResponse, summary="Metrics")
def metrics(service: Service, _: Reader) -> PlainTextResponse:
    """For Prometheus."""
    return PlainTextResponse(service.metrics.exposition(), media_type="text/plain; version=0.0.4")


@router.get("/v1/workers", tags=["service"], responses=READ, summary="List workers")
def workers(service: Service, _: Reader) -> list[WorkerItem]:
    """Those that have reported within a day."""
    return [WorkerItem(**one.model_dump(), lost=not one.alive) for one in service.board.workers()]


@router.get("/v1/episode-types", tags=["jobs"], responses=READ, summary="List episode types")
def types(_: Reader) -> list[EpisodeType]:
    """What a job's `mix` can name."""
    return [
        EpisodeType(
            name=name,
            description=(kind.__doc__ or "").strip(),
            min_players=kind.players[0],
            max_players=kind.players[1],
            typical_seconds=kind.typical_seconds,
            parameters=kind.Parameters.model_json_schema(),
        )
        for name, kind in episode_types().items()
    ]
