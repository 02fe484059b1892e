"""Scripted Minecraft players on a shared tick clock.

with Stage(players=2, world=World(kind="flat", seed=3), seed=7) as stage:
    for tick in stage.play("orbit", number=0):
        ...
    print(stage.outcome)
"""

from bots import errors
from bots.episodes import Episode, EpisodeParameters, episode_type, episode_types
from bots.stage import EPOCH_MS, MAX_PLAYERS, MINECRAFT, Outcome, Stage
from bots.tick import Event, Section, Tick
from bots.world import World

__all__ = [
    "EPOCH_MS",
    "MAX_PLAYERS",
    "MINECRAFT",
    "Episode",
    "EpisodeParameters",
    "Event",
    "Outcome",
    "Section",
    "Stage",
    "Tick",
    "World",
    "episode_type",
    "episode_types",
    "errors",
]
