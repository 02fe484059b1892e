"""Two teams fight with swords, everybody against the nearest of the other team."""

from __future__ import annotations

from bots.episodes.pvp import Pvp, PvpParameters
from bots.geometry import Vec
from bots.player import Player
from bots.scene import Scene


class TeamPvp(Pvp):
    """Teams are drawn, of even size or one apart; a team shares one kind of sword."""

    name = "teamPvp"
    players = (4, 16)
    distance = (10, 16)
    Parameters = PvpParameters

    def __init__(self, parameters: PvpParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        order = scene.rng.sample(range(len(scene.players)), len(scene.players))
        self.team = [order.index(index) % 2 for index in range(len(scene.players))]
        self.swords = [("iron_sword", "diamond_sword")[team] for team in self.team]
        scene.note("teams", of=self.team)

    def chest_of_nearest(self, player: Player) -> Vec:
        """Where to strike: at the nearest of the other team."""
        enemies = [other for other in player.others if self.team[other.index] != self.team[player.index]]
        nearest = min(enemies, key=lambda other: other.position.distance(player.position))
        return nearest.position.plus(0, 1.2, 0)
