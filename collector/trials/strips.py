"""Picture strips: some moments of an episode in one small picture, a row for each of two players."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from collector.recording import Recording
from collector.render import Renderer, View

MOMENTS = 6
PLAYERS = 2
WIDTH, HEIGHT = 176, 99  # of one picture
SCALE = 3  # by which it is drawn larger, so that the overlay is small
GAP = 2  # pixels between pictures
QUALITY = 72
MARGIN = 0.04  # of the episode's length that is left out at both ends


def write_strip(recording: Recording, path: Path) -> None:
    """Render moments of the first two players, evenly spread over the episode, into one JPEG.

    Raises:
        RenderError: the recording cannot be drawn.
    """
    players = list(range(min(PLAYERS, len(recording.meta.players))))
    view = View(width=SCALE * WIDTH, height=SCALE * HEIGHT, view_distance=4)
    moments = np.linspace(MARGIN, 1 - MARGIN, MOMENTS) * (recording.meta.ticks - 1)
    ticks = [int(tick) for tick in np.unique(moments.round())]
    sheet = np.full((len(players) * (HEIGHT + GAP) - GAP, len(ticks) * (WIDTH + GAP) - GAP, 3), 255, np.uint8)
    for column, frames in enumerate(Renderer(recording, view, players=players).frames(ticks)):
        for row, frame in enumerate(frames):
            _put(sheet, frame.planes["rgb"], row, column)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).save(path, quality=QUALITY, optimize=True)


def _put(sheet: NDArray[np.uint8], picture: NDArray[np.uint8], row: int, column: int) -> None:
    top, left = row * (HEIGHT + GAP), column * (WIDTH + GAP)
    small = Image.fromarray(picture).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    sheet[top : top + HEIGHT, left : left + WIDTH] = np.asarray(small)
