"""Evaluation, not in Solaris: one player looks away for long, and the other may step aside meanwhile."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pydantic import Field

from bots.episodes.evaluation import EvaluationEpisode, EvaluationParameters, Formation
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.looking import turn_evenly
from bots.skills.moving import walk_keys

STEPS = ("", "left", "right")  # what the other one does while nobody looks
TURN = 180.0  # degrees
BEFORE_STEP = 20  # ticks after the turn


class LongLookAwayEvalParameters(EvaluationParameters):
    """`hold`: least and most ticks of looking away; `blocks`: of stepping aside."""

    hold: tuple[int, int] = Field((100, 180), description="ticks; 200 is what a clip of 257 frames holds")
    blocks: tuple[float, float] = (4.0, 5.0)


class LongLookAwayEval(EvaluationEpisode):
    """Where is the other player afterwards? Cases 0 to 2: the first player looks away; 3 to 5: the second.

    The other one stays, steps to their left, or to their right. Who looks away can only know it from what
    the other one did.
    """

    name = "longLookAwayEval"
    cases = 6
    Parameters = LongLookAwayEvalParameters
    parameters: LongLookAwayEvalParameters

    def __init__(self, parameters: LongLookAwayEvalParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.actor, step = divmod(self.case, len(STEPS))
        self.step = STEPS[step]

    def prepare(self) -> Script[None]:
        """Face to face, with level ground to step on."""
        self.face_off(round(self.scene.rng.uniform(*self.distance)))
        yield

    def ways(self, standing: Formation) -> Iterator[Formation]:
        """Along the steps aside."""
        if not self.step:
            return super().ways(standing)
        return self.walked(standing, 1 - self.actor, self.step, self.parameters.blocks[1])

    def script(self, player: Player) -> Script[None]:
        """Looks away and back, or steps aside."""
        if player.index == self.actor:
            yield from self.look_away(player)
        else:
            yield from self.step_aside(player)
        yield from self.finish()

    def look_away(self, player: Player) -> Script[None]:
        """Marks, turns half around, stays so, turns back."""
        hold = player.rng.randint(*self.parameters.hold)
        self.note(actor=player.name, hold_ticks=hold, step=self.step)
        yield from self.marker(player)
        yield from turn_evenly(player, math.radians(TURN), speed=self.parameters.camera_speed)
        yield from wait(hold)
        yield from turn_evenly(player, -math.radians(TURN), speed=self.parameters.camera_speed)

    def step_aside(self, player: Player) -> Script[None]:
        """Once the marker is over and the other one has turned."""
        while not self.ends:
            yield
        turn = math.ceil(TURN / self.parameters.camera_speed * 20)
        yield from wait(turn + BEFORE_STEP)
        if self.step:
            yield from walk_keys(player, self.step, player.rng.uniform(*self.parameters.blocks))
