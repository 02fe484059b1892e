"""The report as one HTML file, with plots and contact sheets, that needs no network; and the dataset card."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from collector.dataset import Dataset, Episode
from collector.document import fill, jpeg, replace
from collector.errors import StorageFull
from collector.quality.measures import PlayerMeasures
from collector.quality.report import CAMERA_EDGES, EpisodeMeasures, QualityReport, Sheet, measure
from collector.quality.rules import RULES
from collector.recording.schema import ClockMeta

# Contact sheets on the page; the figures are of all episodes.
SHEETS = 200

PLOT_WIDTH, PLOT_HEIGHT = 560, 150


class Written(BaseModel):
    """Where report and card are, and what they say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Path
    card: Path
    report: QualityReport


def write_report(dataset: str | Path | Dataset, folder: Path) -> Written:
    """Measure a dataset and write `quality.html` and `README.md` (the dataset card) into `folder`.

    Raises:
        NotADataset: there is none.
        StorageFull: the files cannot be written.
    """
    sheets: dict[str, str] = {}

    def keep(episode: Episode, pictures: Sheet) -> None:
        if len(sheets) < SHEETS:
            sheets[episode.name] = _sheet(pictures)

    report = measure(dataset, keep)
    page, card = folder / "quality.html", folder / "README.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace(page, render(report, sheets))
        replace(card, describe(report))
    except OSError as error:
        raise StorageFull(f"the report cannot be written to {folder}: {error}") from error
    return Written(page=page, card=card, report=report)


def render(report: QualityReport, sheets: dict[str, str]) -> str:
    """The page; `sheets` holds contact sheets of some episodes, see `document.jpeg`."""
    parts = {
        "TITLE": escape(report.summary.url),
        "TILES": "".join(_tiles(report)),
        "WARNINGS": "".join(_warnings(report)),
        "TYPES": "".join(_types(report)),
        "CAMERA": "".join(_camera(report)),
        "KEYS": _bars(report.keys),
        "EPISODES": "".join(_episode(one, sheets.get(one.name)) for one in report.episodes),
    }
    return fill("collector.quality", "report.html", parts)


def describe(report: QualityReport) -> str:
    """The dataset card, in Markdown."""
    total, summary = report.summary.total, report.summary
    types = "\n".join(
        f"| {name} | {count.episodes} | {count.ticks} | {count.hours:.2f} |"
        for name, count in summary.types.items()
    )
    splits = ", ".join(f"{name} {count.episodes}" for name, count in summary.splits.items())
    told = "\n".join(f"- {rule}: {count} players of episodes" for rule, count in report.warnings.items())
    return f"""# {Path(summary.url).name}

Synchronized first-person videos and per-tick actions of Minecraft players in one world. Version
{summary.version} of the catalog: {total.episodes} episodes, {total.ticks} ticks ({total.hours:.2f} hours of
game, {total.frames} frames of all players), {summary.worlds} worlds, pictures of
{", ".join(summary.sizes) or "no size"}. Episodes by split: {splits or "none"}.

| type | episodes | ticks | hours |
|---|---|---|---|
{types}

Row `i` is the state before the action of tick `i`, and that action; frame `i` shows that state. 20 ticks are
a second. Pictures against what was rendered: {_db(summary.psnr_mean)} on average,
{_db(summary.psnr_min)} at worst. {len(summary.quarantined)} episodes were refused by a gate and are in no
split.

Warnings of the quality report:
{told or "none"}
"""


def _tiles(report: QualityReport) -> Iterator[str]:
    summary = report.summary
    warned = sum(1 for one in report.episodes if one.warnings)
    agreements = [
        p.agreement for one in report.episodes for p in one.players.values() if p.agreement is not None
    ]
    lags = {p.lag for one in report.episodes for p in one.players.values() if p.lag is not None}
    for value, label in (
        (f"{summary.total.episodes}", "episodes"),
        (f"{summary.total.hours:.2f} h", "of game"),
        (f"{summary.total.frames:,}", "frames of all players"),
        (f"{summary.worlds}", "worlds"),
        (_db(summary.psnr_min), "worst picture against rendered"),
        (", ".join(map(str, sorted(lags))) or "–", "ticks that pictures lag behind actions"),
        (f"{np.mean(agreements):.1%}" if agreements else "–", "of turns to the side that was said"),
        (f"{warned}", "episodes with warnings"),
        (f"{len(summary.quarantined)}", "in quarantine"),
    ):
        yield f"<div class=tile><b>{escape(value)}</b><span>{escape(label)}</span></div>"


def _warnings(report: QualityReport) -> Iterator[str]:
    for rule in RULES:
        yield _line(rule.name, report.warnings.get(rule.name, 0), rule.why)
    for group in report.duplicates:
        yield _line("duplicates", len(group), ", ".join(group))
    for name, reasons in report.summary.quarantined.items():
        yield _line("quarantine", 1, f"{name}: {'; '.join(reasons)}")
    for name, reason in report.unreadable.items():
        yield _line("unreadable", 1, f"{name}: {reason}")


def _line(name: str, count: int, text: str) -> str:
    style = "" if count else " class=fine"
    return f"<tr{style}><td>{escape(name)}</td><td class=num>{count}</td><td>{escape(text)}</td></tr>"


def _types(report: QualityReport) -> Iterator[str]:
    most = max((count.ticks for count in report.summary.types.values()), default=1)
    for name, count in report.summary.types.items():
        share = 100 * count.ticks / most
        cells = (str(count.episodes), f"{count.ticks:,}", f"{count.hours:.2f}")
        numbers = "".join(f"<td class=num>{cell}</td>" for cell in cells)
        bar = f"<td class=wide><i style='width:{share:.1f}%'></i></td>"
        yield f"<tr><td>{escape(name)}</td>{numbers}{bar}</tr>"


def _camera(report: QualityReport) -> Iterator[str]:
    for axis, name in (("yaw", "yaw, + = left"), ("pitch", "pitch, + = up")):
        plot = _plot(report.camera[axis])
        yield f"<figure><figcaption>{name}, degrees a tick, log scale</figcaption>{plot}</figure>"


def _plot(counts: Sequence[int]) -> str:
    """A histogram over `CAMERA_EDGES`, of which the first and last bin hold what is beyond."""
    heights = np.log10(np.array(counts, float) + 1)
    scale = (PLOT_HEIGHT - 24) / max(float(heights.max()), 1.0)
    step = PLOT_WIDTH / len(counts)
    labels = ["≤ -20", *(str(edge) for edge in CAMERA_EDGES[:-2]), "≥ 20"]
    parts = []
    for index, (count, height) in enumerate(zip(counts, heights * scale, strict=True)):
        x = index * step
        low = CAMERA_EDGES[index - 1] if index else -180
        title = f"{low} to {CAMERA_EDGES[index]} degrees: {count:,} ticks"
        parts.append(
            f"<rect x='{x + 1:.1f}' y='{PLOT_HEIGHT - 18 - height:.1f}' width='{step - 2:.1f}' "
            f"height='{height:.1f}'><title>{title}</title></rect>"
        )
        if index % 5 == 0 or index == len(counts) - 1:
            parts.append(f"<text x='{x + step / 2:.1f}' y='{PLOT_HEIGHT - 4}'>{labels[index]}</text>")
    return f"<svg viewBox='0 0 {PLOT_WIDTH} {PLOT_HEIGHT}' role=img>{''.join(parts)}</svg>"


def _bars(counts: dict[str, int]) -> str:
    most = max(counts.values(), default=0) or 1
    rows = (
        f"<tr><td>{escape(name)}</td><td class=num>{count:,}</td>"
        f"<td class=wide><i style='width:{100 * count / most:.1f}%'></i></td></tr>"
        for name, count in counts.items()
        if count
    )
    return f"<table>{''.join(rows)}</table>"


def _episode(one: EpisodeMeasures, sheet: str | None) -> str:
    picture = f"<img loading=lazy alt='' src='{sheet}'>" if sheet else ""
    players = "".join(_player(name, player) for name, player in one.players.items())
    told = "".join(
        f"<li>{escape(name)} {escape(text)}</li>"
        for name, texts in one.warnings.items()
        for text in texts.values()
    )
    marks = " ".join({rule for texts in one.warnings.values() for rule in texts}) or "fine"
    return (
        f"<article data-type='{escape(one.type)}' data-marks='{marks}'><h3>{escape(one.name)} "
        f"<small>{escape(one.type)}, {escape(one.split)}, {one.ticks} ticks</small></h3>{picture}"
        f"<table><tr><th>player<th>stuck<th>idle<th>water<th>dead<th>in blocks<th>unlit<th>brightness<th>lag"
        f"<th>agreement<th>sees</tr>{players}</table>{_strips(one)}{_notes(one)}"
        f"{f'<ul>{told}</ul>' if told else ''}</article>"
    )


def _player(name: str, player: PlayerMeasures) -> str:
    seen = player.sees or player.faces
    sees = ", ".join(f"{other} {share:.0%}" for other, share in seen.items())
    lag = "–" if player.lag is None else str(player.lag)
    cells = [f"{getattr(player, share):.1%}" for share in ("stuck", "idle", "under_water", "dead")]
    cells += [_percent(player.inside), _percent(player.unlit), f"{player.dark:.0f}", lag]
    cells.append(_percent(player.agreement))
    numbers = "".join(f"<td class=num>{cell}</td>" for cell in cells)
    return f"<tr><td>{escape(name)}</td>{numbers}<td>{escape(sees)}</td></tr>"


def _strips(one: EpisodeMeasures) -> str:
    """When who sees whom: a line of time for each pair, filled where it is so."""
    rows = []
    for pair, ticks in one.timeline.items():
        runs = "".join(
            f"<rect x='{run.start()}' width='{len(run[0])}' height='1'/>" for run in re.finditer("1+", ticks)
        )
        box = f"viewBox='0 0 {len(ticks)} 1' preserveAspectRatio=none role=img"
        rows.append(
            f"<tr><td>{escape(pair)}</td><td class=wide><svg class=strip {box}>{runs}</svg></td></tr>"
        )
    return f"<table>{''.join(rows)}</table>" if rows else ""


def _notes(one: EpisodeMeasures) -> str:
    """How the clock of a real server ran, and what was drawn in place of something else."""
    notes = [_clock(one.clock, one.ticks)] if one.clock else []
    if one.stand_ins:
        named = ", ".join(f"{name} ({count})" for name, count in one.stand_ins.items())
        notes.append(f"stand-ins drawn for: {named}")
    return "".join(f"<p>{escape(note)}</p>" for note in notes)


def _clock(clock: ClockMeta, ticks: int) -> str:
    late = f"{clock.late_ticks} of {ticks} ticks sampled late, server's clock up to {clock.lag_ticks} off"
    jitter = clock.jitter_ms
    spread = f", jitter {jitter.p50:.1f} ms (median), {jitter.p99:.1f} ms (99 %)" if jitter else ""
    rate = f" at {clock.ticks_per_second:g} ticks/s" if clock.ticks_per_second else ""
    return f"{clock.mode} clock{rate}: {late}{spread}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _sheet(pictures: Sheet) -> str:
    """The contact sheet: a line of pictures for each player."""
    lines: list[NDArray[np.uint8]] = [np.concatenate(line, axis=1) for line in pictures]
    return jpeg(np.concatenate(lines, axis=0))


def _db(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} dB"
