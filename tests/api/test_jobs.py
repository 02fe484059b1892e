from __future__ import annotations

from fastapi.testclient import TestClient

from collector.jobs.board import Board, connect
from collector.settings import Settings
from tests.api.conftest import JOB, bearer


def test_a_job_is_queued_listed_cancelled_and_retried(local: TestClient) -> None:
    made = local.post("/v1/jobs", json=JOB)
    assert made.status_code == 201
    job = made.json()
    assert made.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert (job["state"], job["planned"], job["owner"]) == ("queued", 2, "local")
    assert local.get(f"/v1/jobs/{job['id']}").json() == job
    assert local.get("/v1/jobs").json() == {"jobs": [job], "next": None}
    tasks = local.get(f"/v1/jobs/{job['id']}/tasks").json()["tasks"]
    assert [(task["first"], task["count"], task["state"]) for task in tasks] == [(0, 2, "waiting")]
    assert local.get(f"/v1/jobs/{job['id']}/tasks/0").json() == tasks[0]
    conflict = local.post(f"/v1/jobs/{job['id']}/retry")
    assert (conflict.status_code, conflict.json()["type"]) == (409, "JobStateError")
    cancelled = local.post(f"/v1/jobs/{job['id']}/cancel").json()
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "cancelled by local")
    assert local.post(f"/v1/jobs/{job['id']}/retry").json()["state"] == "queued"


def test_the_same_key_makes_one_job(local: TestClient) -> None:
    key = {"Idempotency-Key": "one"}
    first = local.post("/v1/jobs", json=JOB, headers=key)
    again = local.post("/v1/jobs", json=JOB, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = local.post("/v1/jobs", json={**JOB, "seed": 3}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "KeyReused")
    assert "send a new key" in other.json()["detail"]


def test_a_clone_is_the_same_job_with_changes(local: TestClient) -> None:
    job = local.post("/v1/jobs", json={**JOB, "labels": {"a": "b"}}).json()
    clone = local.post(f"/v1/jobs/{job['id']}/clone", json={"seed": 9})
    assert clone.status_code == 201
    assert clone.json()["id"] != job["id"]
    assert clone.json()["spec"] == {**job["spec"], "seed": 9}


def test_jobs_are_listed_by_pages_and_filters(local: TestClient) -> None:
    ids = [local.post("/v1/jobs", json=JOB).json()["id"] for _ in range(5)]
    local.post(f"/v1/jobs/{ids[2]}/cancel")
    seen, cursor = [], ""
    while cursor is not None:
        page = local.get("/v1/jobs", params={"limit": 2, "after": cursor}).json()
        seen += [job["id"] for job in page["jobs"]]
        cursor = page["next"]
    assert seen == sorted(ids, reverse=True)
    found = local.get("/v1/jobs", params={"state": "cancelled"}).json()["jobs"]
    assert [job["id"] for job in found] == [ids[2]]
    assert local.get("/v1/jobs", params={"owner": "nobody"}).json()["jobs"] == []


def test_every_wrong_field_is_named(local: TestClient) -> None:
    answer = local.post(
        "/v1/jobs", json={"dataset": "../x", "mix": {"orbit": 0}, "colour": "red", "split": {"train": 1}}
    )
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"body.dataset", "body.mix.orbit", "body.colour", "body.split"}


def test_what_cannot_be_played_is_refused_with_the_way_out(local: TestClient) -> None:
    for change, kind, word in (
        ({"mix": {"golf": 1}}, "UnknownEpisodeType", "orbit"),
        ({"players": 64}, "PlayerCountError", "orbit"),
        ({"view": {"width": 9, "height": 9}}, "ViewSizeError", "64x64"),
    ):
        answer = local.post("/v1/jobs", json={**JOB, **change})
        assert (answer.status_code, answer.json()["type"]) == (422, kind)
        assert word in answer.json()["detail"]


def test_an_unknown_job_is_told(local: TestClient) -> None:
    answer = local.get("/v1/jobs/00000000000000000")
    assert answer.status_code == 404
    assert answer.json()["title"] == "Not Found"
    assert answer.json()["status"] == 404


def test_only_its_owner_and_admins_change_a_job(client: TestClient, tokens: dict[str, str]) -> None:
    job = client.post("/v1/jobs", json=JOB, headers=bearer(tokens["submit"])).json()
    assert job["owner"] == "submit"
    for action in ("cancel", "retry"):
        answer = client.post(f"/v1/jobs/{job['id']}/{action}", headers=bearer(tokens["other"]))
        assert answer.status_code == 403
        assert "belongs to submit" in answer.json()["detail"]
    assert client.get(f"/v1/jobs/{job['id']}", headers=bearer(tokens["read"])).json()["state"] == "queued"
    answer = client.post(f"/v1/jobs/{job['id']}/cancel", headers=bearer(tokens["admin"]))
    assert answer.json()["state"] == "cancelled"


def test_quotas_are_enforced(client: TestClient, settings: Settings, tokens: dict[str, str]) -> None:
    from collector.api.tokens import Scope, Tokens  # noqa: PLC0415

    token = Tokens(connect(settings), None).create("small", Scope.submit, max_jobs=1, max_episodes=3)
    assert client.post("/v1/jobs", json=JOB, headers=bearer(token)).status_code == 201
    answer = client.post("/v1/jobs", json=JOB, headers=bearer(token))
    assert (answer.status_code, answer.json()["type"]) == (429, "QuotaExceeded")
    assert len(Board(connect(settings), settings).jobs()) == 1
