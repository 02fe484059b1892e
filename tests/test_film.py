"""What is filmed has its cameras beside its rows, and every plane that was asked for."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from bots.player import Player
from bots.scene import Scene
from bots.script import Script
from collector.film import film_player
from collector.planes import FORMS
from collector.quality.measures import eyes
from collector.recording import Recording
from collector.render import Renderer, View
from tests.trials import publish, record

VIEW = View(width=64, height=64, view_distance=2)


def turn(player: Player, scene: Scene) -> Script[None]:
    for _ in range(3):
        player.turn(0.2, 0.1)
        yield


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(tmp_path_factory.mktemp("film") / "r", turn, players=2, world="flat")


def test_every_row_has_the_camera_of_its_picture(recording: Recording, tmp_path: Path) -> None:
    dataset = publish(tmp_path, recording, VIEW)
    table = dataset.rows(dataset.episodes[0], 0).table
    poses = np.array(table["camera.pose"].to_pylist()).reshape(-1, 3, 4)
    cameras = [frame.camera for (frame,) in Renderer(recording, VIEW, players=[0]).frames()]
    assert np.allclose(poses, [camera.pose[:3] for camera in cameras], atol=1e-3)
    assert np.allclose(table["camera.fy"], [camera.intrinsics[1, 1] for camera in cameras])
    assert np.allclose(table["camera.cx"], 32)
    assert np.allclose(poses[:, :, 3], eyes(table), atol=1e-3)
    assert dataset.card(dataset.episodes[0]).view["stand_ins"] == {}, "all of it has a model"


def test_all_planes_of_a_view_are_filmed(recording: Recording, tmp_path: Path) -> None:
    view = VIEW.model_copy(update={"planes": ("rgb", *FORMS)})
    dataset = publish(tmp_path, recording, view)
    ticks = dataset.episodes[0].ticks
    clip = dataset.clip(dataset.episodes[0], 0, ticks, players=[1], planes=list(FORMS))
    drawn = [frame.planes for (frame,) in Renderer(recording, view, players=[1]).frames()]
    for plane, form in FORMS.items():
        expected = [form.restore(form.pack(planes[plane])) for planes in drawn]
        assert np.array_equal(clip.planes[plane][0], expected, equal_nan=True), plane
    assert np.nanmax(np.abs(clip.planes["flow"])) > 1, "turns move what is seen"
    assert (np.linalg.norm(clip.planes["normals"], axis=-1) > 0.99).any()


def test_one_player_is_filmed_into_a_file_for_each_plane(recording: Recording, tmp_path: Path) -> None:
    view = VIEW.model_copy(update={"planes": ("rgb", "normals")})
    files = film_player(recording, 0, view, tmp_path / "v.mp4")
    assert [file.name for file in files] == ["v.mp4", "v.normals.mov"]
    for file in files:
        with av.open(file) as container:
            assert sum(1 for _ in container.decode(video=0)) == recording.meta.ticks
