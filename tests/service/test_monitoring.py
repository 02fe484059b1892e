"""Alerts, the Grafana dashboard and the scrape ask for what the service tells, and mean what they say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import promql_parser
import pytest
import yaml
from fastapi.testclient import TestClient

from collector.api.app import create_app
from collector.jobs.embedded import EmbeddedRedis
from collector.ports import free_port
from collector.settings import Settings
from tests.jobs.conftest import until
from tests.service.conftest import Running, running

DOCKER = Path(__file__).parents[2] / "docker"
PROMETHEUS = DOCKER / "prometheus"
DASHBOARD = json.loads((DOCKER / "grafana" / "dashboards" / "collector.json").read_text())
# What Prometheus itself adds to every series.
ADDED = {"job", "instance"}


def expressions() -> Iterator[tuple[str, str]]:
    """(where it stands, PromQL) of every expression."""
    (rules,) = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    for rule in rules["rules"]:
        yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def nodes(expression: str) -> list[Any]:
    """The syntax tree of an expression, as a list."""
    found: list[Any] = []
    promql_parser.walk(promql_parser.parse(expression), found.append)
    return found


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The labels of each metric of a service in which nothing has happened yet."""
    folder = tmp_path_factory.mktemp("metrics")
    with EmbeddedRedis(folder / "redis") as redis:
        settings = Settings(redis=redis.url, store=str(folder / "datasets"), auth=False)
        with TestClient(create_app(settings), "http://localhost") as client:
            client.get("/metrics")
            text = client.get("/metrics").text
    found: dict[str, set[str]] = {"up": set()}
    for name, labels in re.findall(r"^(collector_\w+)(?:\{(.*)\})? ", text, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_metrics_and_labels_that_are_asked_for_exist(
    told: dict[str, set[str]], where: str, expression: str
) -> None:
    tree = nodes(expression)
    series = [node for node in tree if isinstance(node, promql_parser.VectorSelector)]
    assert series, where
    labels = {str(one): ADDED | told[one.name or ""] for one in series}
    for one in series:
        assert {matcher.name for matcher in one.matchers.matchers} <= labels[str(one)]
    for node in tree:
        if isinstance(node, promql_parser.AggregateExpr) and node.modifier:
            assert set(node.modifier.labels) <= set().union(*labels.values())


def test_the_dashboard_is_whole() -> None:
    panels = DASHBOARD["panels"]
    (source,) = yaml.safe_load(
        (DOCKER / "grafana" / "provisioning" / "datasources" / "prometheus.yaml").read_text()
    )["datasources"]
    assert {panel["datasource"]["uid"] for panel in panels} == {source["uid"]}
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (x, y)
        for at in (panel["gridPos"] for panel in panels)
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(set(taken)) == len(taken), "panels overlap"
    assert max(x for x, _ in taken) < 24
    for panel in panels:
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_every_alert_is_tried_and_explained() -> None:
    alerts = {where for where, _ in expressions()} - {panel["title"] for panel in DASHBOARD["panels"]}
    tried = yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"]
    fired = {one["alertname"] for case in tried for one in case["alert_rule_test"] if one.get("exp_alerts")}
    silent = {
        one["alertname"] for case in tried for one in case["alert_rule_test"] if "exp_alerts" not in one
    }
    assert fired == silent == alerts
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    assert not [alert for alert in alerts if f"`{alert}`" not in page]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool")
@pytest.mark.parametrize(
    "words",
    [
        ["check", "config", "--syntax-only", "prometheus.yml"],
        ["check", "rules", "--lint-fatal", "alerts.yml"],
        ["test", "rules", "alerts_test.yml"],
    ],
    ids=lambda words: words[0] + " " + words[1],
)
def test_promtool_finds_nothing_wrong(words: list[str]) -> None:
    done = subprocess.run(
        ["promtool", *words], cwd=PROMETHEUS, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path / "service", "--workers", "0") as found:
        yield found


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="no Prometheus")
@pytest.mark.slow
def test_prometheus_scrapes_a_service_and_weighs_its_alerts(service: Running, tmp_path: Path) -> None:
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    (scrape,) = config["scrape_configs"]
    scrape["static_configs"] = [{"targets": [service.url.removeprefix("http://")]}]
    token = tmp_path / "token"
    token.write_text("none is asked for here\n")
    scrape["authorization"]["credentials_file"] = str(token)
    config["rule_files"] = [str(PROMETHEUS / "alerts.yml")]
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config))
    url = f"http://127.0.0.1:{free_port()}"
    options = {
        "config.file": tmp_path / "prometheus.yml",
        "storage.tsdb.path": tmp_path / "data",
        "web.listen-address": url.removeprefix("http://"),
    }
    with (tmp_path / "log").open("wb") as log:
        prometheus = subprocess.Popen(
            ["prometheus", *(f"--{name}={value}" for name, value in options.items())], stdout=log, stderr=log
        )
    try:
        until(lambda: answer(url, "query", query='collector_jobs{state="queued"}')["result"], 60)
        (up,) = answer(url, "query", query="up")["result"]
        assert (up["metric"]["job"], up["value"][1]) == ("collector", "1")
        until(lambda: all(rule["health"] == "ok" for rule in rules(url)), 30)
        assert {rule["state"] for rule in rules(url)} == {"inactive"}
    finally:
        prometheus.terminate()
        prometheus.wait(30)


def answer(url: str, what: str, **query: str) -> dict[str, Any]:
    """What Prometheus says; nothing while it starts."""
    try:
        asked = httpx2.get(f"{url}/api/v1/{what}", params=query, timeout=10)
        return dict(asked.raise_for_status().json()["data"])
    except httpx2.HTTPError:
        return {"result": [], "groups": []}


def rules(url: str) -> list[dict[str, Any]]:
    """The alerts that Prometheus knows, with their health: `unknown` until they were weighed once."""
    return [rule for group in answer(url, "rules")["groups"] for rule in group["rules"]]
