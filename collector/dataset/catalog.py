"""The catalog: a Delta Lake table with a row per episode and player.

A commit to it is the only moment at which episodes become visible. It carries the task as Delta's
application transaction, so a task that runs twice is published once.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError
from pyarrow.dataset import ParquetReadOptions
from pydantic import BaseModel, ConfigDict

from collector.dataset.layout import CATALOG, CATALOG_SCHEMA
from collector.errors import DatasetError, NotADataset, ObjectExists, StorageFull
from collector.store import Store

# Other writers only append, so every retry but one against the same task succeeds.
COMMIT_RETRIES = 50
# The version that a task writes; it runs to its end once.
_DONE = 1


class Compacted(BaseModel):
    """How many small files of the catalog became how many larger ones; none when it was compact."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    files_before: int
    files_after: int


class Catalog:
    """The catalog of the dataset in `store`, at one version of it.

    Raises:
        NotADataset: there is none, or not that version.
        DatasetError: the store failed.
    """

    def __init__(self, store: Store, version: int | None = None) -> None:
        self._store = store
        uri, options = store.table(CATALOG)
        try:
            self._table = DeltaTable(uri, storage_options=options or None)
            newest = self._table.version()
            # Asked for a version that is not there yet, Delta looks for each one before it, however many.
            if version is not None and not 0 <= version <= newest:
                raise NotADataset(f"{store.url} has no version {version}; the newest is {newest}")
            if version is not None and version != newest:
                self._table.load_as_version(version)
        except TableNotFoundError:
            raise NotADataset(f"{store.url} holds no dataset: it has no catalog") from None
        except DeltaError as error:
            raise NotADataset(f"the catalog of {store.url} cannot be opened: {error}") from error
        except OSError as error:  # the store failed: nothing is said of what lies there
            raise DatasetError(f"the catalog of {store.url} could not be read: {error}") from error

    @property
    def version(self) -> int:
        """The version that is read."""
        return self._table.version()

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it has; one that is older than a column lacks it until rows with it are added."""
        return frozenset(field.name for field in self._table.schema().fields)

    def rows(
        self,
        columns: list[str] | None = None,
        where: pc.Expression | None = None,
        repeated: Collection[str] = (),
    ) -> pa.Table:
        """Rows, ordered by episode, then player.

        Args:
            columns: which ones; by default all.
            where: which rows.
            repeated: columns to read as indices into their different values.
        """
        wanted = columns and list(dict.fromkeys([*columns, "episode", "player"]))
        try:
            options = ParquetReadOptions(dictionary_columns=set(repeated))
            scanned = self._table.to_pyarrow_dataset(parquet_read_options=options)
            table = scanned.to_table(columns=wanted, filter=where)
        except (DeltaError, OSError, pa.ArrowException) as error:
            raise DatasetError(f"the catalog of {self._store.url} is damaged: {error}") from error
        table = _in_order(table)
        return table.select(columns) if columns else table

    def has(self, task: str) -> bool:
        """Whether the task has been published.

        Raises:
            DatasetError: the store failed.
        """
        try:
            return self._table.transaction_version(task) is not None
        except (DeltaError, OSError) as error:
            raise DatasetError(f"the catalog of {self._store.url} could not be read: {error}") from error

    def compact(self) -> Compacted:
        """Put small files together; readers of any version are not disturbed.

        Raises:
            DatasetError: it failed.
        """
        try:
            figures = self._table.optimize.compact()
        except (DeltaError, OSError) as error:
            raise _failure(self._store, error) from error
        return Compacted(
            version=self.version,
            files_before=figures["numFilesRemoved"],
            files_after=figures["numFilesAdded"],
        )

    def append(self, rows: pa.Table, task: str) -> bool:
        """Publish rows as the result of `task`; False when another run of that task came first.

        Raises:
            DatasetError: the commit failed, or lost against other writers too often.
        """
        properties = CommitProperties(
            app_transactions=[Transaction(task, _DONE)], max_commit_retries=COMMIT_RETRIES
        )
        try:
            # Merged, since a catalog may be older than some columns.
            write_deltalake(
                self._table, rows, mode="append", schema_mode="merge", commit_properties=properties
            )
        except (DeltaError, OSError) as error:
            if Catalog(self._store).has(task):
                return False
            raise _failure(self._store, error) from error
        return True


def _in_order(table: pa.Table) -> pa.Table:
    """Sorted by episode, then player.

    Every file is in order, and mostly they follow each other; putting them in a row and looking is far
    cheaper than sorting a million rows.
    """
    batches = [batch for batch in table.to_batches() if batch.num_rows]
    batches.sort(key=lambda batch: (batch["episode"][0].as_py(), batch["player"][0].as_py()))
    table = pa.Table.from_batches(batches, table.schema)
    names, players = (table[name].combine_chunks() for name in ("episode", "player"))
    rising = pc.less(names[:-1], names[1:])
    same = pc.and_(pc.equal(names[:-1], names[1:]), pc.less(players[:-1], players[1:]))
    if len(names) < 2 or pc.all(pc.or_(rising, same)).as_py():
        return table
    return table.sort_by([("episode", "ascending"), ("player", "ascending")])


def open_or_create(store: Store) -> Catalog:
    """The catalog in `store`, made when there is none."""
    first = f"{CATALOG}/_delta_log/{0:020d}.json"
    if store.size(first) is None:
        log = _empty_log()
        # Delta itself would, when two writers create the table at once, commit its schema twice.
        with contextlib.suppress(ObjectExists):
            store.put(first, log, hashlib.sha256(log).hexdigest())
    return Catalog(store)


def _empty_log() -> bytes:
    """The first commit of an empty catalog."""
    with tempfile.TemporaryDirectory() as folder:
        DeltaTable.create(folder, CATALOG_SCHEMA)
        return Path(folder, "_delta_log", f"{0:020d}.json").read_bytes()


def _failure(store: Store, error: Exception) -> DatasetError | StorageFull:
    text = str(error)
    if "No space left" in text or "File too large" in text or "quota" in text.lower():
        return StorageFull(f"no space is left for the catalog of {store.url}")
    return DatasetError(f"the catalog of {store.url} could not be written: {text}")
