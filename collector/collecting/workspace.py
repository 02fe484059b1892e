"""The folder of a collection while it is made: claimed by one job, taken up again by the same job."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import BaseModel

from collector.errors import OutputError, from_os

WORK = ".work"


class Workspace:
    """`<out>/.work`, which exists only as long as the dataset in `<out>` is unfinished.

    Raises:
        OutputError: `out` cannot be written to, holds something else, or belongs to another job or process.
    """

    def __init__(self, out: Path, job: BaseModel) -> None:
        self.out = out
        self.folder = out / WORK
        try:
            self._claim(job.model_dump_json())
        except OSError as error:
            raise from_os(error) from error

    def _claim(self, job: str) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        claim = self.folder / "job.json"
        if not claim.exists():
            if any(path.name != WORK for path in self.out.iterdir()):
                raise OutputError(f"{self.out} is not empty; name a new or an empty folder with --out")
            self.folder.mkdir(exist_ok=True)
            draft = claim.with_suffix(".draft")
            draft.write_text(job)
            draft.rename(claim)
        if claim.read_text() != job:
            raise OutputError(
                f"{self.out} holds the unfinished work of another job; repeat that command to finish it, "
                "or name another folder with --out"
            )
        self._lock = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise OutputError(f"{self.out} is being written by another process") from None

    def finish(self) -> None:
        """Remove the work folder: the dataset is whole."""
        shutil.rmtree(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)
