from pathlib import Path

import numpy as np

from collector.render import Renderer, View
from tests.render.scenes import Scene

VIEW = View(width=64, height=64, planes=("rgb", "depth"), hud=False, hand=False)
# Things larger than their cell: a banner (two high), a dragon's head, a wall torch, shifted grass.
THINGS: tuple[tuple[int, int, int, str, dict[str, str]], ...] = (
    (0, 64, -3, "red_banner", {}),
    (-2, 64, -4, "dragon_head", {}),
    (2, 65, -4, "wall_torch", {"facing": "north"}),
    (1, 64, -3, "grass", {}),
)


def ground() -> Scene:
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{}])
    scene.ground()
    return scene


def test_models_reach_out_of_cells_that_change_as_if_they_had_always_been_there(tmp_path: Path) -> None:
    there, placed = ground(), ground()
    changes = []
    for x, y, z, name, properties in THINGS:
        there.put(x, y, z, name, **properties)
        changes.append((x, y, z, there.table.find(name, **properties)))
    removed = [(x, y, z, 0) for x, y, z, _ in changes]
    script = {1: changes, 2: removed}
    [expected] = next(Renderer(there.record(tmp_path / "there"), VIEW).frames())
    recording = placed.record(tmp_path / "placed", 3, lambda tick: {"blocks": script.get(tick, [])})
    before, now, after = (frame for [frame] in Renderer(recording, VIEW).frames())
    for plane in VIEW.planes:
        np.testing.assert_array_equal(now.planes[plane], expected.planes[plane])
        np.testing.assert_array_equal(after.planes[plane], before.planes[plane])
    assert (now.planes["depth"] != before.planes["depth"]).mean() > 0.05


def test_the_upper_half_of_a_banner_is_seen_from_the_cells_beside_it(tmp_path: Path) -> None:
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{"y": 63.9}])
    scene.put(0, 64, -4, "red_banner")
    [frame] = next(Renderer(scene.record(tmp_path / "banner"), VIEW).frames())
    # The eye is at 65.52, so that level rays pass through the empty cell above the banner's own.
    assert np.isfinite(frame.planes["depth"][28:32, 32]).all()


def ditch(path: Path, plants: range) -> tuple[np.ndarray, np.ndarray]:
    """The depth of a ditch with ferns on both sides, and where its water is seen."""
    view = View(width=96, height=64, planes=("depth", "segment"), hud=False, hand=False)
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{"y": 63.0, "pitch": -0.5}])
    scene.fill((-6, 61, -8), (6, 61, -2), "stone")
    scene.fill((-6, 62, -4), (6, 62, -4), "water")
    for x in plants:
        scene.put(x, 62, -3, "fern")
        scene.put(x, 62, -5, "fern")
    renderer = Renderer(scene.record(path), view)
    [frame] = next(renderer.frames())
    names = np.array([renderer.segments[int(i)] for i in frame.planes["segment"].ravel()])
    return frame.planes["depth"], (names == "block:water").reshape(view.height, view.width)


def test_water_that_plants_reach_into_stays_where_it_is(tmp_path: Path) -> None:
    (bare, wet), (grown, still_wet) = ditch(tmp_path / "bare", range(0)), ditch(tmp_path / "g", range(-4, 5))
    assert (wet & still_wet).mean() > 0.02
    assert (wet & ~still_wet).mean() > 0.01
    # Nothing is seen through the water's surface: plants are before it or not seen.
    assert (grown[wet] <= bare[wet] * (1 + 1e-5)).all()
    np.testing.assert_allclose(grown[wet & still_wet], bare[wet & still_wet], rtol=1e-5)
