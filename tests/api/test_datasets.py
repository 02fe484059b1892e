from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from collector import dataset
from collector.api.ranges import parse
from collector.dataset.layout import PLANES
from collector.jobs.run import dataset_url
from collector.settings import Settings


def test_tells_what_a_dataset_holds(local: TestClient, walks: list[str]) -> None:
    assert local.get("/v1/datasets").json() == {"datasets": ["walks"]}
    summary = local.get("/v1/datasets/walks").json()
    assert summary["total"]["episodes"] == 2
    assert set(summary["types"]) == {"orbit", "chase"}
    assert local.get("/v1/datasets/walks", params={"version": 0}).json()["total"]["episodes"] == 0
    assert local.get("/v1/datasets/walks/versions").json() == {"newest": summary["version"]}
    assert local.get("/v1/datasets/walks", params={"version": 99}).status_code == 404
    assert local.get("/v1/datasets/other").status_code == 404
    for route in ("", "/shards", "/episodes"):
        answer = local.get(f"/v1/datasets/walks{route}", params={"version": 2**53 - 1})
        assert (answer.status_code, answer.json()["type"]) == (404, "NotADataset")


def test_an_empty_dataset_can_be_created_and_looked_at(local: TestClient) -> None:
    made = local.post("/v1/datasets", json={"name": "golf"})
    assert (made.status_code, made.json()) == (201, {"newest": 0})
    assert made.headers["Location"] == "/v1/datasets/golf"
    assert local.post("/v1/datasets", json={"name": "golf"}).status_code == 200
    assert local.get("/v1/datasets").json() == {"datasets": ["golf"]}
    assert local.get("/v1/datasets/golf").json()["total"]["episodes"] == 0
    assert local.get("/v1/datasets/golf/episodes").json()["episodes"] == []
    assert local.get("/v1/datasets/golf/shards").json()["shards"] == []
    for page in ("/datasets", "/datasets/golf", "/datasets/golf/plots"):
        assert local.get(page).status_code == 200
    entries = local.get("/v1/audit").json()["entries"]
    assert [(entry["action"], entry["job"]) for entry in entries] == [("create dataset", "golf")]
    for wrong in ("../golf", "", "a/b", "x" * 65):
        assert local.post("/v1/datasets", json={"name": wrong}).status_code == 422


def test_a_dataset_that_lies_in_the_store_is_taken_in(
    local: TestClient, walks: list[str], settings: Settings
) -> None:
    store = Path(settings.store)
    (store / "walks").rename(store / "brought")
    made = local.post("/v1/datasets", json={"name": "brought"})
    assert (made.status_code, made.json()["newest"] > 0) == (201, True)
    found = local.get("/v1/datasets/brought/episodes").json()["episodes"]
    assert [episode["name"] for episode in found] == walks


def test_lists_episodes_by_pages_and_filters(local: TestClient, walks: list[str]) -> None:
    first = local.get("/v1/datasets/walks/episodes", params={"limit": 1}).json()
    assert [episode["name"] for episode in first["episodes"]] == walks[:1]
    rest = local.get("/v1/datasets/walks/episodes", params={"after": first["next"]}).json()
    assert [episode["name"] for episode in rest["episodes"]] == walks[1:]
    assert rest["next"] is None
    for wanted, names in (
        ({"type": "chase"}, walks[1:]),
        ({"job": "a"}, walks[:1]),
        ({"split": "quarantine"}, []),
    ):
        found = local.get("/v1/datasets/walks/episodes", params=wanted).json()
        assert [episode["name"] for episode in found["episodes"]] == names


def test_every_part_of_an_episode_can_be_downloaded_whole(
    local: TestClient, walks: list[str], settings: Settings
) -> None:
    detail = local.get(f"/v1/datasets/walks/episodes/{walks[0]}").json()
    links = detail["links"]
    assert {(link["member"], link["player"]) for link in links} == {
        ("card", 0),
        ("recording", 0),
        ("rgb", 0),
        ("rgb", 1),
        ("rows", 0),
        ("rows", 1),
    }
    for link in links:
        answer = local.get(link["href"])
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == link["sha256"]
        assert len(answer.content) == link["bytes"] == int(answer.headers["Content-Length"])
        assert link["url"] is None
    rows = next(link for link in links if link["member"] == "rows")
    assert pq.read_table(io.BytesIO(local.get(rows["href"]).content)).num_rows == detail["episode"]["ticks"]
    assert dataset.open(dataset_url(settings, "walks")).episode(walks[0]).ticks == detail["episode"]["ticks"]


def test_every_plane_that_was_rendered_has_a_link(local: TestClient, walks: list[str]) -> None:
    links = local.get(f"/v1/datasets/walks/episodes/{walks[1]}").json()["links"]
    planes = [link for link in links if link["member"] in PLANES]
    assert [(link["member"], link["player"]) for link in planes] == [(p, n) for n in (0, 1) for p in PLANES]
    for link in planes:
        answer = local.get(link["href"])
        assert hashlib.sha256(answer.content).hexdigest() == link["sha256"]
        assert answer.headers["Content-Type"] == (
            "video/mp4" if link["member"] == "rgb" else "video/quicktime"
        )


def test_videos_are_read_in_ranges(local: TestClient, walks: list[str]) -> None:
    url = f"/v1/datasets/walks/episodes/{walks[0]}/rgb?player=1"
    whole = local.get(url).content
    part = local.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert local.get(url, headers={"Range": "bytes=-7"}).content == whole[-7:]
    outside = local.get(url, headers={"Range": f"bytes={len(whole)}-"})
    assert outside.status_code == 416
    assert outside.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("bytes=0-", (0, 100)),
        ("bytes=5-9", (5, 10)),
        ("bytes=90-500", (90, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=-", None),
        ("bytes=1-2,4-5", None),
        ("lines=1-2", None),
    ],
)
def test_ranges_as_the_standard_has_them(header: str | None, part: tuple[int, int] | None) -> None:
    assert parse(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=9-5", "bytes=-0"])
def test_ranges_that_lie_outside(header: str) -> None:
    with pytest.raises(HTTPException):
        parse(header, 100)


def test_what_is_not_there_is_told(local: TestClient, walks: list[str]) -> None:
    for url in (
        "/v1/datasets/walks/episodes/none",
        f"/v1/datasets/walks/episodes/{walks[0]}/depth",
        f"/v1/datasets/walks/episodes/{walks[0]}/rgb?player=7",
    ):
        answer = local.get(url)
        assert (answer.status_code, answer.json()["type"]) == (404, "UnknownEpisode")
    assert local.get(f"/v1/datasets/walks/episodes/{walks[0]}/sound").status_code == 422


def test_a_new_version_is_seen(
    local: TestClient, walks: list[str], settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.dataset import synthetic  # noqa: PLC0415
    from tests.jobs.conftest import until  # noqa: PLC0415

    assert len(local.get("/v1/datasets/walks/shards").json()["shards"]) == 1
    folder = tmp_path_factory.mktemp("more")
    recording = synthetic.play(folder / "c", episode="c")
    dataset.publish(dataset_url(settings, "walks"), [synthetic.draft(folder / "f", recording)], task="t-1")
    until(lambda: len(local.get("/v1/datasets/walks/shards").json()["shards"]) == 2, 5)
