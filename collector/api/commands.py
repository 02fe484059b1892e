"""Commands that talk to the service: `submit`, `jobs`, `watch`, `cancel`, `retry`; and `tokens`."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from collector.errors import ServiceError

if TYPE_CHECKING:
    from collector.api.client import Client
    from collector.api.tokens import Tokens
    from collector.jobs.models import JobRecord

app = typer.Typer()
tokens = typer.Typer(no_args_is_help=True, help="Make, list and revoke tokens; needs access to Redis.")
app.add_typer(tokens, name="tokens")
console = Console()

Url = Annotated[str, typer.Option(envvar="COLLECTOR_URL", help="Where the service is.")]
Token = Annotated[
    str | None, typer.Option(envvar="COLLECTOR_TOKEN", help="Token; better in the environment than here.")
]
JobId = Annotated[str, typer.Argument(metavar="JOB")]
ENDED = ("done", "failed", "cancelled")
LOCAL = "http://127.0.0.1:8080"


def connect(url: str, token: str | None) -> Client:
    """The service that the options name."""
    from collector.api.client import Client  # noqa: PLC0415 (other commands start faster without)

    return Client(url, token)


@app.command()
def submit(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Job in YAML; see docs/service.md.")],
    watch: Annotated[bool, typer.Option("--watch", help="Follow it to its end.")] = False,
    url: Url = LOCAL,
    token: Token = None,
) -> None:
    """Queue the job that a file describes, and print its id."""
    from collector.api.client import load_job  # noqa: PLC0415

    spec = load_job(file)
    with connect(url, token) as client:
        job = client.submit(spec, key=uuid.uuid4().hex)
        sys.stdout.write(f"{job.id}\n")
        sys.stdout.flush()
        if watch:
            follow(client, job.id)


@app.command()
def jobs(
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many to show.")] = 20,
    url: Url = LOCAL,
    token: Token = None,
) -> None:
    """List the newest jobs."""
    with connect(url, token) as client:
        found = client.jobs(limit)
    # Whole on narrow terminals too, since it is there to be copied.
    ids = Column("job", no_wrap=True, min_width=max((len(job.id) for job in found), default=0))
    table = Table(ids, "dataset", "state", "episodes", "failed", "owner", "reason")
    for job in found:
        done = f"{job.episodes}/{job.planned}"
        table.add_row(
            job.id, job.spec.dataset, job.state, done, str(job.failures), job.owner, job.reason or ""
        )
    console.print(table)


@app.command()
def watch(job: JobId, url: Url = LOCAL, token: Token = None) -> None:
    """Follow a job to its end. Exits with 1 unless everything of it was collected."""
    with connect(url, token) as client:
        follow(client, job)


@app.command()
def cancel(job: JobId, url: Url = LOCAL, token: Token = None) -> None:
    """End a job; what it has published stays."""
    with connect(url, token) as client:
        tell(client.cancel(job))


@app.command()
def retry(job: JobId, url: Url = LOCAL, token: Token = None) -> None:
    """Run the failed and cancelled tasks of a job again."""
    with connect(url, token) as client:
        tell(client.retry(job))


@tokens.command("create")
def create_token(
    name: Annotated[str, typer.Argument(help="Who uses it; owns the jobs that are queued with it.")],
    scope: Annotated[str, typer.Option(help="read, submit (and read), or admin (everything).")] = "submit",
    max_jobs: Annotated[int, typer.Option(min=0, help="Jobs at a time; 0 is no limit.")] = 0,
    max_episodes: Annotated[int, typer.Option(min=0, help="Episodes in these jobs; 0 is no limit.")] = 0,
    max_gb: Annotated[float, typer.Option(min=0, help="10⁹ bytes stored in all; 0 is no limit.")] = 0,
) -> None:
    """Make a token and print it; it can't be shown again."""
    from collector.api.tokens import parse_scope  # noqa: PLC0415

    with _tokens() as stored:
        secret = stored.create(
            name,
            parse_scope(scope),
            max_jobs=max_jobs,
            max_episodes=max_episodes,
            max_bytes=round(max_gb * 1e9),
        )
    sys.stdout.write(f"{secret}\n")


@tokens.command("list")
def list_tokens() -> None:
    """Show whose tokens there are, and what they allow."""
    table = Table("name", "scope", "jobs", "episodes", "GB")
    with _tokens() as stored:
        found = stored.list()
    for token in found:
        limits = (token.max_jobs, token.max_episodes, token.max_bytes / 1e9)
        table.add_row(token.name, token.scope, *(f"{limit:g}" if limit else "∞" for limit in limits))
    console.print(table)


@tokens.command("revoke")
def revoke_token(name: str) -> None:
    """Make a token worthless at once."""
    with _tokens() as stored:
        stored.revoke(name)


def follow(client: Client, job: str) -> None:
    """Print what happens to a job until it has ended, then exit."""
    record = client.job(job)
    for kind, data in client.follow(job):
        if kind == "task":
            reason = f": {data['reason']}" if data.get("reason") else ""
            console.print(f"task {data['number']} {data['state']}{reason}", highlight=False, soft_wrap=True)
        elif kind == "job" and data["state"] in ENDED:
            record = client.job(job)
            if record.state.ended:
                break
    tell(record)
    sys.exit(0 if record.state == "done" and not record.failures else 1)


def tell(job: JobRecord) -> None:
    """Print where a job is."""
    line = f"{job.id} {job.state}: {job.episodes} of {job.planned} episodes, {job.failures} failed"
    console.print(line + (f" ({job.reason})" if job.reason else ""), highlight=False, soft_wrap=True)


@contextmanager
def _tokens() -> Iterator[Tokens]:
    import redis  # noqa: PLC0415

    from collector.api.tokens import Tokens  # noqa: PLC0415
    from collector.jobs.board import connect as connect_redis  # noqa: PLC0415
    from collector.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    try:
        yield Tokens(connect_redis(settings), settings.admin_token)
    except redis.RedisError as error:
        raise ServiceError(f"Redis does not answer: {error}; name it with COLLECTOR_REDIS") from error
