"""The folders that the trainer of Solaris reads.

Facts come from solaris-wm/solaris (commit 0be45a8) and solaris-wm/solaris-engine (commit 430f56f):

    duet/{train,test}/<batch>_<EEEEEE>_<Bot>_instance_<III>.mp4, .json
    eval/<Type>/test/<EEEEEE>_<Bot>_instance_<III>_camera.mp4, <EEEEEE>_<Bot>_instance_<III>.json
    eval_ids/eval_ids_<Type>.json     belongs into the trainer's src/data/eval_ids
    structure_building_summary.json   belongs to its VLM evaluation

It knows two players, Alpha and Bravo; an episode of N players becomes one pair for every two of them. Three
more files a player, which the trainer does not look at, keep what the JSON cannot hold, so that an import
gives the same rows bit for bit: `_episode_info.json` (what the engine writes, our card, the true names)
and `_rows.parquet`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from collector.dataset.episode import Episode
from collector.dataset.formats.base import Files, Format, good_episodes
from collector.dataset.formats.solaris_reader import BOTS, find, load
from collector.dataset.reader import Dataset
from collector.errors import SampleDamaged
from collector.recording.actions import ACTION_KEYS

# The engine leaves this many ticks between the sneak that marks the test's start and the test itself.
EVAL_MARK_TICKS = 25
EVAL_FRAMES = 257
STRUCTURE_EVAL = "structureEval"
STRUCTURE_NOTES = (
    "builder",
    "structure",
    "alpha_structure",
    "alpha_builds",
    "bravo_structure",
    "bravo_builds",
)


class Pair(NamedTuple):
    """Two players of an episode, and the stem of their files but for the bot's name."""

    episode: Episode
    players: tuple[int, int]
    number: int
    folder: str

    def stem(self, bot: str) -> str:
        """The path of a bot's files without their endings."""
        batch = "" if self.evaluates else "batch_0_"
        return f"{self.folder}/{batch}{self.number:06d}_{bot}_instance_000"

    @property
    def evaluates(self) -> bool:
        """Whether the pair belongs to an evaluation set."""
        return is_evaluation(self.episode)

    def videos(self) -> tuple[str, str]:
        """The paths of the two videos."""
        ending = "_camera.mp4" if self.evaluates else ".mp4"
        return self.stem(BOTS[0]) + ending, self.stem(BOTS[1]) + ending


def is_evaluation(episode: Episode) -> bool:
    """Whether the type is one of the evaluation sets, by the engine's way of naming them."""
    return episode.type.endswith("Eval")


def pairs(dataset: Dataset) -> Iterator[Pair]:
    """All pairs, numbered in each folder in the order in which the trainer sorts them."""
    numbers: dict[str, int] = {}
    for episode in good_episodes(dataset):
        folder = f"eval/{episode.type}/test" if is_evaluation(episode) else f"duet/{episode.split}"
        for players in combinations(range(len(episode.players)), 2):
            number = numbers[folder] = numbers.get(folder, -1) + 1
            yield Pair(episode, (players[0], players[1]), number, folder)


def write(dataset: Dataset, files: Files, on_episode: Callable[[str], None]) -> None:
    """Write all pairs, then the lists that the evaluation needs."""
    starts: dict[str, list[list[int]]] = {}
    structures: dict[str, Any] = {}
    for pair in pairs(dataset):
        tables = [dataset.rows(pair.episode, player).table for player in pair.players]
        _write_pair(dataset, files, pair, tables)
        if pair.evaluates:
            start = evaluation_start(tables)
            stop = start + EVAL_FRAMES
            starts.setdefault(pair.episode.type, []).append([pair.number, start, stop, start, stop])
        if pair.episode.type == STRUCTURE_EVAL:
            structures[f"episode_{pair.number}"] = _structure(dataset, pair)
        on_episode(pair.episode.name)
    for kind, entries in starts.items():
        files.put(f"eval_ids/eval_ids_{kind}.json", _json(entries))
    if structures:
        files.put("structure_building_summary.json", _json({"instance_0": structures}))


def records(table: pa.Table, episode_number: int) -> list[dict[str, Any]]:
    """The JSON records of a player, one for each tick.

    Numbers are not rounded, so that they can be read back exactly; the engine rounds pose to 3 decimals.
    """
    columns = {name: table[name].to_pylist() for name in ("x", "y", "z", "yaw", "pitch", "in_water")}
    times = table["render_time"].to_pylist()
    actions = _actions(table)
    return [
        {
            "x": columns["x"][tick],
            "y": columns["y"][tick],
            "z": columns["z"][tick],
            "yaw": columns["yaw"][tick] % math.tau,
            "pitch": columns["pitch"][tick],
            "action": actions[tick],
            "renderTime": time,
            "relativeTimeMs": time - times[0],
            "epochTime": time / 1000,
            "isInWater": columns["in_water"][tick],
            "frame_count": tick,
            "episode_id": episode_number,
        }
        for tick, time in enumerate(times)
    ]


def evaluation_start(tables: list[pa.Table]) -> int:
    """The tick at which a test starts: some ticks after the first sneak of the player who sneaks last.

    Raises:
        SampleDamaged: nobody sneaks, so the episode is no test.
    """
    ends = []
    for table in tables:
        sneaks = np.flatnonzero(table["action.sneak"].to_numpy())
        if len(sneaks):
            breaks = np.flatnonzero(np.diff(sneaks) > 1)
            ends.append(int(sneaks[breaks[0]] if len(breaks) else sneaks[-1]))
    if not ends:
        raise SampleDamaged("an evaluation episode has no sneak that marks its start")
    return max(ends) + EVAL_MARK_TICKS


def _actions(table: pa.Table) -> list[dict[str, Any]]:
    keys = [key for key in ACTION_KEYS if key != "camera"]
    pressed = zip(*(table[f"action.{key}"].to_pylist() for key in keys), strict=True)
    turns = zip(table["action.camera_yaw"].to_pylist(), table["action.camera_pitch"].to_pylist(), strict=True)
    return [
        {**dict(zip(keys, one, strict=True)), "camera": list(turn)}
        for one, turn in zip(pressed, turns, strict=True)
    ]


def _write_pair(dataset: Dataset, files: Files, pair: Pair, tables: list[pa.Table]) -> None:
    for bot, player, table, video in zip(BOTS, pair.players, tables, pair.videos(), strict=True):
        stem = pair.stem(bot)
        files.put(video, _member(dataset, pair.episode, "rgb", player))
        files.put(f"{stem}.json", _json(records(table, pair.number)))
        files.put(f"{stem}_rows.parquet", _member(dataset, pair.episode, "rows", player))
        files.put(f"{stem}_episode_info.json", _json(_information(dataset, pair, bot)))


def _information(dataset: Dataset, pair: Pair, bot: str) -> dict[str, Any]:
    """The engine's fields, then ours."""
    card = dataset.card(pair.episode)
    return {
        "bot_name": bot,
        "world_type": "flat" if card.header.world.kind == "flat" else "normal",
        "episode_number": pair.number,
        "episode_type": card.header.type,
        "instance_id": 0,
        "encountered_error": False,
        "peer_encountered_error": False,
        "bot_died": False,
        "episode_recording_started": True,
        "eval_metadata": card.metadata,
        "card": card.model_dump(mode="json"),
        "players": list(pair.players),
    }


def _structure(dataset: Dataset, pair: Pair) -> dict[str, Any]:
    """Who built what; the episode type notes it in the judge's own words."""
    notes = dataset.card(pair.episode).metadata
    missing = [key for key in STRUCTURE_NOTES if key not in notes]
    if missing:
        raise SampleDamaged(f"{pair.episode.name} does not say who built what: it lacks {', '.join(missing)}")
    return {key: notes[key] for key in STRUCTURE_NOTES}


def _member(dataset: Dataset, episode: Episode, member: str, player: int) -> bytes:
    place = episode.place(member, player)
    if place is None:
        raise SampleDamaged(f"{episode.name} has no {member} of player {player}")
    return dataset.read(episode, place)


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


FORMAT = Format(
    name="solaris",
    summary="training and evaluation folders of the Solaris trainer; more than two players as pairs",
    write=write,
    find=find,
    load=load,
)
