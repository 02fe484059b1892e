"""Alerts and the Grafana dashboard ask for metrics that the service has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

from collector.api.app import create_app
from collector.jobs.board import Board, connect
from collector.jobs.embedded import EmbeddedRedis
from collector.jobs.hooks import ENDED, Hooks
from collector.jobs.models import TaskResult
from collector.settings import Settings
from tests.jobs.conftest import spec

DOCKER = Path(__file__).parents[2] / "docker"


def expressions() -> Iterator[tuple[str, str]]:
    """(where it stands, PromQL) of every expression."""
    (rules,) = yaml.safe_load((DOCKER / "prometheus" / "alerts.yml").read_text())["groups"]
    for rule in rules["rules"]:
        yield rule["alert"], rule["expr"]
    dashboard = json.loads((DOCKER / "grafana" / "dashboards" / "collector.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What a service tells that has done everything once."""
    folder = tmp_path_factory.mktemp("metrics")
    with EmbeddedRedis(folder / "redis") as redis:
        settings = Settings(redis=redis.url, store=str(folder / "datasets"), auth=False)
        board = Board(connect(settings), settings)
        hooks = Hooks(board.client)
        hook, _ = hooks.add("me", "https://example.org", ENDED, everyone=False)
        for end in ("done", "failed", "cancelled"):
            job = board.create(spec(), "me")[0].id
            claim = board.claim("w") if end != "cancelled" else None
            if claim and end == "done":
                board.finish(claim, TaskResult(episodes=1))
            elif claim:
                board.fail(claim, "no", final=True)
            else:
                board.cancel(job, "enough")
        for message in hooks.messages(hook)[:2]:
            hooks.delivered(message, 200)
            hooks.failed(message.model_copy(update={"attempts": 99}), "no")
        with TestClient(create_app(settings), "http://localhost") as client:
            client.get("/v1/jobs")
            text = client.get("/metrics").text
        board.client.close()
    return set(re.findall(r"^(collector_\w+)", text, re.MULTILINE))


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_metrics_that_are_asked_for_exist(names: set[str], where: str, expression: str) -> None:
    asked = set(re.findall(r"collector_\w+", expression))
    assert asked or expression.startswith("up{")
    assert asked <= names
