from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import JOB, bearer


def test_every_change_is_kept_for_admins(client: TestClient, tokens: dict[str, str]) -> None:
    mine = bearer(tokens["submit"])
    job = client.post("/v1/jobs", json=JOB, headers=mine).json()["id"]
    client.post(f"/v1/jobs/{job}/cancel", headers=bearer(tokens["admin"]))
    client.post(f"/v1/jobs/{job}/retry", headers=mine)
    clone = client.post(f"/v1/jobs/{job}/clone", json={"seed": 2}, headers=mine).json()["id"]
    client.post(f"/v1/jobs/{job}/cancel", headers=bearer(tokens["other"]))
    page = client.get("/v1/audit", headers=bearer(tokens["admin"])).json()
    assert [(entry["who"], entry["action"], entry["job"]) for entry in page["entries"]] == [
        ("submit", "clone", clone),
        ("submit", "retry", job),
        ("admin", "cancel", job),
        ("submit", "create", job),
    ]
    assert page["next"] is None
    assert client.get("/v1/audit", headers=mine).status_code == 403


def test_is_read_by_pages(local: TestClient) -> None:
    jobs = [local.post("/v1/jobs", json=JOB).json()["id"] for _ in range(5)]
    first = local.get("/v1/audit", params={"limit": 3}).json()
    rest = local.get("/v1/audit", params={"after": first["next"]}).json()
    assert [entry["job"] for entry in first["entries"] + rest["entries"]] == jobs[::-1]


@pytest.mark.parametrize("after", ["0-0", "00-0", "1", "-"])
def test_what_is_no_place_in_the_log_is_refused(local: TestClient, after: str) -> None:
    assert local.get("/v1/audit", params={"after": after}).status_code == 422
