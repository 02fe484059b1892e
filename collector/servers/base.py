"""What every server backend can be asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from bots.server import ClockMode, NetworkServer
from bots.world import World


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What may be expected of a backend.

    `clocks`: the clock modes it can run in. `repeatable`: the same plan gives the same recording, byte for
    byte. `chooses_world`: the world is made from the plan's kind and seed.
    """

    clocks: tuple[ClockMode, ...]
    repeatable: bool
    chooses_world: bool


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the server answers, and what it says of itself."""

    ok: bool
    version: str = ""
    players: int = 0
    reason: str = ""


class Server(ABC):
    """A source of Minecraft servers. A context manager; leaving it stops what it has started."""

    capabilities: Capabilities

    @abstractmethod
    def ready(self, world: World, stopped: Callable[[], bool] = lambda: False) -> NetworkServer | None:
        """Have a server run in that world, and say where; None means with the players, in their process.

        Asked before every episode: a server that has died is started again. `stopped` is asked several times
        a second. Raises `ServerError`, or `Stopped` when `stopped` says so.
        """

    @abstractmethod
    def health(self) -> Health:
        """How the server is now."""

    @abstractmethod
    def stop(self) -> None:
        """Stop what was started. Stopping twice is harmless."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
