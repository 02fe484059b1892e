from __future__ import annotations

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from collector.api.app import create_app
from collector.api.context import COOKIE
from collector.api.limits import MAX_BODY
from collector.api.tokens import Scope, Tokens
from collector.errors import UsageError
from collector.jobs.board import connect
from collector.settings import Settings
from tests.api.conftest import JOB, bearer

JOB_ID = "00000000000000000"
OPEN = {"/healthz", "/readyz", "/sign-in", "/docs", "/openapi.json", "/redoc", "/docs/oauth2-redirect"}


def calls(settings: Settings) -> list[tuple[str, str]]:
    """(method, URL) of every route that OpenAPI tells of."""
    paths = create_app(settings).openapi()["paths"]
    values = {"job": JOB_ID, "number": "0", "name": "walks", "episode": "e", "part": "rgb"}
    return [
        (method.upper(), path.format(**values))
        for path, methods in paths.items()
        for method in methods
        if path not in OPEN
    ]


def test_every_route_asks_for_a_token(client: TestClient, settings: Settings) -> None:
    found = calls(settings)
    assert len(found) >= 17
    for method, url in found:
        for headers in ({}, bearer("wrong"), {"Authorization": "Basic eDp5"}):
            answer = client.request(method, url, headers=headers)
            assert answer.status_code == 401, (method, url)
            assert answer.headers["Content-Type"] == "application/problem+json"


def test_readers_change_nothing(client: TestClient, settings: Settings, tokens: dict[str, str]) -> None:
    changing = [(method, url) for method, url in calls(settings) if method != "GET"]
    assert len(changing) == 4
    for method, url in changing:
        answer = client.request(method, url, json=JOB, headers=bearer(tokens["read"]))
        assert answer.status_code == 403, (method, url)
        assert "not to submit" in answer.json()["detail"]


def test_every_page_sends_strangers_to_sign_in(client: TestClient, settings: Settings) -> None:
    pages = ("/", "/new", "/datasets", "/datasets/walks", "/workers", f"/jobs/{JOB_ID}")
    for page in pages:
        answer = client.get(page)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in"), page


def test_signing_in_keeps_the_token_from_scripts_and_other_sites(
    client: TestClient, tokens: dict[str, str]
) -> None:
    assert client.post("/sign-in", data={"token": "wrong"}).status_code == 403
    answer = client.post("/sign-in", data={"token": tokens["read"]})
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    client.cookies.set(COOKIE, tokens["read"])
    assert client.get("/").status_code == 200


def test_tokens_are_stored_as_hashes_and_can_be_revoked(client: TestClient, settings: Settings) -> None:
    redis = connect(settings)
    tokens = Tokens(redis, None)
    secret = tokens.create("ann", Scope.read)
    stored = str({key: redis.hgetall(key) for key in redis.scan_iter("*tokens*")})
    assert "ann" in stored
    assert secret not in stored
    with pytest.raises(UsageError, match="already"):
        tokens.create("ann", Scope.read)
    assert client.get("/v1/jobs", headers=bearer(secret)).status_code == 200
    tokens.revoke("ann")
    assert client.get("/v1/jobs", headers=bearer(secret)).status_code == 401
    with pytest.raises(UsageError, match="no token"):
        tokens.revoke("ann")


def test_the_admin_token_of_the_deployment_works(settings: Settings) -> None:
    app = create_app(Settings.model_validate({**settings.model_dump(), "admin_token": "from-a-file"}))
    with TestClient(app) as client:
        assert client.get("/v1/jobs", headers=bearer("from-a-file")).status_code == 200
        assert client.get("/v1/jobs", headers=bearer("from-a-fil")).status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org"])
def test_refuses_to_let_everyone_in(settings: Settings, host: str) -> None:
    with pytest.raises(UsageError, match="let everyone in"):
        create_app(settings.model_copy(update={"auth": False, "host": host}))
    create_app(settings.model_copy(update={"host": host}))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_alone_needs_no_tokens(settings: Settings, host: str) -> None:
    create_app(settings.model_copy(update={"auth": False, "host": host}))


def test_a_service_without_tokens_answers_to_no_other_name(local: TestClient) -> None:
    assert local.get("/v1/jobs", headers={"Host": "evil.example"}).status_code == 400
    assert local.get("/v1/jobs").status_code == 200


def test_pages_of_other_sites_change_nothing(local: TestClient) -> None:
    answer = local.post("/v1/jobs", json=JOB, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert local.post("/v1/jobs", json=JOB, headers={"Origin": "http://localhost"}).status_code == 201
    form = local.post("/v1/jobs", content=str(JOB), headers={"Content-Type": "text/plain"})
    assert form.status_code == 422


def test_huge_bodies_are_refused(local: TestClient) -> None:
    answer = local.post("/v1/jobs", content=b" " * (MAX_BODY + 1))
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["%2e%2e", "..%2f..%2fetc", "a%00b", "%2Fetc%2Fpasswd"])
def test_names_cannot_lead_out_of_the_store(local: TestClient, name: str) -> None:
    for url in (f"/v1/datasets/{name}", f"/v1/datasets/walks/episodes/{name}/rgb", f"/static/{name}"):
        assert local.get(url).status_code in {404, 405, 422}, url


def test_no_route_is_left_out_of_these_tests(settings: Settings) -> None:
    hidden = {
        route.path
        for route in create_app(settings).routes
        if isinstance(route, APIRoute) and not route.include_in_schema
    }
    assert hidden <= {
        "/",
        "/new",
        "/datasets",
        "/datasets/{name}",
        "/workers",
        "/jobs/{job}",
        "/sign-in",
        "/datasets/{name}/episodes/{episode}",
        "/datasets/{name}/episodes/{episode}/view",
    }
