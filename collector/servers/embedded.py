"""The server in the players' own process: nothing to start here, every episode brings a fresh one."""

from __future__ import annotations

from collections.abc import Callable

from bots.stage import MINECRAFT
from bots.world import World
from collector.servers.base import Capabilities, Health, Server


class EmbeddedServer(Server):
    """The default: as fast as the machine allows, and repeatable."""

    capabilities = Capabilities(clocks=("virtual",), repeatable=True, chooses_world=True)

    def ready(self, world: World, stopped: Callable[[], bool] = lambda: False) -> None:  # noqa: ARG002
        """Nothing to do: the stage starts it."""
        return

    def health(self) -> Health:
        """Always well: it lives and dies with an episode."""
        return Health(ok=True, version=MINECRAFT)

    def stop(self) -> None:
        """Nothing to stop."""
