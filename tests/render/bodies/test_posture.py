"""Bodies that lie, swim and sit: where head and feet are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from collector.recording import Recording
from collector.render import Renderer, View
from collector.render.bodies.boxes import Skeleton, Texture
from collector.render.bodies.person import Motion, person, person_pose
from collector.render.bodies.posture import glided, in_bed, posture, stretched
from collector.render.kernel.render import HAND
from tests.render.scenes import Scene

BODY = Skeleton(person(slim=False), Texture(0, 64))
FACE = np.array([0, 0.25, -0.25])  # of the head, in its own space
POSES = ("standing", "swimming")
BARE = View(width=96, height=96, planes=("rgb", "segment"), hud=False, hand=False)


def spot(motion: Motion, bone: str, at: tuple[float, float, float] | np.ndarray = (0, 0, 0)) -> np.ndarray:
    """Where a point of a bone is in the body's space, feet at the origin, looking north."""
    return np.asarray((BODY.bone_matrix(bone, person_pose(motion)) @ [*at, 1])[:3])


@pytest.mark.parametrize(
    ("facing", "way"), [("north", (0, -1)), ("south", (0, 1)), ("east", (1, 0)), ("west", (-1, 0))]
)
def test_who_sleeps_lies_on_their_back_with_the_head_on_the_pillow(facing: str, way: tuple[int, int]) -> None:
    place = in_bed(facing, 0.3)
    still = Motion(age=0.0)
    head, nose, foot = (
        (place @ [*spot(still, bone, at), 1])[:3]
        for bone, at in (("head", (0, 0.25, 0)), ("head", FACE), ("right_leg", (0, -0.75, 0)))
    )
    assert nose[1] > head[1] + 0.2, "the face looks up"
    along = np.array([way[0], 0, way[1]])
    assert abs(head @ along) < 0.5, "the head is over the block of the pillow"
    assert -1.6 < foot @ along < -1.4, "the feet are over the other"
    assert np.linalg.norm(np.cross(foot, along)) < 0.3


def test_a_swimmer_lies_ahead_of_its_feet_and_strokes_with_its_arms() -> None:
    place = stretched(1.0, prone=True, pitch=0.0)
    motion = Motion(age=0.0, prone=True, afloat=1.0)
    head, feet = ((place @ [*spot(motion, bone), 1])[:3] for bone in ("head", "right_leg"))
    assert head[2] < feet[2] - 0.7
    assert abs(head[1] - feet[1]) < 0.1
    assert 0.2 < head[1] < 0.6
    hands = [
        (place @ [*spot(Motion(age=0.0, prone=True, afloat=1.0, stride=s), "right_arm", (0, -0.7, 0)), 1])[:3]
        for s in (0.0, 13.9, 24.0)
    ]
    assert hands[0][2] < head[2] - 0.4, "ahead"
    assert hands[1][0] > hands[0][0] + 0.5, "out to the side"
    assert hands[2][2] < head[2], "ahead again"


def test_a_swimmer_that_looks_down_dives() -> None:
    steep, level = (stretched(1.0, prone=True, pitch=p)[:3, :3] @ [0, 1, 0] for p in (-0.8, 0.0))
    assert level == pytest.approx([0, 0, -1], abs=1e-9)
    assert steep[1] == pytest.approx(-np.sin(0.8))


def test_who_sits_has_the_legs_ahead() -> None:
    knees = {
        bone: spot(Motion(age=0.0, riding=True), bone, (0, -0.7, 0)) for bone in ("right_leg", "left_leg")
    }
    for foot in knees.values():
        assert foot[2] < -0.6
        assert foot[1] > 0.6
    assert knees["right_leg"][0] > 0.2 > -0.2 > knees["left_leg"][0], "apart"


def test_a_body_comes_to_lie_in_the_water_bit_by_bit() -> None:
    held = posture(np.array(["standing"] * 3 + ["swimming"] * 15 + ["standing"] * 15, object))
    assert held.afloat[2] == 0
    assert held.afloat[3] == pytest.approx(0.09)
    assert held.afloat[17] == 1
    assert held.afloat[-1] == 0
    assert not held.gliding.any()
    flying = posture(np.array(["fall_flying"] * 12, object)).gliding
    assert glided(flying[-1], 0.0)[:3, :3] @ [0, 1, 0] == pytest.approx([0, 0, -1], abs=1e-9)


def test_recordings_without_poses_and_vehicles_are_drawn_standing(tmp_path: Path) -> None:
    scene = Scene(
        size=(2, 2, 2), corner=(-1, 3, -1), players=[{"z": 4.5, "pitch": -0.2}, {"pose": "standing"}]
    )
    recording = scene.record(tmp_path / "new")
    [now, _] = next(Renderer(recording, BARE).frames())
    rows = tmp_path / "new" / "players.parquet"
    pq.write_table(pq.read_table(rows).drop_columns(["pose", "vehicle"]), rows)
    meta = json.loads((tmp_path / "new" / "meta.json").read_text())
    meta["files"]["players.parquet"]["bytes"] = rows.stat().st_size
    (tmp_path / "new" / "meta.json").write_text(json.dumps(meta))
    [then, _] = next(Renderer(Recording(tmp_path / "new"), BARE).frames())
    assert np.array_equal(now.planes["rgb"], then.planes["rgb"])


def test_who_swims_is_seen_low_over_the_ground(tmp_path: Path) -> None:
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{"z": 4.5, "pitch": -0.2}, {"yaw": 1.6}])
    recording = scene.record(tmp_path / "swim", 13, lambda tick: {"players": [{}, {"pose": POSES[tick > 0]}]})
    renderer = Renderer(recording, BARE, players=[0])
    number = next(n for n, name in renderer.segments.items() if name == "player:1")
    tall, low = (np.ptp(np.nonzero(f.planes["segment"] == number)[0]) for [f] in renderer.frames([0, 12]))
    assert tall > 2 * low > 0


def test_who_sleeps_sees_their_feet_from_over_the_pillow(tmp_path: Path) -> None:
    scene = Scene(
        size=(2, 2, 2), corner=(-1, 3, -1), players=[{"y": 64.6875, "yaw": 2.0, "pose": "sleeping"}]
    )
    scene.put(0, 64, 0, "red_bed", facing="west", part="head")
    [frame] = next(Renderer(scene.record(tmp_path / "bed"), BARE).frames())
    assert frame.camera.pose[:3, 2] == pytest.approx([1, 0, 0], abs=1e-6)
    assert frame.camera.pose[1, 3] == pytest.approx(64.6875 + 1.62 + 0.3, abs=1e-6)


def test_who_sleeps_has_no_hand_and_ever_less_light(tmp_path: Path) -> None:
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{"pose": "sleeping"}])
    scene.fill((-16, 62, -16), (15, 63, 15), "white_concrete")
    view = View(width=96, height=96, planes=("rgb", "segment"))
    frames = [
        f.planes for [f] in Renderer(scene.record(tmp_path / "doze", 120), view).frames([0, 30, 100, 119])
    ]
    assert not (frames[0]["segment"] == HAND).any()
    light = [float(planes["rgb"].mean()) for planes in frames]
    assert light[0] > 1.2 * light[1] > 2 * light[2]
    assert light[3] == light[2]
