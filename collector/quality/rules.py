"""What the report warns of. All rules, their limits and why, are here.

Unlike the gates they refuse nothing: whether a dark episode is a bad one depends on what it is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from collector.quality.measures import PlayerMeasures

STUCK_SHARE = 0.1
IDLE_SHARE = 0.8
WATER_SHARE = 0.05
DARK_BRIGHTNESS = 20.0
INSIDE_SHARE = 0.02
UNLIT_SHARE = 0.2
# Registration itself errs where near blocks fill the picture: 0.86 is the lowest seen in good episodes.
AGREEMENT = 0.75
# The gate refuses from `LATE_SHARE` on.
UNPUNCTUAL_SHARE = 0.1


class Rule(NamedTuple):
    """A rule: its name, why it is there, and what it says of a player (nothing when all is well)."""

    name: str
    why: str
    check: Callable[[PlayerMeasures], Iterator[str]]


def _stuck(player: PlayerMeasures) -> Iterator[str]:
    if player.stuck > STUCK_SHARE:
        yield f"walks on the spot in {player.stuck:.0%} of the ticks"


def _idle(player: PlayerMeasures) -> Iterator[str]:
    if player.idle > IDLE_SHARE:
        yield f"does nothing in {player.idle:.0%} of the ticks"


def _water(player: PlayerMeasures) -> Iterator[str]:
    if player.under_water > WATER_SHARE:
        yield f"is under water in {player.under_water:.0%} of the ticks"


def _dead(player: PlayerMeasures) -> Iterator[str]:
    if player.dead > 0:
        yield f"is dead in {player.dead:.0%} of the ticks"


def _dark(player: PlayerMeasures) -> Iterator[str]:
    if player.dark < DARK_BRIGHTNESS:
        yield f"sees pictures with a mean brightness of {player.dark:.0f} of 255"


def _inside(player: PlayerMeasures) -> Iterator[str]:
    if player.inside is not None and player.inside > INSIDE_SHARE:
        yield f"is inside a block in {player.inside:.0%} of the ticks"


def _unlit(player: PlayerMeasures) -> Iterator[str]:
    if player.unlit is not None and player.unlit > UNLIT_SHARE:
        yield f"is in the dark in {player.unlit:.0%} of the ticks"


def _alone(player: PlayerMeasures) -> Iterator[str]:
    seen = player.sees or player.faces
    if seen and not any(seen.values()):
        yield "never sees another player"


def _lag(player: PlayerMeasures) -> Iterator[str]:
    if player.lag:
        yield f"turns {player.lag} ticks late in the picture"
    elif player.agreement is not None and player.agreement < AGREEMENT:
        yield f"turns to the said side in only {player.agreement:.0%} of the turning ticks"


def _punctual(player: PlayerMeasures) -> Iterator[str]:
    if player.late > UNPUNCTUAL_SHARE:
        yield f"was sampled late in {player.late:.0%} of the ticks"
    if player.given_up:
        yield f"has a hole of {player.given_up:.0f} ms, by which the clock was put back"


RULES: tuple[Rule, ...] = (
    Rule("stuck", "the action says walk and the picture stands: teaches that keys do nothing", _stuck),
    Rule("idle", "pictures that do not change teach little and weigh as much as others", _idle),
    Rule("water", "under water all looks alike; the Solaris data leaves such episodes out", _water),
    Rule("dead", "a dead player acts on nothing", _dead),
    Rule("dark", "there is nothing to see, and noise to learn", _dark),
    Rule("inside", "a picture from inside of a block shows what nobody can see", _inside),
    Rule("unlit", "by the light at the eyes and not by the picture: caves and unlit rooms", _unlit),
    Rule("alone", "consistency between views is learnt when players look at each other", _alone),
    Rule("lag", "the picture must turn with its action, to the same side, in the same tick", _lag),
    Rule(
        "late",
        "a late sample shows more of its action than others do, and a hole shows it all at once",
        _punctual,
    ),
)


def warnings(player: PlayerMeasures) -> dict[str, str]:
    """What the rules say of a player, by the name of the rule."""
    told = {rule.name: "; ".join(rule.check(player)) for rule in RULES}
    return {name: text for name, text in told.items() if text}
