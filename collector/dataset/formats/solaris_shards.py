"""The training data of Solaris as it is published: tars that unpack into the folders of its trainer.

duet_sharded/<NNNNN>.tar     members `train/…` and `test/…`; unpack all of them into `duet/`
eval/…, eval_ids/…           as in the format `solaris`, not in tars
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

from collector.dataset.formats import solaris
from collector.dataset.formats.base import Files, Format
from collector.dataset.reader import Dataset
from collector.errors import StorageFull

SHARD_BYTES = 1 << 30

_FOLDER = "duet/"


def write(dataset: Dataset, files: Files, on_episode: Callable[[str], None]) -> None:
    """Write all pairs; a tar that is there already is kept if it is the same."""
    shards = _Shards(files)
    try:
        solaris.write(dataset, shards, on_episode)
        shards.close()
    finally:
        shards.discard()


class _Shards(Files):
    """Puts what belongs into `duet/` into one tar after the other, and the rest beside them."""

    def __init__(self, files: Files) -> None:
        super().__init__(files.root)
        self._files = files
        self._partial = files.root / "duet_sharded.partial"
        self._tar: tarfile.TarFile | None = None
        self._hashes: dict[str, str] = {}
        self._number = 0

    def put(self, name: str, data: bytes) -> None:
        """Append to the tar, and finish it when it is large enough."""
        if not name.startswith(_FOLDER):
            self._files.put(name, data)
            return
        member = tarfile.TarInfo(name.removeprefix(_FOLDER))
        member.size = len(data)
        self._hashes[member.name] = hashlib.sha256(data).hexdigest()
        try:
            self._open().addfile(member, io.BytesIO(data))
        except OSError as error:
            raise StorageFull(f"{self._partial} cannot be written: {error}") from error
        if self._open().offset >= SHARD_BYTES:
            self.close()

    def close(self) -> None:
        """Finish the tar, read it again, and put it in its place."""
        if self._tar is None:
            return
        self._tar.close()
        self._tar = None
        _check(self._partial, self._hashes)
        self._files.take(f"duet_sharded/{self._number:05d}.tar", self._partial)
        self._number += 1
        self._hashes = {}

    def discard(self) -> None:
        """Leave no unfinished tar behind."""
        if self._tar is not None:
            self._tar.close()
        self._partial.unlink(missing_ok=True)

    def _open(self) -> tarfile.TarFile:
        if self._tar is None:
            self._partial.parent.mkdir(parents=True, exist_ok=True)
            self._tar = tarfile.open(self._partial, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115
        return self._tar


def _check(path: Path, hashes: dict[str, str]) -> None:
    found = {}
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            stream = tar.extractfile(member)
            found[member.name] = hashlib.sha256(stream.read() if stream else b"").hexdigest()
    if found != hashes:
        raise StorageFull(f"{path} does not read back as it was written; the disk may be failing")


FORMAT = Format(
    name="solaris-shards",
    summary="the same in tars, as the Solaris data is published; unpack them into duet/",
    write=write,
)
