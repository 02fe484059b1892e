"""Evaluation: one player builds something small; then both stand six blocks before it and look."""

from __future__ import annotations

from collections.abc import Iterator

from bots.episodes.evaluation import LEAD_TICKS, EvaluationEpisode, EvaluationParameters, Formation
from bots.geometry import Cell, Vec
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, during, until, wait
from bots.skills.building import build, equip
from bots.skills.contact import eye_contact
from bots.skills.looking import look_at
from bots.skills.moving import walk_to
from bots.skills.sight import eye_at

BLOCK = "stone"
SHAPES = {"wall_2x2": (2, 2), "wall_4x1": (4, 1), "tower_2x1": (1, 2)}  # width, height
EQUIP_TICKS = 15
BETWEEN_TICKS = 4
AWAY = 6  # blocks from the structure to where both look from
ASIDE = 1  # blocks from its middle


class StructureEval(EvaluationEpisode):
    """Is there a structure? Case 0: the first player builds; 1: the second.

    It begins beside the builder and runs along x, so that from the north its whole width is seen.
    """

    name = "structureEval"
    distance = (6, 6)
    kit = ((BLOCK, 64),)
    Parameters = EvaluationParameters

    def __init__(self, parameters: EvaluationParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.shape = scene.rng.choice(sorted(SHAPES))
        self.built = False
        self.seen = False

    def prepare(self) -> Script[None]:
        """Face to face on level ground."""
        self.face_off(AWAY)
        yield

    def fits(self, standing: Formation) -> bool:
        """Whether there is room for the structure, too, and free sight onto it."""
        terrain, cells = self.scene.terrain, self.cells(standing[self.case])
        eyes = [eye_at(cell) for cell in self.viewing(standing[self.case])]
        return (
            super().fits(standing)
            and all(terrain.standable(cell) for cell in cells if cell.y == cells[0].y)
            and all(terrain.clear(eye, cell.centre()) for eye in eyes for cell in cells)
        )

    def ways(self, standing: Formation) -> Iterator[Formation]:
        """Where they build and where they look from."""
        yield standing
        yield self.viewing(standing[self.case])

    def cells(self, builder: Cell) -> list[Cell]:
        """The cells of the structure from the bottom up, the farthest first: so none hides the next."""
        width, height = SHAPES[self.shape]
        return [builder.plus(1 + x, y, 0) for y in range(height) for x in reversed(range(width))]

    def middle(self, builder: Cell) -> Vec:
        """The middle of the structure."""
        width, height = SHAPES[self.shape]
        return Vec(*builder).plus(1 + width / 2, height / 2, 0.5)

    def spot(self, builder: Cell, player: int) -> Vec:
        """Where a player looks at the structure from: north of it, on either side of its middle."""
        return self.middle(builder).plus(ASIDE if player else -ASIDE, 0, -AWAY)._replace(y=builder.y)

    def viewing(self, builder: Cell) -> Formation:
        """The cells that both look from."""
        return [self.spot(builder, player).cell() for player in (0, 1)]

    def script(self, player: Player) -> Script[None]:
        """Builds or waits; then goes to look, the builder last: the test ends with that."""
        builder = self.scene.players[self.case]
        place = builder.cell
        if player is builder:
            yield from self.build(player)
        yield from until(lambda: self.built)
        spot = self.spot(place, player.index)
        yield from walk_to(player, spot.x, spot.z, reach=0.7)
        if player is builder:
            yield from until(lambda: self.seen)
        yield from look_at(player, self.middle(place), speed=self.parameters.camera_speed)
        self.seen = True
        yield from self.finish(LEAD_TICKS + EQUIP_TICKS)

    def build(self, player: Player) -> Script[None]:
        """Marks, looks at the other, builds while sneaking."""
        cells = self.cells(player.cell)
        yield from equip(player, BLOCK)
        yield from self.marker(player, LEAD_TICKS + EQUIP_TICKS - 1)
        yield from eye_contact(player, BETWEEN_TICKS, speed=self.parameters.camera_speed)
        yield from during(self.place_all(player, cells), self.hold_sneak(player))
        self.built = True
        self.tell(player, cells)

    def place_all(self, player: Player, cells: list[Cell]) -> Script[None]:
        """Block by block."""
        for cell in cells:
            yield from build(player, cell, BLOCK)
            yield from wait(BETWEEN_TICKS)

    def hold_sneak(self, player: Player) -> Script[None]:
        """Keeps the sneak key down."""
        while True:
            player.hold("sneak")
            yield

    def tell(self, builder: Player, cells: list[Cell]) -> None:
        """Writes the summary in the words of the Solaris judge."""
        first = builder is self.scene.players[0]
        self.note(
            builder="alpha" if first else "bravo",
            structure=self.shape,
            alpha_structure=self.shape if first else "",
            alpha_builds=first,
            bravo_structure="" if first else self.shape,
            bravo_builds=not first,
            cells=[list(cell) for cell in cells],
        )
