"""Routes of jobs and their tasks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body, Header, Path, Query, Response
from pydantic import BaseModel, Field

from collector.api.audit import note
from collector.api.context import Reader, Service, Submitter, check_owner
from collector.api.problems import documented, known
from collector.jobs.models import EXAMPLE, JobRecord, JobSpec, JobState, Name, Task
from collector.servers.settings import load_server_settings

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{17}$", examples=["1a1fd726984f73ed9"])]
Cursor = Annotated[str, Query(pattern=r"^[0-9a-f]{0,17}$", description="`next` of the page before.")]

READ = documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY)
ONE = documented(HTTPStatus.NOT_FOUND) | READ
BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE) | READ
CHANGE = documented(HTTPStatus.CONFLICT) | ONE


class JobPage(BaseModel):
    """Jobs, newest first; `next` is the cursor of the next page, None on the last."""

    jobs: list[JobRecord]
    next: str | None


class TaskPage(BaseModel):
    """Tasks by number; `next` is the `first` of the next page, None on the last."""

    tasks: list[Task]
    next: int | None


class Changes(BaseModel):
    """What a clone has otherwise than its original; null keeps it."""

    seed: int | None = Field(default=None, ge=0, lt=2**32)
    dataset: Name | None = None
    priority: int | None = Field(default=None, ge=-10, le=10)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=known(JobRecord, "The job that this key has made before")
    | BODY
    | documented(HTTPStatus.TOO_MANY_REQUESTS),
    summary="Queue a job",
)
def create(
    service: Service,
    token: Submitter,
    response: Response,
    spec: Annotated[JobSpec, Body(examples=[EXAMPLE])],
    idempotency_key: Annotated[
        str,
        Header(max_length=200, description="The same key with the same body gives the same job, for 7 days."),
    ] = "",
) -> JobRecord:
    """Answers 201 with the new job, or 200 with the job that this key has made before."""
    load_server_settings().allow(spec.server)
    job, new = service.board.create(spec, token.name, once=idempotency_key, quota=token.quota)
    if not new:
        response.status_code = HTTPStatus.OK
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    note(service.redis, token.name, "create", job.id)
    service.wake()
    return job


@router.get("", responses=READ, summary="List jobs")
def listing(
    service: Service,
    _: Reader,
    after: Cursor = "",
    state: JobState | None = None,
    owner: Name | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobPage:
    """Jobs, newest first, a page at a time."""
    jobs = service.board.jobs(before=after, state=state, owner=owner, limit=limit)
    return JobPage(jobs=jobs, next=jobs[-1].id if len(jobs) == limit else None)


@router.get("/{job}", responses=ONE, summary="Get a job")
def get(service: Service, _: Reader, job: JobId) -> JobRecord:
    """What it asks for, and what has become of it so far."""
    return service.board.job(job)


@router.post("/{job}/cancel", responses=ONE, summary="Cancel a job")
def cancel(service: Service, token: Submitter, job: JobId) -> JobRecord:
    """Running tasks end within seconds. What has been published stays. No effect on a job that has ended."""
    check_owner(token, service.board.job(job).owner)
    record = service.board.cancel(job, f"cancelled by {token.name}")
    note(service.redis, token.name, "cancel", job)
    return record


@router.post("/{job}/retry", responses=CHANGE, summary="Retry what failed")
def retry(service: Service, token: Submitter, job: JobId) -> JobRecord:
    """Run the failed and cancelled tasks of a job that has ended again."""
    check_owner(token, service.board.job(job).owner)
    record = service.board.retry(job)
    note(service.redis, token.name, "retry", job)
    service.wake()
    return record


@router.post(
    "/{job}/clone",
    status_code=HTTPStatus.CREATED,
    responses=BODY | documented(HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS),
    summary="Queue a job like this one",
)
def clone(service: Service, token: Submitter, job: JobId, changes: Changes) -> JobRecord:
    """Queue the same job again, with these changes. Give it another seed, or it plays the same episodes."""
    spec = service.board.job(job).spec.model_dump() | changes.model_dump(exclude_none=True)
    changed = JobSpec.model_validate({**spec, "deadline": None})
    load_server_settings().allow(changed.server)
    record, _ = service.board.create(changed, token.name, quota=token.quota)
    note(service.redis, token.name, "clone", record.id)
    service.wake()
    return record


@router.get("/{job}/tasks", responses=ONE, summary="List the tasks of a job")
def tasks(
    service: Service,
    _: Reader,
    job: JobId,
    first: Annotated[int, Query(ge=0, le=10**9)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> TaskPage:
    """Tasks by number, with the progress of those that run and the reasons of those that failed."""
    found = service.board.tasks(job, first, limit)
    return TaskPage(tasks=found, next=first + limit if len(found) == limit else None)


@router.get("/{job}/tasks/{number}", responses=ONE, summary="Get a task")
def task(service: Service, _: Reader, job: JobId, number: Annotated[int, Path(ge=0, le=10**9)]) -> Task:
    """One batch of episodes."""
    return service.board.task(job, number)
