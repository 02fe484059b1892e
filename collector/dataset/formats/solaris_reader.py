"""Reads episodes from the folders of the Solaris trainer: those of SolarisEngine, and our own exports."""

from __future__ import annotations

import json
import re
import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow as pa
from pydantic import ValidationError

from collector.dataset.formats.base import Source
from collector.dataset.layout import Split
from collector.dataset.rows import Rows
from collector.dataset.sample import Card, Sample
from collector.dataset.split import Placed
from collector.errors import SampleDamaged
from collector.quality.gates import IMPORT_GATES
from collector.recording import ACTION_KEYS, Outcome, PlayerMeta, Seeds, WorldMeta
from collector.recording.schema import TABLES, Header
from collector.video.encode import VideoWriter

BOTS = ("Alpha", "Bravo")

# Half a day of game: what claims more was made to fill the memory.
MAX_TICKS = 1_000_000

_NAME = re.compile(r"(?P<before>.*_|)(?P<bot>Alpha)(?P<after>_.*?)(?P<camera>_camera)?\.mp4")
# What the trainer cannot do without; hotbar keys may be missing.
_REQUIRED = tuple(key for key in ACTION_KEYS if not key.startswith("hotbar."))
_STATE = {"x": "x", "y": "y", "z": "z", "yaw": "yaw", "pitch": "pitch", "in_water": "isInWater"}


def find(folder: Path) -> Sequence[Source]:
    """All episodes below `folder` whose four files are there, in the trainer's order."""
    found = []
    for path in sorted(folder.rglob("*_Alpha_*.mp4")):
        match = _NAME.fullmatch(path.name)
        if not match:
            continue
        partner = path.with_name(path.name.replace("_Alpha_", "_Bravo_", 1))
        files = (path, partner, _json_of(path), _json_of(partner))
        if all(file.exists() for file in files):
            name = path.relative_to(folder).with_suffix("").as_posix().removesuffix("_camera")
            found.append(Source(episode=_episode_name(files[2], name), files=files))
    return found


def load(source: Source, work: Path) -> Sample:
    """The episode as a sample; its videos are copied, or encoded anew where frames are out of order.

    Raises:
        SampleDamaged: a file cannot be read.
    """
    videos, logs = source.files[:2], source.files[2:]
    tables = [_table(log, player) for player, log in enumerate(logs)]
    information = _information(logs[0])
    card = _card(information) or _described(source, information, tables[0])
    if len(card.header.players) != len(BOTS):  # a pair out of a larger group
        if max(information["players"]) >= len(card.header.players):
            raise SampleDamaged(f"{logs[0]}: there is no player {max(information['players'])}")
        names = [card.header.players[player] for player in information["players"]]
        header = card.header.model_copy(update={"players": tuple(names), "episode": source.episode})
        card = card.model_copy(update={"header": header})
    sample = _SolarisSample(work, card, tables, _placed(source.files[0], card))
    for player, video in enumerate(videos):
        _take_video(video, sample.file(player, "rgb"))
    return sample


class _SolarisSample(Sample):
    gates = IMPORT_GATES

    def __init__(self, work: Path, card: Card, tables: Sequence[pa.Table], placed: Placed) -> None:
        super().__init__(
            work,
            card.header,
            ticks=tables[0].num_rows,
            outcome=Outcome(ok=True),
            size=(card.width, card.height),
            metadata=card.metadata,
            view=card.view,
            encoding=card.encoding,
            tags=card.tags,
            placed=placed,
        )
        self._tables = tables

    def table(self, player: int) -> pa.Table:
        return self._tables[player]


def _json_of(video: Path) -> Path:
    return video.with_name(video.name.removesuffix(".mp4").removesuffix("_camera") + ".json")


def _information(log: Path) -> dict[str, Any]:
    """What the side file of an episode says; `players` are two different indices."""
    path = log.with_name(f"{log.stem}_episode_info.json")
    found = _read_json(path) if path.exists() else {}
    players = found.get("players", [0, 1]) if isinstance(found, dict) else None
    if not isinstance(players, list) or not all(type(one) is int and one >= 0 for one in players):
        raise SampleDamaged(f"{path} does not describe an episode")
    if len(set(players)) != len(BOTS):
        raise SampleDamaged(f"{path} names the players {players}; expected two different ones")
    return {**found, "players": players}


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SampleDamaged(f"{path} cannot be read: {error}") from error


def _card(information: dict[str, Any]) -> Card | None:
    """Our own card, when the folder is an export of ours."""
    try:
        return Card.model_validate(information["card"]) if "card" in information else None
    except ValidationError as error:
        raise SampleDamaged(f"the card of an episode is damaged: {error}") from error


def _episode_name(log: Path, name: str) -> str:
    information = _information(log)
    card = _card(information)
    if card is None:
        return re.sub(r"[^A-Za-z0-9_-]+", "-", name.replace("_Alpha_", "_"))
    if len(card.header.players) == len(BOTS):
        return card.header.episode
    one, two = information["players"]
    return f"{card.header.episode}-p{one}p{two}"


def _described(source: Source, information: dict[str, Any], table: pa.Table) -> Card:
    """What can be known of an episode that SolarisEngine made. Its seeds are not recorded."""
    width, height = _size(source.files[0])
    batch = re.sub(r"_\d{6}_Alpha", "", source.files[0].stem)
    header = Header(
        episode=source.episode,
        type=information.get("episode_type", "unknown"),
        parameters={},
        seeds=Seeds(job=0, world=zlib.crc32(batch.encode()), episode=0),
        players=tuple(PlayerMeta(name=bot) for bot in BOTS),
        start_time=int(table["render_time"][0].as_py()),
        minecraft="unknown",
        world=WorldMeta(kind=information.get("world_type", "unknown"), min_y=-64, height=384),
        versions={},
    )
    return Card(
        header=header,
        metadata=information.get("eval_metadata", {}),
        ticks=table.num_rows,
        fps=20,
        width=width,
        height=height,
        planes=("rgb",),
        view={},
        encoding=None,
        split="train",
        reasons=(),
        tags=(),
    )


def _placed(video: Path, card: Card) -> Placed:
    """Its side is the folder in which it lies."""
    sides: dict[str, Split] = {"val": "val", "test": "test"}
    side = sides.get(video.parent.name, "train")
    return Placed(side, card.split_rule) if card.split_rule and card.split == side else Placed(side)


def _table(log: Path, player: int) -> pa.Table:
    """The rows, from our own file when it is there, else from the JSON; unknown columns are null."""
    kept = log.with_name(f"{log.stem}_rows.parquet")
    if kept.exists():
        return _kept(kept, player)
    records = _read_json(log)
    try:
        columns = _columns(records, player)
        arrays = [
            pa.array(columns[field.name], field.type)
            if field.name in columns
            else pa.nulls(len(records), field.type)
            for field in TABLES["players"]
        ]
    except (KeyError, IndexError) as error:
        raise SampleDamaged(f"{log}: a record lacks {error}") from error
    except (TypeError, ValueError, AttributeError, OverflowError, pa.ArrowException) as error:
        raise SampleDamaged(f"{log}: a record holds what none can: {error}") from error
    return pa.Table.from_arrays(arrays, schema=TABLES["players"])


def _kept(path: Path, player: int) -> pa.Table:
    """The rows of an export of ours; columns that are newer than it are null."""
    rows = Rows.load(path.read_bytes())
    if rows.count > MAX_TICKS:
        raise SampleDamaged(f"{path} has {rows.count} rows; an episode has {MAX_TICKS} at most")
    table = rows.table
    try:
        arrays = [
            table[field.name].combine_chunks().cast(field.type)
            if field.name in table.column_names
            else pa.nulls(rows.count, field.type)
            for field in TABLES["players"]
        ]
    except pa.ArrowException as error:
        raise SampleDamaged(f"{path} holds other columns than rows have: {error}") from error
    made = pa.Table.from_arrays(arrays, schema=TABLES["players"])
    renumbered = pa.array(np.full(rows.count, player), pa.int16())
    return made.set_column(made.column_names.index("player"), "player", renumbered)


def _columns(records: list[dict[str, Any]], player: int) -> dict[str, Any]:
    if not records:
        raise IndexError("any record")
    columns: dict[str, Any] = {
        "tick": np.arange(len(records)),
        "player": np.full(len(records), player),
        "render_time": [round(record["renderTime"]) for record in records],
    }
    for ours, theirs in _STATE.items():
        columns[ours] = [record.get(theirs) for record in records]
    actions = [record["action"] for record in records]
    for key in ACTION_KEYS:
        if key in _REQUIRED and key != "camera":
            columns[f"action.{key}"] = [bool(action[key]) for action in actions]
        elif key != "camera":
            columns[f"action.{key}"] = [bool(action.get(key)) for action in actions]
    for axis, name in enumerate(("yaw", "pitch")):
        columns[f"action.camera_{name}"] = [float(action["camera"][axis]) for action in actions]
    return columns


def _size(video: Path) -> tuple[int, int]:
    try:
        with av.open(video) as container:
            stream = container.streams.video[0]
            return stream.width, stream.height
    except (av.FFmpegError, IndexError, UnicodeDecodeError) as error:
        raise SampleDamaged(f"{video} is no readable video: {error}") from error


def _take_video(source: Path, target: Path) -> None:
    try:
        with av.open(source) as container:
            times = [packet.pts or 0 for packet in container.demux(video=0) if packet.size]
        if times == sorted(times):
            shutil.copyfile(source, target)
            return
        with av.open(source) as container, VideoWriter(target, *_size(source)) as video:
            for frame in container.decode(video=0):
                video.write(frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False))
    except (av.FFmpegError, IndexError, UnicodeDecodeError) as error:
        raise SampleDamaged(f"{source} is no readable video: {error}") from error
