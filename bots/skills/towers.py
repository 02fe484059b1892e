"""Getting up and across on one's own blocks: towers and bridges."""

from __future__ import annotations

import math

from bots.errors import SkillFailed
from bots.geometry import Cell, Face, Vec, heading
from bots.player import Player
from bots.script import Script, wait
from bots.skills.aiming import points_to_place
from bots.skills.building import equip
from bots.skills.looking import SPEED, look, look_at
from bots.skills.mining import dig
from bots.skills.moving import stand_still

DOWN = math.radians(-89)
CLEAR = 1.0  # blocks above the old ground at which a block fits below the feet
JUMP_TICKS = 14
SETTLE_TICKS = 3
TRIES = 4  # for one block of a tower
CENTRED = 0.15  # blocks
EDGE_TICKS = 40
STOPPED = 0.002  # blocks per tick


def centre_on_block(player: Player) -> Script[None]:
    """Sneaks to the middle of the block underfoot."""
    goal = player.cell.floor()
    for _ in range(EDGE_TICKS):
        offset = goal.minus(player.position)
        if math.hypot(offset.x, offset.z) < CENTRED:
            break
        _sneak_along(player, offset)
        yield
    yield from stand_still(player)


def tower_up(player: Player, height: int, item: str) -> Script[None]:
    """Builds a pillar of blocks below the own feet. Raises `SkillFailed` when a block does not come to
    stand.
    """
    yield from equip(player, item)
    yield from centre_on_block(player)
    yield from look(player, player.yaw, DOWN)
    for _ in range(height):
        yield from _one_up(player, item)


def _one_up(player: Player, item: str) -> Script[None]:
    cell = player.cell
    for _ in range(TRIES):
        placed = False
        for _ in range(JUMP_TICKS):
            player.hold("jump")
            if not placed and player.position.y - cell.y > CLEAR:
                player.use()
                placed = True
            yield
            if placed and player.on_ground:
                break
        yield from wait(SETTLE_TICKS)
        yield from stand_still(player)
        if player.terrain.block(cell).name == item and player.cell.y > cell.y:
            return
    raise SkillFailed(f"{player.name} could not put {item} below the feet at {tuple(cell)}")


def bridge(player: Player, face: Face, blocks: int, item: str, *, speed: float = SPEED) -> Script[None]:
    """Builds a path one block wide in a direction, walking backwards on it while sneaking.

    Raises `SkillFailed` when a block does not come to stand.
    """
    for _ in range(blocks):
        yield from equip(player, item)  # each time: digging takes a tool
        yield from look(player, heading(Vec(-face.x, 0, -face.z)), math.radians(-75), speed=speed)
        target = player.cell.plus(face.x, -1, face.z)
        for _ in range(TRIES):  # somebody else may stand in the way, or have built there
            if player.terrain.solid(target):
                break
            yield from _lean_over(player, face)
            yield from _place_at_edge(player, target, speed)
        else:
            raise SkillFailed(f"{player.name} could not bridge to {tuple(target)}")
        yield from _make_way(player, target)
        yield from _onto(player, target)
        if player.cell != target.plus(0, 1, 0):
            raise SkillFailed(f"{player.name} did not get onto the bridge at {tuple(target)}")


def _make_way(player: Player, target: Cell) -> Script[None]:
    """Digs away what stands on the bridge, such as leaves."""
    for up in (2, 1):
        if player.terrain.solid(target.plus(0, up, 0)):
            yield from _sneaking(player, dig(player, target.plus(0, up, 0)))


def _place_at_edge(player: Player, target: Cell, speed: float) -> Script[None]:
    points = points_to_place(player.terrain, player.eye, target)
    if not points:
        raise SkillFailed(f"{player.name} does not see the edge to build on at {tuple(target)}")
    yield from _sneaking(player, look_at(player, points[0], speed=speed))
    player.hold("sneak")
    player.use()
    yield


def _lean_over(player: Player, face: Face) -> Script[None]:
    """Sneaks over the edge of the block underfoot, as far as sneaking lets one."""
    still = 0
    for _ in range(EDGE_TICKS):
        before = player.position
        _sneak_along(player, Vec(face.x, 0, face.z))
        yield
        still = still + 1 if player.position.distance(before) < STOPPED else 0
        if still >= 3:
            return


def _onto(player: Player, target: Cell) -> Script[None]:
    """Sneaks onto the middle of a block."""
    goal = target.plus(0, 1, 0).floor()
    for _ in range(EDGE_TICKS):
        offset = goal.minus(player.position)
        if math.hypot(offset.x, offset.z) < CENTRED:
            return
        _sneak_along(player, offset)
        yield


def _sneaking(player: Player, script: Script[None]) -> Script[None]:
    """Runs a script with the sneak key down."""
    for _ in script:
        player.hold("sneak")
        yield


def _sneak_along(player: Player, offset: Vec) -> None:
    """Holds sneak and those direction keys that lead along an offset, whatever the view."""
    player.hold("sneak")
    angle = heading(offset) - player.yaw
    ahead, left = math.cos(angle), math.sin(angle)
    if abs(ahead) > SIDEWAYS:
        player.hold("forward" if ahead > 0 else "back")
    if abs(left) > SIDEWAYS:
        player.hold("left" if left > 0 else "right")


SIDEWAYS = 0.38  # sine of 22.5 degrees: the eight directions that keys can make
