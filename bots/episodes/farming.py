"""Players work a field side by side: till, sow, fertilize and harvest a row each."""

from __future__ import annotations

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Meeting, Script
from bots.skills.contact import eye_contact
from bots.skills.farming import grow_and_harvest, till_and_sow
from bots.skills.moving import walk_to
from bots.skills.sites import YARD, bring, find_yard, level

SEEDS = ("wheat_seeds", "carrot", "potato", "beetroot_seeds")


class FarmingParameters(EpisodeParameters):
    """`plants`: cells of everybody's row, 1 to 4."""

    plants: int = 3


class Farming(Episode):
    """Rows lie side by side; everybody works along their own and looks at the others in between."""

    name = "farming"
    players = (2, 4)
    typical_seconds = 45
    kit = (("iron_hoe", 1), ("bone_meal", 64), *((seeds, 16) for seeds in SEEDS))
    Parameters = FarmingParameters
    parameters: FarmingParameters

    def __init__(self, parameters: FarmingParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.middle = find_yard(scene.terrain, scene.middle.cell())
        corners = [self.middle.plus(-2, -1, 2 * player.index + 1 - YARD) for player in scene.players]
        self.rows = [[corner.plus(x, 0, 0) for x in range(parameters.plants)] for corner in corners]
        self.seeds = [scene.rng.choice(SEEDS) for _ in scene.players]
        self.meeting = Meeting(len(scene.players))
        scene.note("field", rows=[[list(cell) for cell in row] for row in self.rows], seeds=self.seeds)

    def prepare(self) -> Script[None]:
        """Makes a level yard with soil in the rows, and puts everybody at the head of one."""
        level(self.scene, self.middle)
        for player, row in zip(self.scene.players, self.rows, strict=True):
            for cell in row:
                self.scene.set_block(cell, "dirt")
                self.scene.set_block(cell.plus(0, 1, 0), "air")
            bring(self.scene, player, row[0].plus(-1, 1, 0), row[-1].centre())
        yield

    def script(self, player: Player) -> Script[None]:
        """The year of a field, all together."""
        row, head = self.rows[player.index], self.rows[player.index][0].plus(-1, 1, 0)
        yield from till_and_sow(player, row, self.seeds[player.index])
        yield from eye_contact(player, player.rng.randint(5, 20))
        yield from self.meeting.wait()
        yield from grow_and_harvest(player, row)
        yield from walk_to(player, head.x + 0.5, head.z + 0.5, y=head.y, reach=0.6)
        yield from eye_contact(player, 20)
