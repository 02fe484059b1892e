"""The service from the outside: what the command line and scripts use."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx2
import yaml
from pydantic import ValidationError

from collector.errors import ServiceError, UsageError
from collector.jobs.models import JobRecord, JobSpec

TIMEOUT_SECONDS = 30.0
# While a job is followed the service may be away for a minute, as when its Redis starts again: each break is
# followed by a wait, and by another try.
BREAKS = 60
BREAK_SECONDS = 1.0
_AWAY = {httpx2.codes.BAD_GATEWAY, httpx2.codes.SERVICE_UNAVAILABLE, httpx2.codes.GATEWAY_TIMEOUT}
MAX_FILE = 1 << 20


class Client:
    """Talks to the service at `url`.

    Raises:
        ServiceError: it does not answer, or refuses; the message is what it says.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx2.HTTPTransport(retries=3)
        self._http = httpx2.Client(
            base_url=url, headers=headers, timeout=TIMEOUT_SECONDS, transport=transport
        )

    def submit(self, spec: JobSpec, key: str) -> JobRecord:
        """Queue a job; the same key and spec give the same job."""
        answer = self._call(
            "POST", "/v1/jobs", json=spec.model_dump(mode="json"), headers={"Idempotency-Key": key}
        )
        return JobRecord.model_validate(answer)

    def job(self, job: str) -> JobRecord:
        """The job of that id."""
        return JobRecord.model_validate(self._call("GET", f"/v1/jobs/{job}"))

    def jobs(self, limit: int) -> list[JobRecord]:
        """The newest jobs."""
        answer = self._call("GET", "/v1/jobs", params={"limit": limit})
        return [JobRecord.model_validate(one) for one in answer["jobs"]]

    def cancel(self, job: str) -> JobRecord:
        """End a job."""
        return JobRecord.model_validate(self._call("POST", f"/v1/jobs/{job}/cancel"))

    def retry(self, job: str) -> JobRecord:
        """Run what failed again."""
        return JobRecord.model_validate(self._call("POST", f"/v1/jobs/{job}/retry"))

    def follow(self, job: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(kind, data) of everything that happens to a job, from its beginning; a broken line is resumed."""
        last, breaks = "0", 0
        while True:
            try:
                headers = {"Last-Event-ID": last}
                with self._http.stream("GET", "/v1/events", params={"job": job}, headers=headers) as answer:
                    if answer.is_error:
                        answer.read()
                        if answer.status_code in _AWAY:
                            raise httpx2.NetworkError(str(_refusal(answer)))
                        raise _refusal(answer)
                    for last, kind, data in _events(answer.iter_lines()):  # noqa: B007 (kept for the resumption)
                        breaks = 0
                        yield kind, data
            except httpx2.TransportError as error:
                breaks += 1
                if breaks > BREAKS:
                    raise ServiceError(f"{self._http.base_url} does not answer: {error}") from error
                time.sleep(BREAK_SECONDS)

    def _call(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = self._http.request(method, path, **options)
        except httpx2.TransportError as error:
            raise ServiceError(
                f"{self._http.base_url} does not answer ({error}); start it with `collector up`, "
                "or name it with --url"
            ) from error
        if answer.is_error:
            raise _refusal(answer)
        return answer.json()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()


def load_job(path: Path) -> JobSpec:
    """The job that a YAML file describes.

    Raises:
        UsageError: the file is no YAML, or describes no job; the message names each wrong field.
    """
    try:
        if path.stat().st_size > MAX_FILE:
            raise UsageError(f"{path} is no job: it has more than {MAX_FILE} bytes")
        value = yaml.load(path.read_text(), Loader=_Plain)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no YAML: {error}") from None
    except RecursionError:
        raise UsageError(f"{path} is no job: its lists are nested too deeply") from None
    try:
        return JobSpec.model_validate(value)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors())
        raise UsageError(f"{path} is no job:\n  " + "\n  ".join(wrong)) from None


class _Plain(yaml.SafeLoader):
    """YAML without aliases, with which a small file could describe a huge value."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", event.start_mark)
        return super().compose_node(parent, index)


def _events(lines: Iterator[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(id, kind, data) of each event of a stream."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name:
            fields[name] = value
        elif line == "" and "data" in fields:
            yield fields["id"], fields["event"], json.loads(fields["data"])
            fields = {}


def _refusal(answer: httpx2.Response) -> ServiceError:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:200]
    return ServiceError(f"the service refuses ({answer.status_code}): {detail}")
