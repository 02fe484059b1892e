"""Evaluation, not in Solaris: three or four players in a circle, of whom one turns."""

from __future__ import annotations

import math

from bots.episodes.evaluation import EvaluationEpisode, EvaluationParameters, Formation
from bots.geometry import Cell
from bots.player import Player
from bots.script import Script
from bots.skills.looking import turn_evenly

RADIUS = 5.0  # blocks
STEP = 2  # blocks up or down
DEGREES = (60, -60, 180)  # + = left


class GroupLookEval(EvaluationEpisode):
    """How many other players does everybody see? Cases: who turns, times by how much."""

    name = "groupLookEval"
    players = (3, 4)
    cases = 12
    Parameters = EvaluationParameters

    def prepare(self) -> Script[None]:
        """In a circle, looking at its middle."""
        self.gather(self.circle)
        yield

    def circle(self, middle: Cell) -> Formation:
        """A cell for each player, some blocks up or down where the ground is so."""
        step = math.tau / len(self.scene.players)
        cells = [
            middle.plus(round(RADIUS * math.sin(step * index)), 0, round(RADIUS * math.cos(step * index)))
            for index in range(len(self.scene.players))
        ]
        return [self.scene.terrain.ground(cell, STEP) or cell for cell in cells]

    def script(self, player: Player) -> Script[None]:
        """All mark, so that every pair of them is a test; one turns."""
        actor = self.scene.players[self.case // len(DEGREES) % len(self.scene.players)]
        degrees = DEGREES[self.case % len(DEGREES)]
        yield from self.marker(player)
        if player is actor:
            self.note(actor=actor.name, degrees=degrees)
            yield from turn_evenly(player, math.radians(degrees), speed=self.parameters.camera_speed)
        yield from self.finish()
