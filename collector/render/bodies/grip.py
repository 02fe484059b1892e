"""How the client raises and lowers what a player holds: when it changes, and after a blow.

Each tick the hand goes at most 0.4 of the way toward its place: up while the stack is the one that it shows,
as far as the attack has recovered; down when the stack has changed, and below a tenth the new stack is taken.
So a block that is placed, which makes the stack smaller, dips the hand too, and so does a tool that wears.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.render.stacks import Stack
from collector.render.tracks import Tracks

STEP, SWAP = 0.4, 0.1
TICKS = 20.0
# Attacks a second, by the end of an item's name; a bare hand and other items strike four times.
ATTACK_SPEED = {"_sword": 1.6, "_pickaxe": 1.2, "_axe": 0.9, "_shovel": 1.0, "_hoe": 2.0, "trident": 1.1}
HAND_SPEED = 4.0


@dataclass(frozen=True)
class Grip:
    """By tick: the stack that the hand shows, and how high it is, 0 (out of sight) … 1."""

    stack: list[Stack]
    height: NDArray[np.float64]


def grip(tracks: Tracks, player: int) -> Grip:
    """Follow one player's right hand through its ticks."""
    rows = {name: tracks.player[name][:, player] for name in ("held_item", "swing", "dig_stage")}
    names = rows["held_item"]
    shown, height, recovered = tracks.held(0, player), 1.0, 1e3
    stacks, heights = [], np.ones(len(names))
    for tick, name in enumerate(names):
        stack = tracks.held(tick, player)
        if tick > 0 and (name != names[tick - 1] or is_blow(rows, tick)):
            recovered = 0.0
        recovered += 1
        charge = min((recovered + 0.5) * attack_speed(str(name)) / TICKS, 1.0) ** 3
        height += float(np.clip((charge if shown == stack else 0.0) - height, -STEP, STEP))
        if height < SWAP:
            shown = stack
        stacks.append(shown)
        heights[tick] = height
    return Grip(stacks, heights)


def is_blow(rows: dict[str, NDArray[np.generic]], tick: int) -> bool:
    """Whether a swing begins that breaks no block."""
    return bool(rows["swing"][tick] == 0 and rows["dig_stage"][tick] < 0)


def attack_speed(item: str) -> float:
    """Attacks a second with an item."""
    return next((speed for end, speed in ATTACK_SPEED.items() if item.endswith(end)), HAND_SPEED)
