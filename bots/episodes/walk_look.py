"""Players look at each other and make short walks with single keys, now together, now one at a time."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Meeting, Script, wait
from bots.skills.looking import look_at
from bots.skills.moving import KEY_ANGLES, OPPOSITE, walk_keys
from bots.skills.stance import hop


class WalkLookParameters(EpisodeParameters):
    """Pairs are the least and the most of what is drawn; times in ticks."""

    rounds: int = Field(3, ge=1)
    actions: tuple[int, int] = Field((2, 4), description="per round")
    blocks: tuple[float, float] = (3.0, 4.0)
    pause: tuple[int, int] = Field((4, 10), description="ticks before a walk")
    jump_chance: float = Field(0.25, ge=0, le=1)
    jump_ticks: tuple[int, int] = (20, 60)
    look_speed: float = Field(60.0, gt=0, description="degrees per second")


class WalkLook(Episode):
    """In every round all walk, or one of them."""

    name = "walkLook"
    players = (2, 16)
    typical_seconds = 60
    Parameters = WalkLookParameters
    parameters: WalkLookParameters

    def __init__(self, parameters: WalkLookParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        choices = [None, *range(len(scene.players))]  # None: all of them
        self.walkers = [scene.rng.choice(choices) for _ in range(parameters.rounds)]
        self.actions = [scene.rng.randint(*parameters.actions) for _ in range(parameters.rounds)]
        self.meeting = Meeting(len(scene.players))
        scene.note("rounds", walkers=self.walkers, actions=self.actions)

    def script(self, player: Player) -> Script[None]:
        """All rounds; everybody waits for everybody after each."""
        for walker, actions in zip(self.walkers, self.actions, strict=True):
            yield from look_at(player, player.others[0], speed=self.parameters.look_speed)
            if walker in (None, player.index):
                for _ in range(actions):
                    yield from self.act(player)
            yield from self.meeting.wait()

    def act(self, player: Player) -> Script[None]:
        """A walk with one key and back with the opposite one, perhaps with jumps before and after."""
        yield from wait(player.rng.randint(*self.parameters.pause))
        key = player.rng.choice(sorted(KEY_ANGLES))
        blocks = player.rng.uniform(*self.parameters.blocks)
        player.log("walk", key=key, blocks=round(blocks, 3))
        yield from self.jump_perhaps(player)
        walked = yield from walk_keys(player, key, blocks)
        yield from self.jump_perhaps(player)
        yield from walk_keys(player, OPPOSITE[key], walked)

    def jump_perhaps(self, player: Player) -> Script[None]:
        """With some chance, jumps on the spot for a while."""
        if player.rng.random() < self.parameters.jump_chance:
            ticks = player.rng.randint(*self.parameters.jump_ticks)
            player.log("jump", ticks=ticks)
            yield from hop(player, ticks)
