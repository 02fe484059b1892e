"""Jobs and tasks: what a user asks for, what a worker does at a time, and what is known of both."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from bots.episodes import episode_type
from collector.collecting.collect import SHARD_EPISODES, Job
from collector.collecting.mix import Draw, Weight, weights
from collector.dataset import DEFAULT_RULE, SplitRule
from collector.playing.plan import EpisodePlan

# Video that a task makes at most, in seconds of pictures of 640x360, all players and planes together: some
# minutes of work on a CPU. That much is lost when a worker dies.
TASK_VIDEO_SECONDS = 240.0
_PIXELS = 640 * 360
MAX_EPISODES = 200_000

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Label = Annotated[str, Field(max_length=200)]
Count = Annotated[int, Field(ge=1, le=MAX_EPISODES)]
Players = Annotated[int, Field(ge=1, le=64)]
# Frames of all players in an hour of video.
HOUR_FRAMES = 20 * 3600

EXAMPLE: dict[str, Any] = {
    "dataset": "walks",
    "mix": {"orbit": 20, "placeAndMine": 10},
    "players": 2,
    "world": "hills",
    "seed": 7,
    "view": {"width": 640, "height": 360, "planes": ["rgb"]},
    "split": {"by": "world", "train": 0.9, "val": 0.05, "test": 0.05},
    "priority": 0,
    "labels": {"project": "first-light"},
}


class JobSpec(Job):
    """What to collect, where it goes, how much of it is wanted, and how urgent it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    dataset: Name = Field(description="Name of the dataset that the episodes are added to.")
    mix: dict[str, Count] = Field(default={}, description="How many episodes of each type.")
    draw: Draw | None = Field(default=None, description="So many episodes, of types drawn by weight.")
    players: Players | dict[Players, Weight] = Field(
        default=2, description="Players in every episode, or numbers with weights."
    )
    seed: int = Field(default=0, ge=0, lt=2**32, description="All randomness of the job comes from it.")
    split: SplitRule = Field(
        default=DEFAULT_RULE, description="On which side of the dataset episodes are: train, val or test."
    )
    frames: int | None = Field(
        default=None, ge=1, description="The job is done when it has published so many frames of all players."
    )
    hours: float | None = Field(
        default=None, gt=0, le=1e6, description="The same in hours of video of all players together."
    )
    priority: int = Field(default=0, ge=-10, le=10, description="Tasks of a higher priority run first.")
    deadline: AwareDatetime | None = Field(
        default=None, description="The job is cancelled when it has not ended by then."
    )
    labels: dict[Name, Label] = Field(default={}, max_length=32, description="Free text to find it by.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for name in ("players", "world", "surface", "time", "weather"):
            if getattr(self, name) == {}:
                raise ValueError(f"{name} has nothing to choose from")
        if self.count > MAX_EPISODES:
            raise ValueError(f"a job may have {MAX_EPISODES} episodes, not {self.count}")
        return self

    @property
    def wanted_frames(self) -> int:
        """After how many frames it is done; 0 when all episodes are wanted."""
        wanted = [self.frames, self.hours and max(1, round(self.hours * HOUR_FRAMES))]
        return min((one for one in wanted if one), default=0)

    def named_plans(self, job: str, first: int, count: int) -> list[EpisodePlan]:
        """So many episodes from number `first` on, under names that no other job uses."""
        plans = islice(self.planned(self.view.view_distance), first, first + count)
        return [plan.model_copy(update={"name": f"{job}-{plan.name}"}) for plan in plans]


class TaskState(StrEnum):
    """Where a task is: it waits, runs, and ends in one of the other ways."""

    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


class Stage(StrEnum):
    """What comes next for a task. A worker that does both goes from one to the other without a stop."""

    play = "play"
    render = "render"


class JobState(StrEnum):
    """Where a job is: queued until its first task runs, ended when no task waits or runs."""

    queued = "queued"
    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to the job by itself."""
        return self in {JobState.done, JobState.failed, JobState.cancelled}


class Record(BaseModel):
    """Base class of what the service knows and tells."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Progress(Record):
    """What a running task is at. `finished` counts its episodes that are ready or have failed."""

    finished: int = 0
    playing: str | None = None
    played_ticks: int = 0
    rendering: str | None = None
    rendered_ticks: int = 0
    total_ticks: int = 0


class TaskResult(Record):
    """What a task has published; `frames` are those of all players. `failures` has a reason by episode."""

    episodes: int = 0
    frames: int = 0
    bytes: int = 0
    failures: dict[str, str] = {}


class Played(Record):
    """What was played of a task: key and SHA-256 (hex) of each recording by name, and reasons of failures."""

    files: dict[str, tuple[str, str]]
    failures: dict[str, str] = {}


class Task(Record):
    """A batch of episodes of a job, `first … first + count - 1` of its plan. Times are in Unix seconds."""

    job: str
    number: int
    first: int
    count: int
    state: TaskState
    stage: Stage = Stage.play
    attempt: int = 0
    worker: str | None = None
    reason: str | None = None
    ready_at: float | None = None
    started: float | None = None
    ended: float | None = None
    progress: Progress | None = None
    played: Played | None = None
    result: TaskResult | None = None

    @property
    def name(self) -> str:
        """Its name in the dataset: of its shard, and of its transaction in the catalog."""
        return task_name(self.job, self.number)


class Counts(Record):
    """How many tasks of a job are in each state."""

    waiting: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0


class JobRecord(Record):
    """A job and what has become of it so far. Times are in Unix seconds."""

    id: str
    owner: str
    spec: JobSpec
    state: JobState
    created: float
    started: float | None = None
    ended: float | None = None
    reason: str | None = None
    tasks: Counts
    planned: int
    episodes: int = 0
    frames: int = 0
    bytes: int = 0
    failures: int = 0


def task_name(job: str, number: int) -> str:
    """The name of a task in a dataset."""
    return f"{job}-{number:05d}"


def new_job_id() -> str:
    """A name for a job; later jobs have names that sort behind."""
    return f"{time.time_ns() // 1_000_000:011x}{secrets.token_hex(3)}"


def batches(spec: JobSpec) -> Iterator[tuple[int, int]]:
    """Cut the episodes of a job into tasks: (first, count) of each."""
    first, index, budget = 0, 0, TASK_VIDEO_SECONDS
    for index, cost in enumerate(_costs(spec)):
        if index > first and (cost > budget or index - first == SHARD_EPISODES):
            yield first, index - first
            first, budget = index, TASK_VIDEO_SECONDS
        budget -= cost
    yield first, index + 1 - first


def _costs(spec: JobSpec) -> Iterator[float]:
    """Seconds of video of 640x360 that each episode makes at most, were it of typical length."""
    most = max(weights(spec.players))
    scale = most * len(spec.view.planes) * spec.view.width * spec.view.height / _PIXELS
    known: dict[str, float] = {}
    for name in spec.types():
        if name not in known:
            known[name] = episode_type(name).typical_seconds * scale
        yield known[name]
