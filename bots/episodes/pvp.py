"""Everybody fights whoever is nearest, with swords. Nobody dies: health stays above zero and heals."""

from __future__ import annotations

from bots.episodes.base import Episode, EpisodeParameters
from bots.geometry import Vec
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, at_most, wait
from bots.skills.building import equip
from bots.skills.contact import eye_contact, nearest
from bots.skills.fighting import SWORDS, fight


class PvpParameters(EpisodeParameters):
    """`seconds`: shortest and longest fight."""

    seconds: tuple[float, float] = (10.0, 15.0)
    look_speed: float = 180.0


class Pvp(Episode):
    """A sword each, drawn by chance."""

    name = "pvp"
    meets = True
    players = (2, 16)
    typical_seconds = 15
    distance = (8, 15)
    Parameters = PvpParameters
    parameters: PvpParameters

    def __init__(self, parameters: PvpParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.ticks = round(scene.rng.uniform(*parameters.seconds) * 20)
        self.swords = [scene.rng.choice(SWORDS) for _ in scene.players]
        scene.note("fight", ticks=self.ticks, swords=self.swords)

    def prepare(self) -> Script[None]:
        """Hands out the swords."""
        for player, sword in zip(self.scene.players, self.swords, strict=True):
            self.scene.give(player, sword, 1, 8)
        yield

    def script(self, player: Player) -> Script[None]:
        """Looks, draws, fights, looks."""
        yield from eye_contact(player, 10, speed=self.parameters.look_speed)
        yield from equip(player, self.swords[player.index])
        yield from wait(10)
        yield from at_most(self.ticks, fight(player, lambda: self.chest_of_nearest(player)))
        yield from eye_contact(player, 20, speed=self.parameters.look_speed)

    def chest_of_nearest(self, player: Player) -> Vec:
        """Where to strike."""
        return nearest(player).position.plus(0, 1.2, 0)
