"""Passes what was played on to whoever renders it, over the store: both may run on different hosts.

Recordings wait under `<dataset>/played/<task>/`, until the task is published.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from collector.errors import CollectorError, ObjectDamaged, PlayError, Stopped
from collector.jobs.models import Played, Task
from collector.playing.ahead import PlayedAhead
from collector.playing.plan import EpisodePlan
from collector.playing.play import failed_attempts
from collector.progress import Listener
from collector.recording import Recording
from collector.recording.writer import digest
from collector.store import Store, patiently, put_new

PLAYED = "played"


def play_and_store(
    plans: Sequence[EpisodePlan],
    store: Store,
    folder: Path,
    task: Task,
    listener: Listener,
    stop: threading.Event,
) -> Played:
    """Play the episodes of a task, and put their recordings where any worker finds them.

    Raises:
        PlayError: none of them could be played.
        Stopped: `stop` was set.
        StoreError, StorageFull.
    """
    files: dict[str, tuple[str, str]] = {}
    failures: dict[str, str] = {}
    with PlayedAhead(plans, folder, listener, stop) as played:
        for plan, recording in played:
            if stop.is_set():
                raise Stopped(f"{task.name} was stopped")
            if isinstance(recording, PlayError):
                failures[plan.name] = str(recording)
                listener.finished(plan.name, str(recording))
            elif isinstance(recording, CollectorError):
                raise recording
            else:
                files.update(_stored(store, task, folder, [recording, *failed_attempts(folder / plan.name)]))
    if not files:
        raise PlayError("; ".join(failures.values()))
    return Played(files=files, failures=failures)


def fetch(store: Store, played: Played, folder: Path) -> None:
    """Put the recordings into `folder`, under the names by which they were played.

    Raises:
        ObjectDamaged: one is not what was stored.
        StoreError: one is not there any more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, (key, sha256) in played.files.items():
        data = patiently(partial(store.get, key))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ObjectDamaged(f"{key} in {store.url} is not what was stored")
        (folder / name).write_bytes(data)


def forget(store: Store, played: Played) -> None:
    """Remove the recordings: what was made of them is published."""
    for key, _ in played.files.values():
        store.delete(key)


def _stored(
    store: Store, task: Task, folder: Path, recordings: Sequence[Recording]
) -> Iterator[tuple[str, tuple[str, str]]]:
    for recording in recordings:
        name = recording.path.name
        packed = folder / f"{name}.packed"
        recording.pack(packed)
        sha256 = digest(packed).sha256
        key = f"{PLAYED}/{task.name}/{name}.tar"
        yield name, (patiently(partial(put_new, store, key, packed, sha256)), sha256)
        packed.unlink()
