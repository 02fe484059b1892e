"""A builder puts up a row of blocks, and those who stand opposite mine it, round after round.

In Solaris one miner faces the builder; here up to three stand side by side and share the blocks. The free
ground is looked for around the middle of the players, as there.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from bots.episodes.base import TOOLS, Episode, EpisodeParameters
from bots.errors import SkillFailed
from bots.geometry import Cell, heading
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.aiming import points_to_dig
from bots.skills.building import place
from bots.skills.looking import look_at
from bots.skills.mining import dig

BLOCKS = ("stone", "oak_planks", "bricks", "dirt", "smooth_sandstone")
ROW = (-2, -1, 0, 1, 2)
AWAY = 2  # blocks from the row to the players
SEARCH = 24  # blocks around the middle
SPREAD = (0, -2, 2)  # of the miners, along the row


class PlaceAndMineParameters(EpisodeParameters):
    """Pairs are the least and the most of what is drawn; times in ticks."""

    rounds: tuple[int, int] = (7, 10)
    blocks: tuple[int, int] = Field((1, 5), description="per round")
    between: tuple[int, int] = Field((8, 16), description="ticks between two blocks")
    pause: tuple[int, int] = Field((10, 20), description="ticks between rounds")
    look_speed: float = Field(90.0, gt=0, description="degrees per second")


class PlaceAndMine(Episode):
    """Builder and miners on either side of a row of five cells."""

    name = "placeAndMine"
    players = (2, 4)
    typical_seconds = 120
    distance = (4, 8)
    kit = (*TOOLS, *((block, 64) for block in BLOCKS))
    Parameters = PlaceAndMineParameters
    parameters: PlaceAndMineParameters

    def __init__(self, parameters: PlaceAndMineParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        order = scene.rng.sample(scene.players, len(scene.players))
        self.builder, self.miners = order[0], order[1:]
        self.rounds = scene.rng.randint(*parameters.rounds)
        self.row: list[Cell] = []
        self.unclaimed: list[Cell] = []
        self.turn_of_builder = True
        self.over = False
        scene.note(
            "roles", builder=self.builder.name, miners=[m.name for m in self.miners], rounds=self.rounds
        )

    def prepare(self) -> Script[None]:
        """Finds free ground and puts everybody on their side of it."""
        self.row, across = self.find_row()
        middle = self.row[len(self.row) // 2]
        along = Cell(across.z // AWAY, 0, across.x // AWAY)
        spots = [(self.builder, middle.plus(*across))]
        for miner, shift in zip(self.miners, SPREAD, strict=False):
            spots.append((miner, middle.plus(along.x * shift - across.x, 0, along.z * shift - across.z)))
        for player, cell in spots:
            yaw = heading(middle.floor().minus(cell.floor()))
            self.scene.teleport(player, cell.floor(), yaw)
        yield

    def find_row(self) -> tuple[list[Cell], Cell]:
        """The cells of the row and the offset from it to the builder. Raises `SkillFailed`."""
        centre = self.scene.middle.cell()
        for dx, dz in _rings(SEARCH):
            ground = self.scene.terrain.ground(centre.plus(dx, 0, dz), SEARCH // 2)
            if ground is not None and self.is_free(ground):
                across = self.scene.rng.choice((Cell(AWAY, 0, 0), Cell(0, 0, AWAY)))
                along = Cell(across.z // AWAY, 0, across.x // AWAY)
                return [ground.plus(along.x * at, 0, along.z * at) for at in ROW], across
        raise SkillFailed(f"no level ground of 5 x 5 blocks within {SEARCH} blocks")

    def is_free(self, centre: Cell) -> bool:
        """Whether one can stand on all of the 5 x 5 cells around a cell."""
        standable = self.scene.terrain.standable
        return all(standable(centre.plus(x, 0, z)) for x in ROW for z in ROW)

    def script(self, player: Player) -> Script[None]:
        """Build, or mine."""
        yield from (self.build(player) if player is self.builder else self.mine(player))

    def build(self, player: Player) -> Script[None]:
        """Puts up a row and waits until it is mined, for all rounds."""
        for _ in range(self.rounds):
            count = player.rng.randint(*self.parameters.blocks)
            block = player.rng.choice(BLOCKS)
            first = player.rng.randint(0, len(self.row) - count)
            player.log("row", count=count, block=block, first=first)
            for cell in self.row[first : first + count]:
                yield from place(player, cell, block)
                self.unclaimed.append(cell)
                yield from wait(player.rng.randint(*self.parameters.between))
            yield from look_at(player, self.miners[0], speed=self.parameters.look_speed)
            self.turn_of_builder = False
            while any(self.scene.terrain.solid(cell) for cell in self.row):
                yield
            self.turn_of_builder = True
            yield from wait(player.rng.randint(*self.parameters.pause))
        self.over = True

    def mine(self, player: Player) -> Script[None]:
        """Takes the nearest standing block, whenever it is the miners' turn."""
        while not self.over:
            cell = None if self.turn_of_builder else self.claim(player)
            if cell is None:
                yield
                continue
            yield from dig(player, cell)
            yield from wait(player.rng.randint(*self.parameters.between))
            if not self.unclaimed:
                yield from look_at(player, self.builder, speed=self.parameters.look_speed)

    def claim(self, player: Player) -> Cell | None:
        """The nearest block within reach that nobody else mines yet."""
        for cell in sorted(self.unclaimed, key=lambda c: c.centre().distance(player.eye)):
            if points_to_dig(player.terrain, player.eye, cell):
                self.unclaimed.remove(cell)
                return cell
        return None


def _rings(radius: int) -> Iterator[tuple[int, int]]:
    """Offsets around the origin, nearest first."""
    span = range(-radius, radius + 1)
    yield from sorted(((x, z) for x in span for z in span), key=lambda at: at[0] ** 2 + at[1] ** 2)
