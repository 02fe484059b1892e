from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response

from collector.api.app import create_app
from collector.api.client import load_job
from collector.api.context import COOKIE
from collector.api.limits import MAX_BODY
from collector.api.tokens import Scope, Tokens
from collector.errors import UsageError
from collector.jobs.board import Board, connect
from collector.jobs.hooks import ENDED, Hooks
from collector.jobs.models import JobSpec
from collector.settings import Settings
from tests.api.conftest import JOB, bearer

JOB_ID = "00000000000000000"
VALUES = {
    "job": JOB_ID,
    "number": "0",
    "name": "walks",
    "episode": "e",
    "part": "rgb",
    "hook": "0" * 16,
    "path:path": "style.css",
}
OPEN = {
    "/healthz",
    "/readyz",
    "/sign-in",
    "/docs",
    "/openapi.json",
    "/redoc",
    "/docs/oauth2-redirect",
    "/static",
}
READ = {
    "GET /metrics",
    "GET /v1/jobs",
    "GET /v1/jobs/{job}",
    "GET /v1/jobs/{job}/tasks",
    "GET /v1/jobs/{job}/tasks/{number}",
    "GET /v1/events",
    "GET /v1/datasets",
    "GET /v1/datasets/{name}",
    "GET /v1/datasets/{name}/versions",
    "GET /v1/datasets/{name}/shards",
    "GET /v1/datasets/{name}/episodes",
    "GET /v1/datasets/{name}/episodes/{episode}",
    "GET /v1/datasets/{name}/episodes/{episode}/{part}",
    "GET /v1/workers",
    "GET /v1/episode-types",
}
# What changes a thing: only its owner and admins may.
OWNERS = {
    "POST /v1/jobs/{job}/cancel",
    "POST /v1/jobs/{job}/retry",
    "DELETE /v1/webhooks/{hook}",
    "POST /v1/webhooks/{hook}/ping",
    "GET /v1/webhooks/{hook}/deliveries",
}
SUBMIT = OWNERS | {
    "POST /v1/jobs",
    "POST /v1/jobs/{job}/clone",
    "POST /v1/datasets",
    "GET /v1/webhooks",
    "POST /v1/webhooks",
}
ADMIN = {"GET /v1/audit"}
PAGES = {
    "GET /",
    "GET /new",
    "GET /datasets",
    "GET /datasets/{name}",
    "GET /datasets/{name}/plots",
    "GET /datasets/{name}/episodes/{episode}",
    "GET /datasets/{name}/episodes/{episode}/view",
    "GET /workers",
    "GET /jobs/{job}",
}
GUARDED = sorted(READ | SUBMIT | ADMIN)


def routes() -> set[str]:
    """`METHOD /path` of everything that the application answers, whether OpenAPI tells of it or not."""
    app = create_app(Settings(redis="redis://127.0.0.1:9/0"))
    return {
        f"{method} {context.path}"
        for context in iter_route_contexts(app.routes)
        if context.path not in OPEN
        for method in (getattr(context, "methods", None) or {"GET"}) - {"HEAD"}
    }


def call(client: TestClient, route: str, token: str | None, **values: str) -> Response:
    """Ask for a route with a body that would do for any of them."""
    method, path = route.split()
    headers = bearer(token) if token else {}
    body = None if method == "GET" else {**JOB, "url": "https://example.org"}
    return client.request(method, path.format(**{**VALUES, **values}), json=body, headers=headers)


def test_no_route_is_left_out_of_these_tests() -> None:
    assert routes() == READ | SUBMIT | ADMIN | PAGES


@pytest.mark.parametrize("route", GUARDED)
def test_every_route_asks_for_a_token(client: TestClient, route: str) -> None:
    method, path = route.split()
    for headers in ({}, bearer("wrong"), bearer(""), {"Authorization": "Basic eDp5"}):
        answer = client.request(method, path.format(**VALUES), headers=headers)
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("route", sorted(SUBMIT))
def test_readers_change_nothing(client: TestClient, tokens: dict[str, str], route: str) -> None:
    answer = call(client, route, tokens["read"])
    assert answer.status_code == 403
    assert "not to submit" in answer.json()["detail"]


@pytest.mark.parametrize("route", sorted(ADMIN))
@pytest.mark.parametrize("scope", ["read", "submit"])
def test_admins_alone_see_what_all_do(
    client: TestClient, tokens: dict[str, str], route: str, scope: str
) -> None:
    assert call(client, route, tokens[scope]).status_code == 403
    assert call(client, route, tokens["admin"]).status_code == 200


@pytest.mark.parametrize("route", sorted(OWNERS))
def test_what_belongs_to_others_is_out_of_reach(
    client: TestClient, tokens: dict[str, str], settings: Settings, route: str
) -> None:
    job = client.post("/v1/jobs", json=JOB, headers=bearer(tokens["submit"])).json()["id"]
    hook, _ = Hooks(connect(settings)).add("submit", "https://example.org", ENDED, everyone=False)
    answer = call(client, route, tokens["other"], job=job, hook=hook.id)
    assert answer.status_code == 403
    assert "belongs to submit" in answer.json()["detail"]
    assert client.get(f"/v1/jobs/{job}", headers=bearer(tokens["submit"])).json()["state"] == "queued"
    assert Hooks(connect(settings)).get(hook.id) == hook


@pytest.mark.parametrize("route", sorted(PAGES))
def test_every_page_sends_strangers_to_sign_in(client: TestClient, route: str) -> None:
    for headers in ({}, {"Cookie": f"{COOKIE}=wrong"}):
        answer = client.get(route.split()[1].format(**VALUES), headers=headers)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


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


@pytest.mark.parametrize("route", sorted(one for one in routes() if not one.startswith("GET")))
def test_huge_bodies_are_refused_everywhere(local: TestClient, route: str) -> None:
    method, path = route.split()
    for content in (b" " * (MAX_BODY + 1), iter([b" " * 100_000] * 11)):  # with its length told, and without
        answer = local.request(method, path.format(**VALUES), content=content)
        assert answer.status_code == 413
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "server", [{"kind": "docker"}, {"kind": "external", "host": "169.254.169.254", "port": 80}]
)
def test_servers_that_are_not_offered_cannot_be_asked_for(
    client: TestClient, tokens: dict[str, str], server: dict[str, object], settings: Settings
) -> None:
    answer = client.post("/v1/jobs", json={**JOB, "server": server}, headers=bearer(tokens["admin"]))
    assert answer.status_code == 422
    assert "not on" in answer.json()["detail"]
    job, _ = Board(connect(settings), settings).create(JobSpec.model_validate({**JOB, "server": server}), "x")
    answer = client.post(f"/v1/jobs/{job.id}/clone", json={}, headers=bearer(tokens["admin"]))
    assert answer.status_code == 422


def test_a_deep_body_is_refused(local: TestClient) -> None:
    for content in (b"[" * 200_000, b'{"a":' * 100_000, b'{"dataset":' + b"9" * 100_000 + b"}"):
        answer = local.post("/v1/jobs", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["&a [*a]", "&a [1]\nb: *a", "&a {x: &b [*a, *a]}"])
def test_a_file_that_grows_when_it_is_read_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bomb.yaml"
    path.write_text(f"a: {text}\n")
    with pytest.raises(UsageError, match="aliases are not allowed"):
        load_job(path)


@pytest.mark.parametrize(
    "text", ["!!python/object/apply:os.system [id]", "[" * 100_000, "a: " + "x" * 2_000_000], ids=len
)
def test_a_file_that_is_no_job_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match="is no"):
        load_job(path)


# What leads out of a folder in the hands of some parser: plain, encoded once and twice, of other systems.
LEADING_OUT = [
    "%2e%2e",
    "..%2f..%2fetc",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%252e%252e%252fetc",
    "..%5c..%5cetc",
    "a%00b",
    "%2Fetc%2Fpasswd",
    "....%2f%2f",
    "%c0%ae%c0%ae%2f",
    ".ready",
    "walks%2f..%2fwalks",
]


@pytest.mark.parametrize("name", LEADING_OUT)
def test_names_cannot_lead_out_of_the_store(
    local: TestClient, walks: list[str], settings: Settings, name: str
) -> None:
    secret = Path(settings.store).parent / "secret"
    secret.write_text("secret")
    for route in routes():
        method, path = route.split()
        for place in ("name", "episode", "part", "job", "number", "hook"):
            if f"{{{place}}}" not in path:
                continue
            answer = local.request(method, path.format(**{**VALUES, place: name}), json=JOB)
            assert answer.status_code in {404, 405, 422}, (route, place)
            assert "secret" not in answer.text
    assert local.get(f"/static/{name}").status_code in {404, 405}
    for field in ("dataset", "world"):
        assert local.post("/v1/jobs", json={**JOB, field: name.replace("%2f", "/")}).status_code == 422
    assert secret.read_text() == "secret"
