"""`docker compose up` for real: build, collect, scale, kill a container, read back, down."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from collector import dataset
from collector.api.client import Client
from collector.jobs.models import JobState
from collector.ports import free_port
from collector.servers.docker import OWNER
from tests.jobs.conftest import spec, until
from tests.servers.conftest import IMAGE, image_is_built
from tests.service.seaweed import use_s3

ROOT = Path(__file__).parents[2]
BUILD_SECONDS = 1500
PROJECT = "collector-test"
SERVERS = ("--file", "compose.yaml", "--file", "compose.servers.yaml")


def engine_answers() -> bool:
    """Whether there is a Docker engine with compose."""
    if shutil.which("docker") is None:
        return False
    for words in (["info"], ["compose", "version"]):
        try:
            subprocess.run(["docker", *words], check=True, capture_output=True, timeout=20)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False
    return True


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not engine_answers(), reason="no Docker engine with compose"),
]


class Compose:
    """A deployment of its own: other names, ports and secrets than those of a real one."""

    def __init__(self, secrets: Path) -> None:
        self.secrets = secrets
        s3 = free_port()
        self.environment = {
            "SECRETS": str(secrets),
            "API_PORT": str(free_port()),
            "S3_PORT": str(s3),
            "S3_PUBLIC_ENDPOINT": f"http://127.0.0.1:{s3}",
        }

    def __call__(self, *words: str, seconds: float = 120) -> str:
        """Run a compose command and return what it prints."""
        done = subprocess.run(
            ["docker", "compose", "--project-name", PROJECT, *words],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def secret(self, name: str) -> str:
        return (self.secrets / name).read_text()

    def client(self) -> Client:
        url = f"http://127.0.0.1:{self.environment['API_PORT']}"
        return Client(url, self.secret("collector_admin_token"))


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    secrets = tmp_path_factory.mktemp("secrets")
    subprocess.run([ROOT / "docker" / "make-secrets", secrets], check=True, timeout=10, capture_output=True)
    compose = Compose(secrets)
    compose("build", seconds=BUILD_SECONDS)
    try:
        compose("up", "--detach", "--wait", seconds=180)
        yield compose
    finally:
        compose(*SERVERS, "down", "--volumes", "--timeout", "5")


def test_jobs_survive_a_killed_worker_and_reach_the_bucket(
    compose: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = compose("ps", "--quiet", "api", "redis", "seaweedfs", "worker").split()
    compose("up", "--detach", "--scale", "worker=2")
    assert set(before) < set(compose("ps", "--quiet").split()), "a container was replaced"
    with compose.client() as client:
        jobs = [
            client.submit(spec(dataset="walks", mix={"straightLineWalk": 2}, seed=n), f"k{n}").id
            for n in range(2)
        ]
        until(lambda: client.job(jobs[0]).state is JobState.running)
        victim = compose("ps", "--quiet", "worker").split()[0]
        subprocess.run(["docker", "kill", "--signal", "KILL", victim], check=True, timeout=20)
        until(lambda: all(client.job(job).state.ended for job in jobs), 240)
        assert [client.job(job).episodes for job in jobs] == [2, 2]
    access, secret = (line.split(" = ")[1] for line in compose.secret("aws_credentials").splitlines()[1:])
    endpoint = f"http://127.0.0.1:{compose.environment['S3_PORT']}"
    variables = {"AWS_ACCESS_KEY_ID": access, "AWS_SECRET_ACCESS_KEY": secret}
    use_s3(monkeypatch, {**variables, "AWS_ENDPOINT_URL_S3": endpoint})
    opened = dataset.open("s3://datasets/walks")
    assert len(opened.episodes) == 4
    assert dataset.verify(opened).ok


def test_containers_can_do_little(compose: Compose) -> None:
    for service in ("api", "worker", "redis", "seaweedfs"):
        container = compose("ps", "--quiet", service).split()[0]
        found = inspected(container)
        assert found["HostConfig"]["ReadonlyRootfs"]
        assert found["HostConfig"]["CapDrop"] == ["ALL"]
        assert found["Config"]["User"] not in {"", "root", "0"}
        assert compose.secret("collector_redis_password") not in json.dumps(found)
        assert compose.secret("collector_admin_token") not in json.dumps(found)


def inspected(container: str) -> dict[str, Any]:
    listed = subprocess.run(["docker", "inspect", container], check=True, capture_output=True, timeout=20)
    (found,) = json.loads(listed.stdout)
    assert isinstance(found, dict)
    return found


def test_monitoring_starts_with_its_files_and_secrets(compose: Compose) -> None:
    words = ("--file", "compose.yaml", "--file", "compose.monitoring.yaml", "config", "--format", "json")
    services = json.loads(compose(*words))["services"]
    for name in ("prometheus", "grafana"):
        assert services[name]["read_only"]
        for mount in services[name]["volumes"]:
            assert mount["type"] == "volume" or Path(mount["source"]).is_dir()
        assert [port["host_ip"] for port in services[name]["ports"]] == ["127.0.0.1"]


def test_the_same_file_is_a_stack(compose: Compose) -> None:
    done = subprocess.run(
        ["docker", "stack", "config", "--compose-file", "compose.yaml"],
        cwd=ROOT,
        env={**os.environ, **compose.environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "${" not in done.stdout
    services = yaml.safe_load(done.stdout)["services"]
    assert set(services) == {"api", "worker", "redis", "seaweedfs"}
    for name in ("api", "worker", "seaweedfs"):  # the short form of tmpfs has no effect in a stack
        assert {"type": "tmpfs", "target": "/tmp"} in services[name]["volumes"]


def test_workers_can_be_split_over_a_gpu(compose: Compose) -> None:
    words = ("--file", "compose.yaml", "--file", "compose.gpu.yaml", "config", "--format", "json")
    services = json.loads(compose(*words))["services"]
    assert services["worker"]["command"] == ["worker", "--role", "render"]
    (device,) = services["worker"]["deploy"]["resources"]["reservations"]["devices"]
    assert device["capabilities"] == ["gpu"]
    assert services["player"]["command"] == ["worker", "--role", "play"]
    assert "deploy" not in services["player"]
    assert services["player"]["read_only"]


def test_a_redis_that_is_killed_forgets_nothing(compose: Compose) -> None:
    with compose.client() as client:
        before = [job.id for job in client.jobs(200)]
        container = compose("ps", "--quiet", "redis").strip()
        subprocess.run(["docker", "kill", "--signal", "KILL", container], check=True, timeout=20)
        compose("up", "--detach", "--wait", "--no-recreate", "redis")
        until(lambda: [job.id for job in client.jobs(200)] == before, 30)
        assert before
    began = time.monotonic()
    compose("restart", "--timeout", "30", "redis")
    assert time.monotonic() - began < 20, "Redis does not hear that it is to stop"


def test_what_redis_held_is_put_back_from_a_back_up(compose: Compose, tmp_path: Path) -> None:
    with compose.client() as client:
        before = [job.id for job in client.jobs(200)]
    script(compose, "back-up", tmp_path / "saved")
    assert {path.name for path in (tmp_path / "saved/secrets").iterdir()} == {
        path.name for path in compose.secrets.iterdir()
    }
    told = "REDISCLI_AUTH=$(cat /run/secrets/collector_redis_password) redis-cli flushall"
    compose("exec", "-T", "redis", "sh", "-c", told)
    with compose.client() as client:
        assert not client.jobs(200)
    script(compose, "restore", tmp_path / "saved")
    with compose.client() as client:
        until(lambda: [job.id for job in client.jobs(200)] == before, 60)


def script(compose: Compose, name: str, folder: Path) -> None:
    """Run a script of the folder `docker` on the deployment."""
    environment = {**os.environ, **compose.environment, "COMPOSE_PROJECT_NAME": PROJECT}
    done = subprocess.run(
        [ROOT / "docker" / name, folder], env=environment, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_jobs_play_on_servers_in_containers(compose: Compose) -> None:
    """With the image that stands in for Paper; the API has no way to the engine, and nothing is left."""
    if not image_is_built():
        pytest.skip("no Docker engine")
    socket = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
    compose.environment |= {
        "COLLECTOR_MINECRAFT_IMAGE": IMAGE,
        "COLLECTOR_MINECRAFT_MEMORY_GB": "1",
        "DOCKER_SOCKET": socket,
        "MINECRAFT_PULL": "false",
    }
    compose(*SERVERS, "up", "--build", "--detach", "--wait", seconds=180)
    with compose.client() as client:
        job = client.submit(
            spec(dataset="served", mix={"straightLineWalk": 1}, server={"kind": "docker"}), "served"
        ).id
        until(lambda: servers(compose), 60)
        until(lambda: client.job(job).state.ended, 120)
        assert (client.job(job).state, client.job(job).episodes) == (JobState.done, 1)
    until(lambda: not servers(compose), 30)
    api = inspected(compose("ps", "--quiet", "api").split()[0])
    assert not [mount for mount in api["Mounts"] if "docker" in mount["Source"]]
    assert set(api["NetworkSettings"]["Networks"]) == {f"{PROJECT}_default"}


def servers(compose: Compose) -> list[str]:
    words = ["docker", "ps", "--all", "--quiet", "--filter", f"network={PROJECT}_minecraft"]
    words += ["--filter", f"label={OWNER}"]
    return subprocess.run(words, check=True, capture_output=True, timeout=20, text=True).stdout.split()
