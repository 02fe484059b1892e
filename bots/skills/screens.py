"""Handling open screens: a cursor that a hand moves to a slot, and clicks there."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

from bots.errors import SkillFailed
from bots.geometry import Cell
from bots.player import Player
from bots.script import Script, until, wait, within
from bots.skills.using import use_block

# Where slots are, for each kind of screen; also what the players' side goes by (see agent/screen.js).
LAYOUTS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "agent" / "screens.json").read_text())
PITCH = 18  # GUI pixels from slot to slot
MIDDLE = 8  # GUI pixels from a slot's corner
SLOPPY = 5.0  # GUI pixels by which a hand may miss the middle
SPEED = 260.0  # GUI pixels per second, the middle of what is drawn
SPREAD = 0.35  # sigma of the speed's log-normal factor
SHORTEST = 3  # ticks of a move
BEFORE_CLICK = (1, 3)  # ticks
AFTER_CLICK = (1, 4)
OPEN_TICKS = 20
LOOK_TICKS = (8, 20)  # at a screen that has come up
TICKS_PER_SECOND = 20


class Slot(NamedTuple):
    """A slot of an open screen: of its own part, or, by its number in the player's window, of the player."""

    number: int
    own: bool = False


def open_block(player: Player, cell: Cell) -> Script[None]:
    """Opens the screen of a block, such as a chest, from where the player stands. Raises `SkillFailed`."""
    yield from use_block(player, cell)
    yield from _wait_for_screen(player, f"open {player.terrain.block(cell).name}")


def open_inventory(player: Player) -> Script[None]:
    """Opens the player's own inventory. Raises `SkillFailed`."""
    player.press_inventory()
    yield
    yield from _wait_for_screen(player, "open the inventory")


def close_screen(player: Player) -> Script[None]:
    """Closes the open screen. Raises `SkillFailed` when it stays."""
    player.press_inventory()
    yield
    yield from within(
        OPEN_TICKS, until(lambda: player.window == ""), f"{player.name} could not close the screen"
    )


def click(player: Player, slot: Slot, *, right: bool = False, quick: bool = False) -> Script[None]:
    """Moves the cursor to a slot and clicks.

    Left takes, puts or swaps a stack, right takes half of one or puts one item; `quick` moves a stack over
    to the other part of the screen.
    """
    yield from point_at(player, slot)
    yield from wait(player.rng.randint(*BEFORE_CLICK))
    if quick:
        player.hold("sneak")
    if right:
        player.use()
    else:
        player.attack()
    yield
    yield from wait(player.rng.randint(*AFTER_CLICK))


def point_at(player: Player, slot: Slot) -> Script[None]:
    """Moves the cursor to a slot, fast at first and slower towards it, never quite to the middle."""
    x, y = slot_middle(player.window, slot)
    goal = (x + player.rng.uniform(-SLOPPY, SLOPPY), y + player.rng.uniform(-SLOPPY, SLOPPY))
    start = player.cursor
    speed = SPEED * player.rng.lognormvariate(0, SPREAD)
    ticks = max(SHORTEST, math.ceil(math.dist(start, goal) / speed * TICKS_PER_SECOND))
    for tick in range(1, ticks + 1):
        share = math.sin(math.pi / 2 * tick / ticks)
        at = [a + (b - a) * share for a, b in zip(start, goal, strict=True)]
        player.move_cursor(at[0] - player.cursor[0], at[1] - player.cursor[1])
        yield


def slot_middle(window: str, slot: Slot) -> tuple[float, float]:
    """The middle of a slot in GUI pixels. Raises `SkillFailed` when the screen has no such slot."""
    for (first, last), (left, top), (columns, _) in LAYOUTS[window]["own" if slot.own else "player"]:
        if first <= slot.number <= last:
            row, column = divmod(slot.number - first, columns)
            return left + column * PITCH + MIDDLE, top + row * PITCH + MIDDLE
    raise SkillFailed(f"a screen {window!r} has no slot {slot.number}")


def own_items(player: Player) -> dict[int, tuple[str, int]]:
    """What lies in the own slots of the open screen: name and count by slot."""
    return {s["slot"]: (s["item"], s["count"]) for s in player.state["window_items"]}


def _wait_for_screen(player: Player, what: str) -> Script[None]:
    yield from within(OPEN_TICKS, until(lambda: player.window != ""), f"{player.name} could not {what}")
    yield from wait(player.rng.randint(*LOOK_TICKS))
