"""Coming back from the dead."""

from __future__ import annotations

from bots.errors import SkillFailed
from bots.player import Player
from bots.script import Script, until, wait, within

LIE_TICKS = (45, 80)  # before the button is pressed; the dead need two seconds to vanish
RETURN_TICKS = 60


def come_back(player: Player) -> Script[None]:
    """Lies dead for a moment, then presses "respawn" and waits until the player stands again.

    Raises `SkillFailed` when the player is not dead or does not come back.
    """
    if player.alive:
        raise SkillFailed(f"{player.name} is not dead")
    yield from wait(player.rng.randint(*LIE_TICKS))
    player.respawn()
    yield
    yield from within(
        RETURN_TICKS, until(lambda: player.alive and player.on_ground), f"{player.name} did not come back"
    )
