"""What happens, as it happens: server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from collector.api.context import Reader, Service
from collector.api.problems import documented
from collector.jobs.events import FIRST, NEW, follow

router = APIRouter(prefix="/v1", tags=["events"])

ERRORS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


def followed(
    service: Service,
    _: Reader,
    job: Annotated[str, Query(pattern=r"^([0-9a-f]{17})?$", description="Only of this job.")] = "",
) -> str | None:
    """The job to follow, None for all; refused before the stream begins when there is none of that name."""
    return service.board.job(job).id if job else None


@router.get(
    "/events",
    responses=documented(*ERRORS),
    response_class=EventSourceResponse,
    summary="Follow what happens",
)
async def events(
    service: Service,
    job: Annotated[str | None, Depends(followed)],
    last_event_id: Annotated[
        str,
        Header(
            pattern=r"^(\d{1,18}-\d{1,18}|0)?$", description="Go on behind this event; 0: from the first."
        ),
    ] = "",
) -> AsyncIterable[ServerSentEvent]:
    """Events `job`, `task` and `progress`: of one job from its beginning, or of all jobs from now on."""
    after = last_event_id or (FIRST if job else NEW)
    async for news in follow(service.stream, job, after):
        if not news:
            yield ServerSentEvent(comment="nothing new")
        for event in news:
            data = f'{{"job":"{event.job}",{event.data[1:]}'
            yield ServerSentEvent(id=event.id, event=event.kind, raw_data=data)
