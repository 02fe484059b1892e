"""Where the Minecraft server comes from: with the players, in a container, or from somebody else."""

from __future__ import annotations

from typing import assert_never

from collector.servers.base import Capabilities, Health, Server
from collector.servers.docker import DockerServer
from collector.servers.embedded import EmbeddedServer
from collector.servers.external import ExternalServer
from collector.servers.settings import load_server_settings
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
    "DockerServer",
    "DockerSpec",
    "EmbeddedServer",
    "EmbeddedSpec",
    "ExternalServer",
    "ExternalSpec",
    "Health",
    "Server",
    "ServerSpec",
    "open_server",
    "parse_server",
]


def open_server(spec: ServerSpec) -> Server:
    """The server that is asked for; nothing is started yet. Leave its context to stop what was started."""
    match spec:
        case EmbeddedSpec():
            return EmbeddedServer()
        case ExternalSpec():
            return ExternalServer(spec)
        case DockerSpec():
            return DockerServer(spec, load_server_settings())
    assert_never(spec)
