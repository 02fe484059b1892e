"""The client's small font."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Assets

GLYPH = 8
SPACE = 4
SHADOW = 0.25
UNKNOWN = np.pad(np.zeros((6, 3), bool), 1, constant_values=True)  # a frame


class Font:
    """Glyphs of the ASCII font as masks, 8 high and as wide as they are."""

    def __init__(self, assets: Assets) -> None:
        sheet = assets.picture("font/ascii")[..., 3] > 0
        size = sheet.shape[0] // 16
        self._glyphs = {
            chr(code): sheet[
                code // 16 * size : code // 16 * size + size, code % 16 * size : code % 16 * size + size
            ]
            for code in range(33, 127)
        }

    def has(self, letter: str) -> bool:
        """Whether there is a picture of a letter."""
        return letter == " " or letter in self._glyphs

    def text(self, text: str) -> NDArray[np.bool_]:
        """The mask of a line of text; a frame stands for a letter that the font lacks."""
        columns = [np.zeros((GLYPH, 0), bool)]
        for letter in text:
            if letter == " ":
                columns.append(np.zeros((GLYPH, SPACE), bool))
                continue
            glyph = self._glyphs.get(letter, UNKNOWN)
            width = int(np.flatnonzero(glyph.any(0)).max()) + 1
            columns += [glyph[:, :width], np.zeros((GLYPH, 1), bool)]
        return np.concatenate(columns, 1)
