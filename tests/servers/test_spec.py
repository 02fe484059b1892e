"""What can be asked for, and which worlds that means."""

from __future__ import annotations

import pytest

from collector.collecting.mix import JobMix
from collector.errors import UsageError
from collector.servers import EMBEDDED, DockerSpec, ExternalSpec, parse_server
from collector.servers.settings import ServerSettings


def test_options_say_which_server() -> None:
    assert parse_server("embedded") == EMBEDDED
    assert parse_server("docker", ticks_per_second=40) == DockerSpec(ticks_per_second=40)
    assert parse_server("external", "example:1234") == ExternalSpec(host="example", port=1234)
    assert parse_server("external", "example") == ExternalSpec(host="example", port=25565)


@pytest.mark.parametrize(
    ("kind", "address", "rate", "message"),
    [
        ("paper", "", None, "there is embedded, docker, external"),
        ("external", "", None, "host:port"),
        ("external", "example:port", None, "host:port"),
        ("external", "example:99999", None, "host:port"),
        ("docker", "example:1", None, "--address goes with --server external"),
        ("embedded", "", 40.0, "as fast as it can"),
        ("docker", "", 0.0, "more than 0"),
    ],
)
def test_what_does_not_go_together_is_told(kind: str, address: str, rate: float | None, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_server(kind, address, rate)


def seeds(mix: JobMix) -> list[int]:
    return [plan.seeds.world for plan in mix.planned()]


def test_episodes_share_a_world_as_their_server_has_it() -> None:
    mix = {"orbit": 6}
    assert len(set(seeds(JobMix(mix=mix)))) == 6
    shared = seeds(JobMix(mix=mix, server=DockerSpec(episodes_per_world=4)))
    assert shared[:4] == [shared[0]] * 4
    assert shared[4:] == [shared[4]] * 2
    assert shared[0] != shared[4]


def test_an_external_server_is_one_world_in_every_job() -> None:
    here = ExternalSpec(host="here")
    one, other = (seeds(JobMix(mix={"orbit": 3}, seed=seed, server=here)) for seed in (1, 2))
    assert set(one) == set(other)
    assert len(set(one)) == 1
    assert set(one) != set(seeds(JobMix(mix={"orbit": 3}, server=ExternalSpec(host="there"))))


def test_worlds_change_kind_only_where_they_change() -> None:
    mix = JobMix(
        mix={"orbit": 32}, world={"flat": 1, "terrain": 1}, server=DockerSpec(episodes_per_world=8), seed=5
    )
    plans = list(mix.planned())
    for first in range(0, 32, 8):
        assert len({plan.world for plan in plans[first : first + 8]}) == 1
    assert {plan.world for plan in plans} == {"flat", "terrain"}


def test_the_service_offers_what_its_deployment_says() -> None:
    ServerSettings().allow(EMBEDDED)
    with pytest.raises(UsageError, match="COLLECTOR_MINECRAFT_OFFERED"):
        ServerSettings().allow(ExternalSpec(host="example"))
    ServerSettings(offered=("embedded", "external")).allow(ExternalSpec(host="example"))
