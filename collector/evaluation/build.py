"""Makes the evaluation sets: plays, renders and publishes them, and asks the questions, in one go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from collector.collecting.collect import Collected, check_view, collect_plans
from collector.collecting.mix import JobMix
from collector.collecting.workspace import WORK
from collector.errors import OutputError, StorageFull
from collector.evaluation.sets import Asked, ask
from collector.evaluation.tasks import TYPES
from collector.playing.plan import EpisodePlan, WorldKind, derive
from collector.progress import Listener
from collector.video.encode import Encoding
from collector.video.view import View

DATASET = "dataset"
QUESTIONS = "questions.jsonl"
JOB = "evaluation.json"
# The sets of Solaris have this many episodes.
EPISODES = 32
# Where something must be told apart by its surroundings; all other sets are played on flat ground.
WORLDS: dict[str, WorldKind] = {"turnToLookEval": "terrain", "turnToLookOppositeEval": "terrain"}
PLAYERS = {"groupLookEval": 3}


class EvaluationJob(BaseModel):
    """Which sets, how large, and how they are looked at; equal jobs give equal sets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: tuple[str, ...] = TYPES
    episodes: int = Field(default=EPISODES, ge=1, le=1000)
    seed: int = 0
    view: View = View()
    encoding: Encoding = Encoding()

    @field_validator("types")
    @classmethod
    def _known(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in types if name not in TYPES]
        if unknown or not types:
            raise ValueError(f"expected some of {', '.join(TYPES)}; not {', '.join(unknown) or 'none'}")
        return types

    def plans(self) -> list[EpisodePlan]:
        """The episodes of all sets; those of one set do not depend on which other sets are made."""
        return [
            plan.model_copy(update={"name": f"{name}-{number:04d}"})
            for name in self.types
            for number, plan in enumerate(self._set(name).planned(self.view.view_distance))
        ]

    def _set(self, name: str) -> JobMix:
        return JobMix(
            mix={name: self.episodes},
            players=PLAYERS.get(name, 2),
            world=WORLDS.get(name, "flat"),
            seed=derive(self.seed, name),
        )


class Built(BaseModel):
    """What was made: the dataset, what was collected in this run, and the questions about all of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: Path
    collected: Collected
    asked: Asked


def build(
    job: EvaluationJob,
    out: Path,
    listener: Listener,
    *,
    on_episode: Callable[[str], None] = lambda _: None,
) -> Built:
    """Make the sets in the folder `out`: a dataset, and `questions.jsonl` about it.

    What was cut off is taken up where it stopped; what is there is not made again.

    Args:
        job: which sets.
        out: new folder, or one in which the same job was begun.
        listener: is told how far playing and rendering are.
        on_episode: is called with each episode that questions were asked about.

    Raises:
        OutputError: the folder belongs to another job, or cannot be written to.
        UsageError, StorageFull, EncodeError, RenderError: as `collector.collecting.collect.collect`.
    """
    check_view(job.view)
    _claim(out, job)
    dataset, collected = out / DATASET, Collected()
    if not (dataset / "catalog").exists() or (dataset / WORK).exists():
        collected = collect_plans(
            job.plans(), dataset, job, view=job.view, encoding=job.encoding, listener=listener
        )
    asked = ask(dataset, out / QUESTIONS, on_episode=on_episode)
    return Built(dataset=dataset, collected=collected, asked=asked)


def _claim(out: Path, job: EvaluationJob) -> None:
    """Note what is made in the folder, so that another job does not mix with it."""
    claim, text = out / JOB, job.model_dump_json(indent=1) + "\n"
    try:
        if claim.exists():
            if claim.read_text(encoding="utf-8") != text:
                raise OutputError(
                    f"{out} holds evaluation sets of another job; repeat that command, or name another folder"
                )
            return
        if out.exists() and any(out.iterdir()):
            raise OutputError(f"{out} is not empty; name a new or an empty folder with --out")
        out.mkdir(parents=True, exist_ok=True)
        draft = claim.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.rename(claim)
    except OSError as error:
        raise StorageFull(f"{out} cannot be written: {error}") from error
