"""Evaluation: one player walks with one key, then back.

In Solaris the players line up on an axis by walking before the recording; here they start in line.
"""

from __future__ import annotations

from collections.abc import Iterator

from bots.episodes.evaluation import EvaluationEpisode, EvaluationParameters, Formation
from bots.errors import SkillFailed
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.moving import KEY_ANGLES, OPPOSITE, walk_keys

SHORTEST = 3.0  # blocks; less could not be judged
PAUSE_TICKS = 20


class TranslationEvalParameters(EvaluationParameters):
    """`blocks`: shortest and longest way."""

    blocks: tuple[float, float] = (6.0, 9.0)


class TranslationEval(EvaluationEpisode):
    """Did the player come closer, go away, left or right? Case 0: the first player walks; 1: the second."""

    name = "translationEval"
    Parameters = TranslationEvalParameters
    parameters: TranslationEvalParameters

    def __init__(self, parameters: TranslationEvalParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.key = scene.rng.choice(sorted(KEY_ANGLES))
        self.blocks = scene.rng.uniform(*parameters.blocks)

    def prepare(self) -> Script[None]:
        """Face to face, with level ground to walk on."""
        self.face_off(round(self.scene.rng.uniform(*self.distance)))
        yield

    def ways(self, standing: Formation) -> Iterator[Formation]:
        """Along the walk."""
        return self.walked(standing, self.case, self.key, self.blocks)

    def script(self, player: Player) -> Script[None]:
        """Marks, walks there and back, or stands."""
        actor = self.scene.players[self.case]
        if player is actor:
            yield from self.marker(player)
            walked = yield from walk_keys(player, self.key, self.blocks)
            if walked < SHORTEST:
                raise SkillFailed(f"{player.name} could walk {walked:.1f} blocks only")
            self.note(actor=actor.name, key=self.key, blocks=round(walked, 3))
            yield from wait(PAUSE_TICKS)
            yield from walk_keys(player, OPPOSITE[self.key], walked)
        yield from self.finish()
