from typing import get_args

import pytest

from collector.dataset.layout import PLANES
from collector.errors import ViewSizeError
from collector.video.view import Plane, View, parse_size


@pytest.mark.parametrize(
    ("text", "size"), [("640x360", (640, 360)), ("64x64", (64, 64)), ("1920x1080", (1920, 1080))]
)
def test_sizes(text: str, size: tuple[int, int]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "640", "640x", "x360", "-640x360", "640*360", "63x64", "1921x1080", "99999x9"]
)
def test_bad_sizes_say_what_is_possible(text: str) -> None:
    with pytest.raises(ViewSizeError, match=r"640x360|64x64"):
        parse_size(text)


def test_a_view_refuses_a_bad_size() -> None:
    with pytest.raises(ViewSizeError, match="64x64 to 1920x1080"):
        View(width=10, height=10)


def test_planes_are_those_that_can_be_stored() -> None:
    assert get_args(Plane) == PLANES
