"""Which server a job asks for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bots.server import OPERATOR
from collector.errors import UsageError

PORT = 25565  # Minecraft's

TicksPerSecond = Annotated[float, Field(gt=0, le=200)]


class Spec(BaseModel):
    """Base: unknown names are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EmbeddedSpec(Spec):
    """The server in the players' own process."""

    kind: Literal["embedded"] = "embedded"

    def world_number(self, index: int) -> int:
        """Which of the job's worlds its episode `index` is played in."""
        return index

    def world_parts(self, seed: int, index: int) -> tuple[int | str, ...]:
        """What the seed of that world is made of, in a job of that seed."""
        return seed, "world", index


class DockerSpec(Spec):
    """A server in a container, with the image and the limits that the deployment has set.

    `ticks_per_second`: what it is told to run at; None leaves it at 20. `episodes_per_world`: so many
    episodes in a row are played in one world, since a server takes long to make one.
    """

    kind: Literal["docker"] = "docker"
    ticks_per_second: TicksPerSecond | None = None
    episodes_per_world: int = Field(default=16, ge=1)

    def world_number(self, index: int) -> int:
        """Which of the job's worlds its episode `index` is played in."""
        return index // self.episodes_per_world

    def world_parts(self, seed: int, index: int) -> tuple[int | str, ...]:
        """What the seed of that world is made of, in a job of that seed."""
        return seed, "world", self.world_number(index)


class ExternalSpec(Spec):
    """A server that somebody runs, in offline mode, and on which `operator` may give commands."""

    kind: Literal["external"] = "external"
    host: str = Field(min_length=1)
    port: int = Field(default=PORT, ge=1, le=65535)
    operator: str = OPERATOR
    ticks_per_second: TicksPerSecond | None = None

    def world_number(self, index: int) -> int:  # noqa: ARG002 (it has but one)
        """Which of the job's worlds its episode `index` is played in."""
        return 0

    def world_parts(self, seed: int, index: int) -> tuple[int | str, ...]:  # noqa: ARG002
        """What stands for the seed of that world, so that all its episodes are on one side of the split."""
        return "external", self.host, self.port


ServerSpec = Annotated[EmbeddedSpec | DockerSpec | ExternalSpec, Field(discriminator="kind")]
EMBEDDED = EmbeddedSpec()


def parse_server(kind: str, address: str = "", ticks_per_second: float | None = None) -> ServerSpec:
    """What the options of the command line ask for.

    Raises:
        UsageError: they do not go together.
    """
    if ticks_per_second is not None and not 0 < ticks_per_second <= 200:
        raise UsageError(
            f"--ticks-per-second {ticks_per_second:g}: a server runs at more than 0, 200 at most"
        )
    if address and kind != "external":
        raise UsageError(f"--address goes with --server external, not with {kind}")
    if kind == "embedded":
        if ticks_per_second is not None:
            raise UsageError(
                "--ticks-per-second is for other servers; the embedded one runs as fast as it can"
            )
        return EMBEDDED
    if kind == "docker":
        return DockerSpec(ticks_per_second=ticks_per_second)
    if kind != "external":
        raise UsageError(f"--server {kind!r}: there is embedded, docker, external")
    host, _, port = address.rpartition(":") if ":" in address else (address, ":", str(PORT))
    if not host or not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise UsageError(f"--address {address!r}: write it as host:port, as in localhost:25565")
    return ExternalSpec(host=host, port=int(port), ticks_per_second=ticks_per_second)
