"""Jobs and tasks: what a user asks for, what a worker does at a time, and what is known of both."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bots.episodes import episode_type
from collector.collect import SHARD_EPISODES, Job
from collector.plan import EpisodePlan

# Video that a task makes at most, in seconds of pictures of 640x360, all players and planes together: some
# minutes of work on a CPU. That much is lost when a worker dies.
TASK_VIDEO_SECONDS = 240.0
_PIXELS = 640 * 360
MAX_EPISODES = 200_000

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Label = Annotated[str, Field(max_length=200)]
Count = Annotated[int, Field(ge=1, le=MAX_EPISODES)]

EXAMPLE: dict[str, Any] = {
    "dataset": "walks",
    "mix": {"orbit": 20, "placeAndMine": 10},
    "players": 2,
    "world": "hills",
    "seed": 7,
    "view": {"width": 640, "height": 360, "planes": ["rgb"]},
    "priority": 0,
    "labels": {"project": "first-light"},
}


class JobSpec(Job):
    """What to collect, where it goes, and how urgent it is. `mix` says how many episodes of each type."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    dataset: Name = Field(description="Name of the dataset that the episodes are added to.")
    mix: dict[str, Count] = Field(min_length=1, description="How many episodes of each type.")
    players: int = Field(default=2, ge=1, le=64, description="Players in every episode.")
    seed: int = Field(default=0, ge=0, lt=2**32, description="All randomness of the job comes from it.")
    priority: int = Field(default=0, ge=-10, le=10, description="Tasks of a higher priority run first.")
    deadline: AwareDatetime | None = Field(
        default=None, description="The job is cancelled when it has not ended by then."
    )
    labels: dict[Name, Label] = Field(default={}, max_length=32, description="Free text to find it by.")

    @property
    def episodes(self) -> int:
        """How many episodes are planned."""
        return sum(self.mix.values())

    def named_plans(self, job: str) -> list[EpisodePlan]:
        """The episodes to play, under names that no other job uses."""
        return [plan.model_copy(update={"name": f"{job}-{plan.name}"}) for plan in self.plans()]


class TaskState(StrEnum):
    """Where a task is: it waits, runs, and ends in one of the other ways."""

    waiting = "waiting"
    running = "running"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


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


class Task(Record):
    """A batch of episodes of a job, `first … first + count - 1` of its plan. Times are in Unix seconds."""

    job: str
    number: int
    first: int
    count: int
    state: TaskState
    attempt: int = 0
    worker: str | None = None
    reason: str | None = None
    ready_at: float | None = None
    started: float | None = None
    ended: float | None = None
    progress: Progress | None = None
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
    types = [name for name, count in spec.mix.items() for _ in range(count)]
    first, budget = 0, TASK_VIDEO_SECONDS
    for index, cost in enumerate(_costs(types, spec)):
        if index > first and (cost > budget or index - first == SHARD_EPISODES):
            yield first, index - first
            first, budget = index, TASK_VIDEO_SECONDS
        budget -= cost
    yield first, len(types) - first


def _costs(types: Sequence[str], spec: JobSpec) -> Iterator[float]:
    """Seconds of video of 640x360 that each episode makes."""
    scale = spec.players * len(spec.view.planes) * spec.view.width * spec.view.height / _PIXELS
    known = {name: episode_type(name).typical_seconds * scale for name in set(types)}
    return (known[name] for name in types)
