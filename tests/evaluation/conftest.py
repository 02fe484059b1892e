"""Small evaluation sets with pictures that show what is recorded, and variants of their videos."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from collector.dataset import publish
from collector.evaluation.build import DATASET, QUESTIONS
from collector.evaluation.evaluate import Sets, open_sets
from collector.evaluation.footage import Picture
from collector.evaluation.sets import ask
from tests.evaluation.scenery import draft, write_video
from tests.evaluation.test_questions import Blocks, Move, ramp, record

TICKS = 200  # enough for all that is asked here
Change = Callable[[list[Picture]], list[Picture]]


def turn(degrees: float) -> Move:
    return lambda tick, player: {"turned": ramp(tick, 50, 8, math.radians(degrees)) if player else 0.0}


def away_and_back(tick: int, player: int) -> dict[str, float]:
    return {} if player else {"turned": ramp(tick, 50, 18, 2.6) - ramp(tick, 120, 18, 2.6)}


def come_closer(tick: int, player: int) -> dict[str, float]:
    walking = float(60 <= tick < 100)
    return {"forward": ramp(tick, 60, 40, 5.0), "action.forward": walking} if player else {}


def build_wall(tick: int, player: int) -> dict[str, float]:
    return {"action.use": float(player == 0 and 60 <= tick < 70)}


WALL: Blocks = {65: [(x, y, 1, 1) for x in (0, 1) for y in (64, 65)]}
EPISODES: dict[str, tuple[str, Move, Blocks | None]] = {
    "left": ("rotationEval", turn(-40), None),
    "right": ("rotationEval", turn(40), None),
    "closer": ("translationEval", come_closer, None),
    "away": ("oneLooksAwayEval", away_and_back, None),
    "wall": ("structureEval", build_wall, WALL),
}


@pytest.fixture(scope="package")
def sets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five episodes of four sets, as `collector evaluate build` leaves them."""
    folder = tmp_path_factory.mktemp("sets")
    drafts = []
    for name, (kind, move, blocks) in EPISODES.items():
        recording = record(folder, kind, move, TICKS, name, blocks)
        drafts.append(draft(folder / name, recording))
    publish(folder / DATASET, drafts, task="sets")
    ask(folder / DATASET, folder / QUESTIONS)
    return folder


@pytest.fixture(scope="package")
def sets(sets_folder: Path) -> Sets:
    return open_sets(sets_folder)


def generate(sets: Sets, folder: Path, change: Change, *, only: str = "") -> Path:
    """Generated videos: the real ones, changed."""
    for episode in sets.dataset.episodes:
        if only in episode.name:
            start = next(one.start for one in sets.questions if one.episode == episode.name)
            for player in range(2):
                clip = sets.dataset.clip(episode, start + 1, episode.ticks - start - 1, players=[player])
                write_video(folder / f"{episode.name}.p{player}.mp4", change(list(clip.frames[0])))
    return folder


def unchanged(frames: list[Picture]) -> list[Picture]:
    return frames


def frozen(frames: list[Picture]) -> list[Picture]:
    return [frames[0]] * len(frames)


def shuffled(frames: list[Picture]) -> list[Picture]:
    order = np.random.default_rng(0).permutation(len(frames))
    return [frames[number] for number in order]


def late(frames: list[Picture]) -> list[Picture]:
    return [frames[0]] * 2 + frames[:-2]
