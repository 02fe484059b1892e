"""A server that somebody else runs."""

from __future__ import annotations

from collections.abc import Callable

from bots.server import NetworkServer
from bots.world import World
from collector.errors import ServerError
from collector.servers.base import Capabilities, Health, Server
from collector.servers.ping import ping, wait_for
from collector.servers.spec import ExternalSpec

PATIENCE_SECONDS = 20.0  # a server that is being restarted is given this long


class ExternalServer(Server):
    """Reached, never started or stopped. Its world is what it is."""

    capabilities = Capabilities(clocks=("realtime", "rate"), repeatable=False, chooses_world=False)

    def __init__(self, spec: ExternalSpec, patience: float = PATIENCE_SECONDS) -> None:
        self._spec = spec
        self._patience = patience

    def ready(
        self,
        world: World,  # noqa: ARG002 (somebody else has chosen it)
        stopped: Callable[[], bool] = lambda: False,
    ) -> NetworkServer:
        """Make sure that it answers."""
        spec = self._spec
        health = wait_for(spec.host, spec.port, self._patience, stopped)
        if not health.ok:
            raise ServerError(
                f"no Minecraft server answers at {spec.host}:{spec.port} ({health.reason}); "
                "start it, or correct the address"
            )
        return NetworkServer(spec.host, spec.port, spec.operator, spec.ticks_per_second)

    def health(self) -> Health:
        """What it answers now."""
        return ping(self._spec.host, self._spec.port)

    def stop(self) -> None:
        """It is not ours to stop."""
