"""Trials: how often each episode type succeeds, in which worlds and with how many players.

Every type is played once for each number of players, seed and world, on its first attempt. Each result is
written down at once as a line of JSON, and what is written down is not played again.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bots.episodes import episode_type, episode_types
from bots.errors import StageError
from bots.stage import Stage
from bots.world import World
from collector.playing.plan import ATTEMPTS

TrialWorld = Literal["terrain", "flat"]

WORLDS: tuple[TrialWorld, ...] = ("terrain", "flat")
SEEDS = (1, 2, 3)
VIEW_DISTANCE = 4  # chunks: scripts look no farther, and a smaller view is sooner loaded
TICKS_PER_SECOND = 20


class Trial(BaseModel):
    """One episode to play."""

    model_config = ConfigDict(frozen=True)

    type: str
    players: int
    world: TrialWorld
    seed: int


class Result(BaseModel):
    """How a trial ended. `seconds` is real time, from the opening of the server on."""

    trial: Trial
    ok: bool
    reason: str
    ticks: int
    seconds: float


def plan_trials(types: Iterable[str] | None = None) -> list[Trial]:
    """Every type with 2 players (or its fewest) and with its most, in every world, with every seed."""
    trials = [
        Trial(type=name, players=players, world=world, seed=seed)
        for name in (types if types is not None else episode_types())
        for players in sorted({max(2, episode_type(name).players[0]), episode_type(name).players[1]})
        for world in WORLDS
        for seed in SEEDS
    ]
    return sorted(trials, key=lambda trial: (trial.players, WORLDS.index(trial.world)))


def run_trials(
    trials: Sequence[Trial], log: Path, on_result: Callable[[int], None] = lambda _: None
) -> list[Result]:
    """Play those trials that `log` has no result of, add theirs to it, and return the results of all.

    `on_result` is called with the number of trials done.
    """
    results = {result.trial: result for result in read_results(log)}
    missing = [trial for trial in trials if trial not in results]
    with log.open("a") as lines:
        for players, group in groupby(missing, key=lambda trial: trial.players):
            for result in _play_group(players, group):
                results[result.trial] = result
                lines.write(result.model_dump_json() + "\n")
                lines.flush()
                on_result(sum(trial in results for trial in trials))
    return [results[trial] for trial in trials]


def read_results(log: Path) -> list[Result]:
    """The results in a file, none if there is no file."""
    lines = log.read_text().splitlines() if log.exists() else []
    return [Result.model_validate_json(line) for line in lines]


def _play_group(players: int, trials: Iterable[Trial]) -> Iterator[Result]:
    """Plays trials with the same number of players in one Node process."""
    with closing(Stage(players=players, view_distance=VIEW_DISTANCE)) as stage:
        for trial in trials:
            yield play_trial(stage, trial)


def play_trial(stage: Stage, trial: Trial) -> Result:
    """Play one trial on a stage that has as many players; again when the stage dies, as a collection does."""
    stage.world, stage.seed = World(kind=trial.world, seed=trial.seed), trial.seed
    begin, ticks = time.monotonic(), 0
    for _ in range(ATTEMPTS):
        try:
            ticks = sum(1 for _ in stage.play(trial.type, variant(trial)))
            break
        except StageError:
            continue  # the outcome tells why
    seconds = time.monotonic() - begin
    return Result(
        trial=trial, ok=stage.outcome.ok, reason=stage.outcome.reason, ticks=ticks, seconds=round(seconds, 2)
    )


def variant(trial: Trial) -> dict[str, int]:
    """The parameters of a trial: types with cases go through them."""
    return {"case": trial.seed - 1} if "case" in episode_type(trial.type).Parameters.model_fields else {}


def table(results: Sequence[Result]) -> str:
    """A Markdown table with a row per type: successes by world and number of players, and the length."""
    lines = [
        "| type | players | on terrain | on flat ground | typical seconds |",
        "|---|---|---|---|---|",
    ]
    for name in sorted({result.trial.type for result in results}):
        own = [result for result in results if result.trial.type == name]
        counts = sorted({result.trial.players for result in own})
        worlds = (" ".join(_count(own, world, players) for players in counts) for world in WORLDS)
        length = statistics.median([result.ticks for result in own if result.ok] or [0])
        lines.append(
            f"| `{name}` | {', '.join(map(str, counts))} | "
            f"{' | '.join(worlds)} | {length / TICKS_PER_SECOND:.0f} |"
        )
    return "\n".join(lines) + "\n"


def _count(results: Iterable[Result], world: TrialWorld, players: int) -> str:
    own = [r for r in results if r.trial.world == world and r.trial.players == players]
    return f"{sum(result.ok for result in own)}/{len(own)}" if own else "–"
