"""Close combat."""

from __future__ import annotations

import math
from collections.abc import Callable

from bots.geometry import Vec, wrap
from bots.player import Player
from bots.script import Script
from bots.skills.looking import angles_to, steer
from bots.skills.moving import TURN_STEP, hold_direction

SWORDS = tuple(f"{tier}_sword" for tier in ("wooden", "golden", "stone", "iron", "diamond", "netherite"))
RECHARGE = 13  # ticks of a sword
REACH = 2.9  # blocks; the game allows 3
CLOSE = 1.8  # blocks, nearer is too near
AIMED = math.radians(8)
STRAFE_TICKS = (8, 25)
STRAFE_CHANCE = 0.5

Aim = Callable[[], Vec | None]


def fight(player: Player, aim: Aim) -> Script[None]:
    """Fights what `aim` points at (the middle of a body) until it returns None: closes in, circles,
    strikes.
    """
    since, side, side_ticks = RECHARGE, "", 0
    while (point := aim()) is not None:
        yaw, pitch = angles_to(player, point)
        steer(player, yaw, pitch, TURN_STEP * 1.5)
        distance = player.eye.distance(point)
        if distance > CLOSE:
            hold_direction(player, "forward")
        if side_ticks <= 0:
            side = player.rng.choice(("left", "right")) if player.rng.random() < STRAFE_CHANCE else ""
            side_ticks = player.rng.randint(*STRAFE_TICKS)
        if side and distance < 2 * REACH:
            player.hold(side)
        side_ticks -= 1
        since += 1
        off = math.hypot(wrap(yaw - player.yaw), pitch - player.pitch)
        if since >= RECHARGE and distance <= REACH and off < AIMED:
            player.attack()
            since = 0
        yield
