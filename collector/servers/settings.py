"""What a deployment decides about servers in containers, from the environment (`COLLECTOR_MINECRAFT_…`)."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServerSettings(BaseSettings):
    """The image and its limits.

    `image` is configured like `itzg/minecraft-server`. `version` and `build` pin Minecraft and Paper in it.
    `eula` says that whoever runs this has accepted Minecraft's end user licence agreement, without which that
    image does not start.
    """

    model_config = SettingsConfigDict(env_prefix="COLLECTOR_MINECRAFT_", extra="ignore")

    image: str = "itzg/minecraft-server:2026.9.1-java21"
    version: str = "1.21.4"
    build: str = ""  # "" is the newest stable one
    eula: bool = False
    memory_gb: float = Field(default=3.0, ge=0.25)
    cpus: float = Field(default=2.0, gt=0)
    view_distance: int = Field(default=8, ge=2, le=32)
    # Paper loads itself and a world on the first start.
    start_seconds: float = Field(default=300.0, gt=0)


def load_server_settings() -> ServerSettings:
    """The settings of this process."""
    return ServerSettings()
