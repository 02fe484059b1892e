"""The registry of formats: exporting to them and importing from them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from collector.dataset.formats import lerobot, solaris, solaris_shards, vpt
from collector.dataset.formats.base import Files, Format, Source
from collector.dataset.publish import is_published, publish
from collector.dataset.reader import Dataset, open_dataset
from collector.dataset.sample import Sample
from collector.errors import UsageError

# Episodes that an import publishes in one shard.
GROUP = 16


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


def formats() -> dict[str, Format]:
    """All formats by name."""
    known = (solaris.FORMAT, solaris_shards.FORMAT, vpt.FORMAT, lerobot.FORMAT)
    return {one.name: one for one in known}


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
    on_found: Callable[[int], None] = lambda _: None,
    on_episode: Callable[[str], None] = lambda _: None,
) -> Imported:
    """Publish the episodes in `folder` to the dataset `out`; goes on where it was interrupted.

    Args:
        name: the format; found out when None.
        on_found: is called with the number of episodes, before the first is read.
        on_episode: is called with the name of each episode when it is done, also when it was done before.

    Raises:
        UsageError: no format knows the folder.
        SampleDamaged: a file cannot be read.
    """
    chosen, found = _detect(folder, name)
    on_found(len(found))
    before = published = 0
    quarantined: dict[str, tuple[str, ...]] = {}
    for group in _groups(found):
        task = "import-" + hashlib.sha256("/".join(one.episode for one in group).encode()).hexdigest()[:16]
        if is_published(out, task):
            before += len(group)
            for one in group:
                on_episode(one.episode)
            continue
        with tempfile.TemporaryDirectory() as work:
            samples = [_loaded(chosen, one, Path(work, one.episode)) for one in group]
            result = publish(out, samples, task=task, on_episode=on_episode)
        published += len(result.episodes)
        quarantined |= result.quarantined
    return Imported(format=chosen.name, episodes=published, quarantined=quarantined, before=before)


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
