"""Particles, weather, the moving hand, screens, stand-ins."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collector.render import Renderer, View
from collector.render.assets.files import assets_of
from collector.render.bodies.grip import grip
from collector.render.gaze import hurt_roll
from collector.render.overlay.screens import places
from collector.render.tracks import Tracks
from tests.render.scenes import Scene

BARE = View(width=128, height=96, planes=("rgb", "depth", "segment"), hud=False, hand=False)
PARTICLE = 3


def stage(**scene: Any) -> Scene:
    result = Scene(size=(4, 2, 4), corner=(-2, 3, -2), players=[{"pitch": -0.3}], **scene)
    result.ground()
    return result


def test_a_broken_block_bursts_and_the_pieces_vanish(tmp_path: Path) -> None:
    scene = stage()
    scene.put(0, 64, -3, "stone")
    dig = {"dig_x": 0, "dig_y": 64, "dig_z": -3, "dig_stage": 9, "action.attack": True}
    script: list[dict[str, Any]] = [{"players": [dig]}] * 2 + [{"blocks": [(0, 64, -3, 0)]}] + [{}] * 45
    recording = scene.record(tmp_path / "dig", len(script), script.__getitem__)
    shares = [float((f.planes["segment"] == PARTICLE).mean()) for [f] in Renderer(recording, BARE).frames()]
    assert shares[2] > 0.02
    assert shares[2] > 5 * shares[1] > 0, "chips fly while it is dug"
    assert shares[-1] == 0
    [again] = next(Renderer(recording, BARE).frames([10]))
    assert float((again.planes["segment"] == PARTICLE).mean()) == shares[10], "whatever was drawn before"


def test_a_block_that_nobody_breaks_does_not_burst(tmp_path: Path) -> None:
    scene = stage()
    scene.put(0, 64, -3, "stone")
    recording = scene.record(tmp_path / "gone", 2, lambda tick: {"blocks": [(0, 64, -3, 0)] if tick else []})
    assert all((f.planes["segment"] != PARTICLE).all() for [f] in Renderer(recording, BARE).frames())


def test_rain_falls_where_it_rains_and_snow_where_it_is_cold(tmp_path: Path) -> None:
    biomes = [biome["name"] for biome in stage().table._assets.table("biomes")]
    pictures = []
    for name in ("plains", "snowy_plains", "desert"):
        scene = stage(rain=1.0, biome=biomes.index(name))
        scene.players[0]["pitch"] = 0.4
        [frame] = next(Renderer(scene.record(tmp_path / name), BARE).frames())
        pictures.append(frame.planes["rgb"].astype(int))
    # The upper half is sky, which is smooth but for what falls and the edges of clouds.
    rain, snow, none = (float((np.abs(np.diff(p[:48], axis=1)).max(-1) > 10).mean()) for p in pictures)
    assert rain > 3 * none
    assert snow > 3 * none


def test_no_rain_falls_under_a_roof(tmp_path: Path) -> None:
    pictures = []
    for rain in (0.0, 1.0):
        scene = stage(rain=rain, time_of_day=6000)
        scene.fill((-16, 68, -16), (15, 68, 15), "stone")
        scene.fill((-16, 64, -12), (15, 68, -12), "stone")
        [frame] = next(Renderer(scene.record(tmp_path / f"roof{rain}"), BARE).frames())
        pictures.append(frame.planes["rgb"].astype(int))
    steps = [np.abs(np.diff(p[10:40], axis=1)).max(-1).mean() for p in pictures]
    assert steps[1] <= steps[0] + 0.5


def test_the_hand_goes_down_and_comes_up_with_the_new_item(tmp_path: Path) -> None:
    items = ["", "", "torch", "torch", "torch", "torch", "torch", "torch", "torch", "torch"]
    script = [{"players": [{"held_item": item}]} for item in items]
    hand = grip(Tracks(stage().record(tmp_path / "hand", len(items), script.__getitem__)), 0)
    assert hand.stack[2].name == ""
    assert hand.height[2] == pytest.approx(0.6)
    assert hand.height.min() < 0.1
    assert hand.stack[-1].name == "torch"
    assert hand.height[-1] == pytest.approx(1.0)


def test_a_hit_tilts_the_view_and_sprinting_widens_it(tmp_path: Path) -> None:
    script = [{"players": [{"hurt": hurt, "sprinting": hurt == 0}]} for hurt in (8, 5, 0, 0, 0, 0, 0)]
    frames = [f for [f] in Renderer(stage().record(tmp_path / "hit", 7, script.__getitem__), BARE).frames()]
    right = frames[0].camera.pose[:3, 0]
    assert abs(right[1]) == pytest.approx(np.sin(np.radians(hurt_roll(8))) * np.cos(0.3), abs=0.001)
    focal = [frame.camera.intrinsics[1, 1] for frame in frames]
    wide = 48 / np.tan(np.radians(70 * 1.15) / 2)
    assert focal[0] == pytest.approx(48 / np.tan(np.radians(35)))
    assert focal[-1] == pytest.approx(wide, rel=0.01)


def test_bobbing_is_off_unless_it_is_asked_for(tmp_path: Path) -> None:
    script = [{"players": [{"z": 0.5 - 0.2 * tick, "vz": -0.12}]} for tick in range(8)]
    recording = stage().record(tmp_path / "walk", 8, script.__getitem__)
    steady, bobbing = (
        [f.camera.pose[:3, 3] for [f] in Renderer(recording, view).frames()]
        for view in (BARE, BARE.model_copy(update={"bobbing": True}))
    )
    assert np.ptp([place[1] for place in steady]) == 0
    assert 0.01 < np.ptp([place[1] for place in bobbing]) < 0.15


def test_slots_lie_where_the_players_click() -> None:
    assert places([[[9, 35], [8, 84], [9, 3]]])[19] == (8 + 18, 84 + 18)


@pytest.mark.parametrize("window", ["inventory", "chest", "large_chest", "crafting"])
def test_screens_show_their_items_and_the_cursor(tmp_path: Path, window: str) -> None:
    view = View(width=320, height=240, planes=("rgb", "segment"), hand=False)
    item = [{"slot": 1, "item": "gold_block", "count": 1}]
    cases = [
        {},
        {"window": window, "window_items": item},
        {"window": window, "cursor_x": 90.0, "cursor_y": 90.0},
    ]
    script = [{"players": [case]} for case in cases]
    recording = stage().record(tmp_path / window, 3, script.__getitem__)
    plain, filled, pointed = (f.planes["rgb"].astype(int) for [f] in Renderer(recording, view).frames())
    assert filled[:20].mean() < 0.5 * plain[:20].mean(), "the world behind is dimmed"
    yellow = (filled[..., 0] > 150) & (filled[..., 2] < 110) & (filled[..., 0] > filled[..., 2] + 80)
    assert yellow.sum() > 40
    assert (filled != pointed).any(-1).sum() > 60


def test_what_is_unknown_is_drawn_by_a_stand_in_that_is_counted(tmp_path: Path) -> None:
    scene = stage(entities=[{"type": "sniffer", "z": -3.0}, {"type": "sniffer", "z": -4.0, "x": 3.0}])
    scene.players[0]["held_item"] = "no_such_item"
    renderer = Renderer(scene.record(tmp_path / "strange", 2), BARE)
    [frame] = next(renderer.frames())
    assert any(renderer.segments[int(i)].endswith(":sniffer") for i in np.unique(frame.planes["segment"]))
    assert renderer.stand_in_counts() == {"entity:sniffer": 2, "item:no_such_item": 1}


def test_a_mob_holds_what_it_carries(tmp_path: Path) -> None:
    skeleton = {"type": "skeleton", "x": 0.5, "z": -2.5, "yaw": 2.0, "head_yaw": 2.0}
    script = [{"entities": [{**skeleton, "item": item}]} for item in ("", "bow")]
    recording = stage().record(tmp_path / "bow", 2, script.__getitem__)
    renderer = Renderer(recording, BARE)
    bare, armed = (
        int((f.planes["segment"] == ids(renderer)["entity:0:skeleton"]).sum()) for [f] in renderer.frames()
    )
    assert armed > 1.04 * bare


def test_names_are_over_heads_if_they_are_asked_for(tmp_path: Path) -> None:
    scene = stage()
    scene.players += [{"z": -4.5}]  # looks away
    recording = scene.record(tmp_path / "names")
    hud = 2
    shown = []
    for names in (False, True):
        view = BARE.model_copy(update={"names": names})
        [frame, other] = next(Renderer(recording, view).frames())
        shown.append(frame.planes["segment"] == hud)
        assert not (other.planes["segment"] == hud).any(), (
            "it looks the other way, and one's own is not shown"
        )
    assert not shown[0].any()
    rows, columns = np.nonzero(shown[1])
    assert len(rows) > 8
    assert abs(columns.mean() - 64) < 4
    body = np.nonzero(frame.planes["segment"] == ids(Renderer(recording, BARE))["player:1"])[0]
    assert rows.max() < body.min()


def test_a_newer_version_is_drawn_with_its_blocks(tmp_path: Path) -> None:
    plains = [biome["name"] for biome in assets_of("1.21.4").table("biomes")].index("plains")
    scene = stage(version="1.21.4", biome=plains)
    new = (
        "cherry_leaves",
        "copper_bulb",
        "crafter",
        "resin_bricks",
        "pale_oak_log",
        "heavy_core",
        "tuff_bricks",
    )
    for i, name in enumerate(new):
        scene.put(i - 3, 64, -5, name)
    scene.fill((-3, 64, -3), (3, 64, -3), "short_grass")
    renderer = Renderer(scene.record(tmp_path / "new"), BARE)
    [frame] = next(renderer.frames())
    seen = {renderer.segments[int(i)] for i in np.unique(frame.planes["segment"])}
    assert {f"block:{name}" for name in (*new, "short_grass")} <= seen
    assert renderer.stand_in_counts() == {}
    red, green, blue = frame.planes["rgb"][
        frame.planes["segment"] == ids(renderer)["block:short_grass"]
    ].mean(0)
    assert green > 1.2 * red > 1.2 * blue, "grass is green"


def ids(renderer: Renderer) -> dict[str, int]:
    """The segment ids by name."""
    return {name: number for number, name in renderer.segments.items()}


def test_a_skeleton_holds_its_bow_up_and_bends_it(tmp_path: Path) -> None:
    skeleton = {"type": "skeleton", "x": 0.5, "z": -2.5, "yaw": 2.0, "head_yaw": 2.0, "item": "bow"}
    looks = ["{}", '{"aiming": true}', '{"aiming": true, "drawing": 0}', '{"aiming": true, "drawing": 18}']
    script = [{"entities": [{**skeleton, "metadata": metadata}]} for metadata in looks]
    recording = stage().record(tmp_path / "aim", len(script), script.__getitem__)
    low, up, drawn, bent = (f.planes["rgb"].astype(int) for [f] in Renderer(recording, BARE).frames())
    renderer = Renderer(recording, BARE)
    assert renderer.stand_in_counts() == {}
    hanging, raised = (
        f.planes["segment"] == ids(renderer)["entity:0:skeleton"] for [f] in renderer.frames([0, 1])
    )
    upper = np.nonzero(hanging)[0].min() + np.ptp(np.nonzero(hanging)[0]) // 2
    assert raised[:upper].sum() > 1.15 * hanging[:upper].sum(), "arms and bow are before the head"
    assert (up != low).any()
    assert (drawn != up).any()
    assert (bent != drawn).any()


def test_a_conduit_is_a_small_cube(tmp_path: Path) -> None:
    scene = stage()
    scene.players[0]["pitch"] = -0.35
    scene.put(0, 64, -3, "conduit", waterlogged=False)
    renderer = Renderer(scene.record(tmp_path / "conduit"), BARE)
    [frame] = next(renderer.frames())
    assert renderer.stand_in_counts() == {}
    rows, columns = np.nonzero(frame.planes["segment"] == ids(renderer)["block:conduit"])
    assert len(rows) > 40
    # Its side of 6/16 is 3 blocks along the camera's axis, with a focal length of 68.5 pixels.
    assert np.ptp(columns) + 1 == pytest.approx(68.5 * 0.375 / 3.0, abs=1)


def test_a_spider_rolls_on_its_back_and_its_eyes_go_on_shining(tmp_path: Path) -> None:
    spider = {"type": "spider", "x": 0.5, "y": 65.0, "z": -2.5, "yaw": np.pi, "head_yaw": np.pi}
    script = [{"entities": [{**spider, "metadata": f'{{"dying": {ticks}}}'}]} for ticks in (0, 20)]
    scene = stage(time_of_day=18000)
    renderer = Renderer(scene.record(tmp_path / "roll", 2, script.__getitem__), BARE)
    number = ids(renderer)["entity:0:spider"]
    alive, dead = (frame.planes for [frame] in renderer.frames())
    rows = [np.nonzero(planes["segment"] == number)[0] for planes in (alive, dead)]
    assert rows[1].mean() > rows[0].mean() + 8, "it has turned about its feet"
    eyes = [planes["rgb"][planes["segment"] == number].astype(int) for planes in (alive, dead)]
    brightest = [int((texels[:, 0] - texels[:, 1:].max(1)).max()) for texels in eyes]
    assert brightest[0] > 180
    assert brightest[1] == pytest.approx(brightest[0], abs=30)
