"""Textures that move, from files in the game's form."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from collector.render.assets.strips import Strip, Strips


def write(
    modules: Path, version: str, name: str, levels: list[int], animation: dict[str, Any], side: int = 16
) -> None:
    """A strip whose frames are of one grey each."""
    folder = modules / "minecraft-assets" / "minecraft-assets" / "data" / version / "blocks"
    folder.mkdir(parents=True, exist_ok=True)
    frames = [np.full((side, side, 4), level, np.uint8) for level in levels]
    Image.fromarray(np.concatenate(frames)).save(folder / f"{name}.png")
    (folder / f"{name}.png.mcmeta").write_text(json.dumps({"animation": animation}))


def greys(strip: Strip | None, ticks: range) -> list[int]:
    assert strip is not None
    return [int(strip.picture(tick)[0, 0, 0]) for tick in ticks]


def test_frames_follow_each_other_and_begin_again(tmp_path: Path) -> None:
    write(tmp_path, "1.18.1", "water_still", [10, 20, 30], {"frametime": 2})
    strip = Strips("1.18.2", tmp_path).find("water_still")
    assert greys(strip, range(8)) == [10, 10, 20, 20, 30, 30, 10, 10]


def test_frames_have_the_order_and_the_times_of_the_file(tmp_path: Path) -> None:
    animation = {"frametime": 1, "frames": [2, {"index": 0, "time": 3}]}
    write(tmp_path, "1.18.1", "lava_still", [10, 20, 30], animation)
    assert greys(Strips("1.18.2", tmp_path).find("lava_still"), range(5)) == [30, 10, 10, 10, 30]


def test_frames_fade_into_each_other_where_the_file_says_so(tmp_path: Path) -> None:
    write(tmp_path, "1.18.1", "magma", [0, 100], {"frametime": 4, "interpolate": True})
    assert greys(Strips("1.18.2", tmp_path).find("magma"), range(8)) == [0, 25, 50, 75, 100, 75, 50, 25]


def test_a_block_shows_a_corner_of_a_large_frame(tmp_path: Path) -> None:
    write(tmp_path, "1.18.1", "water_flow", [10, 20], {}, side=32)
    strip = Strips("1.18.2", tmp_path).find("water_flow")
    assert strip is not None
    assert strip.picture(1).shape == (16, 16, 4)
    assert greys(strip, range(2)) == [10, 20]


@pytest.mark.parametrize(("version", "grey"), [("1.16.5", 1), ("1.18.2", 2), ("1.20.4", 2), ("1.21.4", 3)])
def test_the_files_are_those_of_the_version_or_of_the_one_before(
    tmp_path: Path, version: str, grey: int
) -> None:
    for level, known in enumerate(("1.17.1", "1.18.1", "1.21.4"), 1):
        write(tmp_path, known, "kelp", [level], {})
    assert greys(Strips(version, tmp_path).find("kelp"), range(1)) == [grey]


def test_nothing_moves_without_the_package(tmp_path: Path) -> None:
    assert Strips("1.18.2", tmp_path).find("water_still") is None
