"""Writes one HTML file that shows episodes: it holds its videos, data and program, and needs no network."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict

from collector.dataset import Dataset, Episode
from collector.dataset import open as open_dataset
from collector.errors import DatasetError, StorageFull
from collector.viewer.episode import KEYS, describe, video

# Browsers get slow with larger files. Later episodes are left out, and the page says so.
PAGE_BYTES = 400_000_000

_SCRIPTS = ("dom.js", "frames.js", "inputs.js", "panel.js", "map.js", "timeline.js", "app.js")


class Page(BaseModel):
    """What was written: the episodes that are on the page, and those that did not fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path
    bytes: int
    episodes: tuple[str, ...]
    left_out: tuple[str, ...]


def write_page(
    dataset: str | Path | Dataset,
    out: Path,
    *,
    episodes: Sequence[str] | None = None,
    plane: str = "rgb",
    on_episode: Callable[[str], None] = lambda _: None,
) -> Page:
    """Write the page to `out`, replacing it when it is whole.

    Args:
        dataset: where the episodes are; quarantined ones are shown too, when it is given by path.
        out: the HTML file.
        episodes: names of the episodes to show, in this order; by default all that fit.
        plane: what is shown of them; other planes than the pictures themselves are shown in colours.
        on_episode: is called with the name of each episode when it is on the page.

    Raises:
        DatasetError: the dataset has no such episodes, or none at all; one is damaged, or has no such plane.
        StorageFull: no space is left.
    """
    opened = dataset if isinstance(dataset, Dataset) else open_dataset(dataset, quarantine=True)
    wanted = [opened.episode(name) for name in episodes] if episodes else _whole(opened.episodes)
    shown = _that_fit(wanted)
    if not shown:
        raise DatasetError(f"{opened.url} has no episodes to show")
    partial = out.with_name(out.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8") as stream:
            left_out = tuple(episode.name for episode in wanted[len(shown) :])
            _write(stream, opened, shown, left_out, plane, on_episode)
        partial.replace(out)
    except OSError as error:
        raise StorageFull(f"{out} cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return Page(
        path=out,
        bytes=out.stat().st_size,
        episodes=tuple(episode.name for episode in shown),
        left_out=left_out,
    )


def _whole(episodes: Sequence[Episode]) -> list[Episode]:
    """Those whose every player has a video; of the others there is nothing to show together."""
    return [episode for episode in episodes if all(row["codec"] for row in episode.columns)]


def _that_fit(episodes: Sequence[Episode]) -> list[Episode]:
    shown: list[Episode] = []
    total = 0
    for episode in episodes:
        total += sum(row["rgb_bytes"] or 0 for row in episode.columns) * 4 // 3
        if shown and total > PAGE_BYTES:
            break
        shown.append(episode)
    return shown


def _write(
    stream: IO[str],
    dataset: Dataset,
    episodes: Sequence[Episode],
    left_out: Sequence[str],
    plane: str,
    on_episode: Callable[[str], None],
) -> None:
    head, tail = _asset("page.html").replace("/*STYLE*/", _asset("page.css")).split("<!--DATA-->")
    stream.write(head)
    about = {
        "dataset": dataset.url,
        "version": dataset.version,
        "keys": KEYS,
        "leftOut": len(left_out),
        "episodes": [{"name": e.name, "type": e.type, "split": e.split, "ticks": e.ticks} for e in episodes],
    }
    stream.write(_element("about", "application/json", _json(about)))
    for number, episode in enumerate(episodes):
        for part in _parts(dataset, episode, number, plane):
            stream.write(part)
        on_episode(episode.name)
    stream.write(tail.replace("/*SCRIPT*/", "\n".join(_asset(name) for name in _SCRIPTS)))


def _parts(dataset: Dataset, episode: Episode, number: int, plane: str) -> Iterator[str]:
    videos = [video(dataset, episode, player, plane) for player in range(len(episode.players))]
    yield _element(f"episode-{number}", "application/json", _json(describe(dataset, episode, videos)))
    for player, one in enumerate(videos):
        data = base64.b64encode(one.data).decode()
        yield _element(f"video-{number}-{player}", "text/plain", data)


def _element(name: str, kind: str, text: str) -> str:
    return f'<script id="{name}" type="{kind}">{text}</script>\n'


def _json(value: Any) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def _asset(name: str) -> str:
    return files("collector.viewer").joinpath("assets", name).read_text(encoding="utf-8")
