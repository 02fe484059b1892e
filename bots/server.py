"""Servers that somebody else runs, as the players reach them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ClockMode = Literal["virtual", "realtime", "rate"]
OPERATOR = "Operator"


@dataclass(frozen=True, slots=True)
class NetworkServer:
    """A Minecraft server at an address, in offline mode.

    `operator` is the name of a player that may give commands there. `ticks_per_second` is what the server is
    told to run at (`/tick rate`, Minecraft 1.20.3 and newer); None leaves it as it is, at 20.
    """

    host: str
    port: int
    operator: str = OPERATOR
    ticks_per_second: float | None = None

    def as_options(self) -> dict[str, Any]:
        """As the agent takes it."""
        return {
            "host": self.host,
            "port": self.port,
            "operator": self.operator,
            "ticksPerSecond": self.ticks_per_second,
        }
