"""What the evaluation types share.

The judge of the Solaris trainer finds the start of a test by its marker: the acting players sneak for 5
ticks and stand still for 25 more; the clip starts there and is at least 257 frames long. The marker comes
where it does in the published sets, so that start indices are alike.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters, Kit
from bots.geometry import Cell, Vec, heading
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.stance import sneak

LEAD_TICKS = 18  # before the marker
SNEAK_TICKS = 5
IDLE_TICKS = 25
AFTER_TICKS = 300  # that follow the marker, at least
CAMERA_SPEED = 171.8873  # degrees per second, what the later Solaris sets turn at
SPOTS = 200  # places that are tried for a pair


class EvaluationParameters(EpisodeParameters):
    """`case`: which variant of the test; drawn when not given. A set of 32 counts through them."""

    case: int | None = Field(None, ge=0)
    camera_speed: float = Field(CAMERA_SPEED, gt=0, description="degrees per second")


class EvaluationEpisode(Episode):
    """Two players who face each other; what was tested goes into the scene's metadata."""

    players = (2, 2)
    distance = (10, 12)
    typical_seconds = 18
    kit: ClassVar[Kit] = ()
    cases = 2
    parameters: EvaluationParameters

    def __init__(self, parameters: EvaluationParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        drawn = scene.rng.randrange(self.cases)
        self.case = drawn if parameters.case is None else parameters.case % self.cases
        self.ends = 0

    def note(self, **data: Any) -> None:
        """Adds to what the judge is told about the episode."""
        self.scene.metadata.update({"case": self.case, **data})

    def marker(self, player: Player, lead: int = LEAD_TICKS) -> Script[None]:
        """The marker of an acting player."""
        yield from wait(lead)
        yield from sneak(player, SNEAK_TICKS)
        yield from wait(IDLE_TICKS)
        self.ends = max(self.ends, self.scene.tick + AFTER_TICKS)

    def finish(self, lead: int = LEAD_TICKS) -> Script[None]:
        """Waits until enough ticks have passed since the marker."""
        while self.scene.tick < max(self.ends, lead + SNEAK_TICKS + IDLE_TICKS + AFTER_TICKS):
            yield

    def face_off(self, apart: int, *, free: int = 0) -> None:
        """Puts the players `apart` blocks from each other along an axis, on level ground, face to face.

        `free`: so many blocks around each must be level, too. Where no such place is near, they stay.
        """
        centre = self.scene.middle.cell()
        for attempt in range(SPOTS):
            spread = attempt // 8
            dx, dz = (self.scene.rng.randint(-spread, spread) for _ in range(2))
            along = self.scene.rng.choice((Cell(1, 0, 0), Cell(0, 0, 1)))
            first = self.scene.terrain.ground(centre.plus(dx, 0, dz), spread + 4)
            if first is None:
                continue
            second = first.plus(along.x * apart, 0, along.z * apart)
            if self.level(first, free) and self.level(second, free):
                self.place(first.floor(), second.floor())
                return

    def level(self, cell: Cell, free: int) -> bool:
        """Whether one can stand on all cells around a cell."""
        around = range(-free, free + 1)
        return all(self.scene.terrain.standable(cell.plus(x, 0, z)) for x in around for z in around)

    def place(self, first: Vec, second: Vec) -> None:
        """Puts the players there, looking at each other."""
        for player, here, there in zip(self.scene.players, (first, second), (second, first), strict=True):
            self.scene.teleport(player, here, heading(there.minus(here)))
