"""Players speak the protocol of the version that a server says it has."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bots.bridge import AGENT
from bots.player import Player
from bots.scene import Scene
from bots.script import Script
from bots.server import NetworkServer
from bots.stage import Stage
from collector.ports import free_port
from collector.servers.ping import wait_for
from tests.servers.local import NODE, START_SECONDS

VERSION = "1.21.4"


@pytest.fixture
def modern(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server of that version: its port, and the file with what it heard."""
    port, heard = free_port(), tmp_path / "heard"
    with heard.open("wb") as stream:
        process = subprocess.Popen(
            [NODE, Path(__file__).with_name("modern.js"), VERSION, str(port)],
            env={**os.environ, "NODE_PATH": str(AGENT / "node_modules")},
            stderr=stream,
        )
    try:
        assert wait_for("127.0.0.1", port, START_SECONDS, lambda: False).version == VERSION
        yield port, heard
    finally:
        process.kill()
        process.wait(10)


def dig_or_use(player: Player, _: Scene) -> Script[None]:
    """Walks, then looks down; the first player digs, the second places."""
    for _tick in range(10):
        player.hold("forward")
        yield
    for _tick in range(25):
        player.turn(0.0, -0.2)
        if player.index == 0:
            player.attack()
        else:
            player.use()
        yield


def lines(heard: Path, kind: str) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in heard.read_text().splitlines() if line.startswith('{"who"')]
    return [line for line in told if line["kind"] == kind]


def test_an_episode_in_the_protocol_of_a_newer_version(modern: tuple[int, Path]) -> None:
    port, heard = modern
    with Stage(players=2, view_distance=4, server=NetworkServer("127.0.0.1", port)) as stage:
        ticks = list(stage.play_script(dig_or_use))
        assert stage.outcome.ok, stage.outcome.reason
        opened = stage.opened
    assert opened
    assert (opened.minecraft, opened.min_y, opened.height) == (VERSION, -64, 384)
    first, last = ticks[0], ticks[-1]
    assert [row["y"] for row in first.players] == [64, 64]
    assert first.players[0]["x"] != last.players[0]["x"]
    assert last.clock["age"] > first.clock["age"]
    names = {opened.palette.block(state).name for state in memoryview(first.sections[0].blocks).cast("H")}
    assert names == {"air", "dirt", "grass_block"}
    commands = [line["command"] for line in lines(heard, "command")]
    assert "gamerule doDaylightCycle true" in commands
    assert "item replace entity Bravo hotbar.3 with diamond_axe 1" in commands
    digs, places = lines(heard, "block_dig"), lines(heard, "block_place")
    assert {line["who"] for line in digs} == {"Alpha"}
    assert {line["who"] for line in places} == {"Bravo"}
    assert all("sequence" in line for line in [*digs, *places])
    assert digs[0]["location"]["y"] == 63
