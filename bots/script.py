"""Scripts: generators that set a player's controls and yield once per tick."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from bots.errors import SkillFailed

T = TypeVar("T")

Script = Generator[None, None, T]
"""A script that returns a `T`. `yield` lets one tick pass; `yield from` runs a part."""


def wait(ticks: int) -> Script[None]:
    """Lets ticks pass with no control touched."""
    for _ in range(ticks):
        yield


def together(*scripts: Script[object]) -> Script[None]:
    """Runs scripts side by side, tick by tick, until all have ended."""
    running = list(scripts)
    while running:
        running = [script for script in running if not _advance(script)]
        if running:
            yield


def during(main: Script[T], *companions: Script[object]) -> Script[T]:
    """Runs `main`, with companions beside it that end when it ends. Returns what `main` returns."""
    running = list(companions)
    while True:
        try:
            next(main)
        except StopIteration as end:
            result: T = end.value
            return result
        running = [script for script in running if not _advance(script)]
        yield


def within(ticks: int, script: Script[T], what: str) -> Script[T]:
    """Runs a script under a deadline. Raises `SkillFailed` when it has not ended after that many ticks."""
    for _ in range(ticks):
        try:
            next(script)
        except StopIteration as end:
            result: T = end.value
            return result
        yield
    script.close()
    raise SkillFailed(f"{what}: not done within {ticks} ticks")


def at_most(ticks: int, script: Script[object]) -> Script[None]:
    """Runs a script for that many ticks, or until it has ended."""
    for _ in range(ticks):
        if _advance(script):
            return
        yield
    script.close()


def at_least_one(script: Script[object]) -> Script[None]:
    """Runs a script; lets one tick pass if the script lets none. For loops, which would hang without a
    tick.
    """
    passed = False
    while not _advance(script):
        passed = True
        yield
    if not passed:
        yield


def until(done: Callable[[], bool], script: Script[object] | None = None) -> Script[None]:
    """Waits until something is so, running a script meanwhile."""
    running = script
    while not done():
        if running is not None and _advance(running):
            running = None
        yield


class Meeting:
    """Where scripts wait for each other, again and again: all that take part have to come."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._arrivals = 0

    def wait(self) -> Script[None]:
        """Ends when everybody has come as often as this caller."""
        self._arrivals += 1
        due = -(-self._arrivals // self._size) * self._size
        while self._arrivals < due:
            yield


def _advance(script: Script[object]) -> bool:
    """Runs a script up to its next tick. Returns whether it has ended."""
    try:
        next(script)
    except StopIteration:
        return True
    return False
