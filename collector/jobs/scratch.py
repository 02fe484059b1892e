"""Scratch folders of workers: each has its own, and what a dead one left is removed by the next."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self


class Scratch:
    """`<work>/<worker>`, locked as long as the context lasts and removed when it ends."""

    def __init__(self, work: Path, worker: str) -> None:
        self._work = work
        self.folder = work / worker

    @property
    def free_gb(self) -> float:
        """Space left where it is, in units of 10⁹ bytes."""
        return shutil.disk_usage(self._work).free / 1e9

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        self._lock = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        for other in self._work.iterdir():
            if other != self.folder and other.is_dir():
                _remove_abandoned(other)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


def _remove_abandoned(folder: Path) -> None:
    """Remove the folder of a worker that is gone: nobody holds its lock."""
    with contextlib.suppress(FileNotFoundError):
        lock = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)
