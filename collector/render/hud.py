"""The heads-up display: crosshair, hotbar with items, hearts, food, air, armour, experience.

Places and pictures are the client's; sizes count GUI pixels, of which one is `scale` picture pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collector.render.assets import Assets, Picture
from collector.render.font import SHADOW, Font
from collector.render.icons import icon
from collector.render.items import Items
from collector.render.texels import TexelPool
from collector.render.view import View

# Alpha that tells the kernel to invert what is behind, as the client draws its crosshair.
INVERT = 1
HOTBAR_SLOTS = 36  # the hotbar's first slot in the player's window
ARMOUR_POINTS = {
    "leather": (1, 3, 2, 1),
    "golden": (2, 5, 3, 1),
    "chainmail": (2, 5, 4, 1),
    "iron": (2, 6, 5, 2),
}
ARMOUR_POINTS |= {"diamond": (3, 8, 6, 3), "netherite": (3, 8, 6, 3), "turtle": (2, 0, 0, 0)}
ARMOUR_PIECES = ("helmet", "chestplate", "leggings", "boots")
FULL_AIR = 300


@dataclass(frozen=True)
class Status:
    """What the HUD shows of a player. `items` are name and count by slot of the player's window."""

    health: float
    food: int
    air: int
    level: int
    progress: float
    slot: int
    items: tuple[tuple[int, str, int], ...]

    @property
    def armour(self) -> int:
        """Armour points, 0 … 20."""
        total = 0
        for slot, name, _ in self.items:
            material, _, piece = name.partition("_")
            if 5 <= slot <= 8 and piece in ARMOUR_PIECES:
                total += ARMOUR_POINTS.get(material, (0, 0, 0, 0))[ARMOUR_PIECES.index(piece)]
        return total


class Hud:
    """Draws the overlay of a view; texels of items come from `pool`, once all textures are in it."""

    def __init__(self, assets: Assets, items: Items, pool: TexelPool, view: View) -> None:
        self._view, self._items, self._pool = view, items, pool
        self.scale = gui_scale(view.width, view.height)
        self._widgets, self._icons = assets.picture("gui/widgets"), assets.picture("gui/icons")
        self._font = Font(assets)
        self._item_icons: dict[str, Picture] = {}

    def draw(self, status: Status) -> Picture:
        """The overlay, RGBA [height, width, 4]; alpha `INVERT` inverts."""
        canvas = np.zeros((self._view.height, self._view.width, 4), np.uint8)
        width, height = self._view.width / self.scale, self._view.height / self.scale
        middle = width / 2
        self._hotbar(canvas, middle - 91, height - 22, status)
        self._experience(canvas, middle - 91, height - 29, status)
        top = height - 39
        for i in range(10):
            self._pip(canvas, middle - 91 + 8 * i, top, (16, 0), half_steps(status.health, i, 0))
            self._pip(canvas, middle + 82 - 8 * i, top, (16, 27), half_steps(status.food, i, 27))
            if status.armour:
                plate = 34 if status.armour > 2 * i + 1 else 25 if status.armour > 2 * i else 16
                self._pip(canvas, middle - 91 + 8 * i, top - 10, (plate, 9), None)
        self._breath(canvas, middle, top - 10, status.air)
        self._crosshair(canvas, middle - 7.5, height / 2 - 7.5)
        return canvas

    def _hotbar(self, canvas: Picture, left: float, top: float, status: Status) -> None:
        self._stamp(canvas, left, top, self._widgets[0:22, 0:182])
        self._stamp(canvas, left - 1 + 20 * status.slot, top - 1, self._widgets[22:44, 0:24])
        for slot, name, count in status.items:
            place = slot - HOTBAR_SLOTS
            if 0 <= place < 9:
                self._stack(canvas, left + 3 + 20 * place, top + 3, name, count)

    def _stack(self, canvas: Picture, left: float, top: float, name: str, count: int) -> None:
        if name not in self._item_icons:
            self._item_icons[name] = icon(self._items.item(name), self._pool.array(), self.scale)
        x, y = round(left * self.scale), round(top * self.scale)
        over(canvas, x, y, self._item_icons[name])
        if count > 1:
            mask = self._font.text(str(count))
            for shift, value in ((1, SHADOW), (0, 1.0)):
                text = np.zeros((*mask.shape, 4), np.uint8)
                text[mask] = (*(3 * (int(252 * value),)), 255)
                self._stamp(canvas, left + 17 - mask.shape[1] + shift, top + 9 + shift, text)

    def _experience(self, canvas: Picture, left: float, top: float, status: Status) -> None:
        self._stamp(canvas, left, top, self._icons[64:69, 0:182])
        done = int(status.progress * 183)
        if done:
            self._stamp(canvas, left, top, self._icons[69:74, 0:done])
        if status.level:
            mask = self._font.text(str(status.level))
            x, y = left + 91 - mask.shape[1] / 2, top - 6
            for dx, dy, colour in ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1)):
                text = np.zeros((*mask.shape, 4), np.uint8)
                text[mask] = (128, 255, 32, 255) if colour else (0, 0, 0, 255)
                self._stamp(canvas, x + dx, y + dy, text)

    def _breath(self, canvas: Picture, middle: float, top: float, air: int) -> None:
        if air >= FULL_AIR:
            return
        full = int(np.ceil((air - 2) * 10 / FULL_AIR))
        bursting = int(np.ceil(air * 10 / FULL_AIR)) - full
        for i in range(max(full + bursting, 0)):
            left = 16 if i < full else 25
            self._pip(canvas, middle + 82 - 8 * i, top, (left, 18), None)

    def _crosshair(self, canvas: Picture, left: float, top: float) -> None:
        cross = np.kron(self._icons[0:15, 0:15, 3] > 0, np.ones((self.scale, self.scale), bool))
        x, y = round(left * self.scale), round(top * self.scale)
        part = canvas[y : y + len(cross), x : x + len(cross)]
        part[cross] = (255, 255, 255, INVERT)

    def _pip(
        self, canvas: Picture, left: float, top: float, base: tuple[int, int], mark: tuple[int, int] | None
    ) -> None:
        """One heart, drumstick, plate or bubble: a base and what lies on it, by their place in the sheet."""
        for spot in (base, mark):
            if spot:
                self._stamp(canvas, left, top, self._icons[spot[1] : spot[1] + 9, spot[0] : spot[0] + 9])

    def _stamp(self, canvas: Picture, left: float, top: float, picture: Picture) -> None:
        large = picture.repeat(self.scale, 0).repeat(self.scale, 1)
        over(canvas, round(left * self.scale), round(top * self.scale), large)


def half_steps(points: float, index: int, row: int) -> tuple[int, int] | None:
    """The place of the full or half mark on pip `index` in a row of the sheet; two points fill a pip."""
    left = int(np.ceil(points)) - 2 * index
    return None if left <= 0 else (52 if left > 1 else 61, row)


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
    source = picture[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.float64)
    target = canvas[y0:y1, x0:x1]
    alpha, under = source[..., 3:] / 255, target[..., 3:] / 255 * (1 - source[..., 3:] / 255)
    total = np.maximum(alpha + under, 1e-9)
    target[..., :3] = np.rint((source[..., :3] * alpha + target[..., :3] * under) / total)
    target[..., 3] = np.rint((alpha + under)[..., 0] * 255)
