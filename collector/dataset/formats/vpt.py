"""Single-player pre-training data in the form of VPT: a video and a JSON-lines file for each player.

Facts come from the single-player loader of solaris-wm/solaris (commit 0be45a8):

    vpt/{train,test}/collector/<episode>-p<i>.mp4, .jsonl
    vpt/{train,test}/episodes_info.json

Here + is right and down, the opposite of ours, and a mouse step of 1 turns by 0.15 degrees. Where a screen
is open, steps move its cursor: they and its place count pixels of a window that is 720 high, whatever the
video is (as the loader of openai/Video-Pre-Training, commit 96b094e, takes them).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from collector.dataset.cursor import cursor
from collector.dataset.episode import Episode
from collector.dataset.formats.base import Files, Format, good_episodes
from collector.dataset.reader import Dataset
from collector.errors import SampleDamaged
from collector.recording import KEYBOARD, action_vectors

DEGREES_PER_STEP = 360 / 2400
WINDOW_HEIGHT = 720

_KEYS = {
    "forward": "key.keyboard.w",
    "back": "key.keyboard.s",
    "left": "key.keyboard.a",
    "right": "key.keyboard.d",
    "jump": "key.keyboard.space",
    "sneak": "key.keyboard.left.shift",
    "sprint": "key.keyboard.left.control",
    **{f"hotbar.{slot}": f"key.keyboard.{slot}" for slot in range(1, 10)},
}
_BUTTONS = {"attack": 0, "use": 1}


def write(dataset: Dataset, files: Files, on_episode: Callable[[str], None]) -> None:
    """Write every player of every episode, then the list of each split."""
    listed: dict[str, list[dict[str, Any]]] = {}
    for episode in good_episodes(dataset):
        for player in range(len(episode.players)):
            stem = f"collector/{episode.name}-p{player}"
            entries = listed.setdefault(episode.split, [])
            _write_player(dataset, files, episode, player, f"vpt/{episode.split}/{stem}")
            entries.append(
                {
                    "video_path": f"{stem}.mp4",
                    "actions_path": f"{stem}.jsonl",
                    "length": episode.ticks,
                    "episode_id": len(entries),
                }
            )
        on_episode(episode.name)
    for split, entries in listed.items():
        index = {"num_episodes": len(entries), "episodes": entries}
        files.put(f"vpt/{split}/episodes_info.json", json.dumps(index, indent=1).encode())


def lines(table: pa.Table, size: tuple[int, int]) -> list[dict[str, Any]]:
    """The JSON objects of a player, one for each tick, for a video of `size` (width, height)."""
    vectors = action_vectors({name: table[name] for name in table.column_names if "action." in name})
    pressed = {key: vectors[:, index] > 0 for index, key in enumerate(KEYBOARD)}
    places, steps = _mouse(table, size)
    slots = _slots(table)
    # Nothing is new in the first line: its reader takes an attack that begins there as stuck.
    held: set[Any] = {*_pressed(_KEYS, pressed, 0), *_pressed(_BUTTONS, pressed, 0)}
    made: list[dict[str, Any]] = []
    for tick in range(table.num_rows):
        keys, buttons = _pressed(_KEYS, pressed, tick), _pressed(_BUTTONS, pressed, tick)
        made.append(
            {
                "mouse": {
                    "x": float(places[tick, 0]),
                    "y": float(places[tick, 1]),
                    "dx": float(steps[tick, 0]),
                    "dy": float(steps[tick, 1]),
                    "dwheel": 0.0,
                    "buttons": buttons,
                    "newButtons": [one for one in buttons if one not in held],
                },
                "keyboard": {
                    "keys": keys,
                    "newKeys": [one for one in keys if one not in held],
                    "chars": "",
                },
                "hotbar": slots[tick],
                "tick": tick,
                **_state(table, tick),
            }
        )
        held = {*keys, *buttons}
    return made


def _mouse(table: pa.Table, size: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the cursor is, the middle without a screen, and the steps of each action; [ticks, 2] each."""
    width, height = size
    places = cursor(table, size) * (WINDOW_HEIGHT / height)
    moved = np.diff(places, axis=0, append=np.nan)
    turned = np.stack([table[f"action.camera_{axis}"].to_numpy() for axis in ("yaw", "pitch")], 1)
    # NaN where no screen is open before and after; + 0.0 turns the -0.0 of a still mouse into 0.0.
    steps = np.where(np.isnan(moved), -np.degrees(turned) / DEGREES_PER_STEP + 0.0, moved)
    middle = np.array([width / height, 1.0]) * WINDOW_HEIGHT / 2
    return np.where(np.isnan(places), middle, places), steps


def _pressed(names: dict[str, Any], pressed: dict[str, NDArray[np.bool_]], tick: int) -> list[Any]:
    """What the format calls the keys that are pressed."""
    return [name for key, name in names.items() if pressed[key][tick]]


def _slots(table: pa.Table) -> list[int]:
    """The chosen slot (0 … 8) after the action of each tick: a change shows at the tick of its key."""
    slot = int(table["hotbar_slot"][0].as_py() or 0)
    slots = []
    keys = [table[f"action.hotbar.{number}"].to_pylist() for number in range(1, 10)]
    for pressed in zip(*keys, strict=True):
        slot = pressed.index(True) if True in pressed else slot
        slots.append(slot)
    return slots


def _state(table: pa.Table, tick: int) -> dict[str, Any]:
    """Pose in Minecraft's own angles (degrees; yaw 0 is south and grows to the right, pitch grows down)."""
    x, y, z, yaw, pitch = (table[name][tick].as_py() for name in ("x", "y", "z", "yaw", "pitch"))
    return {
        "xpos": x,
        "ypos": y,
        "zpos": z,
        "yaw": (360 - float(np.degrees(yaw))) % 360 - 180,
        "pitch": -float(np.degrees(pitch)),
        "isGuiOpen": bool(table["window"][tick].as_py()),
    }


def _write_player(dataset: Dataset, files: Files, episode: Episode, player: int, stem: str) -> None:
    place = episode.place("rgb", player)
    if place is None:
        raise SampleDamaged(f"{episode.name} has no video of player {player}")
    files.put(f"{stem}.mp4", dataset.read(episode, place))
    text = "".join(
        json.dumps(line) + "\n" for line in lines(dataset.rows(episode, player).table, episode.size)
    )
    files.put(f"{stem}.jsonl", text.encode())


FORMAT = Format(
    name="vpt",
    summary="one player at a time, as VPT and the single-player stage of the Solaris trainer read it",
    write=write,
)
