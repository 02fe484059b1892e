"""Draws pictures, items and text on a canvas in GUI pixels, of which one is `scale` picture pixels."""

from __future__ import annotations

import colorsys
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from collector.render.assets.files import Assets, Picture
from collector.render.assets.texels import TexelPool
from collector.render.bodies.items import Items
from collector.render.overlay.font import SHADOW, Font
from collector.render.overlay.icons import icon
from collector.render.stacks import Look, Stack


class Brush:
    """Texels of items come from `pool`, once all textures are in it."""

    def __init__(self, assets: Assets, items: Items, pool: TexelPool, scale: int) -> None:
        self._items, self._pool, self.scale = items, pool, scale
        self.font = Font(assets)
        self._icons: dict[Look, Picture] = {}
        uses = ((item["name"], item.get("maxDurability")) for item in assets.table("items"))
        self._uses = {name: int(most) for name, most in uses if most}

    @cached_property
    def texels(self) -> NDArray[np.uint32]:
        """The pool's texels; asked for only when all textures are in it."""
        return self._pool.array()

    def stamp(self, canvas: Picture, left: float, top: float, picture: Picture) -> None:
        """Lay a picture over the canvas, its top left corner at a GUI pixel."""
        large = picture.repeat(self.scale, 0).repeat(self.scale, 1)
        over(canvas, round(left * self.scale), round(top * self.scale), large)

    def text(self, canvas: Picture, left: float, top: float, text: str, colour: int) -> None:
        """Write a line of text in one colour, such as 0x404040."""
        mask = self.font.text(text)
        picture = np.zeros((*mask.shape, 4), np.uint8)
        picture[mask] = (colour >> 16, colour >> 8 & 255, colour & 255, 255)
        self.stamp(canvas, left, top, picture)

    def turn_to(self, tick: int) -> None:
        """Bring the glint of what shines to a tick."""
        for offset, texels in self._items.glint.texels(tick):
            self.texels[offset : offset + len(texels)] = texels
        self._icons = {look: picture for look, picture in self._icons.items() if not look.shines}

    def stack(self, canvas: Picture, left: float, top: float, stack: Stack) -> None:
        """Draw a stack of items, with its number if it is more than one, and how worn it is."""
        look = stack.look
        if look not in self._icons:
            self._icons[look] = icon(self._items.item(*look), self.texels, self.scale)
        x, y = round(left * self.scale), round(top * self.scale)
        over(canvas, x, y, self._icons[look])
        if stack.damage and stack.name in self._uses:
            self.stamp(canvas, left + 2, top + 13, wear_bar(stack.damage / self._uses[stack.name]))
        if stack.count > 1:
            mask = self.font.text(str(stack.count))
            for shift, value in ((1, SHADOW), (0, 1.0)):
                text = np.zeros((*mask.shape, 4), np.uint8)
                text[mask] = (*(3 * (int(252 * value),)), 255)
                self.stamp(canvas, left + 17 - mask.shape[1] + shift, top + 9 + shift, text)


def wear_bar(worn: float) -> Picture:
    """The bar below an item of whose uses this share is gone: the longer and greener, the more are left."""
    left = max(1.0 - worn, 0.0)
    bar = np.zeros((2, 13, 4), np.uint8)
    bar[..., 3] = 255
    bar[0, : round(13 * left), :3] = [int(255 * part) for part in colorsys.hsv_to_rgb(left / 3, 1.0, 1.0)]
    return bar


def gui_scale(width: int, height: int) -> int:
    """The client's automatic GUI scale: as large as leaves 320 x 240 GUI pixels."""
    return max(1, min(width // 320, height // 240))


def over(canvas: Picture, left: int, top: int, picture: Picture) -> None:
    """Lay a picture over the canvas, cut at the canvas's edges."""
    x0, y0 = max(left, 0), max(top, 0)
    x1 = min(left + picture.shape[1], canvas.shape[1])
    y1 = min(top + picture.shape[0], canvas.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    source, target = picture[y0 - top : y1 - top, x0 - left : x1 - left], canvas[y0:y1, x0:x1]
    solid = source[..., 3] == 255
    target[solid] = source[solid]
    thin = ~solid & (source[..., 3] > 0)
    if thin.any():
        target[thin] = mixed(source[thin], target[thin])


def cover(canvas: Picture, shade: Picture) -> None:
    """Lay a translucent picture of the canvas's size over it; the world behind it shows through."""
    drawn = canvas[..., 3] > 0
    under = canvas[drawn]
    canvas[:] = shade
    canvas[drawn] = mixed(shade[drawn], under)


def mixed(source: Picture, target: Picture) -> Picture:
    """Colours [n, 4] laid over others."""
    alpha, under = source[:, 3:] / 255, target[:, 3:] / 255 * (1 - source[:, 3:] / 255)
    colour = (source[:, :3] * alpha + target[:, :3] * under) / np.maximum(alpha + under, 1e-9)
    return np.asarray(np.rint(np.concatenate([colour, (alpha + under) * 255], 1)), np.uint8)
