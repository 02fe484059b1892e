"""Pictures that must not change unseen; `python -m tests.render.test_golden` renews them: look at them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from collector.render import Renderer, View
from tests.render.gallery import cave
from tests.render.looks import LOOKS
from tests.render.scenes import Scene

GOLDEN = Path(__file__).parent / "golden"
VIEW = View(width=160, height=90, view_distance=6, hud=False)
LARGE = View(width=320, height=180, view_distance=6)  # that a screen fits into
# CPUs round differently: a texel's edge may fall into the next pixel, a colour be one step off.
CHANNEL, SHARE = 8, 0.01
CHEST = {"window": "chest", "window_items": [{"slot": 4, "item": "bread", "count": 9}], "cursor_x": 90.0}


def rain() -> Scene:
    """Rain, and a boat with a cow beside it."""
    things = [
        {"type": "boat", "x": -1.5, "z": -4.0, "yaw": 0.7, "metadata": "{}"},
        {"type": "cow", "x": 1.5, "z": -5.0, "yaw": 2.0, "head_yaw": 2.2},
    ]
    scene = Scene(players=[{}], entities=things, rain=1.0)
    scene.ground()
    return scene


def screen() -> Scene:
    """A chest's screen."""
    scene = Scene(players=[CHEST])
    scene.ground()
    return scene


SCENES = {
    **{name: LOOKS[name].scene for name in ("gate", "breaking", "spiders", "low_sun")},
    "cave": lambda: cave(players=[{"y": 40.0, "z": 3.5}]),
    "rain": rain,
    "screen": screen,
}


def drawn(name: str, folder: Path) -> np.ndarray:
    """One of the pictures as it is drawn now."""
    view = LARGE if name == "screen" else VIEW
    [frame] = next(Renderer(SCENES[name]().record(folder / name, 1), view).frames())
    return frame.planes["rgb"]


@pytest.mark.parametrize("name", SCENES)
def test_pictures_are_as_they_were(tmp_path: Path, name: str) -> None:
    with Image.open(GOLDEN / f"{name}.png") as image:
        golden = np.asarray(image.convert("RGB")).astype(int)
    off = np.abs(drawn(name, tmp_path) - golden).max(-1) > CHANNEL
    assert off.mean() <= SHARE, f"{off.mean():.1%} of the pixels differ; look, then renew them"


def renew() -> None:
    """Draw the pictures anew."""
    import tempfile  # noqa: PLC0415 (only the command needs it)

    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in SCENES:
            Image.fromarray(drawn(name, Path(folder))).save(GOLDEN / f"{name}.png", optimize=True)


if __name__ == "__main__":
    renew()
