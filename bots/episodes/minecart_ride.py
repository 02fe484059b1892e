"""Half of the players ride around the others in minecarts; then they change places."""

from __future__ import annotations

from pydantic import Field

from bots.episodes.base import Episode, EpisodeParameters
from bots.player import Player
from bots.scene import Scene
from bots.script import Meeting, Script, at_most, until, within
from bots.skills.contact import eye_contact
from bots.skills.looking import follow, look_at
from bots.skills.moving import walk_to
from bots.skills.riding import BOARDING, CART, YARD, Track, get_in, get_out, push_off, put_cart
from bots.skills.sites import around, bring, find_yard, level

CROWD = 1.0  # blocks from the middle to where who has ridden stands


class MinecartRideParameters(EpisodeParameters):
    """Pairs are the least and the most of what is drawn."""

    seconds: tuple[float, float] = Field((6.0, 14.0), description="that a ride takes once it has begun")
    look_ticks: tuple[int, int] = Field((15, 50), description="for which a rider looks at one of the others")


class MinecartRide(Episode):
    """Who rides first puts a cart onto the track, who rides later takes that of another."""

    name = "minecartRide"
    players = (2, 8)
    typical_seconds = 60
    kit = ((CART, 1),)
    Parameters = MinecartRideParameters
    parameters: MinecartRideParameters

    def __init__(self, parameters: MinecartRideParameters, scene: Scene) -> None:
        super().__init__(parameters, scene)
        self.middle = find_yard(scene.terrain, scene.middle.cell(), YARD)
        self.track = Track(self.middle, scene.rng.choice((-1, 1)))
        order = scene.rng.sample(scene.players, len(scene.players))
        half = -(-len(order) // 2)
        self.waves = (order[:half], order[half:])
        self.carts = 0
        self.meeting = Meeting(len(order))
        self.riding = self.seated = 0
        scene.note("riders", first=[p.name for p in order[:half]], then=[p.name for p in order[half:]])

    def prepare(self) -> Script[None]:
        """Lays the track on a level yard, with everybody inside."""
        level(self.scene, self.middle, YARD)
        self.track.build(self.scene)
        for player in self.scene.players:
            bring(self.scene, player, around(self.middle, player.index), self.middle.floor())
        yield

    def script(self, player: Player) -> Script[None]:
        """Rides once, and watches once."""
        for wave in self.waves:
            self.riding, self.seated = len(wave), 0
            yield from self.meeting.wait()
            if player in wave:
                yield from self.ride(player)
                self.riding -= 1
            else:
                rider = wave[player.index % len(wave)]
                yield from until(lambda: self.riding == 0, follow(player, rider))
            yield from self.meeting.wait()
        yield from eye_contact(player, 20)

    def ride(self, player: Player) -> Script[None]:
        """Gets into a cart, goes round and round looking about, gets out and comes back."""
        if self.carts < len(self.waves[0]):
            self.carts += 1
            yield from put_cart(player, self.scene, self.track.rail_near(player.cell))
        yield from get_in(player, self.scene, self.track)
        self.seated += 1
        yield from within(BOARDING, until(lambda: self.seated >= self.riding), "the boarding of all riders")
        yield from push_off(player, self.track)
        ticks = round(player.rng.uniform(*self.parameters.seconds) * 20)
        yield from at_most(ticks, self.look_about(player))
        yield from get_out(player)
        x, z = (player.rng.uniform(-CROWD, CROWD) for _ in range(2))  # out of the way of who rides next
        middle = self.middle.floor()
        yield from walk_to(player, middle.x + x, middle.z + z, reach=0.7)

    def look_about(self, player: Player) -> Script[None]:
        """Looks at one of the others after the other."""
        while True:
            other = player.rng.choice(player.others)
            yield from look_at(player, other)
            yield from at_most(player.rng.randint(*self.parameters.look_ticks), follow(player, other))
