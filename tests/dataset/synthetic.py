"""Real recordings of a made-up game, and moving pictures for them: no server and no renderer needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.dataset import DEFAULT_RULE, Draft, Published, SplitRule, publish
from collector.recording import (
    ACTION_KEYS,
    Header,
    Outcome,
    PlayerMeta,
    Recording,
    RecordingWriter,
    Section,
    Seeds,
    WorldMeta,
)
from collector.recording.schema import ClockMeta
from collector.video.encode import Encoding
from tests.recording.rows import Rows, player_row

WIDTH, HEIGHT = 96, 64
START_TIME = 1_700_000_000_000


def play(
    path: Path,
    *,
    episode: str = "e0",
    kind: str = "orbit",
    players: int = 2,
    ticks: int = 40,
    world: int = 2,
    seed: int = 3,
    ok: bool = True,
    metadata: dict[str, Any] | None = None,
    clock: ClockMeta | None = None,
    blocks: dict[int, list[tuple[int, int, int, int]]] | None = None,
    change: Callable[[int, int, dict[str, Any]], None] = lambda *_: None,
) -> Recording:
    """Write a recording in which the players turn and press every key in turn; `change` may edit each row."""
    names = ("Alpha", "Bravo", "Charlie", "Delta")
    header = Header(
        episode=episode,
        type=kind,
        parameters={"speed": 1.5},
        seeds=Seeds(job=1, world=world, episode=seed),
        players=tuple(PlayerMeta(name=name) for name in names[:players]),
        start_time=START_TIME,
        minecraft="1.18.2",
        world=WorldMeta(kind="flat", min_y=-64, height=384),
        versions={"collector": "0"},
    )
    with RecordingWriter(path, header) as writer:
        for tick in range(ticks):
            rows = [_row(tick, player) for player in range(players)]
            for player, row in enumerate(rows):
                change(tick, player, row)
            writer.append(_tick(tick, rows)._replace(blocks=(blocks or {}).get(tick, [])))
        writer.close(Outcome(ok=ok, reason="" if ok else "could not reach the midpoint"), metadata, clock)
    return Recording(path)


def pictures(recording: Recording, player: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> NDArray[np.uint8]:
    """A smooth pattern for each tick, uint8 [ticks, height, width, 3], that moves with the player's yaw."""
    width, height = size
    yaw = recording.player(player)["yaw"].to_numpy()
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    # A turn to the left moves what is seen to the right, as far as in a picture of 70 degrees.
    shift = -(yaw * 45)[:, None, None]
    waves = [
        np.sin((x + shift) / 9 + player),
        np.cos((x + shift) / 14 + y / 11),
        np.sin(y / 8 + player) + np.zeros_like(shift),
    ]
    return (127.5 + 100 * np.stack(waves, -1)).astype(np.uint8)


def draft(
    folder: Path,
    recording: Recording,
    *,
    planes: bool = False,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    encoding: Encoding | None = None,
) -> Draft:
    """The episode with its videos written."""
    result = Draft(folder, recording, *size, view={"fov": 70.0}, encoding=encoding, tags=("synthetic",))
    for player in range(len(recording.meta.players)):
        frames = pictures(recording, player, size)
        with result.video(player) as pictured:
            for frame in frames:
                pictured.write(frame)
        if planes:
            for plane, made in PLANES_OF.items():
                with result.plane(player, plane) as video:
                    for frame in frames:
                        video.write(made(frame))
    return result


def depth_of(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A depth plane that goes with a picture; its brightest pixels are infinitely far."""
    depth = frame[..., 0].astype(np.float32) * 1.7
    depth[frame[..., 0] > 220] = np.inf
    return depth


def segment_of(frame: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """A segment plane that goes with a picture."""
    return frame[..., 1].astype(np.uint16) * 257


def normals_of(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Unit normals that go with a picture; zero where it is brightest."""
    towards = frame.astype(np.float32) - 127.4
    normals = towards / np.linalg.norm(towards, axis=-1, keepdims=True)
    normals[frame[..., 0] > 220] = 0
    return np.asarray(normals, np.float32)


def flow_of(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A flow that goes with a picture; unknown where it is brightest."""
    flow = (frame[..., :2].astype(np.float32) - 128) * 1.37
    flow[frame[..., 0] > 220] = np.nan
    return np.asarray(flow, np.float32)


# Each plane of a picture.
PLANES_OF: dict[str, Callable[[NDArray[np.uint8]], NDArray[Any]]] = {
    "depth": depth_of,
    "segment": segment_of,
    "normals": normals_of,
    "flow": flow_of,
}


def collect(folder: Path, dataset: Path, task: str = "t0", **episodes: dict[str, Any]) -> Published:
    """Play, draw and publish episodes, given by name, in one task."""
    return collect_by(DEFAULT_RULE, folder, dataset, task, episodes)


def collect_by(
    rule: SplitRule, folder: Path, dataset: Path, task: str, episodes: dict[str, dict[str, Any]]
) -> Published:
    """The same with a rule of the split."""
    drafts = []
    for name, options in episodes.items():
        planes = options.pop("planes", False)
        recording = play(folder / f"{name}.recording", episode=name, **options)
        drafts.append(draft(folder / name, recording, planes=planes))
    return publish(dataset, drafts, task=task, rule=rule)


def _row(tick: int, player: int) -> dict[str, Any]:
    row = player_row()
    turn = 0.05 * (1 if player == 0 else -1)
    keys = [key for key in ACTION_KEYS if key != "camera"]
    pressed = keys[(tick + player) % len(keys)]
    return row | {
        "x": 0.1 * tick + player,
        "y": 64.0,
        "yaw": turn * tick,
        "health": 20.0,
        "food": 20,
        "air": 300,
        "alive": True,
        "on_ground": True,
        "eye_height": 1.62,
        "held_item": "stone" if tick % 2 else "",
        "swing": -1,
        "dig_stage": -1,
        f"action.{pressed}": True,
        "action.camera_yaw": turn,
        "action.camera_pitch": 0.01 * ((tick % 3) - 1),
    }


def _tick(tick: int, rows: list[dict[str, Any]]) -> Rows:
    section = Section(0, 4, 0, np.full(4096, 1, "<u2").tobytes(), bytes(128))
    return Rows(
        players=rows,
        clock={"time_of_day": 6000, "age": tick, "rain": 0.0, "thunder": 0.0},
        entities=[],
        blocks=[],
        events=[(None, "phase", {"phase": "start"})] if tick == 0 else [],
        sections=[section] if tick == 0 else [],
    )
