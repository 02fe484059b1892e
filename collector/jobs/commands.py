"""Commands that run parts of the service: `worker`, `serve`, `up`."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer()

Role = Literal["both", "play", "render"]
Host = Annotated[str | None, typer.Option(help="Address to listen on; COLLECTOR_HOST by default.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; COLLECTOR_PORT by default.")]


@app.command()
def worker(
    role: Annotated[
        Role | None, typer.Option(help="Do both stages of a task, or one; COLLECTOR_ROLE by default.")
    ] = None,
) -> None:
    """Run tasks until told to stop; then finish the running one, or hand it back.

    Start as many as there are cores or GPUs to use, on any number of hosts. Settings: `COLLECTOR_REDIS`,
    `COLLECTOR_STORE`, `COLLECTOR_WORK`; see docs/service.md.
    """
    from collector.jobs.worker import Worker  # noqa: PLC0415 (other commands start faster without)
    from collector.settings import load_settings  # noqa: PLC0415

    stop = _stop_event()
    log_to_stderr()
    settings = load_settings()
    with Worker(settings.model_copy(update={"role": role}) if role else settings) as running:
        running.serve(stop)


@app.command()
def serve(host: Host = None, port: Port = None) -> None:
    """Serve the API and the dashboard."""
    import uvicorn  # noqa: PLC0415

    from collector.api.app import create_app  # noqa: PLC0415
    from collector.settings import load_settings  # noqa: PLC0415

    log_to_stderr()
    settings = load_settings()
    given = {"host": host, "port": port}
    settings = settings.model_copy(update={key: value for key, value in given.items() if value is not None})
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
    )


@app.command()
def up(
    data: Annotated[Path, typer.Option(help="Folder for datasets, queue and scratch files.")] = Path(
        "out/service"
    ),
    port: Annotated[int, typer.Option(help="Port of the API and the dashboard.")] = 8080,
    workers: Annotated[int, typer.Option(min=0, max=64, help="How many workers to run.")] = 1,
    players: Annotated[int, typer.Option(min=0, max=64, help="How many more that only play.")] = 0,
    renderers: Annotated[int, typer.Option(min=0, max=64, help="How many more that only render.")] = 0,
    store: Annotated[
        str | None, typer.Option(help="s3://bucket/prefix or another folder for datasets.")
    ] = None,
) -> None:
    """Run the whole service on this machine: Redis, API, dashboard and workers, without containers.

    Only this machine can reach it, so no tokens are asked for. Ctrl-C ends it; what is queued stays queued.
    """
    from collector.jobs.up import Up  # noqa: PLC0415

    stop = _stop_event()
    log_to_stderr()
    with Up(data, port, {"both": workers, "play": players, "render": renderers}, store) as running:
        sys.stdout.write(f"collector is at {running.url}\n")
        sys.stdout.flush()
        running.watch(stop)


@app.command()
def gc(
    dataset: Annotated[
        str, typer.Argument(metavar="DATASET", help="Folder or s3://bucket/prefix of a dataset.")
    ],
    hours: Annotated[float, typer.Option(min=1, help="Only what is older than this.")] = 24.0,
    keep: Annotated[bool, typer.Option("--keep", help="Only show it.")] = False,
) -> None:
    """Remove what killed runs left in a dataset: objects that no version names, unfinished uploads."""
    from collector.jobs.garbage import clean  # noqa: PLC0415

    garbage = clean(dataset, hours, keep=keep)
    for name in (*garbage.objects, *garbage.uploads):
        sys.stdout.write(f"{name}\n")
    verb = "found" if keep else "removed"
    count = len(garbage.objects) + len(garbage.uploads)
    sys.stdout.write(f"{verb} {count} leftovers, {garbage.bytes / 1e6:.1f} MB\n")


def log_to_stderr() -> None:
    """One line for each thing that happens."""
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    for noisy in ("httpx2", "dramatiq", "botocore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _stop_event() -> threading.Event:
    """Is set by Ctrl-C and SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
