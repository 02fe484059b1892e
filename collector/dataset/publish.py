"""Publishes episodes: shard first, catalog last, once per task."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict

from collector.dataset.catalog import Catalog, Compacted, open_or_create
from collector.dataset.layout import CATALOG_SCHEMA, PLANES, QUARANTINE, RECORDINGS, SHARDS, check_name
from collector.dataset.sample import Card, Sample
from collector.dataset.shard import Member, ShardWriter
from collector.dataset.split import DEFAULT_RULE, SplitRule, check_sides
from collector.errors import EpisodeExists, NotADataset, UsageError
from collector.recording.schema import Seeds
from collector.recording.writer import digest as digest_file
from collector.store import Store, open_store, put_new

Row = dict[str, Any]


class Published(BaseModel):
    """What a call of `publish` added: nothing if `again`, since the task had been published before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    episodes: tuple[str, ...] = ()
    quarantined: dict[str, tuple[str, ...]] = {}
    bytes: int = 0
    again: bool = False


def publish(
    dataset: str | Path | Store,
    drafts: Sequence[Sample],
    *,
    task: str,
    rule: SplitRule = DEFAULT_RULE,
    on_episode: Callable[[str], None] = lambda _: None,
) -> Published:
    """Check the drafts, pack them into a shard, store it, and make them visible in one commit.

    Nothing of it can be seen before the commit, and all of it after. When it is called again with the same
    `task`, also after a crash or from another machine, the episodes are published once.

    Args:
        dataset: path or URL of the dataset, which is made when there is none.
        drafts: the episodes of the task; those that a gate refuses go into quarantine.
        task: name of the task, unique in the dataset.
        rule: on which side of the split each good episode is.
        on_episode: is called with the name of each episode when it is packed.

    Raises:
        EpisodeExists: another task has published an episode of that name.
        SplitConflict: a world of theirs is on another side already.
        StorageFull: no space is left.
    """
    check_name(task, "a task")
    if len({draft.episode for draft in drafts}) != len(drafts) or not drafts:
        raise UsageError(f"task {task} needs one or more episodes, each with a name of its own")
    store = open_store(dataset) if isinstance(dataset, (str, Path)) else dataset
    catalog = open_or_create(store)
    if catalog.has(task):
        return Published(version=catalog.version, again=True)
    _refuse_known(catalog, drafts)
    good = [draft for draft in drafts if draft.check().ok and draft.placed is None]
    check_sides(catalog, rule, [(draft.header.seeds.world, draft.place(rule).side) for draft in good])
    packer = _Packer(store, task, rule, on_episode)
    rows = [row for good in (True, False) for row in packer.pack([d for d in drafts if d.check().ok is good])]
    if not catalog.append(pa.Table.from_pylist(rows, CATALOG_SCHEMA), task):
        return Published(version=Catalog(store).version, again=True)
    return Published(
        version=Catalog(store).version,
        episodes=tuple(draft.episode for draft in drafts if draft.check().ok),
        quarantined={draft.episode: draft.check().reasons for draft in drafts if not draft.check().ok},
        bytes=packer.bytes,
    )


def is_published(dataset: str | Path | Store, task: str) -> bool:
    """Whether the result of `task` is in the dataset; no, when there is no dataset yet."""
    store = open_store(dataset) if isinstance(dataset, (str, Path)) else dataset
    try:
        return Catalog(store).has(task)
    except NotADataset:
        return False


def check_split(dataset: str | Path | Store, seeds: Iterable[Seeds], rule: SplitRule) -> None:
    """Refuse episodes of these seeds when that rule would put a world of the dataset on a second side.

    Raises:
        SplitConflict: it would.
        DatasetError: the store failed.
    """
    store = open_store(dataset) if isinstance(dataset, (str, Path)) else dataset
    with contextlib.suppress(NotADataset):
        check_sides(Catalog(store), rule, [(one.world, rule.side(one.world, one.episode)) for one in seeds])


def compact(dataset: str | Path | Store) -> Compacted:
    """Put the small files that every task leaves in the catalog together, so that it opens faster.

    Raises:
        NotADataset: there is none.
    """
    store = open_store(dataset) if isinstance(dataset, (str, Path)) else dataset
    return Catalog(store).compact()


def _refuse_known(catalog: Catalog, drafts: Sequence[Sample]) -> None:
    names = [draft.episode for draft in drafts]
    known = catalog.rows(["episode", "task"], pc.field("episode").isin(names))
    for episode, task in zip(known["episode"].to_pylist(), known["task"].to_pylist(), strict=True):
        raise EpisodeExists(f"episode {episode} is in the dataset already, published by task {task}")


class _Packer:
    """Packs and stores the episodes of one task."""

    def __init__(self, store: Store, task: str, rule: SplitRule, on_episode: Callable[[str], None]) -> None:
        self.bytes = 0
        self._store = store
        self._task = task
        self._rule = rule
        self._on_episode = on_episode

    def pack(self, drafts: Sequence[Sample]) -> list[Row]:
        """Store shard and recordings, and return the catalog rows. The drafts are all good or all refused."""
        if not drafts:
            return []
        folder = Path(tempfile.mkdtemp(dir=drafts[0].folder))
        try:
            return self._pack(drafts, folder)
        finally:
            shutil.rmtree(folder)

    def _pack(self, drafts: Sequence[Sample], folder: Path) -> list[Row]:
        place = SHARDS if drafts[0].check().ok else QUARANTINE
        path = folder / "shard.tar"
        with ShardWriter(path) as shard:
            rows = [row for draft in drafts for row in self._add(shard, draft, folder)]
        stored = self._store_file(f"{place}/{self._task}.tar", path)
        return [{**row, **{f"shard{key}": value for key, value in stored.items()}} for row in rows]

    def _add(self, shard: ShardWriter, draft: Sample, folder: Path) -> list[Row]:
        card = draft.card(self._rule)
        common = _episode_columns(card, self._task) | _member_columns(
            "card", shard.add(f"{draft.episode}.json", card.model_dump_json(indent=1).encode() + b"\n")
        )
        rows = [common | self._add_player(shard, draft, player) for player in range(len(card.header.players))]
        packed = folder / "recording.tar"
        if draft.pack(packed):
            stored = self._store_file(f"{RECORDINGS}/{draft.episode}.tar", packed)
            rows = [{**row, **{f"recording{key}": value for key, value in stored.items()}} for row in rows]
        self._on_episode(draft.episode)
        return rows

    def _add_player(self, shard: ShardWriter, draft: Sample, player: int) -> Row:
        rows = draft.rows(player)
        figures = draft.check().figures[player]
        row: Row = {
            "player": player,
            "name": draft.header.players[player].name,
            **figures.model_dump(),
        }
        if "rgb" in rows.streams:
            row["codec"] = rows.streams["rgb"].codec
        for plane in PLANES:
            path = draft.file(player, plane)
            if path.exists():
                row |= _member_columns(plane, shard.add(path.name, path))
        name = draft.file(player, "rows").name
        return row | _member_columns("rows", shard.add(name, rows.dump()))

    def _store_file(self, key: str, path: Path) -> Row:
        """Store a file; the columns that say where, under the names "", "_bytes" and "_sha256"."""
        found = digest_file(path)
        self.bytes += found.bytes
        return {
            "": put_new(self._store, key, path, found.sha256),
            "_bytes": found.bytes,
            "_sha256": found.sha256,
        }


def _episode_columns(card: Card, task: str) -> Row:
    header = card.header
    return {
        "episode": header.episode,
        "players": len(header.players),
        "type": header.type,
        "split": card.split,
        "split_rule": card.split_rule,
        "reasons": list(card.reasons),
        "tags": list(card.tags),
        "ticks": card.ticks,
        "job_seed": header.seeds.job,
        "world_seed": header.seeds.world,
        "episode_seed": header.seeds.episode,
        "world": header.world.kind,
        "minecraft": header.minecraft,
        "width": card.width,
        "height": card.height,
        "task": task,
    }


def _member_columns(name: str, member: Member) -> Row:
    return {f"{name}_{field}": value for field, value in member._asdict().items()}
