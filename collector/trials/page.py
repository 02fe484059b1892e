"""The page about all episode types: how often they succeed, what they take, what they look like."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic.fields import FieldInfo

from bots.episodes import Episode, EpisodeParameters, episode_types
from collector.playing.host import Request, record
from collector.playing.plan import EpisodePlan
from collector.recording import Recording, Seeds
from collector.trials.run import SEEDS, VIEW_DISTANCE, Result, Trial, plan_trials, run_trials, table, variant
from collector.trials.strips import write_strip

PICTURES = Path("images") / "episodes"

INTRODUCTION = """\
# The episode types

*This page is written by `collector episodes --table docs/episodes.md`. `collector episodes` lists the types,
`--json` with the schema of their parameters. How to write one of your own: [Writing
episodes](writing-episodes.md).*

Each type was played with 2 players (or its fewest) and with its most, with {seeds} seeds each, on natural
terrain and on flat ground. A cell counts successes of first attempts, in the order of the players' numbers;
when a dataset is collected, a failed attempt is played again with other seeds. The length is the median of
the successes.

Beside its own parameters every type has `overshoot` (0 by default), the share of wide looks that go a little
too far and come back. [What a job plays](collecting.md) says where parameters are set.

"""


def write_page(path: Path, log: Path, on_trial: Callable[[int], None] = lambda _: None) -> list[Result]:
    """Play all trials that `log` lacks, draw a strip of each type beside `path`, and write the page.

    `on_trial` is called with the number of trials done. Returns all results.

    Raises:
        PlayError, RenderError: a strip could not be made.
    """
    results = run_trials(plan_trials(), log, on_trial)
    for name in episode_types():
        picture = path.parent / PICTURES / f"{name}.jpg"
        shown = next((result.trial for result in results if result.trial.type == name and result.ok), None)
        if shown is not None and not picture.exists():
            _draw(shown, picture)
    drawn = {picture.stem for picture in (path.parent / PICTURES).glob("*.jpg")}
    path.write_text(page(results, drawn))
    return results


def page(results: Sequence[Result], drawn: Collection[str]) -> str:
    """The page in Markdown, with the pictures of the types that are `drawn`."""
    planned = len(plan_trials())
    missing = (
        f"So far {len(results)} of {planned} episodes have been played.\n\n" if len(results) < planned else ""
    )
    parts = [INTRODUCTION.format(seeds=len(SEEDS)), missing, table(results), *_failures(results), "\n"]
    parts += [_section(name, kind, name in drawn) for name, kind in episode_types().items()]
    return "".join(parts).rstrip() + "\n"


def _failures(results: Sequence[Result]) -> list[str]:
    failed = [result for result in results if not result.ok]
    if not failed:
        return []
    lines = [
        f"- `{r.trial.type}`, {r.trial.players} players, {r.trial.world}, seed {r.trial.seed}: {r.reason}\n"
        for r in failed
    ]
    return ["\nThe failures:\n\n", *lines]


def _section(name: str, kind: type[Episode], drawn: bool) -> str:
    about = inspect.getdoc(sys.modules[kind.__module__]) or ""
    fields = {
        field: info
        for field, info in kind.Parameters.model_fields.items()
        if field not in EpisodeParameters.model_fields
    }
    rows = [f"| `{field}` | `{info.default}` | {_meaning(info)} |\n" for field, info in fields.items()]
    head = "\n| parameter | default | |\n|---|---|---|\n" if rows else ""
    notes = inspect.getdoc(kind.Parameters) if rows else ""
    picture = f"![{name}]({PICTURES}/{name}.jpg)\n\n" if drawn else ""
    return (
        f"## {name}\n\n{picture}{about}\n\n{inspect.getdoc(kind)} "
        f"For {kind.players[0]} to {kind.players[1]} players. {notes}\n{head}{''.join(rows)}\n"
    )


def _meaning(info: FieldInfo) -> str:
    return info.description or ""


def _draw(trial: Trial, picture: Path) -> None:
    """Play a trial again, with a recording, and draw its strip."""
    plan = EpisodePlan(
        name=trial.type,
        type=trial.type,
        players=trial.players,
        world=trial.world,
        seeds=Seeds(job=trial.seed, world=trial.seed, episode=trial.seed),
        view_distance=VIEW_DISTANCE,
        parameters=variant(trial),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / trial.type
        record(Request(plan=plan, path=path), lambda _: None)
        write_strip(Recording(path), picture)
