"""Eye contact."""

from __future__ import annotations

from bots.player import Player
from bots.script import Script, wait
from bots.skills.looking import SPEED, look_at


def eye_contact(player: Player, ticks: int, *, speed: float = SPEED) -> Script[None]:
    """Looks at the nearest other player and stays so for a while."""
    yield from look_at(player, nearest(player), speed=speed)
    yield from wait(ticks)


def nearest(player: Player) -> Player:
    """The other player who is nearest."""
    return min(player.others, key=lambda other: other.position.distance(player.position))
