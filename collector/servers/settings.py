"""What a deployment decides about servers in containers, from the environment (`COLLECTOR_MINECRAFT_…`)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from collector.errors import UsageError
from collector.servers.spec import ServerSpec


class ServerSettings(BaseSettings):
    """The image and its limits, and what users of the service may ask for.

    `image` is configured like `itzg/minecraft-server`. `version` and `build` pin Minecraft and Paper in it.
    `network` is for collectors that run in containers themselves: the engine's network in which they are and
    servers are put, instead of a port on the host's loopback interface.
    `eula` says that whoever runs this has accepted Minecraft's end user licence agreement, without which that
    image does not start. `offered` are the kinds of servers that the service plays on: jobs that come over
    the network start no containers and connect to no addresses unless a deployment wants that.
    """

    model_config = SettingsConfigDict(env_prefix="COLLECTOR_MINECRAFT_", extra="ignore")

    image: str = "itzg/minecraft-server:2026.9.1-java21"
    version: str = "1.21.4"
    build: str = ""  # "" is the newest stable one
    eula: bool = False
    offered: tuple[Literal["embedded", "docker", "external"], ...] = ("embedded",)
    network: str = ""
    memory_gb: float = Field(default=3.0, ge=0.25)
    cpus: float = Field(default=2.0, gt=0)
    view_distance: int = Field(default=8, ge=2, le=32)
    # Paper loads itself and a world on the first start.
    start_seconds: float = Field(default=300.0, gt=0)

    def allow(self, spec: ServerSpec) -> None:
        """Refuse what the service does not offer.

        Raises:
            UsageError: it plays on other kinds of servers only.
        """
        if spec.kind not in self.offered:
            raise UsageError(
                f"this service plays on {', '.join(self.offered)} servers, not on {spec.kind} ones; "
                "whoever runs it can change that with COLLECTOR_MINECRAFT_OFFERED"
            )


def load_server_settings() -> ServerSettings:
    """The settings of this process."""
    return ServerSettings()
