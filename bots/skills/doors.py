"""A gate: a wall with an iron door, a lamp beside it, and a lever some steps away, joined by redstone."""

from __future__ import annotations

from bots.geometry import Cell, Face, Vec
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait, within
from bots.skills.looking import follow, look_at
from bots.skills.moving import step_to, walk_to
from bots.skills.sites import FACING
from bots.skills.using import use_block

WALL = "stone_bricks"
HALF_WIDTH = 2  # blocks of wall to either side of the door
HEIGHT = 3
LEVER = 3  # blocks aside of the door
AT_LEVER, AT_DOOR = (-1, 3), (-1, 0)  # where one stands: steps ahead and aside
WATCHING = ((-2, -2), (-3, 2), (-3, 0), (-4, -3), (-4, 3), (-4, 1), (-3, -4), (-4, -1))
OPEN_TICKS = 400  # in which somebody should open the door
THINK_TICKS = (10, 30)
NEAR = 0.12  # blocks


class Gate:
    """A gate in front of `middle`; one walks through it along `face`. Needs 4 level blocks to all sides."""

    def __init__(self, middle: Cell, face: Face) -> None:
        self._middle = middle
        self._face = face
        self.door = self.at(1)
        self.lever = self.at(0, aside=LEVER)

    def at(self, ahead: int, up: int = 0, aside: int = 0) -> Cell:
        """A cell by steps from the middle."""
        face = self._face
        return self._middle.plus(face.x * ahead - face.z * aside, up, face.z * ahead + face.x * aside)

    def place(self, number: int) -> Cell:
        """Where one stands to watch."""
        ahead, aside = WATCHING[number]
        return self.at(ahead, aside=aside)

    def go_to(self, player: Player, place: tuple[int, int]) -> Script[None]:
        """Walks to steps ahead and aside of the middle. Raises `SkillFailed`."""
        spot = self.at(place[0], aside=place[1])
        yield from walk_to(player, spot.x + 0.5, spot.z + 0.5, y=spot.y, reach=0.4)

    def build(self, scene: Scene) -> None:
        """Builds it, closed."""
        for aside in range(-HALF_WIDTH, HALF_WIDTH + 1):
            for up in range(HEIGHT):
                scene.set_block(self.at(1, up, aside), WALL)
        for up, half in enumerate(("lower", "upper")):
            scene.set_block(self.at(1, up), "iron_door", half=half, facing=FACING[self._face])
        for aside in range(LEVER):
            scene.set_block(self.at(0, aside=aside), "redstone_wire")
        scene.set_block(self.at(0, aside=-1), "redstone_lamp")
        scene.set_block(self.lever, "lever", face="floor", facing=FACING[self._face])

    def is_open(self, player: Player) -> bool:
        """Whether the door lets one through, as the player sees it."""
        (box,) = player.outline(self.door)
        return (box.x1 - box.x0 > 0.5) == bool(self._face.x)

    def is_behind(self, player: Player) -> bool:
        """Whether a player is on the far side of the door."""
        offset = player.position.minus(self.door.floor())
        return offset.x * self._face.x + offset.z * self._face.z > 0

    def open_for(self, player: Player, walker: Player) -> Script[None]:
        """Goes to the lever, opens, watches the other walk through and come back, closes.

        Raises `SkillFailed` when the lever cannot be reached or the other does not come.
        """
        yield from self.go_to(player, AT_LEVER)
        yield from wait(player.rng.randint(*THINK_TICKS))
        yield from use_block(player, self.lever)
        gone = until(lambda: self.is_behind(walker), follow(player, walker))
        back = until(lambda: not self.is_behind(walker), follow(player, walker))
        for way in (gone, back):
            yield from within(OPEN_TICKS, way, f"the walk of {walker.name} through the door")
        yield from wait(player.rng.randint(*THINK_TICKS))
        yield from use_block(player, self.lever)

    def pass_when_open(self, player: Player) -> Script[None]:
        """Goes before the door, through it when it opens, looks back and returns.

        Raises `SkillFailed` when it does not open in time or the player gets stuck.
        """
        yield from self.go_to(player, AT_DOOR)
        yield from look_at(player, self.door.centre())
        opened = until(lambda: self.is_open(player))
        yield from within(OPEN_TICKS, opened, f"the opening of the door for {player.name}")
        way = [self._lane(player, ahead) for ahead in (0, 3)]
        for point in way:
            yield from step_to(player, point, near=NEAR)
        yield from look_at(player, self.door.centre())
        for point in (*reversed(way), self.at(*AT_DOOR).floor()):
            yield from step_to(player, point, near=NEAR)

    def _lane(self, player: Player, ahead: int) -> Vec:
        """The middle of the gap beside the open door, so many steps ahead."""
        (box,) = player.outline(self.door)
        low, high = (box.z0, box.z1) if self._face.x else (box.x0, box.x1)
        shift = ((1 + high) / 2 if low == 0 else low / 2) - 0.5
        point = self.at(ahead).floor()
        return point.plus(0, 0, shift) if self._face.x else point.plus(shift, 0, 0)
