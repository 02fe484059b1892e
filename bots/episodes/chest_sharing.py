"""Players share a chest: each puts in what they have and takes out what somebody else has put in."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Meeting, Script
from bots.skills.chests import SIZE, put_in, take_out
from bots.skills.contact import eye_contact
from bots.skills.screens import close_screen, open_block
from bots.skills.sites import around, bring, find_level

ITEMS = ("apple", "bread", "diamond", "emerald", "gold_ingot", "oak_log", "brick", "bone")  # one for each


class ChestSharingParameters(EpisodeParameters):
    """`count`: least and most items that a player puts in."""

    rounds: int = Field(2, ge=1, le=4)
    count: tuple[int, int] = (1, 4)


class ChestSharing(Episode):
    """In every round all look into the chest at about the same time."""

    name = "chestSharing"
    players = (2, 8)
    typical_seconds = 25
    kit = ()
    Parameters = ChestSharingParameters
    parameters: ChestSharingParameters

    def __init__(self, parameters: ChestSharingParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.chest = find_level(scene.terrain, scene.middle.cell(), 2)
        self.meeting = Meeting(len(scene.players))
        scene.note("chest", cell=list(self.chest))

    def prepare(self) -> Script[None]:
        """Sets the chest, and everybody around it with an item of their own."""
        self.scene.set_block(self.chest, "chest", facing="south")
        for player in self.scene.players:
            self.scene.give(player, ITEMS[player.index], 8, player.rng.randrange(9))
            bring(self.scene, player, around(self.chest, player.index), self.chest.centre())
        yield

    def script(self, player: Player) -> Script[None]:
        """Puts own items in, waits for all, takes out those of the next, looks at the others."""
        given, taken = (ITEMS[(player.index + step) % len(self.scene.players)] for step in (0, 1))
        slots = range(player.index, SIZE, len(ITEMS))  # nobody else's: two may click at the same time
        for _ in range(self.parameters.rounds):
            yield from open_block(player, self.chest)
            yield from put_in(player, given, player.rng.randint(*self.parameters.count), slots)
            yield from self.meeting.wait()
            player.log("taken", item=taken, count=(yield from take_out(player, taken)))
            yield from close_screen(player)
            yield from eye_contact(player, player.rng.randint(5, 15))
            yield from self.meeting.wait()
