"""Settings of the service, from the environment (`COLLECTOR_…`) and from files of secrets."""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Network = IPv4Network | IPv6Network


class Settings(BaseSettings):
    """What a deployment decides.

    `store` is the folder or `s3://bucket/prefix` that holds all datasets, each under its name. `work` is
    scratch space on a local disk. Secrets may be given as files named like the variable, in the folder
    that `COLLECTOR_SECRETS` names.
    """

    model_config = SettingsConfigDict(env_prefix="COLLECTOR_", extra="ignore")

    redis: str = "redis://127.0.0.1:6379/0"
    redis_password: SecretStr | None = None
    store: str = "out/datasets"
    work: Path = Path("out/work")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    auth: bool = True
    admin_token: SecretStr | None = None

    # What a worker does: a task from one end to the other, or one stage of it.
    role: Literal["both", "play", "render"] = "both"
    # Workers that only play stop at so many tasks that wait to be rendered.
    render_backlog: int = Field(default=64, ge=1)

    # A task whose worker has not been heard of for this long is given to another one.
    lease_seconds: float = Field(default=15.0, ge=2.0, le=30.0)
    # What a worker that is told to stop gives its task before it hands it back.
    drain_seconds: float = Field(default=20.0, ge=0.0)
    # A task ends as failed when this many runs of it have failed, or have killed their worker.
    attempts: int = Field(default=3, ge=1)
    # The wait before the second run; it doubles with every run after that.
    backoff_seconds: float = Field(default=5.0, ge=0.0)
    # A worker with less space left takes no task.
    min_free_gb: float = Field(default=2.0, ge=0.0)

    # Networks of our own that webhooks may call, also over plain http; others have to be public, and https.
    webhook_networks: Annotated[tuple[Network, ...], NoDecode] = ()

    @field_validator("webhook_networks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """`10.0.0.0/8,fd00::/8` → the networks."""
        if isinstance(value, str):
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        return value


def load_settings() -> Settings:
    """The settings of this process."""
    folder = os.environ.get("COLLECTOR_SECRETS")
    return Settings(_secrets_dir=folder) if folder else Settings()
