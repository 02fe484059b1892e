"""What the operator is told by a server that does not obey."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bots.errors import AgentError
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, wait
from bots.server import NetworkServer
from bots.stage import Stage
from tests.servers.local import LocalServer


@pytest.fixture(scope="module")
def local() -> Iterator[LocalServer]:
    with LocalServer() as server:
        yield server


def test_a_player_that_is_no_operator_is_told(local: LocalServer) -> None:
    server = NetworkServer("127.0.0.1", local.port, operator="Somebody")
    with (
        Stage(players=2, view_distance=3, server=server) as stage,
        pytest.raises(AgentError, match=r"command\.unknown\.command; is Somebody an operator there\?"),
    ):
        list(stage.play_script(lambda *_: wait(1)))


def test_a_command_that_is_refused_during_play_is_told(local: LocalServer) -> None:
    def script(player: Player, scene: Scene) -> Script[None]:
        scene.set_block(player.cell, "no_such_block")
        yield from wait(20)

    with (
        Stage(players=2, view_distance=3, server=NetworkServer("127.0.0.1", local.port)) as stage,
        pytest.raises(AgentError, match=r"the server refused a command: command\.failed"),
    ):
        list(stage.play_script(script))


def test_nobody_there_is_told() -> None:
    with (
        Stage(players=1, server=NetworkServer("127.0.0.1", 1)) as stage,
        pytest.raises(AgentError, match=r"no Minecraft server answers at 127\.0\.0\.1:1"),
    ):
        list(stage.play_script(lambda *_: wait(1)))


def test_a_server_is_left_at_the_rate_that_it_had(local: LocalServer) -> None:
    def age(rate: float | None) -> int:
        server = NetworkServer("127.0.0.1", local.port, ticks_per_second=rate)
        with Stage(players=2, view_distance=3, server=server) as stage:
            ticks = list(stage.play_script(lambda *_: wait(60)))
            assert stage.outcome.ok, stage.outcome.reason
            assert stage.timing.mode == ("rate" if rate else "realtime")
        passed: int = ticks[-1].clock["age"] - ticks[0].clock["age"]
        return passed

    age(60.0)
    assert 40 < age(None) < 120  # at the other rate it were 180
