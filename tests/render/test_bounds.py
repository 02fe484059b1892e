"""Rays from everywhere: the CPU kernels do not check indices, so run them in Warp's checking mode."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.render.scenes import Scene, hills

PLACES = [
    *[
        {"x": x, "z": z, "y": y}
        for x in (-31.9, 0.5, 31.9)
        for z in (-31.9, 31.9)
        for y in (50.0, 66.0, 90.0)
    ],
    {"x": 80.0, "y": 70.0},
    {"x": -32.0, "z": -32.0},
    {"y": -100.0},
    {"y": 400.0},
]
CHECKED = """
import sys
import warp
warp.config.mode = "debug"
import numpy as np
from collector.recording import Recording
from collector.render import Renderer, View
view = View(width=64, height=64, planes=("rgb", "depth"), view_distance=4)
frames = [frame for tick in Renderer(Recording(sys.argv[1]), view).frames() for frame in tick]
assert not any(np.isnan(frame.planes["depth"]).any() for frame in frames)
print("frames", len(frames))
"""


@pytest.mark.slow
def test_no_ray_reads_beside_an_array(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    places = [{**place, "yaw": random.uniform(-4, 4), "pitch": random.uniform(-1.5, 1.5)} for place in PLACES]
    scene = Scene(size=(4, 3, 4), corner=(-2, 3, -2), players=[{}])
    scene.ground(hills)
    scene.fill((-32, 60, -32), (31, 62, -28), "water")
    scene.tree(5, 70, 5)
    digs = [{"dig_x": -40 + i, "dig_y": 63, "dig_z": 0, "dig_stage": i % 10} for i in range(len(places))]
    script = [{"players": [{**place, **dig}]} for place, dig in zip(places, digs, strict=True)]
    recording = scene.record(tmp_path / "edges", len(places), lambda tick: script[tick])
    done = subprocess.run(
        [sys.executable, "-c", CHECKED, str(recording.path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"frames {len(places)}" in done.stdout
