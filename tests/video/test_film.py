"""What is filmed has its cameras beside its rows, and every plane that was asked for."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import av
import numpy as np
import pytest

from bots.geometry import Cell
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from collector.quality.measures import eyes
from collector.quality.report import measure
from collector.recording import Recording
from collector.render import Renderer, View
from collector.video.film import film_player
from collector.video.planes import FORMS
from tests.scripted import publish, record

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


def face_a_wall(player: Player, scene: Scene) -> Script[None]:
    """Stone comes between two who look at each other at tick 4, glass at tick 8; then Bravo turns around."""
    west, ground = scene.players[0].cell, scene.players[0].cell.y
    for tick in range(16):
        if player.index == 0 and tick in (4, 8):
            for y, z in itertools.product(range(ground, ground + 4), range(west.z - 3, west.z + 4)):
                scene.set_block(Cell(west.x + 4, y, z), "stone" if tick == 4 else "glass")
        if player.index == 1 and tick == 12:
            player.turn(math.pi, 0.0)
        yield


def test_rows_say_how_many_pixels_show_whom(tmp_path: Path) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        if player.index == 0:
            here = player.position
            scene.teleport(player, here, -math.pi / 2)
            scene.teleport(scene.players[1], here.plus(8, 0, 0), math.pi / 2)
        yield from wait(4)
        yield from face_a_wall(player, scene)

    recording = record(tmp_path / "r", script, players=2, world="flat")
    view = VIEW.model_copy(update={"planes": ("rgb", "segment")})
    dataset = publish(tmp_path, recording, view)
    episode = dataset.episodes[0]
    ids = {name: int(number) for number, name in dataset.card(episode).view["segments"].items()}
    segment = dataset.clip(episode, 0, episode.ticks, planes=["segment"]).planes["segment"]
    for player in (0, 1):
        pixels = np.array(dataset.rows(episode, player).table["visible"].to_pylist())
        drawn = [(segment[player] == ids[f"player:{other}"]).sum(axis=(1, 2)) for other in (0, 1)]
        assert np.array_equal(pixels, np.stack(drawn, 1))
    (one,) = measure(dataset).episodes
    seen = {pair: "".join(key for key, _ in itertools.groupby(ticks)) for pair, ticks in one.timeline.items()}
    assert seen == {"Alpha sees Bravo": "101", "Bravo sees Alpha": "1010"}


def test_views_without_the_segment_plane_are_counted_too(recording: Recording, tmp_path: Path) -> None:
    dataset = publish(tmp_path, recording, VIEW)
    assert dataset.rows(dataset.episodes[0], 0).planes == ("rgb",)
    assert "visible" in dataset.rows(dataset.episodes[0], 0).table.column_names


def test_one_player_is_filmed_into_a_file_for_each_plane(recording: Recording, tmp_path: Path) -> None:
    view = VIEW.model_copy(update={"planes": ("rgb", "normals")})
    files = film_player(recording, 0, view, tmp_path / "v.mp4")
    assert [file.name for file in files] == ["v.mp4", "v.normals.mov"]
    for file in files:
        with av.open(file) as container:
            assert sum(1 for _ in container.decode(video=0)) == recording.meta.ticks
