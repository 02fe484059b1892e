"""The command line. Every command says what it did; errors come without a traceback, with the way out."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal, NoReturn, get_args

import typer
from rich.markup import escape
from rich.table import Table

from bots.errors import EpisodeUsageError
from collector.api import commands as client_commands
from collector.console import AsJson, console, errors, megabytes, print_json, print_line, print_pairs, show
from collector.dataset import commands as dataset_commands
from collector.errors import CollectorError, UsageError, from_os
from collector.evaluation import commands as evaluation_commands
from collector.jobs import commands as service_commands
from collector.playing.plan import WorldKind
from collector.video.planes import FORMS

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Minecraft multiplayer data: play once on a shared tick clock, record everything, "
    "render every view from the recording.",
)
for title, part in {
    "Datasets": dataset_commands.app,
    "The service": service_commands.app,
    "Jobs of a service": client_commands.app,
}.items():
    for command in part.registered_commands:
        command.rich_help_panel = title  # typer has none for a part without a name of its own
    app.add_typer(part)
app.add_typer(evaluation_commands.app, name="evaluate", rich_help_panel="Datasets")

Part = Literal["play", "render", "encode", "collect", "read", "service", "catalog", "servers"]
SIZE = "640x360"
Size = Annotated[str, typer.Option(help="Picture size, 64x64 to 1920x1080.", metavar="WIDTHxHEIGHT")]
PLANES = f"What to render: {', '.join(['rgb', *FORMS])}; separated by commas."
Planes = Annotated[str, typer.Option(help=PLANES)]


@app.command()
def collect(
    out: Annotated[Path, typer.Option(help="New or empty folder for the dataset.")],
    episodes: Annotated[
        str | None,
        typer.Option(
            help="How many of which type, as in `orbit=2,placeAndMine=1`, or how many to draw, as in `200`; "
            "see `collector episodes`.",
            metavar="TYPE=COUNT,…|COUNT",
        ),
    ] = None,
    types: Annotated[
        str | None,
        typer.Option(
            help="What to draw from, as in `orbit,chase=2`. A type without a weight weighs 1 / sqrt(typical "
            "seconds); all training types if left.",
            metavar="TYPE[=WEIGHT],…",
        ),
    ] = None,
    players: Annotated[
        str | None, typer.Option(help="Players in every episode, or weights, as in `2=3,4=1`. Default: 2.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same dataset, byte for byte. Default: 0.")
    ] = None,
    world: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join(get_args(WorldKind))}, or weights, as in `flat=1,terrain=3`. Default: flat."
        ),
    ] = None,
    surface: Annotated[
        str | None,
        typer.Option(help="Ground of flat worlds: grass, hills, snow, sand, red_sand, or weights."),
    ] = None,
    time_of_day: Annotated[
        str | None,
        typer.Option(
            "--time",
            help="sunrise, day, noon, sunset, night, midnight, 0-23999 or any; or weights. Default: noon.",
        ),
    ] = None,
    weather: Annotated[
        str | None, typer.Option(help="clear, rain, thunder, or weights. Default: clear.")
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(
            help="embedded, docker (a container is started) or external (one that runs at --address). "
            "Default: embedded."
        ),
    ] = None,
    address: Annotated[str, typer.Option(help="Of the external server.", metavar="HOST:PORT")] = "",
    ticks_per_second: Annotated[
        float | None, typer.Option(help="What a docker or external server is told to run at.")
    ] = None,
    job: Annotated[
        Path | None, typer.Option(metavar="FILE", help="All of it in YAML; options say what is different.")
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(help="Picture size, 64x64 to 1920x1080. Default: 640x360.", metavar="WIDTHxHEIGHT"),
    ] = None,
    planes: Annotated[str | None, typer.Option(help=f"{PLANES} Default: rgb.")] = None,
) -> None:
    """Play episodes, render every player's view, check them, and pack a dataset.

    Cut off? The same command takes the work up where it stopped.

    Examples: `collector collect --episodes orbit=2,placeAndMine=1 --seed 7 --world hills --out data`,
    `collector collect --episodes 200 --players 2=3,4=1 --world flat=1,terrain=1 --time any --out data`
    """
    from collector.collecting.collect import collect  # noqa: PLC0415 (other commands start faster without)
    from collector.collecting.jobfile import job_of, parse_choice, parse_episodes  # noqa: PLC0415
    from collector.progress import shown  # noqa: PLC0415
    from collector.servers import parse_server  # noqa: PLC0415

    if types is not None and episodes is None:
        raise UsageError("--types weighs what is drawn: say with --episodes how many")
    options = {
        "--players": players,
        "--world": world,
        "--surface": surface,
        "--time": time_of_day,
        "--weather": weather,
    }
    chosen = {
        option.removeprefix("--"): parse_choice(text, option)
        for option, text in options.items()
        if text is not None
    }
    view = {} if size is None and planes is None else {"view": view_of(size or SIZE, planes or "rgb")}
    counted = {} if episodes is None else parse_episodes(episodes, types)
    at = {} if server is None else {"server": parse_server(server, address, ticks_per_second)}
    asked = job_of(job, {"seed": seed, **chosen, **view, **counted, **at})
    asked.check()
    begin = time.monotonic()
    with shown(errors, asked.count) as listener:
        collected = collect(asked, out, listener)
    seconds = time.monotonic() - begin
    print_pairs(
        {
            "episodes": collected.episodes,
            "failed": len(collected.failures),
            "in quarantine": len(collected.quarantined),
            "frames": f"{collected.frames:,} of all players",
            "speed": f"{collected.frames / seconds:.1f} frames/s ({seconds:.0f} s)",
            "size": megabytes(collected.bytes),
            "dataset": out,
        }
    )
    for name, reason in collected.quarantined.items():
        print_line(f"[yellow]in quarantine[/] {name}: {escape(reason)}")
    sys.exit(1 if collected.failures else 0)


@app.command()
def render(
    recording: Annotated[Path, typer.Argument(help="Folder or .tar of a recording.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Video to write.")],
    player: Annotated[int, typer.Option(help="Whose view, counted from 0.")] = 0,
    size: Size = SIZE,
    planes: Planes = "rgb",
) -> None:
    """Render one player's view of a recording, at any size, with depth, segmentation and more.

    The first plane goes into FILE, each other one into a file beside it that is named after the plane.

    Example: `collector render data/recordings/000000-orbit.tar --player 1 --planes rgb,depth --out view.mp4`
    """
    from collector.progress import counted  # noqa: PLC0415
    from collector.recording import Recording  # noqa: PLC0415
    from collector.video.film import film_player  # noqa: PLC0415

    played = Recording(recording)
    with counted(errors, "ticks", played.meta.ticks) as advance:
        paths = film_player(played, player, view_of(size, planes), out, on_ticks=advance)
    for path in paths:
        print_line(str(path))


@app.command()
def episodes(
    as_json: AsJson = False,
    table: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Play every type on terrain and flat ground with 2 and the most players, 3 seeds each, and "
            "write the page with the successes and a picture strip of each to FILE. Takes half an hour.",
        ),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            help="With --table: results so far; what is in it is not played again, new ones are added."
        ),
    ] = None,
) -> None:
    """List the episode types with their players and parameters."""
    if table is not None:
        write_table(table, log)
        return
    from bots.episodes import episode_types  # noqa: PLC0415

    found = [
        {
            "name": name,
            "players": {"min": kind.players[0], "max": kind.players[1]},
            "typical_seconds": kind.typical_seconds,
            "parameters": kind.Parameters.model_json_schema(),
        }
        for name, kind in episode_types().items()
    ]
    if as_json:
        print_json(found)
        return
    listed = Table("name", "players", "typical seconds", "parameters")
    for name, kind in episode_types().items():
        defaults = ", ".join(f"{key}={value}" for key, value in kind.Parameters().model_dump().items())
        listed.add_row(name, "{}-{}".format(*kind.players), f"{kind.typical_seconds:g}", defaults)
    console.print(listed)


def write_table(path: Path, log: Path | None) -> None:
    """Play all types and write the page about them."""
    from collector.progress import counted  # noqa: PLC0415
    from collector.trials.page import write_page  # noqa: PLC0415
    from collector.trials.run import plan_trials  # noqa: PLC0415

    with TemporaryDirectory() as folder, counted(errors, "trials", len(plan_trials())) as advance:
        results = write_page(path, log or Path(folder) / "trials.jsonl", advance)
    print_pairs({"trials": len(results), "failed": sum(not result.ok for result in results), "page": path})


@app.command()
def bench(part: Part, as_json: AsJson = False) -> None:
    """Measure a part on this machine, on real input."""
    from collector import bench as benches  # noqa: PLC0415

    with errors.status(f"measuring {part} …"):
        measured = benches.BENCHES[part]()
    show(measured, as_json)


def view_of(size: str, planes: str) -> Any:
    """The view that the options describe; `Any` because naming its type would import the renderer.

    Raises:
        ViewSizeError: the size is malformed or out of range.
        UsageError: a plane is unknown.
    """
    from collector.video.view import Plane, View, parse_size  # noqa: PLC0415

    width, height = parse_size(size)
    names = tuple(dict.fromkeys(name.strip() for name in planes.split(",")))
    for name in names:
        if name not in get_args(Plane):
            raise UsageError(f"--planes {planes!r}: there is {', '.join(get_args(Plane))}, not {name!r}")
    return View(width=width, height=height, planes=names)


def fail(error: CollectorError) -> NoReturn:
    """Tell the user and end."""
    errors.print(f"[red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
    sys.exit(error.exit_code)


def interrupt(*_: object) -> NoReturn:
    """SIGTERM ends like Ctrl-C: everything is put away."""
    raise KeyboardInterrupt


def main() -> None:
    """Run a command."""
    signal.signal(signal.SIGTERM, interrupt)
    try:
        app()
    except CollectorError as error:
        fail(error)
    except EpisodeUsageError as error:
        fail(UsageError(str(error)))
    except OSError as error:
        fail(from_os(error))


if __name__ == "__main__":
    main()
