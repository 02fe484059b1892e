from __future__ import annotations

import numpy as np
import pytest
from fastapi.testclient import TestClient

from collector import dataset
from collector.api.plots import CAMERA_EDGES, plots
from collector.jobs.run import dataset_url
from collector.settings import Settings


def test_plots_are_what_the_rows_say(walks: list[str], settings: Settings) -> None:
    opened = dataset.open(dataset_url(settings, "walks"))
    found = plots(opened)
    assert found
    assert found.episodes == 2
    actions = np.concatenate(
        [
            opened.rows(episode, player).actions
            for episode in opened.episodes
            for player in range(len(episode.players))
        ]
    )
    pressed = {name: share for name, share in found.keys.items() if share}
    assert sorted(pressed.values(), reverse=True) == pytest.approx(
        sorted((one for one in (actions[:, :23] > 0).mean(axis=0) if one), reverse=True)
    )
    for turns, axis in ((found.yaw, 23), (found.pitch, 24)):
        moving = np.abs(actions[:, axis]) > 0.05
        assert sum(turns.counts) == moving.sum()
        assert turns.still == pytest.approx(1 - moving.mean())
        assert len(turns.counts) == len(CAMERA_EDGES) - 1
    assert max(cell.share for cell in found.cells) == 1


def test_a_dataset_without_episodes_has_no_plots(walks: list[str], settings: Settings) -> None:
    assert plots(dataset.open(dataset_url(settings, "walks"), version=0)) is None


def test_the_page_of_a_dataset_loads_them(local: TestClient, walks: list[str]) -> None:
    assert 'data-load="/datasets/walks/plots"' in local.get("/datasets/walks").text
    text = local.get("/datasets/walks/plots").text
    for word in ("Actions", "Camera", "Positions", "All players of 2 episodes"):
        assert word in text
    assert local.get("/datasets/none/plots").status_code == 404
