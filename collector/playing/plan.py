"""One episode that is to be played, with the seeds that all its randomness comes from."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bots.world import Kind, Surface
from collector.recording import Seeds
from collector.servers.spec import EMBEDDED, ServerSpec

WorldKind = Kind
Weather = Literal["clear", "rain", "thunder"]
NOON = 6000
# Ticks of the day; 0 is a bit after sunrise.
Daytime = Annotated[int, Field(ge=0, lt=24000)]

# An episode is played this often at most: with other seeds when its script failed, with the same ones when
# its stage died.
ATTEMPTS = 3


class EpisodePlan(BaseModel):
    """One episode to play; equal plans give equal recordings on the embedded server.

    `surface` is the ground of a flat world; `time` and `weather` are what the episode begins with.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    players: int
    world: WorldKind
    surface: Surface = "grass"
    time: Daytime = NOON
    weather: Weather = "clear"
    seeds: Seeds
    view_distance: int = 8
    server: ServerSpec = EMBEDDED
    parameters: dict[str, Any] = {}

    def attempt(self, number: int) -> EpisodePlan:
        """The same episode with the seeds of its attempt `number` (0 is the plan itself)."""
        if number == 0:
            return self
        seeds = self.seeds.model_copy(update={"episode": derive(self.seeds.episode, "attempt", number)})
        return self.model_copy(update={"seeds": seeds})


def derive(*parts: int | str) -> int:
    """A 32-bit seed that depends on all parts and on nothing else."""
    text = "/".join(map(str, parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
