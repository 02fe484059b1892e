"""Placing blocks."""

from __future__ import annotations

from collections.abc import Collection

from bots.errors import SkillFailed
from bots.geometry import Cell, Vec, wrap
from bots.player import Player
from bots.script import Script, at_most, until, wait
from bots.skills.aiming import point_to_place, points_to_place, unobstructed
from bots.skills.looking import SPEED, angles_to, look_at
from bots.skills.moving import BODY, stand_still, step_to, walk_to
from bots.skills.sight import eye_at
from bots.terrain import Terrain

TRIES = 2
MOVES = 2
RETRY_TICKS = 4  # somebody may be in the way for a moment
PATIENCE_TICKS = 40  # for somebody else to go out of the way
SPOTS_TRIED = 4
REACH_FLAT = 3  # blocks to a side
STEP_TICKS = 40
JUMP_HEIGHT = 1.15  # blocks, at which a jump stays for some ticks
JUMP_TICKS = 10
TALL = 1.8


def equip(player: Player, *items: str) -> Script[None]:
    """Takes the first of the items that is in the hotbar into the hand. Raises `SkillFailed` if none is."""
    slot = player.hotbar_slot(items)
    if slot is None:
        raise SkillFailed(f"{player.name} has no {' or '.join(items)} in the hotbar")
    if slot != player.state["hotbar_slot"]:
        player.select(slot)
        yield


def place(player: Player, cell: Cell, item: str, *, speed: float = SPEED) -> Script[None]:
    """Puts a block of an item into a cell, aiming at a neighbour; tries again when it does not stand.

    Raises `SkillFailed` when the cell is taken, out of reach, or it did not work.
    """
    if player.terrain.solid(cell):
        raise SkillFailed(
            f"{player.name} cannot place at {tuple(cell)}: {player.terrain.block(cell).name} is there"
        )
    yield from equip(player, item)
    for attempt in range(TRIES):
        if attempt > 0:
            yield from step_out_of(player, cell)
        yield from at_most(PATIENCE_TICKS, until(lambda: not _somebody_in_the_way(player, cell)))
        if unobstructed(player, points_to_place(player.terrain, player.eye, cell)):
            yield from look_at(player, point_to_place(player, cell), speed=speed)
            player.use()
            yield
        else:
            yield from _place_in_jump(player, cell, speed)
        if (
            player.terrain.block(cell).name.replace("wall_", "") == item
        ):  # torches change their name on a wall
            return
        yield from wait(RETRY_TICKS)
    raise SkillFailed(f"{player.name} tried {TRIES} times to place {item} at {tuple(cell)}")


def _place_in_jump(player: Player, cell: Cell, speed: float) -> Script[None]:
    """Jumps and places when the side that the block goes onto comes into sight."""
    yield from step_to(player, player.cell.floor(), near=0.15)
    if player.terrain.solid(player.cell.plus(0, 2, 0)):
        raise SkillFailed(f"{player.name} has no room to jump at {tuple(player.cell)}")
    above = player.eye.plus(0, JUMP_HEIGHT, 0)
    points = points_to_place(player.terrain, above, cell)
    if not points:
        raise SkillFailed(f"{player.name} cannot reach to place at {tuple(cell)}")
    yield from look_at(player, points[0], speed=speed)
    start = player.position.y
    for _ in range(JUMP_TICKS):
        player.hold("jump")
        visible = points_to_place(player.terrain, player.eye, cell) if player.position.y > start + 1 else []
        if visible:
            yaw, pitch = angles_to(player, visible[0])
            player.turn(wrap(yaw - player.yaw), pitch - player.pitch)
            player.use()
            yield
            break
        yield
    yield from stand_still(player)


def build(player: Player, cell: Cell, item: str, *, speed: float = SPEED) -> Script[None]:
    """Places a block, going to where the cell can be reached from, and elsewhere if it does not work from
    there.

    Raises `SkillFailed` when it worked from nowhere.
    """
    if not _in_reach(player.terrain, player.eye, cell):
        yield from go_to_reach(player, cell)
    for _ in range(MOVES):
        try:
            yield from place(player, cell, item, speed=speed)
        except SkillFailed as reason:
            player.log("build_elsewhere", cell=list(cell), reason=str(reason))
            yield from go_to_reach(player, cell)
        else:
            return
    yield from place(player, cell, item, speed=speed)


def go_to_reach(player: Player, cell: Cell) -> Script[None]:
    """Walks to another place from which a block can be put into a cell.

    Raises `SkillFailed` when none is found.
    """
    here = player.cell
    spots = [
        spot
        for spot in _spots_around(player, cell)
        if spot != here and _in_reach(player.terrain, eye_at(spot), cell) and not _taken(player, spot)
    ]
    for spot in sorted(spots, key=lambda at: at.floor().distance(player.position))[:SPOTS_TRIED]:
        try:
            yield from walk_to(player, spot.x + 0.5, spot.z + 0.5, y=spot.y, reach=0.35)
        except SkillFailed:
            continue
        if _in_reach(player.terrain, player.eye, cell):
            return
    raise SkillFailed(f"{player.name} found no place from which to build at {tuple(cell)}")


def _taken(player: Player, spot: Cell) -> bool:
    return any(other.position.distance(spot.floor()) < 1 for other in player.others)


def step_out_of(player: Player, cell: Cell) -> Script[None]:
    """Leaves a cell, and the one above it, if the body is in the way there."""
    for spot in sorted(_spots_around(player, cell), key=lambda at: at.floor().distance(player.position)):
        if not _overlaps(player, cell):
            return
        yield from at_most(STEP_TICKS, walk_to(player, spot.x + 0.5, spot.z + 0.5, y=spot.y, reach=0.3))


def leave(player: Player, cells: Collection[Cell]) -> Script[None]:
    """Goes off cells that others still want to build in."""
    if not any(_overlaps(player, cell) for cell in cells):
        return
    columns = {(cell.x, cell.z) for cell in cells}
    spots = [spot for spot in _spots_around(player, player.cell) if (spot.x, spot.z) not in columns]
    for spot in sorted(spots, key=lambda at: at.floor().distance(player.position))[:SPOTS_TRIED]:
        try:
            yield from walk_to(player, spot.x + 0.5, spot.z + 0.5, y=spot.y, reach=0.35)
        except SkillFailed:
            continue
        return


def _in_reach(terrain: Terrain, eye: Vec, cell: Cell) -> bool:
    """Whether a block can be placed, standing or in a jump."""
    return any(points_to_place(terrain, eye.plus(0, rise, 0), cell) for rise in (0.0, JUMP_HEIGHT))


def _somebody_in_the_way(player: Player, cell: Cell) -> bool:
    """Whether another player stands in the cell, or before all of what one would aim at."""
    points = points_to_place(player.terrain, player.eye, cell)
    hidden = bool(points) and not unobstructed(player, points)
    return hidden or any(_overlaps(other, cell) for other in player.others)


def _overlaps(player: Player, cell: Cell) -> bool:
    centre = cell.centre()
    aside = max(abs(player.position.x - centre.x), abs(player.position.z - centre.z))
    return aside < 0.5 + BODY and -TALL < player.position.y - cell.y < 1


def _spots_around(player: Player, cell: Cell) -> list[Cell]:
    near = range(-REACH_FLAT, REACH_FLAT + 1)
    offsets = [(x, y, z) for x in near for z in near for y in range(-3, 2) if (x, z) != (0, 0)]
    return [spot for spot in (cell.plus(*offset) for offset in offsets) if player.terrain.standable(spot)]
