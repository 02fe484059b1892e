"""The heads-up display: crosshair, hotbar with items, hearts, food, air, armour, experience.

Places and pictures are the client's; sizes count GUI pixels, of which one is `scale` picture pixels.
"""

from __future__ import annotations

import numpy as np

from collector.render.assets.files import Assets, Picture
from collector.render.assets.texels import TexelPool
from collector.render.bodies.items import Items
from collector.render.bodies.players import OFF_HAND, Players
from collector.render.overlay.brush import Brush, cover, gui_scale
from collector.render.overlay.screens import Screens
from collector.render.overlay.status import DEEP_SLEEP, HOTBAR_SLOTS, Status
from collector.video.view import View

# Alpha that tells the kernel to invert what is behind, as the client draws its crosshair.
INVERT = 1
FULL_AIR = 300
NIGHT = 0x10, 0x10, 0x20  # the colour over who sleeps
SMALLEST = (
    320,
    180,
)  # GUI pixels that the hotbar with the off hand, and all screens but large chests, fit into


class Hud:
    """Draws the overlay of a view; texels of items come from `pool`, once all textures are in it."""

    def __init__(self, assets: Assets, items: Items, players: Players, pool: TexelPool, view: View) -> None:
        self._part = part(view.width, view.height)
        self._width, self._height = view.width * self._part, view.height * self._part
        self._brush = Brush(assets, items, pool, gui_scale(self._width, self._height))
        self._widgets, self._icons = assets.picture("gui/widgets"), assets.picture("gui/icons")
        self._screens = Screens(assets, players, self._brush)

    def draw(self, status: Status, player: int) -> Picture:
        """The overlay of a player, RGBA [height, width, 4]; alpha `INVERT` inverts."""
        canvas = np.zeros((self._height, self._width, 4), np.uint8)
        self._brush.turn_to(status.age)
        width, height = self._width / self._brush.scale, self._height / self._brush.scale
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
        if status.asleep:
            cover(canvas, np.full_like(canvas, (*NIGHT, 220 * status.asleep // DEEP_SLEEP)))
        if status.screen is not None:
            self._screens.draw(canvas, status, player)
        return canvas if self._part == 1 else reduced(canvas, self._part)

    def _hotbar(self, canvas: Picture, left: float, top: float, status: Status) -> None:
        self._brush.stamp(canvas, left, top, self._widgets[0:22, 0:182])
        self._brush.stamp(canvas, left - 1 + 20 * status.slot, top - 1, self._widgets[22:44, 0:24])
        for slot, stack in status.items:
            place = slot - HOTBAR_SLOTS
            if 0 <= place < 9:
                self._brush.stack(canvas, left + 3 + 20 * place, top + 3, stack)
            elif slot == OFF_HAND:
                self._brush.stamp(canvas, left - 29, top - 1, self._widgets[22:46, 24:53])
                self._brush.stack(canvas, left - 26, top + 3, stack)

    def _experience(self, canvas: Picture, left: float, top: float, status: Status) -> None:
        self._brush.stamp(canvas, left, top, self._icons[64:69, 0:182])
        done = int(status.progress * 183)
        if done:
            self._brush.stamp(canvas, left, top, self._icons[69:74, 0:done])
        if status.level:
            mask = self._brush.font.text(str(status.level))
            x, y = left + 91 - mask.shape[1] / 2, top - 6
            for dx, dy, colour in ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1)):
                text = np.zeros((*mask.shape, 4), np.uint8)
                text[mask] = (128, 255, 32, 255) if colour else (0, 0, 0, 255)
                self._brush.stamp(canvas, x + dx, y + dy, text)

    def _breath(self, canvas: Picture, middle: float, top: float, air: int) -> None:
        if air >= FULL_AIR:
            return
        full = int(np.ceil((air - 2) * 10 / FULL_AIR))
        bursting = int(np.ceil(air * 10 / FULL_AIR)) - full
        for i in range(max(full + bursting, 0)):
            left = 16 if i < full else 25
            self._pip(canvas, middle + 82 - 8 * i, top, (left, 18), None)

    def _crosshair(self, canvas: Picture, left: float, top: float) -> None:
        cross = np.kron(self._icons[0:15, 0:15, 3] > 0, np.ones((self._brush.scale, self._brush.scale), bool))
        x, y = round(left * self._brush.scale), round(top * self._brush.scale)
        part = canvas[y : y + len(cross), x : x + len(cross)]
        part[cross] = (255, 255, 255, INVERT)

    def _pip(
        self, canvas: Picture, left: float, top: float, base: tuple[int, int], mark: tuple[int, int] | None
    ) -> None:
        """One heart, drumstick, plate or bubble: a base and what lies on it, by their place in the sheet."""
        for spot in (base, mark):
            if spot:
                self._brush.stamp(
                    canvas, left, top, self._icons[spot[1] : spot[1] + 9, spot[0] : spot[0] + 9]
                )


def part(width: int, height: int) -> int:
    """By what number a picture is too small for the overlay, 1 where it is large enough."""
    return max(-(-SMALLEST[0] // width), -(-SMALLEST[1] // height))


def reduced(canvas: Picture, part: int) -> Picture:
    """The canvas at one `part`-th of its size; what inverts does so wherever there is some of it."""
    height, width = canvas.shape[0] // part, canvas.shape[1] // part
    blocks = canvas.reshape(height, part, width, part, 4)
    inverts = blocks[..., 3] == INVERT
    alpha = np.where(inverts, 0.0, blocks[..., 3] / 255)[..., None]
    colour = (blocks[..., :3] * alpha).sum((1, 3)) / np.maximum(alpha.sum((1, 3)), 1e-9)
    result: Picture = np.rint(np.concatenate([colour, alpha.mean((1, 3)) * 255], -1)).astype(np.uint8)
    result[..., 3][result[..., 3] == INVERT] = 0
    result[inverts.any((1, 3)) & (result[..., 3] == 0)] = (255, 255, 255, INVERT)
    return result


def half_steps(points: float, index: int, row: int) -> tuple[int, int] | None:
    """The place of the full or half mark on pip `index` in a row of the sheet; two points fill a pip."""
    left = int(np.ceil(points)) - 2 * index
    return None if left <= 0 else (52 if left > 1 else 61, row)
