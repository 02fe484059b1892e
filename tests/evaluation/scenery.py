"""Evaluation episodes with pictures that show what their recording says: players and blocks as boxes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from collector.dataset import Draft
from collector.quality.measures import column, eyes, on_screen
from collector.recording import Recording
from collector.video.encode import VideoWriter

SIZE = (320, 180)
FOV = 70.0
SKY, GRASS, SKIN, STONE = (120, 170, 255), (90, 120, 50), (130, 60, 40), (120, 120, 120)
Picture = NDArray[np.uint8]


def pictures(recording: Recording, player: int, size: tuple[int, int] = SIZE) -> list[Picture]:
    """A picture for each tick, uint8 [height, width, 3]."""
    tables = [recording.player(index) for index in range(len(recording.meta.players))]
    placed = [row for row in recording.blocks.to_pylist() if row["state"]]
    yaw = column(tables[player], "yaw")
    drawn = []
    for tick in range(recording.meta.ticks):
        picture = _background(float(yaw[tick]), size)
        for row in placed:
            if row["tick"] <= tick:
                middle = np.array([row["x"], row["y"], row["z"]]) + 0.5
                _box(picture, _seen(tables[player], middle, tick, size), (1.0, 1.0), STONE)
        for other, table in enumerate(tables):
            if other != player:
                middle = eyes(table)[tick] - np.array([0.0, 0.72, 0.0])
                _box(picture, _seen(tables[player], middle, tick, size), (0.6, 1.8), SKIN)
        drawn.append(picture)
    return drawn


def draft(folder: Path, recording: Recording, size: tuple[int, int] = SIZE) -> Draft:
    """The episode with its videos."""
    made = Draft(folder, recording, *size, view={"fov": FOV})
    for player in range(len(recording.meta.players)):
        with made.video(player) as video:
            for picture in pictures(recording, player, size):
                video.write(picture)
    return made


def write_video(path: Path, frames: list[Picture]) -> None:
    """A generated video."""
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = frames[0].shape[:2]
    with VideoWriter(path, width, height) as video:
        for frame in frames:
            video.write(frame)


def _background(yaw: float, size: tuple[int, int]) -> Picture:
    """Sky and ground; hills of a hundred shades all around, so that a turn can be seen."""
    width, height = size
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2], picture[height // 2 :] = SKY, GRASS
    focal = height / 2 / np.tan(np.radians(FOV) / 2)
    angle = yaw - np.arctan((np.arange(width) + 0.5 - width / 2) / focal)
    shade = (np.sin(angle * 7) + np.sin(angle * 17 + 1) + np.sin(angle * 41 + 2)) * 12
    band = picture[height // 4 : height // 2 - height // 12]
    band[...] = np.clip(band + shade[None, :, None], 0, 255).astype(np.uint8)
    return picture


def _seen(table: pa.Table, point: NDArray[np.float64], tick: int, size: tuple[int, int]) -> tuple[float, ...]:
    at = on_screen(table, point, FOV, size[0] / size[1])
    return float(at.right[tick]), float(at.up[tick]), float(at.ahead[tick])


def _box(
    picture: Picture, at: tuple[float, ...], blocks: tuple[float, float], colour: tuple[int, int, int]
) -> None:
    right, up, ahead = at
    if ahead < 0.5:
        return
    height, width = picture.shape[:2]
    focal = height / 2 / np.tan(np.radians(FOV) / 2)
    column, row = (1 + right) * width / 2, (1 - up) * height / 2
    half_width, half_height = blocks[0] / 2 * focal / ahead, blocks[1] / 2 * focal / ahead
    left, end = (int(np.clip(value, 0, width)) for value in (column - half_width, column + half_width))
    top, bottom = (int(np.clip(value, 0, height)) for value in (row - half_height, row + half_height))
    picture[top:bottom, left:end] = colour
