"""What a job plays: which types how often, where, with how many players, at what time and in what weather.

Every choice is one value, or values with weights: `world: hills`, or `world: {flat: 1, terrain: 3}`. What is
drawn depends on the job's seed and the number of the episode alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bots.episodes import Episode, episode_types
from bots.world import Surface
from collector.errors import PlayerCountError, UnknownEpisodeType, UsageError
from collector.playing.plan import NOON, Daytime, EpisodePlan, Weather, WorldKind, derive
from collector.recording import Seeds
from collector.servers.spec import EMBEDDED, ServerSpec

T = TypeVar("T")

Weight = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
# In ticks of the day, of which there are 24,000; `any` is one of them, each as likely.
TIMES = {"sunrise": 23000, "day": 1000, "noon": NOON, "sunset": 12500, "night": 13000, "midnight": 18000}
DAY = 24000
TimeOfDay = Literal["any", "sunrise", "day", "noon", "sunset", "night", "midnight"] | Daytime
# The types that test a model are in no training data unless they are asked for by name.
TEST_TYPES = "Eval"
# In `parameters`: what is meant for every type.
EVERY = "any"


class Draw(BaseModel):
    """So many episodes, of types that are drawn by weight.

    `types` without a weight (null) weigh 1 / sqrt(typical seconds), as in Solaris, so that long types do not
    take all the time; no types at all are all training types.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    episodes: int = Field(ge=1, le=200_000)
    types: dict[str, Weight | None] = {}


class JobMix(BaseModel):
    """The episodes of a job. Equal ones give equal plans.

    Attributes:
        mix: exactly so many episodes of each type, in that order.
        draw: so many more, of types that are drawn.
        players: how many; those that a type does not take are not drawn for it.
        world, time, weather: where, and under what sky, episodes begin.
        surface: the ground of flat worlds.
        parameters: those of types, by the type's name; those by the name `any` are for all.
        server: where episodes are played.
        seed: all randomness comes from it.
    """

    model_config = ConfigDict(frozen=True)

    mix: dict[str, int] = {}
    draw: Draw | None = None
    players: int | dict[int, Weight] = 2
    seed: int = 0
    world: WorldKind | dict[WorldKind, Weight] = "flat"
    surface: Surface | dict[Surface, Weight] = "grass"
    time: TimeOfDay | dict[TimeOfDay, Weight] = "noon"
    weather: Weather | dict[Weather, Weight] = "clear"
    parameters: dict[str, dict[str, Any]] = Field({}, max_length=200)
    server: ServerSpec = EMBEDDED

    @property
    def count(self) -> int:
        """How many episodes there are."""
        return sum(self.mix.values()) + (self.draw.episodes if self.draw else 0)

    def check_mix(self) -> None:
        """Refuse what cannot be played.

        Raises:
            UnknownEpisodeType, PlayerCountError, UsageError.
        """
        if not self.mix and self.draw is None:
            raise UsageError("there is nothing to play: say how many episodes, of which types")
        for name, count in self.mix.items():
            if count < 1:
                raise UsageError(f"{name}={count}: ask for one episode or more")
        played = {**self.mix, **self._drawn()}
        for name in played:
            self._numbers(name)
        for name in {**played, **self.parameters}.keys() - {EVERY}:
            self._check_parameters(name)

    def types(self) -> Iterator[str]:
        """The type of each episode."""
        for name, count in self.mix.items():
            yield from itertools.repeat(name, count)
        if self.draw is not None:
            drawn, first = self._drawn(), sum(self.mix.values())
            for index in range(first, first + self.draw.episodes):
                yield choose(drawn, derive(self.seed, "type", index))

    def planned(self, view_distance: int = 8) -> Iterator[EpisodePlan]:
        """The episodes to play, each with its seeds.

        Types with variants, such as the evaluation types, are counted through them.
        """
        numbers: dict[str, int] = {}
        kinds = episode_types()
        for index, name in enumerate(self.types()):
            number = numbers[name] = numbers.get(name, -1) + 1
            cases = {"case": number} if "case" in kinds[name].Parameters.model_fields else {}
            place = self.server.world_number(index)
            yield EpisodePlan(
                name=f"{index:06d}-{name}",
                type=name,
                players=self._choose(self._numbers(name), "players", index),
                world=self._choose(self.world, "kind", place),
                surface=self._choose(self.surface, "surface", place),
                time=self._time(index),
                weather=self._choose(self.weather, "weather", index),
                seeds=Seeds(
                    job=self.seed,
                    world=derive(*self.server.world_parts(self.seed, index)),
                    episode=derive(self.seed, "episode", index),
                ),
                view_distance=view_distance,
                server=self.server,
                parameters=cases | self._parameters(name),
            )

    def _parameters(self, name: str) -> dict[str, Any]:
        """What is said about the parameters of a type."""
        return {**self.parameters.get(EVERY, {}), **self.parameters.get(name, {})}

    def _check_parameters(self, name: str) -> None:
        try:
            _known(episode_types(), name).Parameters.model_validate(self._parameters(name))
        except ValidationError as error:
            wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            raise UsageError(f"parameters of {name}: {'; '.join(wrong)}; see `collector episodes`") from None

    def _drawn(self) -> dict[str, float]:
        """The types to draw from, with their weights."""
        if self.draw is None:
            return {}
        types = episode_types()
        names = self.draw.types or dict.fromkeys(self._training_types())
        return {name: weight or _known(types, name).typical_seconds ** -0.5 for name, weight in names.items()}

    def _training_types(self) -> list[str]:
        """All types that some of the asked-for numbers of players can play."""
        numbers = weights(self.players)
        return [
            name
            for name, kind in episode_types().items()
            if not name.endswith(TEST_TYPES)
            and any(kind.players[0] <= number <= kind.players[1] for number in numbers)
        ]

    def _numbers(self, name: str) -> dict[int, float]:
        """The numbers of players to draw from for a type."""
        fewest, most = _known(episode_types(), name).players
        asked = weights(self.players)
        fitting = {number: weight for number, weight in asked.items() if fewest <= number <= most}
        if not fitting:
            raise PlayerCountError(
                f"{name} takes {fewest} to {most} players, not {' or '.join(map(str, asked))}"
            )
        return fitting

    def _time(self, index: int) -> int:
        chosen = self._choose(self.time, "time", index)
        if chosen == "any":
            return derive(self.seed, "any time", index) % DAY
        return int(TIMES.get(chosen, chosen))

    def _choose(self, options: Any, what: str, index: int) -> Any:
        return choose(weights(options), derive(self.seed, what, index))


def weights(options: Any) -> Mapping[Any, float]:
    """Values with weights; one value alone has all the weight."""
    return options if isinstance(options, Mapping) else {options: 1.0}


def choose(options: Mapping[T, float], number: int) -> T:
    """One of the options by weight; `number` is 32 random bits."""
    reached = number / 2**32 * sum(options.values())
    for option, weight in options.items():
        reached -= weight
        if reached < 0:
            return option
    return option  # rounding has left a bit


def _known(types: Mapping[str, type[Episode]], name: str) -> type[Episode]:
    try:
        return types[name]
    except KeyError:
        raise UnknownEpisodeType(
            f"no episode type is called {name!r}; there are {', '.join(types)}"
        ) from None
