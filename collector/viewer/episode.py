"""What the page needs of one episode, as plain JSON values."""

from __future__ import annotations

import base64
import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from collector.dataset import Dataset, Episode
from collector.dataset.cursor import cursor
from collector.dataset.pictures import decode
from collector.dataset.rows import Rows
from collector.dataset.video import FrameIndex, Stream, index_video, packets
from collector.errors import DatasetError, SampleDamaged
from collector.quality.measures import visible
from collector.recording.actions import ACTION_KEYS
from collector.video.encode import VideoWriter
from collector.viewer.planes import shown

# Shown as they are; numbers are rounded to what can be read.
NUMBERS = {"x": 3, "y": 3, "z": 3, "yaw": 4, "pitch": 4, "health": 1, "food": 0, "air": 0, "hotbar_slot": 0}
FLAGS = ("on_ground", "in_water", "in_lava", "sneaking", "sprinting")
# Codecs that browsers play; what they are called there is in `_codec`.
PLAYED = {"h264", "hevc", "vp8", "vp9", "av1"}
KEYS = tuple(key for key in ACTION_KEYS if key != "camera")


class Video(NamedTuple):
    """A video file that browsers play, and where its frames are."""

    data: bytes
    stream: Stream
    places: FrameIndex


def describe(dataset: Dataset, episode: Episode, videos: Sequence[Video]) -> dict[str, Any]:
    """Everything about an episode but the pictures in its videos.

    Raises:
        SampleDamaged, ShardMissing: it cannot be read.
    """
    card = dataset.card(episode)
    return {
        "name": episode.name,
        "type": episode.type,
        "split": episode.split,
        "reasons": list(episode.reasons),
        "tags": list(episode.tags),
        "ticks": episode.ticks,
        "fps": card.fps,
        "width": card.width,
        "height": card.height,
        "about": {
            "world": card.header.world.kind,
            "world seed": card.header.seeds.world,
            "episode seed": card.header.seeds.episode,
            "job seed": card.header.seeds.job,
            "Minecraft": card.header.minecraft,
            **card.header.parameters,
        },
        "players": [_player(dataset, episode, player, video) for player, video in enumerate(videos)],
        "events": _events(dataset, episode),
    }


def video(dataset: Dataset, episode: Episode, player: int, plane: str = "rgb") -> Video:
    """The video of a player; coded anew where browsers do not play it, in colours where it is another plane.

    Raises:
        DatasetError: it was not rendered with that plane.
        SampleDamaged, ShardMissing: it cannot be read.
    """
    place, rows = episode.place(plane, player), dataset.rows(episode, player)
    if place is None and plane != "rgb":
        raise DatasetError(f"{episode.name} was not rendered with the plane {plane}")
    if place is None or plane not in rows.streams:
        raise SampleDamaged(f"{episode.name} has no whole video of player {player}")
    stored = Video(dataset.read(episode, place), rows.streams[plane], rows.index(plane))
    if plane != "rgb":
        return _coded_anew(stored, shown(plane))
    return stored if stored.stream.codec in PLAYED else _coded_anew(stored)


def _coded_anew(video: Video, shown: Callable[[Any], Any] = np.asarray) -> Video:
    data = video.data[int(video.places.offset[0]) :]
    coded = packets(data, video.places, 0, len(video.places.key))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "video.mp4")
        with VideoWriter(path, video.stream.width, video.stream.height) as writer:
            for picture in decode(video.stream, coded):
                writer.write(shown(picture))
        return Video(path.read_bytes(), *index_video(path))


def _player(dataset: Dataset, episode: Episode, player: int, video: Video) -> dict[str, Any]:
    rows = dataset.rows(episode, player)
    table, places, stream = rows.table, video.places, video.stream
    return {
        "name": episode.players[player],
        "video": {
            "codec": _codec(stream),
            "description": base64.b64encode(bytes.fromhex(stream.extradata)).decode(),
            "offsets": places.offset.tolist(),
            "sizes": places.bytes.tolist(),
            "keys": np.flatnonzero(places.key).tolist(),
        },
        "numbers": {name: _rounded(table[name], digits) for name, digits in NUMBERS.items()},
        "flags": {name: table[name].fill_null(False).to_numpy().astype(int).tolist() for name in FLAGS},
        "cursor": _cursor(table, episode.size),
        "held": _coded(table["held_item"]),
        "sees": _sees(table),
        "pressed": _pressed(rows),
        "turn": [_rounded(table[f"action.camera_{axis}"], 5) for axis in ("yaw", "pitch")],
    }


def _pressed(rows: Rows) -> list[int]:
    """A number for each tick whose bit `i` says whether `KEYS[i]` is pressed."""
    bits = np.zeros(rows.table.num_rows, np.int64)
    for bit, key in enumerate(KEYS):
        bits |= rows.table[f"action.{key}"].to_numpy().astype(np.int64) << bit
    return list(map(int, bits))


def _sees(table: pa.Table) -> list[int] | None:
    """A number for each tick whose bit `i` says whether the picture shows player `i`; None if unknown."""
    shown = visible(table)
    return None if shown is None else (shown @ (1 << np.arange(shown.shape[1]))).tolist()


def _cursor(table: pa.Table, size: tuple[int, int]) -> list[list[float] | None] | None:
    """Where the cursor is in the picture at each tick, None without a screen; None where none ever opens."""
    if not any(table["window"].to_pylist()):
        return None
    places = cursor(table, size)
    return [None if math.isnan(x) else [round(x, 1), round(y, 1)] for x, y in places.tolist()]


def _rounded(column: pa.ChunkedArray, digits: int) -> list[float | None]:
    """Numbers as short as they can be; None where an imported episode does not know them."""
    values = column.cast(pa.float64()).to_numpy().round(digits).tolist()
    return [None if math.isnan(value) else int(value) if value == int(value) else value for value in values]


def _coded(column: pa.ChunkedArray) -> dict[str, Any]:
    """Each text once, and which one holds at every tick."""
    coded = column.combine_chunks().dictionary_encode()
    return {"names": coded.dictionary.to_pylist(), "ticks": coded.indices.to_pylist()}


def _events(dataset: Dataset, episode: Episode) -> list[dict[str, Any]]:
    if episode.recording is None:
        return []
    with dataset.recording(episode) as recording:
        return [_event(row) for row in recording.events.to_pylist()]


def _event(row: dict[str, Any]) -> dict[str, Any]:
    data = json.loads(row["data"])
    words = [f"{key}: {value}" if key else str(value) for key, value in _flat(data)]
    return {"tick": row["tick"], "player": row["player"], "kind": row["kind"], "text": ", ".join(words)}


def _flat(data: Any) -> list[tuple[str, Any]]:
    return list(data.items()) if isinstance(data, dict) else [("", data)]


def _codec(stream: Stream) -> str:
    """The name by which browsers know a codec (RFC 6381); empty when it takes a video element to find out."""
    extra = bytes.fromhex(stream.extradata)
    if stream.codec == "h264" and len(extra) > 3:
        return f"avc1.{extra[1:4].hex()}"
    if stream.codec == "av1" and len(extra) > 3:
        tier = "H" if extra[2] & 0x80 else "M"
        depth = 10 if extra[2] & 0x40 else 8
        return f"av01.{extra[1] >> 5}.{extra[1] & 31:02d}{tier}.{depth:02d}"
    return ""
