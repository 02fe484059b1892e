"""Items go from hand to hand: one throws, the other walks over, picks up and passes on."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.errors import SkillFailed
from bots.geometry import Vec
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, until, wait, within
from bots.skills.building import equip
from bots.skills.looking import follow, look_at
from bots.skills.moving import step_to, walk_to

ITEMS = ("diamond", "apple", "bread", "emerald", "gold_ingot", "cake")
THROW_FROM = 3.5  # blocks
LEVEL = 0.4  # blocks up or down from which an item is picked up
DEADLINE = 300  # ticks to pick up in


class ItemHandOverParameters(EpisodeParameters):
    """`rounds`: how often the item changes hands."""

    rounds: int = Field(3, ge=1, le=12)


class ItemHandOver(Episode):
    """The first has the item; it goes around."""

    name = "itemHandOver"
    meets = True
    players = (2, 8)
    typical_seconds = 25
    distance = (6, 9)
    kit = ()
    Parameters = ItemHandOverParameters
    parameters: ItemHandOverParameters

    def __init__(self, parameters: ItemHandOverParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.item = scene.rng.choice(ITEMS)
        self.order = scene.rng.sample(scene.players, len(scene.players))
        self.round = 0
        scene.note("hand_over", item=self.item, order=[player.name for player in self.order])

    def prepare(self) -> Script[None]:
        """Gives the item to the first."""
        self.scene.give(self.order[0], self.item, 1, 1)
        yield

    def script(self, player: Player) -> Script[None]:
        """Gives, takes, or watches, round by round."""
        for number in range(self.parameters.rounds):
            giver, taker = self.at(number), self.at(number + 1)
            while self.round < number:
                yield
            if player is giver:
                yield from self.give(player, taker)
            elif player is taker:
                yield from self.take(player, giver)
                self.round += 1
        yield from look_at(player, player.others[0])

    def at(self, place: int) -> Player:
        """The player at a place in the order, around and around."""
        return self.order[place % len(self.order)]

    def give(self, player: Player, taker: Player) -> Script[None]:
        """Goes near, looks at the taker and throws."""
        if player.position.flat_distance(taker.position) > THROW_FROM + 1:
            yield from walk_to(player, taker.position.x, taker.position.z, reach=THROW_FROM)
        yield from equip(player, self.item)
        yield from look_at(player, taker)
        player.drop()
        yield
        yield from until(lambda: taker.count(self.item) > 0)

    def take(self, player: Player, giver: Player) -> Script[None]:
        """Watches the giver, then goes to where the item lies."""
        yield from within(DEADLINE, until(self.lies, follow(player, giver)), f"the throw of {giver.name}")
        yield from wait(15)
        yield from within(DEADLINE, self.fetch(player), f"the pick-up by {player.name}")

    def lies(self) -> bool:
        """Whether the item is on its way or on the ground."""
        return any(row["item"] == self.item for row in self.scene.entities)

    def fetch(self, player: Player) -> Script[None]:
        """Walks onto the item until it is in the inventory."""
        while player.count(self.item) == 0:
            row = next((row for row in self.scene.entities if row["item"] == self.item), None)
            if row is None:
                yield
                continue
            at = Vec(row["x"], row["y"], row["z"])
            if abs(at.y - player.position.y) > LEVEL:  # one step down is out of reach, however near
                ground = at.plus(0, 0.1, 0).cell()
                yield from walk_to(player, ground.x + 0.5, ground.z + 0.5, y=ground.y, reach=0.3)
            elif at.flat_distance(player.position) < 0.5:
                yield
            else:
                yield from self.step_onto(player, at)

    def step_onto(self, player: Player, at: Vec) -> Script[None]:
        """Goes straight to a place, or around if something is in the way."""
        try:
            yield from step_to(player, at, near=0.4)
        except SkillFailed:
            yield from walk_to(player, at.x, at.z, reach=1)
