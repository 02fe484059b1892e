"""Standing in a certain way."""

from __future__ import annotations

from bots.player import Player
from bots.script import Script


def sneak(player: Player, ticks: int) -> Script[None]:
    """Crouches for a number of ticks."""
    for _ in range(ticks):
        player.hold("sneak")
        yield


def hop(player: Player, ticks: int) -> Script[None]:
    """Jumps on the spot again and again, with pauses: the key is down half of the time."""
    for tick in range(ticks):
        if tick // HOP_TICKS % 2 == 0:
            player.hold("jump")
        yield


HOP_TICKS = 5
