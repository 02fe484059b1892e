"""Walking: with keys, and along a planned way."""

from __future__ import annotations

import math

from bots.errors import SkillFailed
from bots.geometry import Cell, Vec, heading, wrap
from bots.player import Player
from bots.script import Script, at_least_one, at_most, wait
from bots.skills.looking import angles_to, steer

# A key and the angle of its way against the view, + = left.
KEY_ANGLES = {"forward": 0.0, "left": math.pi / 2, "back": math.pi, "right": -math.pi / 2}
OPPOSITE = {"forward": "back", "back": "forward", "left": "right", "right": "left"}

TURN_STEP = math.radians(9)  # per tick while walking; about what people do
ON_COURSE = math.radians(50)  # off by more, stand and turn first
WALK_PITCH = math.radians(-8)  # people look at the ground some way ahead
BODY = 0.3  # half width
STEP_UP = 0.6  # higher needs a jump
JUMP_FROM = 1.0  # blocks before a step up
AHEAD = 8  # nodes of a way that may be cut short
NODE_REACHED = 0.4  # blocks
STUCK_TICKS = 30
STEP_TICKS = 60  # for a straight step to a point close by
STUCK_DISTANCE = 0.3  # blocks in that time
CELL_SLACK = 0.7  # blocks by which a place in a cell may be farther off than the cell's middle
REPLANS = 4
REPLAN_TICKS = 10  # while following somebody who moves
TICKS_PER_BLOCK = 12  # thrice what walking takes
DEEPEST_DROP = 3
LOOK_AHEAD = 0.9  # blocks, for what is in the way of a key


def walk_to(
    player: Player, x: float, z: float, *, y: float | None = None, reach: float = 0.7, sprint: bool = False
) -> Script[None]:
    """Walks to within `reach` blocks of a place, finding the way, jumping where needed.

    Raises `SkillFailed` when there is no way, when the player is stuck, or when it takes thrice as long as
    it should.
    """
    for _ in range(REPLANS):
        complete, way = player.plan(x, z, y=y, reach=max(0, math.floor(reach - CELL_SLACK)))
        if not complete and not way:
            break
        target = Vec(x, player.position.y, z) if complete else None
        arrived = yield from _follow_way(player, way, target, reach, sprint)
        if arrived and complete:
            return
    raise SkillFailed(f"{player.name} found no way to ({x:.1f}, {z:.1f}) from {_text(player.position)}")


def pursue(player: Player, target: Player, *, reach: float, sprint: bool = True) -> Script[None]:
    """Follows another player, keeping within `reach` blocks. Does not end by itself."""
    while True:
        if player.position.distance(target.position) <= reach:
            yaw, pitch = angles_to(player, target)
            steer(player, yaw, pitch, TURN_STEP)
            yield
            continue
        at = target.position
        _, way = player.plan(at.x, at.z, reach=1)
        before = player.position
        yield from at_most(REPLAN_TICKS, _follow_way(player, way, None, reach, sprint))
        if player.position == before:
            yield from wait(REPLAN_TICKS)  # there is no way at the moment


def run_away(player: Player, pursuer: Player, blocks: float, *, sprint: bool = True) -> Script[None]:
    """Runs straight away from another player over that many blocks; turns aside where there is no way."""
    away = heading(player.position.minus(pursuer.position))
    for swerve in (0.0, 0.5, -0.5, 1.0, -1.0, 1.6, -1.6):
        goal = player.position.plus(-math.sin(away + swerve) * blocks, 0, -math.cos(away + swerve) * blocks)
        _, way = player.plan(goal.x, goal.z, reach=2)
        if way and way[-1].floor().flat_distance(player.position) > blocks / 2:
            yield from at_least_one(_follow_way(player, way, None, 1.0, sprint))
            return
    yield


def walk_keys(player: Player, key: str, blocks: float, *, sprint: bool = False) -> Script[float]:
    """Holds a direction key until that many blocks are walked, jumping up steps. Returns how many it was.

    Stops early before a drop, water or a wall, and after thrice the time that it should take.
    """
    start = player.position
    for _ in range(round(blocks * TICKS_PER_BLOCK) + 10):
        walked = player.position.flat_distance(start)
        if walked >= blocks or not _may_walk(player, key):
            break
        hold_direction(player, key, sprint=sprint)
        yield
    yield from stand_still(player)
    return player.position.flat_distance(start)


def hold_direction(player: Player, key: str, *, sprint: bool = False) -> None:
    """Holds a direction key in this tick, and jump where a step is in the way."""
    player.hold(key)
    if sprint and key == "forward":
        player.hold("sprint")
    if player.on_ground and _step_ahead(player, player.yaw + KEY_ANGLES[key]):
        player.hold("jump")


def stand_still(player: Player, ticks: int = 20) -> Script[None]:
    """Waits until the player has stopped."""
    for _ in range(ticks):
        if player.on_ground and math.hypot(player.velocity.x, player.velocity.z) < 0.005:
            return
        yield


def _follow_way(
    player: Player, way: list[Cell], target: Vec | None, reach: float, sprint: bool
) -> Script[bool]:
    """Walks through cells. Returns whether it got to the end; False when stuck."""
    points = [cell.floor() for cell in way] or [player.position]
    goal = target or points[-1]
    since, mark = 0, player.position
    for _ in range(len(points) * TICKS_PER_BLOCK + 40):
        while len(points) > 1 and player.position.flat_distance(points[0]) < NODE_REACHED:
            points.pop(0)
        if player.position.flat_distance(goal) <= reach and abs(player.position.y - points[-1].y) < 2:
            yield from stand_still(player)
            return True
        towards = _shortcut(player, points, goal)
        _walk_towards(player, towards, sprint)
        yield
        since += 1
        if player.position.distance(mark) > STUCK_DISTANCE:
            since, mark = 0, player.position
        if since > STUCK_TICKS:
            return False
    return False


def _shortcut(player: Player, points: list[Vec], goal: Vec) -> Vec:
    """The farthest of the next points to which a straight line on level ground leads; drops what comes
    before.
    """
    for index in range(min(len(points), AHEAD) - 1, 0, -1):
        if _level_line(player, points[index]):
            del points[:index]
            break
    if len(points) == 1 and abs(goal.y - points[0].y) < 2 and goal.flat_distance(points[0]) < 2:
        return goal._replace(y=points[0].y)
    return points[0]


def _level_line(player: Player, point: Vec) -> bool:
    """Whether the body fits and has ground all along a straight line at the same height."""
    start = player.position
    if abs(point.y - start.y) > 0.01 or not player.on_ground:
        return False
    steps = max(1, math.ceil(start.flat_distance(point) * 3))
    for step in range(steps + 1):
        share = step / steps
        x, z = start.x + (point.x - start.x) * share, start.z + (point.z - start.z) * share
        for dx in (-BODY, BODY):
            for dz in (-BODY, BODY):
                if not player.terrain.standable(Vec(x + dx, start.y + 0.01, z + dz).cell()):
                    return False
    return True


def _walk_towards(player: Player, point: Vec, sprint: bool) -> None:
    offset = point.minus(player.position)
    yaw = heading(offset)
    steer(player, yaw, WALK_PITCH, TURN_STEP)
    if abs(wrap(yaw - player.yaw)) > ON_COURSE:
        return
    player.hold("forward")
    if sprint and abs(wrap(yaw - player.yaw)) < ON_COURSE / 2:
        player.hold("sprint")
    higher = point.y - player.position.y > STEP_UP
    near = point.flat_distance(player.position) < JUMP_FROM + BODY
    if (higher and near and player.on_ground) or player.state["in_water"] or _step_ahead(player, yaw):
        player.hold("jump")


def _step_ahead(player: Player, yaw: float) -> bool:
    """Whether a single block stands in the way that a jump gets over."""
    if not player.on_ground:
        return False
    cell = _ahead(player, yaw, LOOK_AHEAD)
    solid = player.terrain.solid
    return solid(cell) and not solid(cell.plus(0, 1, 0)) and not solid(cell.plus(0, 2, 0))


def _may_walk(player: Player, key: str) -> bool:
    """Whether there is ground to go on within a safe drop, no liquid, and no wall."""
    cell = _ahead(player, player.yaw + KEY_ANGLES[key], LOOK_AHEAD)
    terrain = player.terrain
    if terrain.solid(cell):
        return not terrain.solid(cell.plus(0, 1, 0)) and not terrain.solid(cell.plus(0, 2, 0))
    for drop in range(DEEPEST_DROP + 2):
        below = terrain.block(cell.plus(0, -drop, 0))
        if below.liquid:
            return False
        if below.solid:
            return not terrain.solid(cell.plus(0, 1, 0))
    return not player.on_ground


def _ahead(player: Player, yaw: float, blocks: float) -> Cell:
    return player.position.plus(-math.sin(yaw) * blocks, 0.01, -math.cos(yaw) * blocks).cell()


def _text(point: Vec) -> str:
    return f"({point.x:.1f}, {point.y:.1f}, {point.z:.1f})"


def step_to(player: Player, point: Vec, *, near: float = 0.25) -> Script[None]:
    """Walks straight to a point close by, over level ground or one step down.

    Raises `SkillFailed` when that takes longer than it should.
    """
    for _ in range(STEP_TICKS):
        if player.position.flat_distance(point) <= near:
            yield from stand_still(player)
            return
        offset = point.minus(player.position)
        steer(player, heading(offset), player.pitch, TURN_STEP)
        if abs(wrap(heading(offset) - player.yaw)) < ON_COURSE:
            player.hold("forward")
            if offset.y > STEP_UP and player.on_ground:
                player.hold("jump")
        yield
    raise SkillFailed(f"{player.name} did not get to {_text(point)}")
