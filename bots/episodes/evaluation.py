"""What the evaluation types share.

The judge of the Solaris trainer finds the start of a test by its marker: the acting players sneak for 5
ticks and stand still for 25 more; the clip starts there and is at least 257 frames long. The marker comes
where it does in the published sets, so that start indices are alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters, Kit
from bots.errors import SkillFailed
from bots.geometry import Cell, Vec, direction, heading
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.skills.moving import KEY_ANGLES, LOOK_AHEAD
from bots.skills.sight import all_see_all
from bots.skills.stance import sneak

LEAD_TICKS = 18  # before the marker
SNEAK_TICKS = 5
IDLE_TICKS = 25
AFTER_TICKS = 300  # that follow the marker, at least
CAMERA_SPEED = 171.8873  # degrees per second, what the later Solaris sets turn at
SPOTS = 2400  # places that are tried; a tenth of a second
SPOTS_PER_BLOCK = 50  # so many within each block more around the players
CLIMB = 4  # blocks up or down, besides one for each block away

Formation = list[Cell]  # where each of the players stands


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
    meets = True
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

    def face_off(self, apart: int) -> None:
        """Puts two players `apart` blocks from each other along an axis, face to face (see `gather`)."""

        def pair(first: Cell) -> Formation:
            x, z = self.scene.rng.choice(((apart, 0), (0, apart)))
            return [first, first.plus(x, 0, z)]

        self.gather(pair)

    def gather(self, formation: Callable[[Cell], Formation]) -> None:
        """Puts the players around a place near which the test can be played, looking at their middle.

        `formation` tells where they stand around a cell. Raises `SkillFailed` when no such place is found.
        """
        for cell in self._places():
            standing = formation(cell)
            if self.fits(standing):
                self._place(standing)
                return
        raise SkillFailed(
            f"{self.name}: none of {SPOTS} places near is level, with free sight from player to player; "
            "try another seed or world"
        )

    def fits(self, standing: Formation) -> bool:
        """Whether the test can be played from there: all can walk, and see each other before and after."""
        terrain, ways = self.scene.terrain, list(self.ways(standing))
        return all(terrain.standable(cell) for cells in ways for cell in cells) and all(
            all_see_all(terrain, cells) for cells in (ways[0], ways[-1])
        )

    def ways(self, standing: Formation) -> Iterator[Formation]:
        """Where the players stand, first and later on, if the test leads them away."""
        yield standing

    def walked(self, standing: Formation, walker: int, key: str, blocks: float) -> Iterator[Formation]:
        """Where two players stand while one of them, who faces the other, walks with a key."""
        here, there = standing[walker], standing[1 - walker]
        way = direction(heading(there.floor().minus(here.floor())) + KEY_ANGLES[key], 0.0)
        for step in range(math.ceil(blocks + LOOK_AHEAD) + 1):
            cells = list(standing)
            cells[walker] = here.plus(round(way.x * step), 0, round(way.z * step))
            yield cells

    def _places(self) -> Iterator[Cell]:
        """Cells to stand in, at random, ever farther from the middle of the players."""
        centre = self.scene.middle.cell()
        for attempt in range(SPOTS):
            spread = attempt // SPOTS_PER_BLOCK
            dx, dz = (self.scene.rng.randint(-spread, spread) for _ in range(2))
            ground = self.scene.terrain.ground(centre.plus(dx, 0, dz), spread + CLIMB)
            if ground is not None:
                yield ground

    def _place(self, standing: Formation) -> None:
        floors = [cell.floor() for cell in standing]
        middle = Vec(*(sum(axis) / len(floors) for axis in zip(*floors, strict=True)))
        for player, floor in zip(self.scene.players, floors, strict=True):
            self.scene.teleport(player, floor, heading(middle.minus(floor)))
