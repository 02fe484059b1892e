"""What a job plays: its episodes, each with the seeds that all its randomness comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from bots.episodes import episode_type
from bots.world import Kind
from collector.recording import Seeds

WorldKind = Kind

# An episode is played this often at most: with other seeds when its script failed, with the same ones when
# its stage died.
ATTEMPTS = 3


class EpisodePlan(BaseModel):
    """One episode to play; equal plans give equal recordings."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    players: int
    world: WorldKind
    seeds: Seeds
    view_distance: int = 8
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


def plan_episodes(
    mix: Mapping[str, int], *, players: int, world: WorldKind, seed: int, view_distance: int = 8
) -> Iterator[EpisodePlan]:
    """The episodes of a job: `mix` says how many of each type, in that order.

    Types with variants, such as the evaluation types, are counted through them.
    """
    numbered = [(name, number) for name, count in mix.items() for number in range(count)]
    for index, (name, number) in enumerate(numbered):
        seeds = Seeds(
            job=seed,
            world=derive(seed, "world", index),
            episode=derive(seed, "episode", index),
        )
        yield EpisodePlan(
            name=f"{index:06d}-{name}",
            type=name,
            players=players,
            world=world,
            seeds=seeds,
            view_distance=view_distance,
            parameters={"case": number} if "case" in episode_type(name).Parameters.model_fields else {},
        )
