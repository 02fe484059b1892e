from __future__ import annotations

from fastapi.testclient import TestClient


def test_the_player_shows_every_plane_that_was_rendered(local: TestClient, walks: list[str]) -> None:
    plain, full = (f"/datasets/walks/episodes/{name}" for name in walks)
    assert "?plane=" not in local.get(plain).text.partition("<iframe")[0]
    page = local.get(f"{full}?plane=flow").text
    for plane in ("rgb", "depth", "segment", "normals", "flow"):
        assert f'href="?plane={plane}"' in page
    assert f'src="{full}/view?plane=flow"' in page
    views = {plane: local.get(f"{full}/view?plane={plane}") for plane in ("rgb", "flow")}
    assert {answer.status_code for answer in views.values()} == {200}
    assert views["rgb"].text != views["flow"].text
    assert local.get(f"{plain}/view?plane=flow").status_code == 404
    assert local.get(f"{plain}/view?plane=taste").status_code == 422
