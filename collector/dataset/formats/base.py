"""The registry of formats, and what all exports and imports have in common."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from collector.dataset.episode import Episode
from collector.dataset.publish import is_published, publish
from collector.dataset.reader import Dataset, open_dataset
from collector.dataset.sample import Sample
from collector.errors import OutputError, StorageFull, UsageError

# Episodes that an import publishes in one shard.
GROUP = 16


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


class Exported(BaseModel):
    """What an export wrote, what of it was there already, and from which version of the dataset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: str
    path: Path
    version: int
    episodes: int
    files: int
    bytes: int
    kept: int


class Imported(BaseModel):
    """What an import published, what a gate refused, and how many episodes had been imported before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: str
    episodes: int
    quarantined: dict[str, tuple[str, ...]]
    before: int


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
                raise OutputError(f"{path} is there already and differs; export to a new or an empty folder")
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


def formats() -> dict[str, Format]:
    """All formats by name."""
    from collector.dataset.formats import lerobot, solaris, vpt  # noqa: PLC0415 (they import this module)

    return {one.name: one for one in (solaris.FORMAT, vpt.FORMAT, lerobot.FORMAT)}


def export(
    dataset: str | Path | Dataset,
    name: str,
    out: Path,
    *,
    on_episode: Callable[[str], None] = lambda _: None,
) -> Exported:
    """Write the good episodes of a dataset to `out` in the format `name`; goes on where it was interrupted.

    Raises:
        UsageError: there is no such format, or it cannot be written.
        OutputError: `out` holds other data.
        SampleDamaged, ShardMissing: an episode cannot be read.
    """
    chosen = _named(name)
    if chosen.write is None:
        raise UsageError(f"{name} can only be imported")
    opened = dataset if isinstance(dataset, Dataset) else open_dataset(dataset)
    files = Files(out)
    chosen.write(opened, files, on_episode)
    return Exported(
        format=name,
        path=out,
        version=opened.version,
        episodes=len(opened.episodes),
        files=files.written + files.kept,
        bytes=files.bytes,
        kept=files.kept,
    )


def import_folder(
    folder: Path,
    out: str | Path,
    name: str | None = None,
    *,
    on_episode: Callable[[str], None] = lambda _: None,
) -> Imported:
    """Publish the episodes in `folder` to the dataset `out`; goes on where it was interrupted.

    Args:
        name: the format; found out when None.

    Raises:
        UsageError: no format knows the folder.
        SampleDamaged: a file cannot be read.
    """
    chosen, found = _detect(folder, name)
    before = published = 0
    quarantined: dict[str, tuple[str, ...]] = {}
    for group in _groups(found):
        task = "import-" + hashlib.sha256("/".join(one.episode for one in group).encode()).hexdigest()[:16]
        if is_published(out, task):
            before += len(group)
            continue
        with tempfile.TemporaryDirectory() as work:
            samples = [_loaded(chosen, one, Path(work, one.episode)) for one in group]
            result = publish(out, samples, task=task, on_episode=on_episode)
        published += len(result.episodes)
        quarantined |= result.quarantined
    return Imported(format=chosen.name, episodes=published, quarantined=quarantined, before=before)


def good_episodes(dataset: Dataset) -> tuple[Episode, ...]:
    """Those that may be exported."""
    return tuple(episode for episode in dataset.episodes if episode.split != "quarantine")


def _loaded(chosen: Format, source: Source, work: Path) -> Sample:
    if chosen.load is None:
        raise UsageError(f"{chosen.name} cannot be imported")
    return chosen.load(source, work)


def _named(name: str) -> Format:
    known = formats()
    if name not in known:
        raise UsageError(f"there is no format {name!r}; known are {', '.join(known)}")
    return known[name]


def _detect(folder: Path, name: str | None) -> tuple[Format, Sequence[Source]]:
    candidates = [_named(name)] if name else list(formats().values())
    for candidate in candidates:
        if candidate.find and (found := candidate.find(folder)):
            return candidate, found
    readable = ", ".join(one.name for one in formats().values() if one.find)
    raise UsageError(f"{folder} holds no episodes of a format that can be imported ({readable})")


def _groups(found: Sequence[Source]) -> Iterator[list[Source]]:
    rest = iter(found)
    while group := list(islice(rest, GROUP)):
        yield group
