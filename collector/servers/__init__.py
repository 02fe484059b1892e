"""Where the Minecraft server comes from: with the players, in a container, or from somebody else."""

from __future__ import annotations

from typing import assert_never

from collector.servers.base import Capabilities, Health, Server
from collector.servers.spec import (
    EMBEDDED,
    DockerSpec,
    EmbeddedSpec,
    ExternalSpec,
    ServerSpec,
    parse_server,
)

__all__ = [
    "EMBEDDED",
    "Capabilities",
    "DockerSpec",
    "EmbeddedSpec",
    "ExternalSpec",
    "Health",
    "Server",
    "ServerSpec",
    "open_server",
    "parse_server",
]


def open_server(spec: ServerSpec) -> Server:
    """The server that is asked for; nothing is started yet. Leave its context to stop what was started."""
    from collector.servers import docker, embedded, external, settings  # noqa: PLC0415 (jobs are read without)

    match spec:
        case EmbeddedSpec():
            return embedded.EmbeddedServer()
        case ExternalSpec():
            return external.ExternalServer(spec)
        case DockerSpec():
            return docker.DockerServer(spec, settings.load_server_settings())
    assert_never(spec)
