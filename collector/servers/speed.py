"""How punctual a game in real time is, on a server in a container: for `collector bench servers`."""

from __future__ import annotations

import time

from bots.remote import Timing
from bots.server import NetworkServer
from bots.stage import Stage
from bots.world import World
from collector.errors import PlayError
from collector.servers.docker import DockerServer
from collector.servers.settings import load_server_settings
from collector.servers.spec import DockerSpec

PLAYER_COUNTS = (2, 8)
RATES = (None, 60.0)  # ticks per second; None is what a server does by itself
EPISODE = "orbit"
WORLD = World(kind="terrain", seed=7)


def server_speed() -> dict[str, float]:
    """Seconds until a container answers; ticks per second of an episode on it, and how its clock has run.

    Raises `ServerError`, or `PlayError` when an episode does not work out.
    """
    figures: dict[str, float] = {}
    for rate in RATES:
        with DockerServer(DockerSpec(ticks_per_second=rate), load_server_settings()) as server:
            begin = time.perf_counter()
            at = server.ready(WORLD)
            figures.setdefault("container_start_seconds", time.perf_counter() - begin)
            for players in PLAYER_COUNTS:
                measured = _play(at, players)
                figures |= {
                    f"{name}_{players}_players_at_{rate or 20:g}": value for name, value in measured.items()
                }
    return figures


def _play(at: NetworkServer, players: int) -> dict[str, float]:
    with Stage(players=players, world=WORLD, seed=7, server=at) as stage:
        ticks = stage.play(EPISODE)
        next(ticks)
        begin = time.perf_counter()
        count = sum(1 for _ in ticks)
        seconds = time.perf_counter() - begin
        if not stage.outcome.ok:
            raise PlayError(f"{EPISODE} on {at.host}:{at.port}: {stage.outcome.reason}")
        return {"ticks_per_second": count / seconds, **_clock(stage.timing, count)}


def _clock(timing: Timing, ticks: int) -> dict[str, float]:
    spreads = {"jitter_ms": timing.jitter_ms or {}, "reaction_ms": timing.reaction_ms or {}}
    named = {f"{name}_{share}": ms for name, spread in spreads.items() for share, ms in spread.items()}
    late = 100 * timing.late_ticks / ticks
    return {**named, "late_ticks_percent": late, "lag_ticks": timing.lag_ticks}
