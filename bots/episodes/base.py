"""What an episode type is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from bots.player import Player
from bots.scene import Scene
from bots.script import Script

Kit = tuple[tuple[str, int], ...]
TOOLS: Kit = (("diamond_pickaxe", 1), ("diamond_shovel", 1), ("diamond_axe", 1))


class EpisodeParameters(BaseModel):
    """Base of the parameters of an episode type: unknown names are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    overshoot: float = Field(0, ge=0, le=1, description="share of looks that go too far and come back")


class Episode(ABC):
    """An episode type: make one file with one subclass in this folder, and it can be played.

    A new object is made for every episode. `prepare` may change the scene before the first tick; `script`
    is then called once per player, and the scripts run side by side until all have ended.
    """

    name: ClassVar[str]
    players: ClassVar[tuple[int, int]] = (2, 16)  # fewest and most
    typical_seconds: ClassVar[float]
    distance: ClassVar[tuple[float, float]] = (10, 15)  # blocks between opposite players at the start
    kit: ClassVar[Kit] = TOOLS  # items from the second hotbar slot on; the first stays empty
    max_seconds: ClassVar[float] = 300
    meets: ClassVar[bool] = False  # promises that players see each other; who never do are not published

    Parameters: ClassVar[type[EpisodeParameters]] = EpisodeParameters

    def __init__(self, parameters: EpisodeParameters, scene: Scene) -> None:
        self.parameters = parameters
        self.scene = scene

    def prepare(self) -> Script[None]:
        """Set-up before the first tick; a `yield` lets the world come to rest."""
        yield from ()

    @abstractmethod
    def script(self, player: Player) -> Script[None]:
        """What a player does."""
