"""What is written on signs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collector.render import Renderer, View
from tests.render.gallery import written
from tests.render.scenes import Scene

VIEW = View(width=320, height=240, fov=40, planes=("rgb", "depth", "segment", "flow"), hud=False, hand=False)
BLANK: list[Any] = []


def board(name: str = "oak_sign", **properties: str | int) -> Scene:
    """A sign before the eye."""
    scene = Scene(size=(2, 2, 2), corner=(-1, 3, -1), players=[{"y": 63.2, "z": 1.0}])
    scene.put(0, 64, -2, name, **(properties or {"rotation": 0}))
    return scene


def dark(frame: Any) -> np.ndarray:
    """Where letters are: much darker than any texel of the wood."""
    return np.asarray((frame.planes["rgb"].max(-1) < 40) & (frame.planes["segment"] != 0))


def drawn(folder: Path, scene: Scene, told: list[Any], **more: Any) -> list[Any]:
    """The frames of a scene in which signs are told of, by tick."""
    script = [
        {"events": events, **{name: ticks[i] for name, ticks in more.items()}}
        for i, events in enumerate(told)
    ]
    renderer = Renderer(scene.record(folder, len(told), script.__getitem__), VIEW)
    return [frame for [frame] in renderer.frames()]


def test_lines_are_written_one_below_the_other_in_the_middle(tmp_path: Path) -> None:
    text = written(0, 64, -2, "MMMM", "", "", "MM")
    blank, full, _ = drawn(tmp_path / "lines", board(), [BLANK, [text], BLANK])
    assert not dark(blank).any()
    rows, columns = np.nonzero(dark(full))
    assert columns.mean() == pytest.approx(160, abs=2)
    upper = rows < rows.mean()
    assert np.ptp(columns[upper]) == pytest.approx(23 / 11 * np.ptp(columns[~upper]), rel=0.1)
    # Three lines of ten pixels, 1/96 of a block each, 2.45 blocks away.
    focal = 120 / np.tan(np.radians(20))
    lines = rows[~upper].mean() - rows[upper].mean()
    assert lines == pytest.approx(focal * 30 / 96 / 2.45, rel=0.05)
    board_rows = np.nonzero(full.planes["segment"] == full.planes["segment"][rows[0], columns[0]])[0]
    assert board_rows.min() < rows.min(), "on the board, which is what it counts as"
    assert np.abs(full.planes["flow"][dark(full)]).max() < 1e-3, "it stands still"


def test_a_text_changes_and_goes_with_its_sign(tmp_path: Path) -> None:
    sign = board()
    state = sign.state_at(0, 64, -2)
    nowhere = written(0, 64, -3, "MMMMMM")  # no sign stands there
    frames = drawn(
        tmp_path / "gone",
        sign,
        [[written(0, 64, -2, "MMMMMM")], [written(0, 64, -2, "M")], [nowhere], BLANK],
        blocks=[[], [], [(0, 64, -2, 0)], [(0, 64, -2, state)]],
    )
    counts = [int(dark(frame).sum()) for frame in frames]
    assert counts[0] > 4 * counts[1] > 0
    assert counts[2:] == [0, 0], "a new sign is blank"


@pytest.mark.parametrize(("facing", "seen"), [("south", True), ("north", False)])
def test_a_sign_on_a_wall_is_written_on_its_front(tmp_path: Path, facing: str, *, seen: bool) -> None:
    [frame] = drawn(
        tmp_path / facing, board("oak_wall_sign", facing=facing), [[written(0, 64, -2, "MMM", "MMM", "MMM")]]
    )
    assert dark(frame).any() == seen


def test_dyes_and_glow(tmp_path: Path) -> None:
    looks: list[dict[str, Any]] = [{"colour": "red"}, {"colour": "white", "glowing": True}]
    frames = drawn(tmp_path / "dyed", board(), [[written(0, 64, -2, "MMMM", **look)] for look in looks])
    red, white = (frame.planes["rgb"].astype(int) for frame in frames)
    assert ((red[..., 0] > 80) & (red[..., 1:].max(-1) < 20)).sum() > 50
    assert (white.min(-1) > 250).sum() > 50
    assert (np.abs(white - 0x66).max(-1) < 3).sum() > 50, "with a line around the letters"


def test_letters_that_the_font_lacks_are_counted(tmp_path: Path) -> None:
    recording = board().record(tmp_path / "x", 1, lambda _: {"events": [written(0, 64, -2, "Grüße")]})
    assert set(Renderer(recording, VIEW).stand_in_counts()) == {"letter:ü", "letter:ß"}
