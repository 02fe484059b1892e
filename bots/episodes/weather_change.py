"""Players walk about while rain, or a thunderstorm, comes up and goes away."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Script, together, wait
from bots.skills.contact import eye_contact
from bots.skills.moving import KEY_ANGLES, walk_keys

FADE_TICKS = 100  # that the weather takes to change


class WeatherChangeParameters(EpisodeParameters):
    """Times in ticks."""

    before: tuple[int, int] = (20, 60)
    wet: tuple[int, int] = (160, 300)
    thunder_chance: float = Field(0.4, ge=0, le=1)


class WeatherChange(Episode):
    """Dry, wet, dry."""

    name = "weatherChange"
    players = (2, 16)
    typical_seconds = 25
    Parameters = WeatherChangeParameters
    parameters: WeatherChangeParameters

    def __init__(self, parameters: WeatherChangeParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.begins = scene.rng.randint(*parameters.before)
        self.ends = self.begins + scene.rng.randint(*parameters.wet)
        self.thunder = scene.rng.random() < parameters.thunder_chance
        scene.note("weather", begins=self.begins, ends=self.ends, thunder=self.thunder)

    def script(self, player: Player) -> Script[None]:
        """Walks and looks; beside the first player's walk the weather changes."""
        if player.index == 0:
            yield from together(self.walk(player), self.change_weather())
        else:
            yield from self.walk(player)

    def change_weather(self) -> Script[None]:
        """Brings the rain and takes it away."""
        yield from wait(self.begins)
        self.scene.set_weather(1.0, 1.0 if self.thunder else 0.0)
        yield from wait(self.ends - self.begins)
        self.scene.set_weather(0.0)

    def walk(self, player: Player) -> Script[None]:
        """Looks at the others and takes some steps, until it is dry again."""
        while self.scene.tick < self.ends + FADE_TICKS:
            yield from eye_contact(player, player.rng.randint(5, 25))
            yield from walk_keys(player, player.rng.choice(sorted(KEY_ANGLES)), player.rng.uniform(1, 3))
            yield from wait(1)
