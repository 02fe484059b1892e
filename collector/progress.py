"""Progress of long work: what a collection tells, and the bars that a terminal shows of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)


class Listener(Protocol):
    """Is told how far a collection is; calls may come from several threads."""

    def playing(self, episode: str, ticks: int) -> None:
        """So many ticks of the episode have been played."""
        ...

    def rendering(self, episode: str, ticks: int, total: int) -> None:
        """So many ticks of the episode have been rendered, for all players."""
        ...

    def finished(self, episode: str, failure: str = "") -> None:
        """The episode is ready to be published or, where a reason is given, failed."""
        ...


class Silent:
    """A listener that shows nothing."""

    def playing(self, episode: str, ticks: int) -> None:
        """Show nothing."""

    def rendering(self, episode: str, ticks: int, total: int) -> None:
        """Show nothing."""

    def finished(self, episode: str, failure: str = "") -> None:
        """Show nothing."""


class Bars:
    """A bar for all episodes, one for the picture work, and a line for the game that is played ahead."""

    def __init__(self, progress: Progress, episodes: int) -> None:
        self._progress = progress
        self._all = progress.add_task("episodes", total=episodes, note="")
        self._render = progress.add_task("render", total=None, visible=False, note="")
        self._play = progress.add_task("play", total=None, visible=False, note="")

    def playing(self, episode: str, ticks: int) -> None:
        """Show the game's line."""
        self._update(self._play, f"play   {episode}", ticks, None)

    def rendering(self, episode: str, ticks: int, total: int) -> None:
        """Show the renderer's bar."""
        self._update(self._render, f"render {episode}", ticks, total)

    def finished(self, episode: str, failure: str = "") -> None:
        """Count the episode; a failure stays on the screen."""
        self._progress.advance(self._all)
        if failure:
            self._progress.console.print(f"[red]failed[/] {episode}: {escape(failure)}", highlight=False)

    def _update(self, task: TaskID, description: str, completed: int, total: int | None) -> None:
        self._progress.update(
            task, description=description, completed=completed, total=total, note="ticks", visible=True
        )


class Lines(Silent):
    """A line for every episode that ends: for logs, where nothing moves."""

    def __init__(self, console: Console, episodes: int) -> None:
        self._console = console
        self._episodes = episodes
        self._done = itertools.count(1)

    def finished(self, episode: str, failure: str = "") -> None:
        """Say that it is done, and with what reason it failed."""
        line = f"{next(self._done)}/{self._episodes} {episode} "
        line += f"failed: {failure}" if failure else "done"
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def counted(console: Console, what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show one bar; call what it yields with the number that is done."""
    with Progress(*_columns(), console=console, transient=True) as progress:
        task = progress.add_task(what, total=total, note="")
        yield lambda done: progress.update(task, completed=done)


@contextmanager
def shown(console: Console, episodes: int) -> Iterator[Listener]:
    """Show bars on `console` as long as the context lasts; lines where it is no terminal."""
    if not console.is_terminal:
        yield Lines(console, episodes)
        return
    with Progress(*_columns(), console=console, transient=True) as progress:
        yield Bars(progress, episodes)


def _columns() -> tuple[ProgressColumn, ...]:
    return (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
