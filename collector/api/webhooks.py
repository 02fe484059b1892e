"""Routes of webhooks: who is told when jobs change, and what has been told."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from collector.api.audit import note
from collector.api.context import Service, Submitter
from collector.api.problems import documented
from collector.api.tokens import Scope, Token
from collector.jobs.hooks import ENDED, Events, Hook, Message
from collector.jobs.outbound import MAX_URL, resolve

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

HookId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["0123456789abcdef"])]

ERRORS = documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY)
ONE = ERRORS | documented(HTTPStatus.NOT_FOUND)


class NewHook(BaseModel):
    """Where to send what; `everyone` asks for the jobs of all owners, which admins may."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=MAX_URL, examples=["https://hooks.example.org/collector"])
    events: Events = ENDED
    everyone: bool = False


class HookMade(Hook):
    """A webhook and its secret, which can't be read again."""

    secret: str


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=ERRORS | documented(HTTPStatus.BAD_REQUEST, HTTPStatus.TOO_MANY_REQUESTS),
    summary="Add a webhook",
)
def create(service: Service, token: Submitter, wanted: NewHook) -> HookMade:
    """Its messages are signed with the secret in the answer, as Standard Webhooks has it."""
    if wanted.everyone and not token.scope.allows(Scope.admin):
        raise HTTPException(HTTPStatus.FORBIDDEN, "only an admin may hear of the jobs of others")
    resolve(wanted.url, service.settings.webhook_networks)
    hook, secret = service.hooks.add(token.name, wanted.url, wanted.events, everyone=wanted.everyone)
    note(service.redis, token.name, "webhook", hook.id)
    return HookMade(**hook.model_dump(), secret=secret)


@router.get("", responses=ERRORS, summary="List webhooks")
def listing(service: Service, token: Submitter) -> list[Hook]:
    """One's own; an admin sees all."""
    return service.hooks.of(None if token.scope.allows(Scope.admin) else token.name)


@router.delete("/{hook}", responses=ONE, status_code=HTTPStatus.NO_CONTENT, summary="Remove a webhook")
def remove(service: Service, token: Submitter, hook: HookId) -> None:
    """What waits for it is dropped."""
    service.hooks.remove(_own(service.hooks.get(hook), token))
    note(service.redis, token.name, "remove webhook", hook)


@router.post("/{hook}/ping", responses=ONE, status_code=HTTPStatus.ACCEPTED, summary="Try a webhook")
def ping(service: Service, token: Submitter, hook: HookId) -> Message:
    """Send a message of the type `ping`; what came of it is in the log of deliveries."""
    return service.hooks.ping(_own(service.hooks.get(hook), token))


@router.get("/{hook}/deliveries", responses=ONE, summary="What was delivered")
def deliveries(service: Service, token: Submitter, hook: HookId) -> list[Message]:
    """The newest messages, newest first, with the outcome of their last attempt."""
    return service.hooks.messages(_own(service.hooks.get(hook), token))


def _own(hook: Hook, token: Token) -> Hook:
    if hook.owner != token.name and not token.scope.allows(Scope.admin):
        raise HTTPException(HTTPStatus.FORBIDDEN, f"the webhook belongs to {hook.owner}")
    return hook
