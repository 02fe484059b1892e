"""Every announced row stands, block by block, and is gone again before the next."""

from __future__ import annotations

import pytest

from tests.bots.conftest import PlayType, events


@pytest.mark.parametrize("on", ["flat", "hills"])
def test_rows_are_built_and_mined(on: str, play_type: PlayType) -> None:
    ticks = play_type("placeAndMine", on, 1, {"rounds": (2, 2)})
    rows = events(ticks, "row")
    (roles,) = events(ticks, "roles")
    builder = ("Alpha", "Bravo").index(roles["builder"])
    placed = [(tick.index, change) for tick in ticks for change in tick.blocks if change[3] != 0]
    removed = [(tick.index, change) for tick in ticks for change in tick.blocks if change[3] == 0]
    assert len(rows) == roles["rounds"] == 2
    assert len(placed) == len(removed) == sum(row["count"] for row in rows)
    assert sorted(change[:3] for _, change in placed) == sorted(change[:3] for _, change in removed)
    for index, _ in placed:
        assert ticks[index - 1].players[builder]["action.place_block"]
    for index, _ in removed:
        assert ticks[index - 1].players[1 - builder]["action.mine"]
