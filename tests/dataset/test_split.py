"""On which side of the split episodes are, and that no world comes to be on two without being asked to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pydantic import ValidationError

import collector.dataset
from collector.dataset import DEFAULT_RULE, SplitRule, check_split, inspect
from collector.dataset.layout import CATALOG_SCHEMA
from collector.errors import SplitConflict
from collector.recording import Seeds
from tests.dataset.synthetic import collect, collect_by

SEEDS = range(4000)
THREE = SplitRule(train=0.7, val=0.2, test=0.1)
SINGLY = SplitRule(by="episode", train=0.5, val=0, test=0.5)


def worlds_of(rule: SplitRule, side: str, but: SplitRule = DEFAULT_RULE, other: str = "train") -> int:
    """A world that one rule puts on that side, and another one on the other."""
    return next(world for world in SEEDS if (rule.side(world, 3), but.side(world, 3)) == (side, other))


def test_shares_are_those_that_were_asked_for() -> None:
    sides = Counter(THREE.side(world, 0) for world in SEEDS)
    assert {side: round(count / len(SEEDS), 1) for side, count in sides.items()} == {
        "train": 0.7,
        "val": 0.2,
        "test": 0.1,
    }
    assert {SplitRule(train=0, val=0, test=1).side(world, 0) for world in SEEDS} == {"test"}
    assert {SplitRule(train=0, val=1, test=0).side(world, 0) for world in SEEDS} == {"val"}
    assert {SplitRule(train=1, val=0, test=0).side(world, 0) for world in SEEDS} == {"train"}


def test_worlds_stay_together_unless_episodes_are_split_one_by_one() -> None:
    for world in range(50):
        assert len({THREE.side(world, episode) for episode in range(20)}) == 1
    assert Counter(SINGLY.side(1, episode) for episode in SEEDS)["test"] == pytest.approx(2000, abs=150)


def test_sides_are_those_of_earlier_versions_and_never_change() -> None:
    """Bytes that were published are not what they seem, when a seed comes to be on another side."""
    assert [world for world in range(100) if DEFAULT_RULE.side(world, 0) == "test"] == [39, 51, 55]
    grown = SplitRule(train=0.5, val=0.4, test=0.1)
    assert all(grown.side(w, 0) == "test" for w in SEEDS if THREE.side(w, 0) == "test")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"train": 0.9}, "add up to 1; they add up to 0.95"),
        ({"train": 1.2, "test": -0.2}, "less than or equal to 1"),
        ({"by": "player"}, "'world' or 'episode'"),
        ({"trian": 0.9}, "Extra inputs"),
        ({"train": float("nan")}, "less than or equal to 1|finite|add up"),
    ],
)
def test_rules_that_are_none_are_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SplitRule.model_validate(wrong)


def test_the_catalog_keeps_the_rule_and_the_reader_filters_by_side(tmp_path: Path) -> None:
    worlds = {side: next(w for w in SEEDS if THREE.side(w, 3) == side) for side in ("train", "val", "test")}
    episodes: dict[str, dict[str, Any]] = {
        side: {"world": world, "ticks": 4} for side, world in worlds.items()
    }
    collect_by(THREE, tmp_path / "w", tmp_path / "d", "t0", episodes)
    opened = collector.dataset.open(tmp_path / "d")
    for side in ("train", "val", "test"):
        assert [episode.name for episode in opened.filter(split=side).episodes] == [side]
    card = opened.card(opened.episode("val"))
    assert (card.split, card.split_rule) == ("val", "world: train 0.7, val 0.2, test 0.1")
    told = inspect(tmp_path / "d")
    assert told.split_rules == {"world: train 0.7, val 0.2, test 0.1": 3}
    assert {side: count.episodes for side, count in told.splits.items()} == dict.fromkeys(worlds, 1)
    assert told.divided_worlds == 0


def test_rules_share_a_dataset_as_long_as_no_world_is_on_two_sides(tmp_path: Path) -> None:
    collect(tmp_path / "w0", tmp_path / "d", "t0", a={"world": worlds_of(THREE, "train"), "ticks": 4})
    same = worlds_of(THREE, "test", other="train")
    collect_by(THREE, tmp_path / "w1", tmp_path / "d", "t1", {"b": {"world": same, "ticks": 4}})
    before = inspect(tmp_path / "d")
    assert len(before.split_rules) == 2

    with pytest.raises(SplitConflict, match=f"seed {same} is on the side test .* on the side train"):
        check_split(tmp_path / "d", [Seeds(job=1, world=same, episode=9)], DEFAULT_RULE)
    with pytest.raises(SplitConflict, match="use the same rule, another seed or another dataset"):
        collect(tmp_path / "w2", tmp_path / "d", "t2", c={"world": same, "ticks": 4})
    assert inspect(tmp_path / "d") == before, "what is refused leaves nothing behind"
    collect_by(THREE, tmp_path / "w3", tmp_path / "d", "t3", {"c": {"world": same, "ticks": 4}})


def test_episodes_that_are_split_singly_do_not_divide_the_worlds_of_others(tmp_path: Path) -> None:
    sides: dict[str, dict[str, Any]] = {
        SINGLY.side(7, seed): {"world": 7, "seed": seed, "ticks": 4} for seed in range(20)
    }
    collect_by(SINGLY, tmp_path / "w0", tmp_path / "d", "t0", sides)
    assert inspect(tmp_path / "d").divided_worlds == 1
    collect_by(SINGLY, tmp_path / "w1", tmp_path / "d", "t1", {"c": sides["test"] | {"seed": 99}})
    for name, rule in (("d", DEFAULT_RULE), ("e", THREE)):
        with pytest.raises(SplitConflict):
            collect_by(rule, tmp_path / "w2", tmp_path / "d", "t2", {name: {"world": 7, "ticks": 4}})


def test_a_dataset_may_be_new_and_what_was_refused_is_on_no_side(tmp_path: Path) -> None:
    world = worlds_of(THREE, "test")
    check_split(tmp_path / "d", [Seeds(job=1, world=world, episode=9)], THREE)
    collect(tmp_path / "w", tmp_path / "d", "t0", bad={"world": world, "ticks": 4, "ok": False})
    check_split(tmp_path / "d", [Seeds(job=1, world=world, episode=9)], THREE)


def test_a_catalog_that_is_older_than_rules_had_the_default_one(tmp_path: Path) -> None:
    world = worlds_of(THREE, "test")
    collect(tmp_path / "w0", tmp_path / "made", a={"world": world, "ticks": 4})
    whole = DeltaTable(tmp_path / "made/catalog").to_pyarrow_table()
    older = [field for field in CATALOG_SCHEMA if field.name != "split_rule"]
    (tmp_path / "d").mkdir()
    DeltaTable.create(tmp_path / "d/catalog", pa.schema(older))
    write_deltalake(
        DeltaTable(tmp_path / "d/catalog"), whole.select([field.name for field in older]), mode="append"
    )
    assert inspect(tmp_path / "d").split_rules == {str(DEFAULT_RULE): 1}
    with pytest.raises(SplitConflict):
        collect_by(THREE, tmp_path / "w1", tmp_path / "d", "t1", {"b": {"world": world, "ticks": 4}})
    collect(tmp_path / "w2", tmp_path / "d", "t2", c={"world": world, "ticks": 4})
    assert inspect(tmp_path / "d").split_rules == {str(DEFAULT_RULE): 2}
