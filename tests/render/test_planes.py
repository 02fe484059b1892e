"""Normals, flow and the agreement of two players' views, from planes and camera matrices alone."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from collector.render import Camera, Frame, Renderer, View
from tests.render.scenes import Scene, hills

Array = NDArray[np.float64]
GEOMETRY = ("rgb", "depth", "segment", "normals", "flow")
VIEW = View(width=160, height=96, planes=GEOMETRY, hud=False, hand=False)


def village(players: list[dict[str, Any]], **scene: Any) -> Scene:
    """Hills with a few things on them."""
    result = Scene(size=(4, 2, 4), corner=(-2, 3, -2), players=players, **scene)
    result.ground(hills)
    random = np.random.default_rng(0)
    for x, z in random.integers(-14, 14, (40, 2)).tolist():
        result.put(
            x, hills(x, z) + 1, z, str(random.choice(["bricks", "oak_slab", "oak_fence", "white_carpet"]))
        )
    return result


def points(frame: Frame) -> Array:
    """The world point of every pixel, [height, width, 3]."""
    depth = np.where(np.isinf(frame.planes["depth"]), 0, frame.planes["depth"])
    rows, columns = np.mgrid[0 : depth.shape[0], 0 : depth.shape[1]] + 0.5
    rays = np.linalg.inv(frame.camera.intrinsics) @ np.stack(
        [columns.ravel(), rows.ravel(), np.ones(rows.size)]
    )
    seen = np.concatenate([rays * depth.ravel(), np.ones((1, rows.size))])
    return np.asarray((frame.camera.pose @ seen)[:3].T.reshape(*depth.shape, 3))


def project(camera: Camera, world: Array) -> tuple[Array, Array]:
    """Pixels [..., 2] and depths of world points."""
    local = (world - camera.pose[:3, 3]) @ camera.pose[:3, :3]
    pixel, depth = local @ camera.intrinsics.T, local[..., 2]
    return pixel[..., :2] / np.where(depth > 0, depth, np.nan)[..., None], depth


def test_two_players_see_the_same_points(tmp_path: Path) -> None:
    here = {"x": 0.5, "y": 68.0, "z": 9.5, "yaw": 0.1, "pitch": -0.25, "sprinting": True}
    there = {"x": 4.5, "y": 69.0, "z": 7.5, "yaw": 0.5, "pitch": -0.3}
    recording = village([here, there]).record(tmp_path / "village", 8)
    *_, (one, two) = Renderer(recording, VIEW).frames()
    world = points(one)
    pixel, depth = project(two.camera, world)
    place = np.floor(np.nan_to_num(pixel, posinf=-1, neginf=-1)).astype(int)
    bodies = (one.planes["segment"] >= 32768) | np.isinf(one.planes["depth"])
    inside = ~bodies & (depth > 0) & (place >= 0).all(-1) & (place[..., 0] < 160) & (place[..., 1] < 96)
    column, row = place[inside].T
    # The second player's pixel has its own world point; on the plane of the face that it shows, the two rays'
    # points are the same one if the depths are right, wherever in the pixel the first one's point falls.
    normal, other = two.planes["normals"][row, column], points(two)[row, column]
    same = (two.planes["segment"][row, column] == one.planes["segment"][inside]) & (
        (normal * one.planes["normals"][inside]).sum(-1) > 0.999
    )
    eye, first, second, normal = two.camera.pose[:3, 3], world[inside][same], other[same], normal[same]
    ray = first - eye
    t = ((second - eye) * normal).sum(-1) / (ray * normal).sum(-1)
    off = np.linalg.norm(eye + ray * t[:, None] - first, axis=-1)
    visible = off < 0.5  # else another block of the kind stands before it
    assert visible.sum() > 1500
    assert off[visible].max() < 0.02


def test_normals_are_those_of_the_faces(tmp_path: Path) -> None:
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{"pitch": -0.4}])
    scene.ground()
    scene.fill((-4, 64, -5), (4, 70, -5), "stone")
    [frame] = next(Renderer(scene.record(tmp_path / "wall"), VIEW).frames())
    normals = frame.planes["normals"]
    assert normals[20, 80].tolist() == pytest.approx([0, 0, 1])
    assert normals[90, 80].tolist() == pytest.approx([0, 1, 0])
    lengths = np.linalg.norm(normals, axis=-1)
    np.testing.assert_allclose(lengths, np.where(np.isinf(frame.planes["depth"]), 0, 1), atol=1e-5)


def turning(tick: int) -> dict[str, Any]:
    """The first player walks and turns; the second walks past."""
    first = {"x": 0.5 + 0.12 * tick, "z": 6.5 - 0.2 * tick, "yaw": 0.04 * tick, "pitch": -0.2 + 0.01 * tick}
    return {"players": [first, {"x": -3.0 + 0.3 * tick, "z": -2.0, "yaw": -1.2}]}


def test_flow_leads_to_the_same_point_at_the_next_tick(tmp_path: Path) -> None:
    recording = village([{"y": 70.0}, {"y": 66.0}]).record(tmp_path / "walk", 4, turning)
    frames = [first for first, _ in Renderer(recording, VIEW).frames()]
    for now, later in itertools.pairwise(frames):
        rows, columns = np.mgrid[0:96, 0:160] + 0.5
        static = (now.planes["segment"] < 32768) & np.isfinite(now.planes["depth"])
        expected, ahead = project(later.camera, points(now))
        wanted = expected - np.stack([columns, rows], -1)
        flow = now.planes["flow"]
        np.testing.assert_allclose(flow[static & (ahead > 0.01)], wanted[static & (ahead > 0.01)], atol=0.02)
        sky = np.isinf(now.planes["depth"])
        assert np.isfinite(flow[sky]).all()
        assert np.abs(flow[sky]).max() > 1
    assert np.isnan(frames[-1].planes["flow"]).all(), "nothing follows the last tick"


def test_flow_follows_players(tmp_path: Path) -> None:
    recording = village([{"y": 70.0}, {"y": 66.0}]).record(tmp_path / "walk", 3, turning)
    renderer = Renderer(recording, VIEW)
    now, later, _ = (first for first, _ in renderer.frames())
    body = {name: segment for segment, name in renderer.segments.items()}["player:1"]
    seen = now.planes["segment"] == body
    assert seen.sum() > 30
    rows, columns = np.nonzero(seen)
    target = np.stack([columns, rows], -1) + 0.5 + now.planes["flow"][seen]
    inside = (target >= 0).all(-1) & (target[:, 0] < 160) & (target[:, 1] < 96)
    column, row = np.floor(target[inside]).astype(int).T
    # A limb may swing before another, and an edge fall beside the body by a pixel.
    assert (later.planes["segment"][row, column] == body).mean() > 0.85
    static = Renderer(recording, VIEW, players=[0])
    background = points(next(static.frames())[0])
    still, _ = project(later.camera, background[seen])
    assert np.abs(still - target).max() > 3, "the body's own motion is in it"


def test_flow_of_the_hand_is_that_of_its_swing(tmp_path: Path) -> None:
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{}])
    view = VIEW.model_copy(update={"hand": True})
    recording = scene.record(tmp_path / "hand", 4, lambda tick: {"players": [{"swing": max(tick - 2, -1)}]})
    still, swinging = (frames[0] for frames in list(Renderer(recording, view).frames())[:3:2])
    for frame, moves in ((still, False), (swinging, True)):
        hand = frame.planes["segment"] == 1
        assert hand.sum() > 50
        assert (np.abs(frame.planes["flow"][hand]).max() > 0.5) == moves


@pytest.mark.parametrize("plane", ["rgb", "depth", "segment", "normals", "flow"])
def test_hand_and_overlay_can_be_switched_off_in_all_planes(tmp_path: Path, plane: str) -> None:
    recording = village([{"y": 68.0, "pitch": 0.3}]).record(tmp_path / "village", 2)
    bare = View(width=160, height=96, planes=("segment", plane), hud=False, hand=False)
    full = bare.model_copy(update={"hud": True, "hand": True})
    [without], [dressed] = (next(Renderer(recording, view).frames()) for view in (bare, full))
    assert not np.isin(without.planes["segment"], (1, 2)).any()
    changed = without.planes[plane] != dressed.planes[plane]
    covered = np.isin(dressed.planes["segment"], (1, 2))
    assert covered.mean() > 0.05
    changed = changed.any(-1) if changed.ndim == 3 else changed
    # What blends or outlines beside hand and overlay changes no more than a few colours.
    assert (changed & ~covered).mean() < (0.01 if plane == "rgb" else 1e-9)


def test_several_ticks_in_a_launch_give_the_same_bytes(tmp_path: Path) -> None:
    recording = village([{"y": 70.0}, {"y": 66.0}], time_of_day=1000).record(
        tmp_path / "walk",
        5,
        lambda tick: turning(tick) | {"blocks": [(0, 70, 0, 1)] if tick == 3 else []},
    )
    one, many = (
        [
            {name: plane.tobytes() for name, plane in frame.planes.items()}
            for frames in Renderer(recording, VIEW, batch=batch).frames()
            for frame in frames
        ]
        for batch in (1, 4)
    )
    assert one == many


def test_supersampling_smooths_the_colours_and_nothing_else(tmp_path: Path) -> None:
    recording = village([{"y": 70.0}]).record(tmp_path / "village", 2)
    [plain] = next(Renderer(recording, VIEW).frames())
    [smooth] = next(Renderer(recording, VIEW.model_copy(update={"supersampling": 3})).frames())
    for name in ("depth", "segment", "normals"):
        np.testing.assert_array_equal(smooth.planes[name], plain.planes[name])
    rough = [np.abs(np.diff(f.planes["rgb"].astype(int), axis=1)).mean() for f in (plain, smooth)]
    assert rough[1] < 0.97 * rough[0]
    assert abs(int(plain.planes["rgb"].mean()) - int(smooth.planes["rgb"].mean())) <= 2
