"""Every error is told as problem details (RFC 9457), also those that nobody has thought of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bots.episodes import ENTRY_POINTS, episode_types
from collector.api.app import create_app
from collector.api.problems import MEDIA_TYPE
from collector.settings import Settings
from tests.api.conftest import JOB


@pytest.fixture
def broken_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed package whose episode type cannot be imported."""
    folder = tmp_path / "packages" / "golf-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: golf\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\ngolf = golf_of_nobody:Golf\n")
    monkeypatch.syspath_prepend(str(folder.parent))
    episode_types.cache_clear()
    yield
    monkeypatch.undo()
    episode_types.cache_clear()


@pytest.mark.usefixtures("broken_package")
@pytest.mark.parametrize("ask", ["types", "submit", "form"])
def test_a_broken_package_of_episode_types_is_named(local: TestClient, ask: str) -> None:
    answer = {
        "types": lambda: local.get("/v1/episode-types"),
        "submit": lambda: local.post("/v1/jobs", json=JOB),
        "form": lambda: local.get("/new"),
    }[ask]()
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, MEDIA_TYPE)
    problem = answer.json()
    assert (problem["type"], problem["status"]) == ("UnusableEpisodeType", 503)
    assert "golf_of_nobody" in problem["detail"]


def test_what_nobody_has_thought_of_is_told_without_its_secrets(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"auth": False}))

    @app.get("/bug")
    def bug() -> None:
        raise ZeroDivisionError("the password is swordfish")

    with TestClient(app, "http://localhost", raise_server_exceptions=False) as client:
        answer = client.get("/bug")
        metrics = client.get("/metrics").text
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, MEDIA_TYPE)
    assert answer.json()["title"] == "Internal Server Error"
    assert "log" in answer.json()["detail"]
    assert "swordfish" not in answer.text
    assert 'collector_http_seconds_count{method="GET",route="/bug",status="500"} 1.0' in metrics
