"""Evaluation, not in Solaris: three or four players in a circle, of whom one turns."""

from __future__ import annotations

import math

from bots.episodes.evaluation import SPOTS, EvaluationEpisode, EvaluationParameters
from bots.geometry import Cell, heading
from bots.player import Player
from bots.script import Script
from bots.skills.looking import turn_evenly

RADIUS = 5.0  # blocks
DEGREES = (60, -60, 180)  # + = left


class GroupLookEval(EvaluationEpisode):
    """How many other players does everybody see? Cases: who turns, times by how much."""

    name = "groupLookEval"
    players = (3, 4)
    cases = 12
    Parameters = EvaluationParameters

    def prepare(self) -> Script[None]:
        """In a circle on level ground, looking at its middle. Where none is near, they stay."""
        centre = self.scene.middle.cell()
        for attempt in range(SPOTS):
            spread = attempt // 8
            dx, dz = (self.scene.rng.randint(-spread, spread) for _ in range(2))
            middle = self.scene.terrain.ground(centre.plus(dx, 0, dz), spread + 4)
            if middle is not None and all(self.level(cell, 0) for cell in self.circle(middle)):
                for player, cell in zip(self.scene.players, self.circle(middle), strict=True):
                    towards = heading(middle.floor().minus(cell.floor()))
                    self.scene.teleport(player, cell.floor(), towards)
                break
        yield

    def circle(self, middle: Cell) -> list[Cell]:
        """A cell for each player."""
        step = math.tau / len(self.scene.players)
        return [
            middle.plus(round(RADIUS * math.sin(step * index)), 0, round(RADIUS * math.cos(step * index)))
            for index in range(len(self.scene.players))
        ]

    def script(self, player: Player) -> Script[None]:
        """All mark, so that every pair of them is a test; one turns."""
        actor = self.scene.players[self.case // len(DEGREES) % len(self.scene.players)]
        degrees = DEGREES[self.case % len(DEGREES)]
        yield from self.marker(player)
        if player is actor:
            self.note(actor=actor.name, degrees=degrees)
            yield from turn_evenly(player, math.radians(degrees), speed=self.parameters.camera_speed)
        yield from self.finish()
