"""The dashboard: pages for people, made on the server; a little JavaScript keeps them up to date."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException

from bots.episodes import episode_types
from collector.api.context import COOKIE, Context, Service, find_token
from collector.api.datasets import DatasetName, EpisodeName
from collector.api.jobs import Cursor, JobId
from collector.api.library import Opened, member
from collector.api.plots import CAMERA_EDGES, CELLS, Plots, plots
from collector.collecting.mix import TIMES, weights
from collector.dataset import SplitRule, Summary, inspect
from collector.dataset.layout import Split
from collector.errors import NotADataset
from collector.jobs.models import MAX_EPISODES, JobRecord, JobSpec
from collector.playing.plan import Weather, WorldKind
from collector.video.view import Plane, View
from collector.viewer import write_page

JOBS_SHOWN = 50
TASKS_SHOWN = 200
EPISODES_SHOWN = 100
SESSION_SECONDS = 30 * 86_400
# Pages of players that stay in memory; each holds its videos, some megabytes.
VIEWS_KEPT = 8

_OWN_FILES = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'"
)
_ONE_FILE = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
_ONE_FILE += "media-src data: blob:; frame-ancestors 'self'"


def visitor(service: Service, secret: Annotated[str | None, Depends(find_token)]) -> None:
    """Send whoever has not signed in to the page where they can."""
    if service.settings.auth and not (secret and service.tokens.find(secret)):
        raise HTTPException(HTTPStatus.SEE_OTHER, "sign in first", {"Location": "/sign-in"})


router = APIRouter(include_in_schema=False)
pages = APIRouter(dependencies=[Depends(visitor)])


def assets() -> StaticFiles:
    """Style and scripts of the pages."""
    return StaticFiles(packages=[("collector.api", "static")])


@pages.get("/")
def jobs(service: Service, after: Cursor = "") -> HTMLResponse:
    """All jobs, newest first."""
    board = service.board
    found = board.jobs(before=after, limit=JOBS_SHOWN)
    following = found[-1].id if len(found) == JOBS_SHOWN else None
    return _page("jobs.html", "/", jobs=found, next=following, counts=board.counts(), totals=board.totals())


@pages.get("/jobs/{job}")
def job_page(service: Service, job: JobId) -> HTMLResponse:
    """One job and its tasks."""
    record = service.board.job(job)
    tasks = service.board.tasks(job, limit=TASKS_SHOWN + 1)
    shown, more = tasks[:TASKS_SHOWN], len(tasks) > TASKS_SHOWN
    return _page("job.html", "", job=record, tasks=shown, more=more, speed=_speed(record))


@pages.get("/new")
def new(service: Service) -> HTMLResponse:
    """The form of a job, made from the schemas of jobs, views and episode types."""
    return _page(
        "new.html",
        "/new",
        types=episode_types(),
        most=MAX_EPISODES,
        spec=JobSpec.model_json_schema()["properties"],
        view=View.model_json_schema()["properties"],
        worlds=get_args(WorldKind),
        times=["any", *TIMES],
        weathers=get_args(Weather),
        planes=get_args(Plane),
        split=SplitRule.model_json_schema()["properties"],
        datasets=service.library.names(),
    )


@pages.get("/datasets")
def datasets(service: Service) -> HTMLResponse:
    """All datasets."""
    found = {name: _summary(_opened(service, name)) for name in service.library.names()}
    return _page("datasets.html", "/datasets", datasets=found)


@pages.get("/datasets/{name}")
def dataset(
    service: Service,
    name: DatasetName,
    job: Annotated[str, Query(max_length=80)] = "",
    type: Annotated[str, Query(max_length=80)] = "",  # noqa: A002 (the name in the URL)
    split: Annotated[str, Query(max_length=80)] = "",
    after: Annotated[str, Query(max_length=80)] = "",
) -> HTMLResponse:
    """Statistics and episodes of a dataset."""
    opened = _opened(service, name)
    wanted = {"job": job, "type": type, "split": split}
    filters = {"prefix": job, "type": type, "split": split}
    found = opened.find(**filters, after=after, limit=EPISODES_SHOWN) if opened else []
    return _page(
        "dataset.html",
        "/datasets",
        name=name,
        summary=_summary(opened),
        episodes=found,
        types=opened.types if opened else [],
        sides=get_args(Split),
        wanted=wanted,
        next=found[-1].name if len(found) == EPISODES_SHOWN else None,
    )


@pages.get("/datasets/{name}/plots")
def dataset_plots(service: Service, name: DatasetName) -> HTMLResponse:
    """Plots of a dataset, for its page to put in place: making them takes a while."""
    found = _plots(service.library.open(name))
    if found is None:
        return HTMLResponse("")
    return _page("plots.html", "", plots=found, edges=CAMERA_EDGES.tolist(), size=CELLS)


@pages.get("/datasets/{name}/episodes/{episode}")
def episode_page(
    service: Service, name: DatasetName, episode: EpisodeName, plane: Plane = "rgb"
) -> HTMLResponse:
    """The player of an episode, in a frame."""
    found = service.library.open(name).episode(episode)
    planes = [one for one in get_args(Plane) if found.place(one)]
    return _page("episode.html", "/datasets", name=name, episode=episode, planes=planes, plane=plane)


@pages.get("/datasets/{name}/episodes/{episode}/view")
def view(service: Service, name: DatasetName, episode: EpisodeName, plane: Plane = "rgb") -> HTMLResponse:
    """The player itself: all views on one timeline."""
    opened = service.library.open(name)
    member(opened.episode(episode), 0, plane)
    return HTMLResponse(_view(opened, episode, plane), headers={"Content-Security-Policy": _ONE_FILE})


@pages.get("/workers")
def workers(service: Service) -> HTMLResponse:
    """All workers that have reported lately."""
    return _page("workers.html", "/workers", workers=service.board.workers())


@router.get("/sign-in")
def sign_in_form() -> HTMLResponse:
    """Where a person gives their token."""
    return _page("sign_in.html", "", wrong=False)


@router.post("/sign-in")
def sign_in(service: Service, token: Annotated[str, Form(max_length=200)]) -> Response:
    """Keep the token in a cookie that scripts can't read and other sites can't use."""
    if service.tokens.find(token) is None:
        return _page("sign_in.html", "", status=HTTPStatus.FORBIDDEN, wrong=True)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    answer.set_cookie(COOKIE, token, max_age=SESSION_SECONDS, httponly=True, samesite="strict")
    return answer


router.include_router(pages)


def _opened(service: Context, name: str) -> Opened | None:
    try:
        return service.library.open(name)
    except NotADataset:
        return None


@lru_cache(maxsize=32)
def _summary(opened: Opened | None) -> Summary | None:
    return inspect(opened.dataset) if opened else None


@lru_cache(maxsize=32)
def _plots(opened: Opened) -> Plots | None:
    return plots(opened.dataset)


@lru_cache(maxsize=VIEWS_KEPT)
def _view(opened: Opened, episode: str, plane: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "view.html")
        write_page(opened.dataset, page, episodes=[episode], plane=plane)
        return page.read_text(encoding="utf-8")


def _page(template: str, here: str, status: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    text = _templates().get_template(template).render(here=here, **values)
    return HTMLResponse(text, status, headers={"Content-Security-Policy": _OWN_FILES})


@lru_cache(maxsize=1)
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("collector.api", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "thousands": _thousands,
        "size": _size,
        "hours": _hours,
        "when": _when,
        "choice": _choice,
    }
    return templates


def _speed(job: JobRecord) -> str:
    """Frames of all players for each second that the job has run."""
    if not job.started or not job.frames:
        return "–"
    return f"{job.frames / ((job.ended or time.time()) - job.started):.1f}"


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _size(count: int) -> str:
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f}\u00a0{unit}" if unit == "B" else f"{value:.1f}\u00a0{unit}"
        value /= 1000
    return f"{value:.1f}\u00a0TB"


def _choice(options: Any) -> str:
    """`flat`, or `flat (25 %), terrain (75 %)` where values have weights."""
    if not isinstance(options, dict) or len(options) == 1:
        return ", ".join(map(str, weights(options)))
    total = sum(options.values())
    return ", ".join(f"{value} ({100 * weight / total:.0f} %)" for value, weight in options.items())


def _hours(hours: float) -> str:
    return f"{hours:.1f}\u00a0h" if hours >= 1 else f"{hours * 60:.1f}\u00a0min"


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
