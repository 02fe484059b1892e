"""HTML documents that are one file and need no network, as the quality report and the page of scores are."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

JPEG_QUALITY = 82


def fill(package: str, template: str, parts: Mapping[str, str]) -> str:
    """A template of a package's assets with its parts, HTML by name, and the style that all share."""
    html = files(package).joinpath("assets", template).read_text(encoding="utf-8")
    style = files("collector").joinpath("document.css").read_text(encoding="utf-8")
    for name, part in {"STYLE": style, **parts}.items():
        html = html.replace(f"<!--{name}-->", part)
    return html


def jpeg(picture: NDArray[np.uint8], width: int | None = None) -> str:
    """A picture, uint8 [height, width, 3], as the source of an `img`; at most `width` wide."""
    image = Image.fromarray(picture)
    if width and image.width > width:
        image = image.resize((width, round(image.height * width / image.width)))
    data = io.BytesIO()
    image.save(data, "JPEG", quality=JPEG_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(data.getvalue()).decode()}"


def replace(path: Path, text: str) -> None:
    """Write a text file at once: readers see the one before or this one. Raises `OSError`."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
