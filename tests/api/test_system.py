from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from fastapi.testclient import TestClient

from collector.api.app import create_app
from collector.settings import Settings
from tests.api.conftest import JOB, bearer


def test_health_needs_nothing(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_the_api_starts_without_the_renderer() -> None:
    """Its start and its memory are those of an API; Warp alone takes a second to import."""
    script = "import sys, collector.api.app; print([name for name in sys.modules if name in sys.argv])"
    heavy = ["warp", "PIL", "collector.render", "collector.video.film"]
    words = [sys.executable, "-c", script, *heavy]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_readiness_uses_redis_and_the_store(client: TestClient, settings: Settings) -> None:
    assert client.get("/readyz").status_code == 200
    assert not [path for path in Path(settings.store).rglob("*") if path.is_file()]


def test_unready_without_redis(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"redis": "redis://127.0.0.1:9/0"}))
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
        assert client.get("/healthz").status_code == 200


def test_unready_without_the_store(settings: Settings) -> None:
    Path(settings.store).write_text("a file where the folder should be")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["type"]) == (502, "StoreError")


def test_metrics_count_jobs(client: TestClient, tokens: dict[str, str]) -> None:
    client.post("/v1/jobs", json=JOB, headers=bearer(tokens["submit"]))
    text = client.get("/metrics", headers=bearer(tokens["read"])).text
    assert 'collector_jobs{state="queued"} 1.0' in text
    assert 'collector_tasks_ready{stage="play"} 1.0' in text


def test_metrics_tell_how_fast_routes_answer(client: TestClient, tokens: dict[str, str]) -> None:
    for _ in range(3):
        client.get("/v1/jobs/00000000000000000", headers=bearer(tokens["read"]))
    client.get("/nowhere")
    text = client.get("/metrics", headers=bearer(tokens["read"])).text
    labels = 'method="GET",route="/v1/jobs/{job}",status="404"'
    assert f"collector_http_seconds_count{{{labels}}} 3.0" in text
    assert f'collector_http_seconds_bucket{{le="10.0",{labels}}} 3.0' in text
    assert 'route="none",status="404"} 1.0' in text
    assert "00000000000000000" not in text


def test_episode_types_come_with_their_schemas(local: TestClient) -> None:
    found = {one["name"]: one for one in local.get("/v1/episode-types").json()}
    assert found["orbit"]["min_players"] == 2
    assert found["orbit"]["parameters"]["properties"]["points"]["default"] == 8


def test_the_description_is_whole(local: TestClient) -> None:
    schema = local.get("/openapi.json").json()
    text = json.dumps(schema)
    for name in set(text.split('"#/components/schemas/')[1:]):
        assert name.split('"')[0] in schema["components"]["schemas"]
    assert schema["components"]["schemas"]["JobSpec"]["examples"]
    for path, methods in schema["paths"].items():
        for method, route in methods.items():
            assert route["summary"], (method, path)
            if path.startswith("/v1"):
                assert "application/problem+json" in route["responses"]["401"]["content"]
