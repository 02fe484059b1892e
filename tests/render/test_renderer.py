from pathlib import Path

import numpy as np
import pytest

from collector.errors import RenderError
from collector.recording import Recording
from collector.render import Renderer, View
from tests.render.scenes import Scene

SMALL = View(width=96, height=64, planes=("rgb", "depth", "segment"), hud=False, hand=False)


def wall(tmp_path: Path) -> Recording:
    """A player looks north at a wall of stone, 4.5 blocks away; at tick 1 a block of it turns to wool."""
    scene = Scene(size=(4, 2, 4), corner=(-2, 3, -2), players=[{"y": 70.0}])
    scene.fill((-20, 60, -6), (20, 78, -5), "stone")
    wool = (0, 71, -5, scene.table.find("red_wool"))
    return scene.record(tmp_path / "wall", 2, lambda tick: {"blocks": [wool] if tick == 1 else []})


def test_depth_is_the_distance_along_the_camera_axis(tmp_path: Path) -> None:
    [frame] = next(Renderer(wall(tmp_path), SMALL).frames())
    middle = frame.planes["depth"][16:48, 8:88]
    # The eye is at z = 0.5 and the wall's face at z = -4.
    np.testing.assert_allclose(middle, 4.5, atol=1e-3)


def test_segments_name_the_blocks_and_changes_show_at_their_tick(tmp_path: Path) -> None:
    renderer = Renderer(wall(tmp_path), SMALL)
    before, after = (
        {renderer.segments[int(i)] for i in np.unique(f.planes["segment"])} for [f] in renderer.frames()
    )
    assert before == {"block:stone"}
    assert after == {"block:stone", "block:red_wool"}


def test_rendering_again_starts_from_the_beginning(tmp_path: Path) -> None:
    renderer = Renderer(wall(tmp_path), SMALL)
    first = [f.planes["rgb"].tobytes() for [f] in renderer.frames()]
    assert first[0] != first[1]
    assert [f.planes["rgb"].tobytes() for [f] in renderer.frames()] == first
    assert [f.planes["rgb"].tobytes() for [f] in renderer.frames([1])] == first[1:]


def test_the_number_of_threads_does_not_matter(tmp_path: Path) -> None:
    recording = wall(tmp_path)
    one, three = (
        [
            {n: p.tobytes() for n, p in f.planes.items()}
            for [f] in Renderer(recording, SMALL, threads=n).frames()
        ]
        for n in (1, 3)
    )
    assert one == three


def test_a_pixel_leads_back_to_the_world_by_depth_and_camera(tmp_path: Path) -> None:
    [frame] = next(Renderer(wall(tmp_path), SMALL).frames())
    row, column = 20, 30
    pixel = np.array([column + 0.5, row + 0.5, 1.0])
    ray = np.linalg.inv(frame.camera.intrinsics) @ pixel * frame.planes["depth"][row, column]
    point = (frame.camera.pose @ [*ray, 1.0])[:3]
    assert point[2] == pytest.approx(-4.0, abs=1e-3)
    assert point[0] < 0.5
    assert point[1] > 71.62


@pytest.mark.parametrize("players", [[], [1], [-1]])
def test_players_that_are_not_there(tmp_path: Path, players: list[int]) -> None:
    with pytest.raises(RenderError, match="players 0 to 0"):
        Renderer(wall(tmp_path), SMALL, players=players)


@pytest.mark.parametrize("ticks", [[2], [1, 0], [-1]])
def test_ticks_that_cannot_be_rendered(tmp_path: Path, ticks: list[int]) -> None:
    with pytest.raises(RenderError, match="ticks 0 to 1"):
        list(Renderer(wall(tmp_path), SMALL).frames(ticks))


def test_bodies_cast_shadows_but_for_the_own_one(tmp_path: Path) -> None:
    down = {"y": 70.0, "pitch": -np.pi / 2}
    scene = Scene(size=(4, 2, 4), corner=(-2, 3, -2), players=[down, {**down, "x": 1.5}])
    scene.fill((-20, 60, -20), (20, 69, 20), "white_concrete")
    recording = scene.record(tmp_path / "floor", 1, lambda _: {})
    [first, _] = next(Renderer(recording, SMALL).frames())
    floor = np.where(
        first.planes["segment"][..., None] == first.planes["segment"][32, 48], first.planes["rgb"], 255
    ).min(axis=2)
    assert floor[28:36, 44:52].min() > 180, "the own shadow is not drawn"
    # Up in the picture is north, so the other player stands at the right.
    assert floor[:, 60:].min() < 150, "the shadow of the other is"
