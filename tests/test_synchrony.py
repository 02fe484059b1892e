"""Pictures and actions are in step, measured in the published videos by image registration alone."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.aiming import point_to_place
from bots.skills.building import equip
from bots.skills.looking import look_at
from collector import dataset
from collector.quality.registration import turns
from collector.render import View
from collector.video.encode import Encoding
from tests.scripted import publish, record

PLAYERS = 3
VIEW = View(width=320, height=180, view_distance=4)
SMALLEST_TURN = 1.0  # degrees a tick; well above the step of the registration


ROUND = 36  # ticks
STEP_AT = 18  # tick of a round; everybody steps at once, so that nothing moves in any view before


def turns_and_steps(player: Player, scene: Scene) -> Script[None]:
    """In every round turn at a speed of one's own, stand still, walk a little, and stand still again."""
    for start in range(0, 6 * ROUND, ROUND):
        yield from wait(player.rng.randint(2, 5))
        speed = math.radians(player.rng.uniform(SMALLEST_TURN, 8)) * player.rng.choice((-1, 1))
        for _ in range(player.rng.randint(3, 8)):
            player.turn(speed, 0.0)
            yield
        yield from wait(start + STEP_AT - scene.tick)
        for _ in range(4):
            player.hold(player.rng.choice(("forward", "left", "right")))
            yield
        yield from wait(start + ROUND - scene.tick)  # friction ends the walk


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dataset.Dataset:
    folder = tmp_path_factory.mktemp("synchrony")
    return publish(folder, record(folder / "trial", turns_and_steps, players=PLAYERS), VIEW)


def measured(published: dataset.Dataset, player: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Degrees of yaw between each frame and the next: by the action rows, and by the pixels."""
    (episode,) = published.episodes
    clip = published.clip(episode, start=0, length=episode.ticks, players=[player])
    return np.asarray(clip.actions[0, :-1, -2], np.float64), turns(clip.frames[0], VIEW.fov)


@pytest.mark.parametrize("player", range(PLAYERS))
def test_the_picture_turns_one_frame_after_the_row_says_so(published: dataset.Dataset, player: int) -> None:
    said, seen = measured(published, player)
    turning = np.abs(said) > SMALLEST_TURN / 2
    assert turning.sum() >= 20
    agreement = np.mean(np.sign(said[turning]) == np.sign(seen[turning]))
    assert agreement >= 0.99
    assert np.abs(said - seen)[turning].max() < 1.5
    lags = range(-3, 4)
    fit = [np.sum(said[3:-3] * seen[3 + lag : len(seen) - 3 + lag]) for lag in lags]
    assert lags[int(np.argmax(fit))] == 0
    onsets = [i for i in range(1, len(said)) if turning[i] and not turning[i - 1]]
    for onset in onsets:
        assert seen[onset - 1] == 0, "the picture moved before the action"
        assert seen[onset] != 0, "the picture moved after its frame"


@pytest.mark.parametrize("player", range(PLAYERS))
def test_a_step_shows_one_frame_after_its_key(published: dataset.Dataset, player: int) -> None:
    (episode,) = published.episodes
    clip = published.clip(episode, start=0, length=episode.ticks, players=[player])
    keys = np.asarray(clip.actions[0][:, 11:15].any(axis=1))
    looked = clip.frames[0, :, : int(VIEW.height * 0.68)].astype(np.int16)
    change = np.abs(np.diff(looked, axis=0)).mean(axis=(1, 2, 3))
    presses = [i for i in range(2, len(keys)) if keys[i] and not keys[i - 2 : i].any()]
    assert len(presses) == 6
    rows = published.rows(episode, player).table
    moved = np.hypot(np.diff(rows["x"].to_numpy()), np.diff(rows["z"].to_numpy())) > 0.05  # not into a wall
    # A new key frame changes a still picture as much as the first tenth of a block of a step does.
    judged = [press for press in presses if moved[press] and press % Encoding().gop]
    assert len(judged) >= 3
    assert all(change[press] > 3 * change[press - 1] for press in judged)


def place_one_block(player: Player, scene: Scene) -> Script[None]:
    """The first player puts a block before its feet; all look there and hold still around that moment."""
    first = scene.players[0]
    toward = scene.middle.minus(first.position)
    ahead = 2.5 / math.hypot(toward.x, toward.z)
    cell = first.position.plus(toward.x * ahead, 0.01, toward.z * ahead).cell()
    if player is first:
        scene.give(player, "bricks", 1, 0)
        yield  # the item is given in this tick
        yield from equip(player, "bricks")
    yield from look_at(player, point_to_place(player, cell) if player is first else cell.centre())
    yield from wait(60 - scene.tick)
    if player is first:
        player.use()
    yield from wait(20)


def test_a_placed_block_shows_in_all_views_at_the_same_frame(tmp_path: Path) -> None:
    recording = record(tmp_path / "trial", place_one_block, players=PLAYERS, world="flat")
    (placed,) = recording.blocks["tick"].to_pylist()
    data = publish(tmp_path, recording, VIEW)
    (episode,) = data.episodes
    for player in range(PLAYERS):
        frames = data.clip(episode, start=placed - 4, length=9, players=[player]).frames[0]
        assert int(np.argmax(patch_changes(frames))) == 3, f"player {player}"


def patch_changes(frames: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much the most changed 10x10 patch above the hotbar changes from each frame to the next."""
    looked = frames[:, :120].astype(np.float64)
    patches = np.abs(np.diff(looked, axis=0)).reshape(-1, 12, 10, 32, 10, 3).mean(axis=(2, 4, 5))
    return np.asarray(patches.max(axis=(1, 2)))
