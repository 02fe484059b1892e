from __future__ import annotations

from ipaddress import ip_network

import pytest
from fastapi.testclient import TestClient

from collector.settings import Settings
from tests.api.conftest import JOB, bearer

URL = "http://127.0.0.1:9/hook"  # where nothing listens


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of a service that may call this machine."""
    return settings.model_copy(update={"webhook_networks": (ip_network("127.0.0.0/8"),)})


def test_a_webhook_is_added_listed_tried_and_removed(client: TestClient, tokens: dict[str, str]) -> None:
    mine = bearer(tokens["submit"])
    made = client.post("/v1/webhooks", json={"url": URL}, headers=mine)
    assert made.status_code == 201
    hook = made.json()
    assert hook.pop("secret").startswith("whsec_")
    assert sorted(hook["events"]) == ["job.cancelled", "job.done", "job.failed"]
    (listed,) = client.get("/v1/webhooks", headers=mine).json()
    assert {**listed, "events": sorted(listed["events"])} == {**hook, "events": sorted(hook["events"])}
    assert client.get("/v1/webhooks", headers=bearer(tokens["other"])).json() == []
    assert len(client.get("/v1/webhooks", headers=bearer(tokens["admin"])).json()) == 1
    pinged = client.post(f"/v1/webhooks/{hook['id']}/ping", headers=mine)
    assert (pinged.status_code, pinged.json()["kind"]) == (202, "ping")
    (logged,) = client.get(f"/v1/webhooks/{hook['id']}/deliveries", headers=mine).json()
    assert logged["id"] == pinged.json()["id"]
    assert client.delete(f"/v1/webhooks/{hook['id']}", headers=mine).status_code == 204
    assert client.get("/v1/webhooks", headers=mine).json() == []
    assert client.delete(f"/v1/webhooks/{hook['id']}", headers=mine).status_code == 404


def test_a_cancelled_job_is_told(client: TestClient, tokens: dict[str, str]) -> None:
    mine = bearer(tokens["submit"])
    hook = client.post("/v1/webhooks", json={"url": URL}, headers=mine).json()["id"]
    job = client.post("/v1/jobs", json=JOB, headers=mine).json()["id"]
    client.post(f"/v1/jobs/{job}/cancel", headers=mine)
    (logged,) = client.get(f"/v1/webhooks/{hook}/deliveries", headers=mine).json()
    assert (logged["kind"], logged["data"]["job"]) == ("job.cancelled", job)


def test_receivers_inside_are_refused(client: TestClient, tokens: dict[str, str]) -> None:
    for url in (
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
    ):
        answer = client.post("/v1/webhooks", json={"url": url}, headers=bearer(tokens["submit"]))
        assert (answer.status_code, answer.json()["type"]) == (422, "AddressRefused"), url


def test_only_admins_hear_of_everyone(client: TestClient, tokens: dict[str, str]) -> None:
    wanted = {"url": URL, "everyone": True}
    assert client.post("/v1/webhooks", json=wanted, headers=bearer(tokens["submit"])).status_code == 403
    assert client.post("/v1/webhooks", json=wanted, headers=bearer(tokens["admin"])).status_code == 201


def test_webhooks_of_others_are_out_of_reach(client: TestClient, tokens: dict[str, str]) -> None:
    hook = client.post("/v1/webhooks", json={"url": URL}, headers=bearer(tokens["submit"])).json()["id"]
    other = bearer(tokens["other"])
    for method, url in (
        ("DELETE", f"/v1/webhooks/{hook}"),
        ("POST", f"/v1/webhooks/{hook}/ping"),
        ("GET", f"/v1/webhooks/{hook}/deliveries"),
    ):
        assert client.request(method, url, headers=other).status_code == 403
    assert client.delete(f"/v1/webhooks/{hook}", headers=bearer(tokens["admin"])).status_code == 204
