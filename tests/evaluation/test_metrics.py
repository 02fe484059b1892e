"""Figures without a judge: near-perfect for real videos, clearly worse for spoiled ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import collector.dataset
from collector.dataset import publish
from collector.evaluation.build import DATASET
from collector.evaluation.evaluate import Evaluation, Figures, Sets, measure_videos, summarize, write
from collector.evaluation.footage import SOLARIS_KEYS, SolarisFootage, open_footage
from collector.evaluation.metrics import resemblance
from collector.evaluation.questions import questions
from collector.evaluation.scene import scene_of
from tests.evaluation.conftest import Change, frozen, generate, late, shuffled, unchanged
from tests.evaluation.scenery import draft, write_video
from tests.evaluation.test_questions import ramp, record


def figures(sets: Sets, folder: Path | str) -> dict[str, Figures]:
    episodes, left_out = measure_videos(sets, open_footage(folder, sets.dataset), every=8)
    assert left_out == {}
    return summarize(episodes)


@pytest.fixture(scope="module")
def real(sets: Sets) -> dict[str, Figures]:
    return figures(sets, sets.dataset.url)


def test_real_videos_are_perfect(real: dict[str, Figures]) -> None:
    assert real["rotationEval"].episodes == 2
    for kind, found in real.items():
        assert (found.psnr, found.ssim, found.cross_view) == (100.0, 1.0, 1.0), kind
    for kind in ("rotationEval", "oneLooksAwayEval"):
        assert real[kind].following == 1.0
        assert real[kind].late == 0.0
        error = real[kind].turn_error
        assert error is not None
        assert error < 1.0
    assert real["translationEval"].following is None, "nobody turns"


def test_videos_that_are_coded_once_more_are_nearly_perfect(sets: Sets, tmp_path: Path) -> None:
    found = figures(sets, generate(sets, tmp_path, unchanged))
    for one in found.values():
        assert one.psnr > 30
        assert one.ssim > 0.95
        assert one.cross_view == 1.0
    assert found["rotationEval"].following == 1.0


@pytest.mark.parametrize("spoil", [frozen, shuffled, late])
def test_spoiled_videos_are_clearly_worse(
    sets: Sets, real: dict[str, Figures], tmp_path: Path, spoil: Change
) -> None:
    found = figures(sets, generate(sets, tmp_path, spoil))
    for kind in ("rotationEval", "oneLooksAwayEval"):
        good, bad = real[kind], found[kind]
        assert bad.psnr < good.psnr - 40
        assert bad.ssim < good.ssim
        assert bad.following is not None
        assert good.turn_error is not None
        assert bad.turn_error is not None
        assert bad.turn_error > 2 * good.turn_error + 0.5
        if spoil is late:
            assert bad.late == 1.0
        else:
            assert bad.following < 0.7
    seen = found["rotationEval"].cross_view
    assert seen is not None
    assert spoil is late or seen < 0.9


def test_a_player_who_is_not_there_breaks_the_cross_view(sets: Sets, tmp_path: Path) -> None:
    """One of two videos is empty ground and sky: what the two show is not one world."""
    folder = generate(sets, tmp_path, unchanged, only="closer")
    frames = [np.full((180, 320, 3), 90, np.uint8)] * 150
    write_video(folder / "closer.p0.mp4", frames)
    episodes, _ = measure_videos(sets, open_footage(folder, sets.dataset))
    (closer,) = episodes
    assert closer.cross_view == 0.0


def stand_apart(tick: int, player: int) -> dict[str, float]:
    """The second and the third player stand to both sides of where the first looks; the third looks about."""
    turned = ramp(tick, 60, 8, 0.05) if player == 2 else 0.0
    return {"right": (0.0, 1.5, -1.5)[player], "turned": turned}


@pytest.mark.parametrize("covered", ["nobody", "third"])
def test_every_one_of_three_players_counts(tmp_path: Path, covered: str) -> None:
    recording = record(tmp_path, "groupLookEval", stand_apart, 100, "three", players=3)
    publish(tmp_path / DATASET, [draft(tmp_path / "w", recording)], task="t")
    dataset = collector.dataset.open(tmp_path / DATASET)
    start = scene_of(dataset, dataset.episodes[0]).start
    frames = dataset.clip("three", start + 1, 40).frames.copy()
    middle = frames.shape[3] // 2
    # The first looks north and the others face him, so their right is his left.
    sides = {"nobody": slice(0, 0), "third": slice(middle + 10, None)}
    frames[0, :, :, sides[covered]] = 90
    for player in range(3):
        write_video(tmp_path / f"v/three.p{player}.mp4", list(frames[player]))
    footage = open_footage(tmp_path / "v", dataset)
    asked = Sets(dataset, questions(dataset, dataset.episodes[0]))
    ((three,), left_out) = measure_videos(asked, footage)
    assert left_out == {}
    assert list(three.videos) == ["Alpha", "Bravo", "Charlie"]
    assert three.cross_view == (1.0 if covered == "nobody" else 0.0)


def test_what_the_trainer_of_solaris_writes_is_read(sets: Sets, tmp_path: Path) -> None:
    """Both players in one video, real ones to the left, cut to 352 rows of 360."""
    names = sorted(one.name for one in sets.dataset.filter(types=["rotationEval"]).episodes)
    for number, name in enumerate(names):
        start = next(one.start for one in sets.questions if one.episode == name)
        clip = sets.dataset.clip(name, start + 1, 120, size=(176, 320))
        views = np.concatenate(list(clip.frames), axis=1)
        both = np.concatenate([np.zeros_like(views), views], axis=2)
        folder = tmp_path / f"step_1_eval_{SOLARIS_KEYS['rotationEval']}"
        write_video(folder / f"video_{number}_side_by_side.mp4", list(both))
    footage = open_footage(tmp_path, sets.dataset)
    assert isinstance(footage, SolarisFootage)
    episodes, left_out = measure_videos(sets, footage)
    assert {one.episode for one in episodes} == set(names)
    assert set(left_out.values()) == {"there is no video of it"}
    found = summarize(episodes)["rotationEval"]
    assert found.psnr > 30
    assert (found.following, found.late, found.cross_view) == (1.0, 0.0, 1.0)


def test_resemblance() -> None:
    random = np.random.default_rng(0)
    one = random.integers(0, 255, (20, 10, 3), np.uint8)
    assert resemblance(one, one) == pytest.approx(1)
    assert resemblance(255 - one, one) == pytest.approx(-1)
    assert abs(resemblance(random.integers(0, 255, (20, 10, 3), np.uint8), one)) < 0.3
    assert resemblance(np.full((20, 10, 3), 9, np.uint8), one) == 0


def test_the_report_is_written(sets: Sets, tmp_path: Path) -> None:
    path = write(Evaluation(videos="here", sets="there"), tmp_path / "score")
    assert Evaluation.model_validate_json(path.read_bytes()).videos == "here"
