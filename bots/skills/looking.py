"""Turning the camera as a hand does: eased, in fractions of a degree, at a speed that differs from look to
look, and, where it is asked for, now and then a little too far and back.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from bots.geometry import Vec, direction, elevation, heading, wrap
from bots.player import Player
from bots.script import Script, wait

Target = Vec | Player | Callable[[], Vec]

SPEED = 90.0  # degrees per second, the middle of what is drawn
SPREAD = 0.35  # sigma of the speed's log-normal factor, whose mean is 1
SLOWEST = 0.4  # of the base speed
FASTEST = 171.0  # degrees per second
RAMP = 0.2  # of the time to speed up in, and to slow down in
CRUISE = 1 - RAMP  # mean speed over top speed
TICKS_PER_SECOND = 20
UPRIGHT = math.pi / 2  # steepest pitch
STILL = 1e-4  # radians; less is no turn

# Of looks that go too far (`Player.overshoot`). Turns of a few degrees are aimed, not swept.
SWEEP = math.radians(10)  # least angle of those
BEYOND = (0.03, 0.12)  # how far too far, of the angle
MOST_BEYOND = math.radians(12)
NOTICE = (1, 4)  # ticks until the hand goes back
BACK = 0.5  # of the speed


def look_at(player: Player, target: Target, *, speed: float = SPEED) -> Script[None]:
    """Turns until the crosshair is on a point, on another player's face, or on where a function says.

    Aims from the eye. A target that moves is followed within the time that the first angle takes.
    """

    def aim() -> tuple[float, float]:
        return angles_to(player, target)

    yield from _turn(player, aim, draw_speed(player, speed))


def look(player: Player, yaw: float, pitch: float, *, speed: float = SPEED) -> Script[None]:
    """Turns until the view has these angles."""
    yield from _turn(player, lambda: (yaw, pitch), draw_speed(player, speed))


def turn_by(player: Player, yaw: float, pitch: float = 0.0, *, speed: float = SPEED) -> Script[None]:
    """Turns by angles (radians, + = left and up; more than half a turn goes the long way) at exactly this
    speed.
    """
    ticks = _duration(max(abs(yaw), abs(pitch)), speed)
    for tick in range(ticks):
        share = _eased((tick + 1) / ticks) - _eased(tick / ticks)
        player.turn(yaw * share, pitch * share)
        yield


def follow(player: Player, target: Target, *, speed: float = SPEED) -> Script[None]:
    """Keeps the crosshair on a target, never turning faster than `speed`. Does not end by itself."""
    step = math.radians(speed) / TICKS_PER_SECOND
    while True:
        yaw, pitch = angles_to(player, target)
        steer(player, yaw, pitch, step)
        yield


def steer(player: Player, yaw: float, pitch: float, step: float) -> None:
    """Turns towards angles within one tick: half of what is missing, at most `step` radians."""
    missing = (wrap(yaw - player.yaw), pitch - player.pitch)
    player.turn(*(max(-step, min(step, angle / 2)) for angle in missing))


def angles_to(player: Player, target: Target) -> tuple[float, float]:
    """Yaw and pitch from the player's eye to a target."""
    point = target.eye if isinstance(target, Player) else target if isinstance(target, Vec) else target()
    offset = point.minus(player.eye)
    return heading(offset), elevation(offset)


def sees(player: Player, point: Vec, *, angle: float = math.radians(40)) -> bool:
    """Whether a point is within an angle of the view's axis with nothing solid between."""
    offset = point.minus(player.eye)
    view = direction(player.yaw, player.pitch)
    cosine = (view.x * offset.x + view.y * offset.y + view.z * offset.z) / max(offset.length(), 1e-9)
    return cosine >= math.cos(angle) and player.terrain.cast(player.eye, point, offset.length()) is None


def draw_speed(player: Player, base: float) -> float:
    """A speed for one look, degrees per second: log-normal around `base`."""
    factor = player.rng.lognormvariate(-(SPREAD**2) / 2, SPREAD)
    return min(max(base * factor, base * SLOWEST), FASTEST)


def _turn(player: Player, aim: Callable[[], tuple[float, float]], speed: float) -> Script[None]:
    yaw, pitch = _missing(player, aim)
    angle = math.hypot(yaw, pitch)
    if angle < STILL:
        return
    player.log("look", degrees=round(math.degrees(angle), 3), speed=round(speed, 3))
    beyond = _draw_beyond(player, angle)
    if beyond > 0:
        player.log("overshoot", degrees=round(math.degrees(angle * beyond), 3))
        yield from _sweep(player, lambda: _further(aim(), yaw * beyond, pitch * beyond), speed)
        yield from wait(player.rng.randint(*NOTICE))
        speed *= BACK
    yield from _sweep(player, aim, speed)


def _sweep(player: Player, aim: Callable[[], tuple[float, float]], speed: float) -> Script[None]:
    """One eased movement."""
    ticks = _duration(math.hypot(*_missing(player, aim)), speed)
    for tick in range(ticks):
        done, now = _eased(tick / ticks), _eased((tick + 1) / ticks)
        share = (now - done) / (1 - done)
        yaw, pitch = _missing(player, aim)
        player.turn(yaw * share, pitch * share)
        yield


def _draw_beyond(player: Player, angle: float) -> float:
    """How far too far a look goes, as a share of its angle; 0 for one that is right at once."""
    if player.overshoot == 0 or angle < SWEEP or player.rng.random() >= player.overshoot:
        return 0.0
    return min(player.rng.uniform(*BEYOND), MOST_BEYOND / angle)


def _further(angles: tuple[float, float], yaw: float, pitch: float) -> tuple[float, float]:
    return angles[0] + yaw, max(-UPRIGHT, min(UPRIGHT, angles[1] + pitch))


def _missing(player: Player, aim: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    yaw, pitch = aim()
    return wrap(yaw - player.yaw), pitch - player.pitch


def _duration(angle: float, speed: float) -> int:
    """Ticks for an angle (radians) at a top speed (degrees per second)."""
    return max(1, math.ceil(math.degrees(angle) / (speed * CRUISE) * TICKS_PER_SECOND))


def _eased(time: float) -> float:
    """How much of a turn is done after a share of its time: speed rises, stays, falls (a trapezoid)."""
    if time < RAMP:
        return time**2 / (2 * RAMP * CRUISE)
    if time > 1 - RAMP:
        return 1 - (1 - time) ** 2 / (2 * RAMP * CRUISE)
    return (time - RAMP / 2) / CRUISE


def turn_evenly(player: Player, yaw: float, *, speed: float) -> Script[None]:
    """Turns by an angle at constant speed (degrees per second), as the evaluation types ask."""
    ticks = max(1, math.ceil(abs(math.degrees(yaw)) / speed * TICKS_PER_SECOND))
    for _ in range(ticks):
        player.turn(yaw / ticks, 0.0)
        yield
