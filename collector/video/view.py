"""What a picture is to look like: size, field of view, distance, planes."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from collector.errors import ViewSizeError

Plane = Literal["rgb", "depth", "segment", "normals", "flow"]

MIN_SIDE = 64
MAX_WIDTH = 1920
MAX_HEIGHT = 1080


class View(BaseModel):
    """One way to look at a recording; the same for every player.

    `fov` is the vertical field of view in degrees, `view_distance` counts chunks of 16 blocks. `hud` and
    `hand` switch the overlay and the player's own arm and held item, in all planes. `bobbing` lets the view
    swing at a walk, as the client does unless it is told not to; without it the eye is where the rows of the
    recording say. `brightness` is the client's setting: 0 is moody, 1 bright; its options file takes more.
    `names` writes the other players' names over their heads. `supersampling` is the side of the square of
    rays whose mean is a pixel's colour.

    Raises:
        ViewSizeError: the size is outside of 64x64 … 1920x1080.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    width: int = 640
    height: int = 360
    fov: float = Field(default=70.0, ge=20.0, le=120.0)
    view_distance: int = Field(default=8, ge=2, le=32)
    planes: tuple[Plane, ...] = ("rgb",)
    hud: bool = True
    hand: bool = True
    brightness: float = Field(default=0.5, ge=0.0, le=2.0)
    bobbing: bool = False
    names: bool = False
    supersampling: int = Field(default=1, ge=1, le=4)

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        check_size(self.width, self.height)
        return self

    @property
    def size(self) -> str:
        """The size as text, such as `640x360`."""
        return f"{self.width}x{self.height}"


def parse_size(text: str) -> tuple[int, int]:
    """Width and height of a text such as `640x360`.

    Raises:
        ViewSizeError: the text is malformed or the size out of range.
    """
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text.strip())
    if match is None:
        raise ViewSizeError(f"{text!r} is no picture size; write width x height in pixels, such as 640x360")
    width, height = int(match[1]), int(match[2])
    check_size(width, height)
    return width, height


def check_size(width: int, height: int) -> None:
    """Raise `ViewSizeError` unless pictures of this size can be made."""
    if not (MIN_SIDE <= width <= MAX_WIDTH and MIN_SIDE <= height <= MAX_HEIGHT):
        raise ViewSizeError(
            f"a picture of {width}x{height} cannot be made; "
            f"choose a size from {MIN_SIDE}x{MIN_SIDE} to {MAX_WIDTH}x{MAX_HEIGHT}"
        )
