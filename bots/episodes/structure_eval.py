"""Evaluation: one player builds something small; then both stand six blocks before it and look."""

from __future__ import annotations

from bots.episodes.evaluation import LEAD_TICKS, EvaluationEpisode, EvaluationParameters
from bots.geometry import Cell, Face
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, during, wait
from bots.skills.building import build, equip
from bots.skills.contact import eye_contact
from bots.skills.looking import look_at
from bots.skills.moving import walk_to
from bots.skills.structures import on_ground, wall

BLOCK = "stone"
SHAPES = {"wall_2x2": (2, 2), "wall_4x1": (4, 1), "tower_2x1": (1, 2)}  # width, height
EQUIP_TICKS = 15
BETWEEN_TICKS = 4
AWAY = 6  # blocks from the structure to where both look from
ASIDE = 1  # blocks from its middle


class StructureEval(EvaluationEpisode):
    """Is there a structure? Case 0: the first player builds; 1: the second."""

    name = "structureEval"
    distance = (6, 6)
    kit = ((BLOCK, 64),)
    Parameters = EvaluationParameters

    def __init__(self, parameters: EvaluationParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.shape = scene.rng.choice(sorted(SHAPES))
        self.cells: list[Cell] = []
        self.built = False

    def prepare(self) -> Script[None]:
        """Face to face on level ground."""
        self.face_off(AWAY, free=4)
        yield

    def script(self, player: Player) -> Script[None]:
        """Builds or waits; then goes to look."""
        builder = self.scene.players[self.case]
        if player is builder:
            yield from self.build(player)
        while not self.built:
            yield
        yield from self.view(player)
        yield from self.finish(LEAD_TICKS + EQUIP_TICKS)

    def build(self, player: Player) -> Script[None]:
        """Marks, looks at the other, builds while sneaking."""
        width, height = SHAPES[self.shape]
        cells = wall(player.cell.plus(2, 0, 0), Face(0, 0, 1), width, height)
        self.cells = on_ground(self.scene.terrain, cells)
        yield from equip(player, BLOCK)
        yield from self.marker(player, LEAD_TICKS + EQUIP_TICKS - 1)
        yield from eye_contact(player, BETWEEN_TICKS, speed=self.parameters.camera_speed)
        yield from during(self.place_all(player), self.hold_sneak(player))
        self.built = True
        self.tell(player)

    def place_all(self, player: Player) -> Script[None]:
        """Block by block."""
        for cell in self.cells:
            yield from build(player, cell, BLOCK)
            yield from wait(BETWEEN_TICKS)

    def hold_sneak(self, player: Player) -> Script[None]:
        """Keeps the sneak key down."""
        while True:
            player.hold("sneak")
            yield

    def view(self, player: Player) -> Script[None]:
        """Goes to the spot north of the structure, this player's side of its middle, and looks at it."""
        middle = self.cells[0]
        aside = ASIDE if player.index else -ASIDE
        yield from walk_to(player, middle.x + 0.5 + aside, middle.z + 0.5 - AWAY, reach=0.7)
        yield from look_at(player, middle.centre(), speed=self.parameters.camera_speed)

    def tell(self, builder: Player) -> None:
        """Writes the summary in the words of the Solaris judge."""
        first = builder is self.scene.players[0]
        self.note(
            builder="alpha" if first else "bravo",
            structure=self.shape,
            alpha_structure=self.shape if first else "",
            alpha_builds=first,
            bravo_structure="" if first else self.shape,
            bravo_builds=not first,
            cells=[list(cell) for cell in self.cells],
        )
