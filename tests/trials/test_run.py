"""Trials are played once, kept, counted by world and number of players, and shown as a page with pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from bots.episodes import EpisodeParameters, episode_types
from collector.trials.page import page, write_page
from collector.trials.run import Result, Trial, plan_trials, read_results, run_trials, table


def result(kind: str, players: int, *, ok: bool = True, ticks: int = 100, world: str = "terrain") -> Result:
    trial = Trial.model_validate({"type": kind, "players": players, "world": world, "seed": ticks})
    return Result(trial=trial, ok=ok, reason="" if ok else "the bridge is out", ticks=ticks, seconds=1)


def test_every_type_is_tried_with_two_and_with_its_most_players_in_both_worlds() -> None:
    trials = plan_trials()
    assert len(set(trials)) == len(trials)
    for name, kind in episode_types().items():
        own = [trial for trial in trials if trial.type == name]
        assert {trial.players for trial in own} == {max(2, kind.players[0]), kind.players[1]}
        assert {trial.world for trial in own} == {"terrain", "flat"}
        assert len({trial.seed for trial in own}) == 3


def test_the_table_counts_first_attempts() -> None:
    results = [
        *(result("orbit", 2, ticks=ticks) for ticks in (100, 200, 600)),
        result("orbit", 16, ok=False, ticks=9),
        result("orbit", 2, world="flat", ticks=300),
    ]
    assert table(results).splitlines()[-1] == "| `orbit` | 2, 16 | 3/3 0/1 | 1/1 – | 12 |"
    assert "`orbit`, 16 players, terrain, seed 9: the bridge is out" in page(results, ())


def test_the_page_describes_every_type() -> None:
    text = page([], ["orbit"])
    for name, kind in episode_types().items():
        assert f"\n## {name}\n" in text
        assert (f"![{name}](images/episodes/{name}.jpg)" in text) == (name == "orbit")
        own = kind.Parameters.model_fields.keys() - EpisodeParameters.model_fields.keys()
        assert all(f"| `{field}` |" in text for field in own)
    assert all(text.count(f"`{field}`") == 1 for field in EpisodeParameters.model_fields)


@pytest.mark.slow
def test_what_is_in_the_log_is_not_played_again_and_strips_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials = [trial for trial in plan_trials(["straightLineWalk"]) if trial.players == 2][:2]
    log = tmp_path / "log.jsonl"
    first = run_trials(trials[:1], log)
    assert first[0].ok
    assert 50 < first[0].ticks < 400
    for module in ("collector.trials.page", "collector.trials.run"):
        monkeypatch.setattr(f"{module}.episode_types", lambda: {"straightLineWalk": None})
    monkeypatch.setattr("collector.trials.page.plan_trials", lambda: trials)
    monkeypatch.setattr("collector.trials.page.page", lambda results, _: table(results))
    results = write_page(tmp_path / "page.md", log)
    assert [r.trial for r in results] == trials
    assert results[0] == first[0]
    assert read_results(log) == results
    picture = tmp_path / "images" / "episodes" / "straightLineWalk.jpg"
    with Image.open(picture) as image:
        assert image.size == (6 * 178 - 2, 2 * 101 - 2)
    assert picture.stat().st_size < 61_000
