"""Requests as commands: every one is spelled, for every version, and our own server understands it."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from bots.bridge import AGENT
from tests.servers.local import NODE

# Of what Minecraft has no command for.
UNSPELLED = {"hunger"}

REQUESTS: dict[str, dict[str, Any]] = {
    "give": {"player": 0, "slot": 37, "item": "torch", "count": 3},
    "teleport": {"player": 1, "x": 1.5, "y": 64, "z": -2.25, "yaw": 0.0, "pitch": 0.5},
    "block": {"x": 1, "y": 64, "z": -3, "name": "oak_log", "properties": {"axis": "x"}},
    "fillChest": {"x": 1, "y": 64, "z": -3, "items": [[0, "bread", 5], [13, "apple", 1]]},
    "sign": {"x": 1, "y": 64, "z": -3, "lines": ["a", "b c"], "colour": "red", "glowing": False},
    "spawn": {"name": "zombie", "x": 0.5, "y": 64.0, "z": 1e-7},
    "mortal": {"mortal": True},
    "weather": {"rain": 1.0, "thunder": 0.0},
    "time": {"time": 18000, "running": False},
}

RED = {"color": "red", "has_glowing_text": 0}
EMPTY = ['{"text":""}'] * 2

Spelled = dict[str, list[tuple[str, bool]]]  # each command, and whether our server understands it

SCRIPT = """
const { commands, spelling } = require('./commands')
const { understands } = require('./server/commands')
const requests = require('./requests')
const spelt = spelling(require('minecraft-data')(process.argv[1]).version)
const asked = JSON.parse(process.argv[2])
const spelled = {}
for (const [name, details] of Object.entries(asked)) {
  const said = commands[name](details, { names: ['Alpha', 'Bravo'], ...spelt })
  spelled[name] = said.map(text => [text, understands(text)])
}
console.log(JSON.stringify({ known: Object.keys(requests).filter(name => name !== 'degrees'), spelled }))
"""


def spell(version: str) -> tuple[set[str], Spelled]:
    """The names of all requests, and the commands of each with whether our server understands them."""
    done = subprocess.run(
        [NODE, "-e", SCRIPT, version, json.dumps(REQUESTS)],
        cwd=AGENT,
        capture_output=True,
        timeout=60,
        check=True,
        text=True,
    )
    answer = json.loads(done.stdout)
    spelled = {name: [(text, ok) for text, ok in pairs] for name, pairs in answer["spelled"].items()}
    return set(answer["known"]), spelled


@pytest.fixture(scope="module")
def here() -> tuple[set[str], Spelled]:
    """For the version of the embedded server."""
    return spell("1.18.2")


def test_every_request_is_spelled(here: tuple[set[str], Spelled]) -> None:
    known, spelled = here
    assert known - UNSPELLED == set(spelled)


def test_our_server_understands_what_is_said(
    here: tuple[set[str], Spelled],
) -> None:
    unknown = [text for pairs in here[1].values() for text, understood in pairs if not understood]
    assert unknown == []


def test_commands_are_spelled_as_in_minecraft(
    here: tuple[set[str], Spelled],
) -> None:
    said = {name: [text for text, _ in pairs] for name, pairs in here[1].items()}
    assert said["give"] == ["item replace entity Alpha hotbar.1 with torch 3"]
    assert said["teleport"][0].startswith("tp Bravo 1.5 64 -2.25 180 -28.6")
    assert said["block"] == ["setblock 1 64 -3 oak_log[axis=x]"]
    assert said["fillChest"][1] == "item replace block 1 64 -3 container.13 with apple 1"
    assert said["weather"] == ["weather rain"]
    assert said["time"] == ["time set 18000", "gamerule doDaylightCycle false"]


@pytest.mark.parametrize(
    ("version", "rule"),
    [("1.20.4", "doDaylightCycle"), ("1.21.4", "doDaylightCycle"), ("1.21.11", "advance_time")],
)
def test_rules_have_the_names_of_their_version(version: str, rule: str) -> None:
    _, spelled = spell(version)
    assert spelled["time"][1][0] == f"gamerule {rule} false"


@pytest.mark.parametrize(
    ("version", "data"),
    [
        ("1.18.2", {"Text1": '{"text":"a"}', "Text2": '{"text":"b c"}', "Color": "red", "GlowingText": 0}),
        ("1.20.4", {"front_text": {"messages": ['{"text":"a"}', '{"text":"b c"}', *EMPTY], **RED}}),
        ("1.21.11", {"front_text": {"messages": ["a", "b c", "", ""], **RED}}),
    ],
)
def test_signs_have_the_data_of_their_version(version: str, data: dict[str, Any]) -> None:
    _, spelled = spell(version)
    [(command, understood)] = spelled["sign"]
    assert understood
    said = json.loads(command.removeprefix("data merge block 1 64 -3 "))
    assert data.items() <= said.items()
