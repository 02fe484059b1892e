"""One player throws a lever: across the yard a door opens and a lamp lights up, and another walks through.

Cause and effect are apart: who watches the door does not see the hand, and the other way around.
"""

from __future__ import annotations

from bots.episodes.base import Episode, EpisodeParameters
from bots.geometry import SIDES
from bots.player import Player
from bots.scene import Scene
from bots.script import Meeting, Script
from bots.skills.doors import WATCHING, Gate
from bots.skills.looking import look_at
from bots.skills.sites import bring, find_yard, level


class DoorsAndLeversParameters(EpisodeParameters):
    """`rounds`: how often the door is opened, by one after the other."""

    rounds: int = 3


class DoorsAndLevers(Episode):
    """One at the lever, one at the door; the others look on."""

    name = "doorsAndLevers"
    players = (2, 8)
    typical_seconds = 35
    kit = ()
    Parameters = DoorsAndLeversParameters
    parameters: DoorsAndLeversParameters

    def __init__(self, parameters: DoorsAndLeversParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.middle = find_yard(scene.terrain, scene.middle.cell())
        self.gate = Gate(self.middle, scene.rng.choice(SIDES))
        self.meeting = Meeting(len(scene.players))
        scene.note("gate", door=list(self.gate.door), lever=list(self.gate.lever))

    def prepare(self) -> Script[None]:
        """Builds the gate on a level yard, with everybody in front of it."""
        level(self.scene, self.middle)
        self.gate.build(self.scene)
        for player in self.scene.players:
            bring(self.scene, player, self.gate.place(player.index), self.gate.door.centre())
        yield

    def script(self, player: Player) -> Script[None]:
        """Opens and closes, walks through and back, or watches, by turns."""
        players = self.scene.players
        for number in range(self.parameters.rounds):
            opener, walker = (players[(number + step) % len(players)] for step in (0, 1))
            if player is opener:
                yield from self.gate.open_for(player, walker)
            elif player is walker:
                yield from self.gate.pass_when_open(player)
            yield from self.gate.go_to(player, WATCHING[player.index])
            yield from look_at(player, self.gate.door.centre())
            yield from self.meeting.wait()
