"""`collector evaluate`: makes evaluation sets, asks about them, scores generated videos."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.markup import escape
from rich.table import Table

from collector.console import AsJson, console, errors, print_json, print_line, print_pairs, show
from collector.dataset.commands import episodes_done
from collector.errors import UsageError
from collector.progress import counted, shown

if TYPE_CHECKING:
    from collector.evaluation.asking import Prices
    from collector.evaluation.evaluate import Evaluation

app = typer.Typer(no_args_is_help=True, help="Evaluation sets, questions about them, and scores of models.")

Api = Literal["openai", "gemini"]


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
    from collector.video.view import View, parse_size  # noqa: PLC0415

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
def score(
    videos: Annotated[
        str,
        typer.Argument(
            metavar="GENERATED",
            help="Folder of <episode>.p<player>.mp4, or of what the trainer of Solaris writes; or a dataset: "
            "that of the sets has the real videos.",
        ),
    ],
    sets: Annotated[Path, typer.Option(help="What `collector evaluate build` has made.")],
    out: Annotated[Path, typer.Option(help="Folder for scores and answers.")] = Path("score"),
    judge: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Model that answers the questions; none if left.")
    ] = None,
    api: Annotated[Api, typer.Option(help="What the judge speaks.")] = "openai",
    endpoint: Annotated[
        str | None, typer.Option(metavar="URL", help="Where the judge is; the vendor's if left.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(envvar="JUDGE_KEY", help="Better in the environment than here.")
    ] = None,
    trials: Annotated[int, typer.Option(min=1, help="How often everything is asked.")] = 3,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="Questions at a time.")] = 4,
    prices: Annotated[
        str | None,
        typer.Option(metavar="IN,OUT", help="What a million tokens cost, read and written, as in `0.5,3`."),
    ] = None,
    metrics: Annotated[bool, typer.Option(help="Measure what needs no judge.")] = True,
    every: Annotated[int, typer.Option(min=1, help="Compare every so many frames.")] = 8,
    inception: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TorchScript of picture features, for FID.")
    ] = None,
    i3d: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TorchScript of video features, for FVD.")
    ] = None,
    lpips: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TorchScript of a distance of two pictures.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score a model's videos of the evaluation sets: by a judge, and by figures that need none.

    Writes `score.json`, and `score.html` with plots, questions, pictures and answers, into the folder.

    Answers are kept in the folder: repeat the command, and only what is missing is asked.

    Example: `collector evaluate score generated --sets eval --judge gemini-3-flash-preview --api gemini`
    """
    from collector.evaluation import evaluate  # noqa: PLC0415 (other commands start faster without)
    from collector.evaluation.footage import open_footage  # noqa: PLC0415
    from collector.evaluation.judges import connect  # noqa: PLC0415
    from collector.evaluation.page import write_page  # noqa: PLC0415

    opened = evaluate.open_sets(sets)
    footage = open_footage(videos, opened.dataset)
    found = evaluate.Evaluation(videos=videos, sets=str(sets))
    if judge is not None:
        asked = connect(api, judge, key, endpoint)
        with counted(errors, "answers", trials * len(opened.questions)) as advance:
            judged, left_out = evaluate.judge_videos(
                opened,
                footage,
                asked,
                out,
                trials=trials,
                parallel=parallel,
                prices=parse_prices(prices),
                on_answer=advance,
            )
        found = found.model_copy(update={"judged": judged, "left_out": left_out})
    if metrics:
        with episodes_done(len({one.episode for one in opened.questions})) as done:
            episodes, left_out = evaluate.measure_videos(opened, footage, every=every, on_episode=done)
        found = found.model_copy(
            update={
                "figures": evaluate.summarize(episodes),
                "episodes": tuple(episodes),
                "left_out": found.left_out | left_out,
            }
        )
    networks = {"fid": inception, "fvd": i3d, "lpips": lpips}
    given = {name: path for name, path in networks.items() if path is not None}
    if given:
        from collector.evaluation.learned import distances  # noqa: PLC0415

        with errors.status("features …"):
            found = found.model_copy(update={"distances": distances(opened, footage, given, every=every)})
    written = [evaluate.write(found, out), write_page(found, opened, footage, out)]
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    show_evaluation(found)
    for path in written:
        print_line(str(path))


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


def parse_prices(text: str | None) -> Prices | None:
    """`0.5,3` → money for a million tokens read and written.

    Raises:
        UsageError: the text is malformed.
    """
    from collector.evaluation.asking import Prices  # noqa: PLC0415

    if text is None:
        return None
    try:
        read, written = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"--prices {text!r}: expected two numbers, as in 0.5,3") from None
    return Prices(read, written)


def show_evaluation(found: Evaluation) -> None:
    """Print scores, costs and figures."""
    if found.judged is not None:
        scores = found.judged.scores
        table = Table("set", "accuracy", "deviation", "episodes", title=f"judged by {found.judged.judge}")
        for name, one in [
            *scores.sets.items(),
            *((f"[b]{kind}[/]", one) for kind, one in scores.kinds.items()),
        ]:
            table.add_row(name, f"{one.accuracy:.1%}", f"{one.deviation:.1%}", str(one.episodes))
        console.print(table)
        print_pairs({"unanswered": scores.unanswered, **found.judged.usage.model_dump()})
    if found.figures:
        names = ("psnr", "ssim", "following", "late", "turn_error", "cross_view")
        table = Table("set", "episodes", *names, title="without a judge")
        for name, figures in found.figures.items():
            values = (getattr(figures, one) for one in names)
            cells = ("–" if value is None else f"{value:.3f}" for value in values)
            table.add_row(name, str(figures.episodes), *cells)
        console.print(table)
    if found.distances:
        print_pairs(found.distances)
    for name, reason in found.left_out.items():
        print_line(f"[yellow]left out[/] {escape(name)}: {escape(reason)}")
