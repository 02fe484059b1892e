"""`collector evaluate`: makes evaluation sets, asks about them, scores generated videos."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from collector.console import AsJson, errors, print_json, print_line, print_pairs, show
from collector.dataset.commands import episodes_done
from collector.errors import UsageError
from collector.progress import shown

app = typer.Typer(no_args_is_help=True, help="Evaluation sets, questions about them, and scores of models.")


@app.command()
def build(
    out: Annotated[Path, typer.Option(help="Folder for the sets; an interrupted build goes on.")],
    episodes: Annotated[int, typer.Option(min=1, help="Episodes of each set; 32 in Solaris.")] = 32,
    sets: Annotated[
        str | None,
        typer.Option(metavar="TYPE,…", help="Types to play; all evaluation types if left."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same sets.")] = 0,
    size: Annotated[str, typer.Option(help="Picture size.", metavar="WIDTHxHEIGHT")] = "640x360",
    as_json: AsJson = False,
) -> None:
    """Play, render and publish the evaluation sets, and ask the questions about them.

    Writes `dataset/`, `questions.jsonl` and `evaluation.json` into the folder.

    Example: `collector evaluate build --episodes 4 --out eval`
    """
    from pydantic import ValidationError  # noqa: PLC0415 (other commands start faster without)

    from collector.evaluation.build import EvaluationJob  # noqa: PLC0415
    from collector.evaluation.build import build as make  # noqa: PLC0415
    from collector.render.view import View, parse_size  # noqa: PLC0415

    width, height = parse_size(size)
    chosen = {} if sets is None else {"types": tuple(name.strip() for name in sets.split(","))}
    try:
        job = EvaluationJob.model_validate(
            {"episodes": episodes, "seed": seed, "view": View(width=width, height=height), **chosen}
        )
    except ValidationError as error:
        raise UsageError(f"--sets {sets!r}: {error.errors()[0]['msg']}") from None
    with shown(errors, len(job.plans())) as listener:
        built = make(job, out, listener)
    if as_json:
        print_json(built.model_dump(mode="json"))
    else:
        asked = built.asked
        print_pairs(
            {
                "dataset": built.dataset,
                "questions": asked.path,
                **{f"  {name}": f"{count} questions" for name, count in asked.sets.items()},
                "failed": len(built.collected.failures),
                "left out": len(asked.left_out),
            }
        )
        for name, reason in (built.collected.failures | asked.left_out).items():
            print_line(f"[yellow]not in the sets[/] {name}: {escape(reason)}")
    sys.exit(1 if built.collected.failures else 0)


@app.command()
def questions(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="Folder or s3:// URL of a dataset.")],
    out: Annotated[Path, typer.Option(help="File to write, a question in each line.")] = Path(
        "questions.jsonl"
    ),
    as_json: AsJson = False,
) -> None:
    """Ask about the evaluation episodes of a dataset; `build` does it for the sets that it makes."""
    from collector import dataset as datasets  # noqa: PLC0415
    from collector.evaluation.sets import ask  # noqa: PLC0415
    from collector.evaluation.tasks import TYPES  # noqa: PLC0415

    opened = datasets.open(dataset).filter(types=list(TYPES))
    with episodes_done(len(opened.episodes)) as advance:
        asked = ask(opened, out, on_episode=advance)
    show(asked, as_json)


@app.command()
def answers(
    questions: Annotated[Path, typer.Argument(help="`questions.jsonl` of the sets.")],
    answers: Annotated[
        list[Path], typer.Argument(help="A JSON object of answers by question id, for each trial.")
    ],
    as_json: AsJson = False,
) -> None:
    """Score answers that were given elsewhere, one file for each trial."""
    from collector.evaluation.score import score as rate  # noqa: PLC0415
    from collector.evaluation.sets import load, load_answers  # noqa: PLC0415

    show(rate(load(questions), [load_answers(path) for path in answers]), as_json)
