"""The clock of games in real time: when it samples, what it gives up, what it measures."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from bots.bridge import AGENT
from tests.servers.local import NODE

SCRIPT = """
const clock = require('./clock')
clock.install()
const { Pacer } = require('./pacer')

async function run () {
  const told = {}
  const pacer = new Pacer(20)
  const before = clock.realNow()
  pacer.hear(100)
  told.took = clock.realNow() - before
  told.phase = (((pacer.due - before) % 50) + 50) % 50

  pacer.begin()
  const begun = clock.realNow()
  for (let tick = 0; tick < 10; tick++) await pacer.wait()
  told.tenTicks = clock.realNow() - begun
  told.measured = pacer.read()

  pacer.begin()
  pacer.hear(200)
  pacer.ticks = 5
  pacer.hear(212)
  told.lag = pacer.read().lag_ticks

  pacer.begin()
  pacer.due -= 10000
  await pacer.wait()
  told.givenUp = pacer.read().given_up_ms
  console.log(JSON.stringify(told))
}

run()
"""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    done = subprocess.run(
        [NODE, "-e", SCRIPT], cwd=AGENT, capture_output=True, timeout=60, check=True, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_it_samples_half_a_tick_after_the_server(told: dict[str, Any]) -> None:
    assert 25 - 1e-6 <= told["phase"] <= 25 + told["took"] + 1e-6


def test_a_tick_is_as_long_as_it_should_be(told: dict[str, Any]) -> None:
    # The first tick may be anything up to a whole one away.
    assert told["tenTicks"] > 9 * 50 - 1
    assert told["measured"]["late_ticks"] <= 10
    jitter = told["measured"]["jitter_ms"]
    assert 0 <= jitter["p50"] <= jitter["p99"] <= jitter["max"]


def test_a_server_that_runs_apart_is_noticed(told: dict[str, Any]) -> None:
    assert told["lag"] == 7


def test_what_is_too_far_behind_is_given_up_in_whole_ticks(told: dict[str, Any]) -> None:
    assert told["givenUp"] % 50 == pytest.approx(0, abs=1e-6)
    assert 9500 < told["givenUp"] < 11500
