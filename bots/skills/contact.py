"""Eye contact."""

from __future__ import annotations

from bots.geometry import Vec
from bots.player import Player
from bots.script import Script, wait
from bots.skills.looking import SPEED, look_at

SAME_PLACE = 0.8  # blocks: bodies overlap


def eye_contact(player: Player, ticks: int, *, speed: float = SPEED) -> Script[None]:
    """Looks at the nearest other player and stays so for a while."""
    yield from look_at(player, nearest(player), speed=speed)
    yield from wait(ticks)


def nearest(player: Player) -> Player:
    """The other player who is nearest."""
    return min(player.others, key=lambda other: other.position.distance(player.position))


def comes_after(player: Player, goal: Vec, *, blocks: float) -> bool:
    """Whether another player is within so many blocks and nearer to a goal, or in the same place: there is no
    getting past them in a tunnel or on a bridge.
    """
    way = player.position.distance(goal)
    apart = [(other.position.distance(player.position), other) for other in player.others]
    return any(
        gap < SAME_PLACE or (gap < blocks and other.position.distance(goal) < way) for gap, other in apart
    )
