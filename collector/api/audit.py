"""Who has changed what: an entry for every change that the API made."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, cast

import redis
from fastapi import APIRouter, Query
from pydantic import BaseModel

from collector.api.context import Admin, Service
from collector.api.problems import documented
from collector.jobs.board import PREFIX

router = APIRouter(prefix="/v1", tags=["service"])

KEPT = 100_000
_KEY = f"{PREFIX}:audit"


class Entry(BaseModel):
    """A change. `time` is in Unix seconds; `id` orders entries."""

    id: str
    time: float
    who: str
    action: str
    job: str


class AuditPage(BaseModel):
    """Entries, newest first; `next` is the cursor of the next page, None on the last."""

    entries: list[Entry]
    next: str | None


def note(client: redis.Redis, who: str, action: str, job: str) -> None:
    """Keep that somebody has done something."""
    client.xadd(_KEY, {"who": who, "action": action, "job": job}, maxlen=KEPT, approximate=True)


@router.get(
    "/audit",
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
    summary="Who has changed what",
)
def audit(
    service: Service,
    _: Admin,
    after: Annotated[
        str, Query(pattern=r"^([1-9]\d{0,17}-\d{1,18})?$", description="`next` of the page before.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """Changes, newest first; for admins."""
    newest = f"({after}" if after else "+"
    found = cast("Any", service.redis.xrevrange(_KEY, max=newest, count=limit))
    entries = [Entry(id=one, time=int(one.split("-")[0]) / 1000, **fields) for one, fields in found]
    return AuditPage(entries=entries, next=entries[-1].id if len(entries) == limit else None)
