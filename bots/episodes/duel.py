"""Players fight until one dies; who died comes back, and both meet again."""

from __future__ import annotations

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, at_most, until
from bots.skills.building import equip
from bots.skills.contact import eye_contact
from bots.skills.dying import come_back
from bots.skills.fighting import SWORDS, fight
from bots.skills.moving import pursue


class DuelParameters(EpisodeParameters):
    """`seconds`: longest fight."""

    seconds: int = 40


class Duel(Episode):
    """Pairs, each for itself; of an odd number the last looks on."""

    name = "duel"
    meets = True
    players = (2, 8)
    typical_seconds = 30
    distance = (8, 12)
    kit = tuple((sword, 1) for sword in SWORDS[2:])
    Parameters = DuelParameters
    parameters: DuelParameters

    def __init__(self, parameters: DuelParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        order = scene.rng.sample(scene.players, len(scene.players))
        pairs = zip(order[::2], order[1::2], strict=False)
        self.foes = {one.index: other for pair in pairs for one, other in (pair, pair[::-1])}
        scene.note("pairs", foes={scene.players[index].name: foe.name for index, foe in self.foes.items()})

    def prepare(self) -> Script[None]:
        """Makes it serious."""
        self.scene.let_die()
        yield

    def script(self, player: Player) -> Script[None]:
        """Fights to the death, comes back or waits for the other, and goes to meet them."""
        foe = self.foes.get(player.index)
        yield from eye_contact(player, 15)
        if foe is None:
            yield from until(lambda: any(not other.alive for other in player.others))
            return
        yield from equip(player, player.rng.choice(SWORDS[2:]))
        chest = lambda: foe.position.plus(0, 1.2, 0) if player.alive and foe.alive else None  # noqa: E731
        yield from at_most(self.parameters.seconds * 20, fight(player, chest))
        if not player.alive:
            yield from come_back(player)
        yield from until(lambda: foe.alive)
        yield from at_most(160, pursue(player, foe, reach=3))
        yield from eye_contact(player, player.rng.randint(10, 30))
