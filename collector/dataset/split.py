"""Which side of a dataset an episode is on: training, validation or test.

A rule decides by the seed of the world, so that no world is on two sides, or by world and episode, where that
is asked for. Its shares are those of all seeds; worlds differ in length and number of episodes, so the shares
of ticks only come near them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, Self

import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, model_validator

from collector.dataset.catalog import Catalog
from collector.dataset.layout import QUARANTINE, Split
from collector.errors import SplitConflict

_BY_WORLD = "world"
_EXAMPLE: dict[str, Any] = {"by": "world", "train": 0.9, "val": 0.05, "test": 0.05}


class SplitRule(BaseModel):
    """Shares of the sides, and what is put on a side as a whole: every world, or every episode.

    Equal seeds are on the same side in every job with an equal rule, and what is on the test side stays there
    when the share of another side changes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    by: Literal["world", "episode"] = Field(
        default="world", description="Episodes of a world stay together, unless they are split one by one."
    )
    train: float = Field(default=0.95, ge=0, le=1, description="Share of the training side.")
    val: float = Field(default=0.0, ge=0, le=1, description="Share of the validation side.")
    test: float = Field(default=0.05, ge=0, le=1, description="Share of the test side.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.train + self.val + self.test
        if not math.isclose(total, 1, abs_tol=1e-6):
            raise ValueError(f"train, val and test have to add up to 1; they add up to {total:g}")
        return self

    def side(self, world_seed: int, episode_seed: int) -> Split:
        """The side of an episode."""
        text = f"{world_seed}" if self.by == _BY_WORLD else f"{world_seed}/{episode_seed}"
        hashed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        if hashed < self.test * 2**64:
            return "test"
        if hashed < (self.test + self.val) * 2**64:
            return "val"
        # Shares that add up to nearly 1 leave a sliver of seeds.
        return "train" if self.train else "val" if self.val else "test"

    def __str__(self) -> str:
        shares = ", ".join(f"{name} {getattr(self, name):g}" for name in ("train", "val", "test"))
        return f"{self.by}: {shares}"


DEFAULT_RULE = SplitRule()


class Placed(NamedTuple):
    """A side that is given with an episode, as by the folders of an import, and what decided it, if known."""

    side: Split
    rule: str = "given"


def check_sides(catalog: Catalog, rule: SplitRule, placed: Iterable[tuple[int, Split]]) -> None:
    """Refuse to put worlds of a dataset on another side than the one on which a rule has put them as a whole.

    Args:
        catalog: of the dataset.
        rule: by which episodes are to be added.
        placed: the seed of the world and the side of each.

    Raises:
        SplitConflict: this rule, or that of the episodes that are there, keeps worlds together.
    """
    sides: dict[int, set[Split]] = {}
    for world, side in placed:
        sides.setdefault(world, set()).add(side)
    columns = ["world_seed", "split", *({"split_rule"} & catalog.columns)]
    known = catalog.rows(columns, pc.field("world_seed").isin(list(sides)))
    for row in known.to_pylist():
        its_rule = row.get("split_rule") or str(DEFAULT_RULE)  # catalogs that are older than rules
        together = its_rule.startswith(_BY_WORLD) or rule.by == _BY_WORLD
        if together and row["split"] != QUARANTINE and sides[row["world_seed"]] != {row["split"]}:
            other = sorted(sides[row["world_seed"]] - {row["split"]})[0]
            raise SplitConflict(
                f"the world of seed {row['world_seed']} is on the side {row['split']} of this dataset, by "
                f"the rule `{its_rule}`; the rule `{rule}` would also put it on the side {other}: use the "
                "same rule, another seed or another dataset"
            )
