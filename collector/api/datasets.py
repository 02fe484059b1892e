"""Routes of datasets, their versions, statistics, shards and episodes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from collector.api import ranges
from collector.api.audit import note
from collector.api.context import Reader, Service, Submitter
from collector.api.library import member
from collector.api.problems import documented, known
from collector.dataset import Dataset, Episode, Summary, inspect
from collector.dataset.layout import EXTENSIONS, Split
from collector.dataset.reader import Place
from collector.jobs.models import Name
from collector.store.s3 import S3Store
from collector.video.planes import FORMS
from collector.video.view import Plane

router = APIRouter(prefix="/v1/datasets", tags=["datasets"])

DatasetName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", examples=["walks"])]
EpisodeName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]
Version = Annotated[
    int | None, Query(ge=0, lt=2**53, description="A version of the dataset; the newest one by default.")
]
Member = Literal[Plane, "rows", "card", "recording"]

MEDIA = {
    "rgb": "video/mp4",
    **dict.fromkeys(FORMS, "video/quicktime"),
    "rows": "application/vnd.apache.parquet",
    "card": "application/json",
    "recording": "application/x-tar",
}
SUFFIX = {**EXTENSIONS, "card": "json", "recording": "tar"}

ERRORS = documented(
    HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY
)


class DatasetList(BaseModel):
    """Names of all datasets that jobs were queued for, or that were created here."""

    datasets: list[str]


class NewDataset(BaseModel):
    """The name of a dataset."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "walks"}]})

    name: Name


class VersionList(BaseModel):
    """The versions that can be pinned, from 0, which is empty, to `newest`."""

    newest: int


class Link(BaseModel):
    """Where bytes are: `href` here and, in a bucket, `offset` and `bytes` of the object at `url`."""

    member: Member
    player: int
    href: str
    key: str
    offset: int
    bytes: int
    sha256: str
    url: str | None


class EpisodeItem(BaseModel):
    """An episode in a list. `split_rule` decided its side; `reasons` tells why it is in quarantine."""

    name: str
    type: str
    players: tuple[str, ...]
    ticks: int
    split: Split
    split_rule: str
    reasons: tuple[str, ...]
    tags: tuple[str, ...]
    world_seed: int
    size: tuple[int, int]

    @classmethod
    def of(cls, episode: Episode) -> EpisodeItem:
        """What the catalog says of it."""
        return cls(**{name: getattr(episode, name) for name in EpisodeItem.model_fields})


class EpisodeDetail(BaseModel):
    """An episode and where its parts are."""

    episode: EpisodeItem
    version: int
    links: list[Link]


class EpisodePage(BaseModel):
    """Episodes by name; `next` is the cursor of the next page, None on the last."""

    episodes: list[EpisodeItem]
    version: int
    next: str | None


class Shard(BaseModel):
    """A shard; `url` is a presigned link when the dataset is in a bucket."""

    key: str
    bytes: int
    sha256: str
    url: str | None


class ShardList(BaseModel):
    """All shards of a version, without those in quarantine."""

    version: int
    shards: list[Shard]


@router.get("", responses=ERRORS, summary="List datasets")
def listing(service: Service, _: Reader) -> DatasetList:
    """Also those in which nothing has been published yet."""
    return DatasetList(datasets=service.library.names())


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=known(VersionList, "The service knows the dataset already")
    | documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    | ERRORS,
    summary="Create a dataset",
)
def create(service: Service, token: Submitter, response: Response, new: NewDataset) -> VersionList:
    """An empty one; one that lies in the store already, as from `collector collect`, is taken in as it is.

    Jobs create theirs by themselves. Answers 201, or 200 when the service knows the dataset already.
    """
    made = service.library.create(new.name)
    response.headers["Location"] = f"/v1/datasets/{new.name}"
    if made:
        note(service.redis, token.name, "create dataset", new.name)
    else:
        response.status_code = HTTPStatus.OK
    return VersionList(newest=service.library.open(new.name).dataset.version)


@router.get("/{name}", responses=ERRORS, summary="Statistics of a dataset")
def statistics(service: Service, _: Reader, name: DatasetName, version: Version = None) -> Summary:
    """Episodes, ticks, frames and hours by type, split and number of players; sizes, bytes, quality."""
    return inspect(service.library.open(name, version).dataset)


@router.get("/{name}/versions", responses=ERRORS, summary="Versions of a dataset")
def versions(service: Service, _: Reader, name: DatasetName) -> VersionList:
    """Every task that is published makes one."""
    return VersionList(newest=service.library.open(name).dataset.version)


@router.get("/{name}/shards", responses=ERRORS, summary="Shards, for trainers")
def shards(service: Service, _: Reader, name: DatasetName, version: Version = None) -> ShardList:
    """Plain WebDataset tars: one sample is one episode with all its players."""
    opened = service.library.open(name, version)
    found = [
        Shard(key=place.key, bytes=place.bytes, sha256=place.sha256, url=_url(opened.dataset, place))
        for place in opened.shards
    ]
    return ShardList(version=opened.dataset.version, shards=found)


@router.get("/{name}/episodes", responses=ERRORS, summary="List episodes")
def episodes(
    service: Service,
    _: Reader,
    name: DatasetName,
    version: Version = None,
    type: Annotated[str | None, Query(max_length=80)] = None,  # noqa: A002 (the name in the URL)
    split: Split | None = None,
    job: Annotated[str, Query(pattern=r"^[0-9a-f]{0,17}$")] = "",
    after: Annotated[str, Query(max_length=80, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> EpisodePage:
    """Episodes by name, a page at a time."""
    opened = service.library.open(name, version)
    found = opened.find(prefix=job, type=type or "", split=split or "", after=after, limit=limit)
    return EpisodePage(
        episodes=[EpisodeItem.of(episode) for episode in found],
        version=opened.dataset.version,
        next=found[-1].name if len(found) == limit else None,
    )


@router.get("/{name}/episodes/{episode}", responses=ERRORS, summary="Get an episode")
def get(
    service: Service, _: Reader, name: DatasetName, episode: EpisodeName, version: Version = None
) -> EpisodeDetail:
    """What it is, and links to its videos, rows, card and recording."""
    opened = service.library.open(name, version)
    found = opened.episode(episode)
    return EpisodeDetail(
        episode=EpisodeItem.of(found),
        version=opened.dataset.version,
        links=_links(opened.dataset, name, found),
    )


@router.get(
    "/{name}/episodes/{episode}/{part}",
    responses=ERRORS
    | documented(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
    | {200: {"content": {media: {} for media in MEDIA.values()}}, 206: {}},
    response_class=Response,
    summary="Download a part of an episode",
)
def download(
    service: Service,
    _: Reader,
    name: DatasetName,
    episode: EpisodeName,
    part: Member,
    player: Annotated[int, Query(ge=0, lt=1000)] = 0,
    range: Annotated[str | None, Header(description="As in `bytes=0-99`.")] = None,  # noqa: A002
) -> Response:
    """A video of a player (`rgb` or another plane), its `rows`, the `card`, or the `recording`."""
    opened = service.library.open(name)
    place = member(opened.episode(episode), player, part)
    whose = "" if part in {"card", "recording"} else f".p{player}"
    return ranges.send(opened.dataset, place, range, MEDIA[part], f"{episode}{whose}.{SUFFIX[part]}")


def _links(dataset: Dataset, name: str, episode: Episode) -> list[Link]:
    wanted: list[tuple[Member, int]] = [("card", 0), ("recording", 0)]
    for player in range(len(episode.players)):
        wanted += [(part, player) for part in (*get_args(Plane), "rows")]
    found = []
    for part, player in wanted:
        place = episode.recording if part == "recording" else episode.place(part, player)
        if place:
            href = f"/v1/datasets/{name}/episodes/{episode.name}/{part}?player={player}"
            url = _url(dataset, place)
            found.append(Link(member=part, player=player, href=href, url=url, **vars(place)))
    return found


def _url(dataset: Dataset, place: Place) -> str | None:
    return dataset.store.link(place.key) if isinstance(dataset.store, S3Store) else None
