"""What all exports and imports have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from collector.dataset.episode import Episode
from collector.dataset.reader import Dataset
from collector.dataset.sample import Sample
from collector.errors import OutputError, StorageFull


class Source(BaseModel):
    """An episode that an import has found: its name in the dataset, and the files that it is made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    episode: str
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        name: how it is called on the command line.
        summary: what it is, in a line.
        write: writes all episodes of a dataset into a folder, through `Files`; None when it cannot.
        find: the episodes in a folder, empty when it is not of this format; None when it cannot be read.
        load: makes one of them a sample, whose files go to a scratch folder.
    """

    name: str
    summary: str
    write: Callable[[Dataset, Files, Callable[[str], None]], None] | None = None
    find: Callable[[Path], Sequence[Source]] | None = None
    load: Callable[[Source, Path], Sample] | None = None


class Files:
    """The folder of an export. Files appear whole; one that is there already is kept if it is the same."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.written = 0
        self.kept = 0
        self.bytes = 0

    def put(self, name: str, data: bytes) -> None:
        """Write a file, and read it again to be sure.

        Raises:
            OutputError: a file of that name has other contents.
            StorageFull: no space is left.
        """
        path = self.root / name
        self.bytes += len(data)
        if path.exists():
            if path.read_bytes() != data:
                raise _differs(path)
            self.kept += 1
            return
        partial = path.with_name(path.name + ".partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(data)
            if partial.read_bytes() != data:
                raise StorageFull(f"{path} does not read back as it was written; the disk may be failing")
            partial.rename(path)
        except OSError as error:
            raise StorageFull(f"{path} cannot be written: {error}") from error
        finally:
            partial.unlink(missing_ok=True)
        self.written += 1

    def take(self, name: str, source: Path) -> None:
        """Put a file that is whole and checked in its place, or drop it when the same is there already.

        Raises:
            OutputError: a file of that name has other contents.
            StorageFull: no space is left.
        """
        path = self.root / name
        self.bytes += source.stat().st_size
        if path.exists():
            if _digest(path) != _digest(source):
                raise _differs(path)
            source.unlink()
            self.kept += 1
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            source.rename(path)
        except OSError as error:
            raise StorageFull(f"{path} cannot be written: {error}") from error
        self.written += 1


def good_episodes(dataset: Dataset) -> tuple[Episode, ...]:
    """Those that may be exported."""
    return tuple(episode for episode in dataset.episodes if episode.split != "quarantine")


def _differs(path: Path) -> OutputError:
    return OutputError(f"{path} is there already and differs; export to a new or an empty folder")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
