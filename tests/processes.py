"""Finds processes by what the kernel says of them (Linux)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def children(pid: int, word: str) -> list[int]:
    """The processes below `pid`, at any depth, whose command line has `word` in it."""
    parents = {process: parent for process, parent, _ in _table()}
    found = []
    for process, parent in parents.items():
        above = parent
        while above in parents and above != pid:
            above = parents[above]
        if above == pid and word in _command(process):
            found.append(process)
    return found


def in_session(session: int) -> list[int]:
    """The living processes of a session."""
    return [process for process, _, own in _table() if own == session]


def until(condition: Callable[[], object], seconds: float) -> bool:
    """Wait for a condition; whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def _table() -> list[tuple[int, int, int]]:
    rows = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The command, in parentheses, may hold anything: count from behind it.
            state, parent, _, session, *_ = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            rows.append((int(path.parent.name), int(parent), int(session)))
    return rows


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
