"""Commands on a dataset: looking, checking, measuring, other formats."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from collector.console import AsJson, console, errors, print_json, print_line, print_pairs, show
from collector.progress import counted
from collector.video.planes import FORMS

app = typer.Typer()

DatasetPath = Annotated[str, typer.Argument(metavar="DATASET", help="Folder or s3:// URL of a dataset.")]
FormatName = Annotated[
    str | None, typer.Option("--format", help="See `collector formats`; found out if left.")
]


@app.command()
def inspect(dataset: DatasetPath, as_json: AsJson = False) -> None:
    """Show what a dataset holds: episodes by type, players, hours, bytes, splits."""
    from collector.dataset import inspect as summarize  # noqa: PLC0415 (other commands start faster without)

    show(summarize(dataset), as_json)


@app.command()
def verify(
    dataset: DatasetPath,
    sample: Annotated[
        int | None,
        typer.Option(min=1, help="Check only so many episodes, and all of their shards. Default: all."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Which episodes --sample draws.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Check every byte of a dataset: sizes, hashes, decoding, rows = frames.

    Exits with 1, and the reason for each broken sample, when something is wrong.

    Example: `collector verify s3://bucket/data --sample 100 --seed 7`
    """
    from collector import dataset as datasets  # noqa: PLC0415

    opened = datasets.open(dataset, quarantine=True)
    with episodes_done(min(sample or len(opened.episodes), len(opened.episodes))) as advance:
        report = datasets.verify(opened, sample=sample, seed=seed, on_episode=advance)
    if as_json:
        print_json({"ok": report.ok, **report.model_dump(mode="json")})
    else:
        print_pairs(report.model_dump(exclude={"problems"}))
        for problem in report.problems:
            who = "" if problem.player is None else f" player {problem.player}"
            print_line(f"[red]broken[/] {problem.key} {problem.episode or ''}{who}: {escape(problem.reason)}")
        print_line("[green]whole[/]" if report.ok else f"[red]{len(report.problems)} problems[/]")
    sys.exit(0 if report.ok else 1)


@app.command()
def view(
    dataset: DatasetPath,
    out: Annotated[Path, typer.Option(help="Page to write.")] = Path("view.html"),
    plane: Annotated[str, typer.Option(help=f"Show it in colours: {', '.join(FORMS)}.")] = "rgb",
) -> None:
    """Write one HTML page that plays all views of an episode on one timeline, with keys, mouse and values.

    Give a folder as --out to write `view.html` into it.
    """
    from collector.viewer import write_page  # noqa: PLC0415

    page = out / "view.html" if out.is_dir() else out
    write_page(dataset, page, plane=plane)
    print_line(f"open {page.resolve().as_uri()}")


@app.command()
def quality(
    dataset: DatasetPath,
    out: Annotated[Path, typer.Option(help="Folder for the report and the dataset card.")],
    as_json: AsJson = False,
) -> None:
    """Measure a dataset and write a report with plots and contact sheets, and a dataset card."""
    from collector.quality.page import write_report  # noqa: PLC0415

    with errors.status("measuring …"):
        written = write_report(dataset, out)
    if as_json:
        show(written.report, as_json)
    else:
        print_line(f"open {written.page.resolve().as_uri()}")
        print_line(str(written.card))


@app.command()
def export(
    dataset: DatasetPath,
    name: Annotated[str, typer.Option("--format", help="See `collector formats`.")],
    out: Annotated[Path, typer.Option(help="Folder to write to; an interrupted export goes on.")],
    as_json: AsJson = False,
) -> None:
    """Write a dataset in another format.

    Example: `collector export data --format solaris --out duet`
    """
    from collector import dataset as datasets  # noqa: PLC0415
    from collector.dataset.formats import export as write  # noqa: PLC0415

    opened = datasets.open(dataset)
    with episodes_done(len(opened.episodes)) as advance:
        written = write(opened, name, out, on_episode=advance)
    show(written, as_json)


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="Folder of episodes in another format.")],
    out: Annotated[str, typer.Option(help="Dataset to publish to, a folder or s3:// URL.")],
    name: FormatName = None,
    as_json: AsJson = False,
) -> None:
    """Publish episodes of another format to a dataset.

    Example: `collector import duet --out data`
    """
    from collector.dataset.formats import import_folder  # noqa: PLC0415

    bars: list[Callable[[str], None]] = []
    with ExitStack() as stack:

        def begin(total: int) -> None:
            bars.append(stack.enter_context(episodes_done(total)))

        def advance(episode: str) -> None:
            bars[0](episode)

        published = import_folder(folder, out, name, on_found=begin, on_episode=advance)
    show(published, as_json)


@app.command()
def formats(as_json: AsJson = False) -> None:
    """List the formats that a dataset can be exported to and imported from."""
    from collector.dataset.formats import formats as known  # noqa: PLC0415

    found = [
        {
            "name": one.name,
            "export": one.write is not None,
            "import": one.find is not None,
            "what": one.summary,
        }
        for one in known().values()
    ]
    if as_json:
        print_json(found)
        return
    table = Table("name", "export", "import", "what")
    for one in known().values():
        table.add_row(one.name, "yes" if one.write else "no", "yes" if one.find else "no", one.summary)
    console.print(table)


@app.command()
def compact(dataset: DatasetPath, as_json: AsJson = False) -> None:
    """Put the many small files that single tasks leave in the catalog together, so that it opens faster.

    Pinned versions stay as they are; other tasks may publish meanwhile.
    """
    from collector.dataset import compact as put_together  # noqa: PLC0415

    show(put_together(dataset), as_json)


@contextmanager
def episodes_done(total: int) -> Iterator[Callable[[str], None]]:
    """A bar that moves on by one with every call."""
    done = itertools.count(1)
    with counted(errors, "episodes", total) as advance:
        yield lambda _: advance(next(done))
