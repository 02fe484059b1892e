"""Planes are shown in colours that tell their values apart."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import av
import numpy as np
import pytest

from collector.errors import DatasetError
from collector.video.planes import FORMS
from collector.viewer import write_page
from collector.viewer.planes import Picture, shown
from tests.dataset.synthetic import PLANES_OF, collect, pictures, play


def colours(plane: str, values: object) -> Picture:
    return shown(plane)(FORMS[plane].pack(np.array(values)))


def test_near_is_bright_and_nothing_is_black() -> None:
    (line,) = colours("depth", [[0.0, 1.0, 10.0, 100.0, np.inf]])
    assert (line == line[:, :1]).all()
    assert line[0, 0] == 255
    assert (np.diff(line[:, 0].astype(int)) < 0).all()
    assert line[-1, 0] == 0


def test_ids_have_colours_of_their_own_and_nothing_is_black() -> None:
    (line,) = colours("segment", [np.arange(400, dtype=np.uint16)])
    assert len({tuple(colour) for colour in line.tolist()}) == 400
    assert not line[0].any()
    beside = np.abs(np.diff(line[1:].astype(int), axis=0)).max(-1)
    assert beside.min() > 40, "ids that follow each other can be told apart"


def test_normals_are_shown_as_usual() -> None:
    (line,) = colours("normals", [[[0.0, 1, 0], [0, 0, 1], [-1, 0, 0], [0, 0, 0]]])
    assert line.tolist() == [[128, 255, 128], [128, 128, 255], [0, 128, 128], [128, 128, 128]]


def test_flow_has_its_way_as_hue_and_what_is_unknown_is_black() -> None:
    (line,) = colours("flow", [[[16.0, 0], [0, 16], [0, 0], [np.nan, np.nan], [8, 0]]])
    assert line.tolist() == [[255, 0, 0], [128, 255, 0], [255, 255, 255], [0, 0, 0], [255, 128, 128]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planes")
    collect(folder / "w", folder / "d", a={"planes": True, "ticks": 5})
    return folder / "d"


@pytest.mark.parametrize("plane", list(FORMS))
def test_the_page_holds_what_the_plane_shows(folder: Path, tmp_path: Path, plane: str) -> None:
    write_page(folder, tmp_path / "view.html", plane=plane)
    (found,) = re.findall(r'id="video-0-1" type="text/plain">([^<]+)<', (tmp_path / "view.html").read_text())
    (tmp_path / "video.mp4").write_bytes(base64.b64decode(found))
    with av.open(tmp_path / "video.mp4") as video:
        frames = [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]
    drawn = pictures(play(tmp_path / "r", ticks=5), 1)
    assert len(frames) == len(drawn)
    for frame, picture in zip(frames, drawn, strict=True):
        wanted = shown(plane)(FORMS[plane].pack(PLANES_OF[plane](picture)))
        # H.264 halves the resolution of colours, and these change from pixel to pixel.
        assert np.corrcoef(frame.mean(-1).ravel(), wanted.mean(-1).ravel())[0, 1] > 0.6


def test_a_plane_that_was_not_rendered_is_told(tmp_path: Path) -> None:
    collect(tmp_path / "w", tmp_path / "d", a={"ticks": 5})
    for plane in ("depth", "nonsense"):
        with pytest.raises(DatasetError, match=f"not rendered with the plane {plane}"):
            write_page(tmp_path / "d", tmp_path / "view.html", plane=plane)
    assert not list(tmp_path.glob("view.html*"))
