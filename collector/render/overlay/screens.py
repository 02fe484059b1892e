"""The open screens: one's own inventory, chests, the crafting table; their items and the cursor.

Where slots lie is data of the players' code, which clicks on them; pictures and labels are the client's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from collector.render.assets.files import Assets, Picture, node_modules, read_json
from collector.render.bodies.players import Players
from collector.render.overlay.brush import Brush, cover, over
from collector.render.overlay.figure import BOX, figure
from collector.render.overlay.status import INVENTORY, Screen, Status

LABEL = 0x404040
# Alpha of the black over the world behind a screen, at the top and the bottom of the picture.
DIM = (0xC0, 0xD0)
DIM_COLOUR = 0x10
HOVER = (255, 255, 255, 128)
SLOT = 16
CHEST_TOP, CHEST_BOTTOM = 17, 126  # height of a chest's frame above its rows; where its lower part starts
CHEST_LOWER = 96
EMPTY = {5: "helmet", 6: "chestplate", 7: "leggings", 8: "boots", 45: "shield"}
RECIPES = {INVENTORY: (104, 61), "crafting": (5, 34)}  # where the button of the recipe book is
LABELS: dict[str, tuple[tuple[float, float, str], ...]] = {
    INVENTORY: ((97, 6, "Crafting"),),
    "crafting": ((29, 6, "Crafting"), (8, 72, "Inventory")),
    "chest": ((8, 6, "Chest"), (8, 74, "Inventory")),
    "large_chest": ((8, 6, "Large Chest"), (8, 128, "Inventory")),
}
# The arrow of the mouse: # is black, . white.
ARROW = (
    "#          ",
    "##         ",
    "#.#        ",
    "#..#       ",
    "#...#      ",
    "#....#     ",
    "#.....#    ",
    "#......#   ",
    "#.......#  ",
    "#........# ",
    "#.....#####",
    "#..#..#    ",
    "#.# #..#   ",
    "##  #..#   ",
    "#    ##    ",
)
TONES = {" ": (0, 0, 0, 0), "#": (0, 0, 0, 255), ".": (255, 255, 255, 255)}


class Screens:
    """Draws the screens that a recording knows."""

    def __init__(self, assets: Assets, players: Players, brush: Brush) -> None:
        self._assets, self._players, self._brush = assets, players, brush
        self._layouts: dict[str, Any] = read_json(node_modules().parent / "screens.json")
        self._arrow = arrow()

    def draw(self, canvas: Picture, status: Status, player: int) -> None:
        """Draw the open screen of a player over the canvas."""
        screen = status.screen
        if screen is None or screen.kind not in self._layouts:
            return
        dim(canvas)
        layout, scale = self._layouts[screen.kind], self._brush.scale
        width, height = layout["size"]
        left = (canvas.shape[1] // scale - width) // 2
        top = (canvas.shape[0] // scale - height) // 2
        self._brush.stamp(canvas, left, top, self._frame(screen.kind, height))
        for x, y, text in LABELS[screen.kind]:
            self._brush.text(canvas, left + x, top + y, text, LABEL)
        if screen.kind in RECIPES:
            x, y = RECIPES[screen.kind]
            button = self._assets.picture("gui/recipe_button", "gui/sprites/recipe_book/button")
            self._brush.stamp(canvas, left + x, top + y, button[:18, :20])
        own, carried = (places(layout[part]) for part in ("own", "player"))
        if screen.kind == INVENTORY:
            self._empty(canvas, left, top, status, carried)
            picture = figure(self._players, player, status, self._brush.texels, scale)
            over(canvas, round((left + BOX[0]) * scale), round((top + BOX[1]) * scale), picture)
        for slots, items in ((own, screen.items), (carried, status.items)):
            for slot, stack in items:
                if slot in slots:
                    x, y = slots[slot]
                    self._brush.stack(canvas, left + x, top + y, stack)
        self._cursor(canvas, left, top, screen, [*own.values(), *carried.values()])

    def _frame(self, kind: str, height: int) -> Picture:
        """The picture behind a screen's slots."""
        if kind in RECIPES:
            name = {INVENTORY: "inventory", "crafting": "crafting_table"}[kind]
            return self._assets.picture(f"gui/container/{name}")[:height, :176]
        sheet = self._assets.picture("gui/container/generic_54")
        upper = height - CHEST_LOWER - 1
        return np.concatenate([sheet[:upper, :176], sheet[CHEST_BOTTOM : CHEST_BOTTOM + CHEST_LOWER, :176]])

    def _empty(
        self, canvas: Picture, left: int, top: int, status: Status, slots: dict[int, tuple[int, int]]
    ) -> None:
        """Show what empty slots for armour and the off hand are for."""
        worn = {slot for slot, _ in status.items}
        for slot, piece in EMPTY.items():
            picture = self._assets.texture(f"item/empty_armor_slot_{piece}")
            if slot not in worn and picture is not None:
                self._brush.stamp(canvas, left + slots[slot][0], top + slots[slot][1], picture)

    def _cursor(
        self, canvas: Picture, left: int, top: int, screen: Screen, slots: list[tuple[int, int]]
    ) -> None:
        """Light up the slot below the cursor; draw what it carries, and the arrow itself."""
        x, y = screen.cursor
        for sx, sy in slots:
            if sx - 1 <= x < sx + SLOT + 1 and sy - 1 <= y < sy + SLOT + 1:
                glow = np.tile(np.array(HOVER, np.uint8), (SLOT, SLOT, 1))
                self._brush.stamp(canvas, left + sx, top + sy, glow)
        if screen.carried is not None:
            self._brush.stack(canvas, left + x - SLOT / 2, top + y - SLOT / 2, screen.carried)
        self._brush.stamp(canvas, left + x, top + y, self._arrow)


def places(ranges: list[Any]) -> dict[int, tuple[int, int]]:
    """Top left corner of every slot: ranges of slots, the first one's corner, columns and rows."""
    return {
        slot: (x + 18 * ((slot - first) % columns), y + 18 * ((slot - first) // columns))
        for (first, last), (x, y), (columns, _) in ranges
        for slot in range(first, last + 1)
    }


def dim(canvas: Picture) -> None:
    """Darken the whole canvas, more toward the bottom; the world behind it shows through."""
    shade = np.full_like(canvas, DIM_COLOUR)
    shade[..., 3] = np.rint(np.linspace(*DIM, len(canvas)))[:, None]
    cover(canvas, shade)


def arrow() -> Picture:
    """The arrow of the mouse."""
    return np.array([[TONES[mark] for mark in row] for row in ARROW], np.uint8)
