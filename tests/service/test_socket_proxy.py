"""What workers may ask of the Docker engine, and that nothing else passes."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import APIError, NotFound

from collector.ports import free_port
from collector.servers.docker import MAX_PROCESSES, OWNER
from tests.jobs.conftest import until
from tests.servers.conftest import IMAGE, image_is_built

PROXY = Path(__file__).parents[2] / "docker/socket_proxy.py"
NETWORK = "collector-test-minecraft"
SERVER = "collector-minecraft-0123456789ab"
CREATE = f"/v1.41/containers/create?name={SERVER}"
HOST = {
    "NetworkMode": NETWORK,
    "Memory": 1 << 30,
    "NanoCpus": 10**9,
    "PidsLimit": MAX_PROCESSES,
    "SecurityOpt": ["no-new-privileges:true"],
}
PLAIN = {"Image": IMAGE, "Env": ["EULA=TRUE"], "Labels": {OWNER: "0123456789ab/1/2"}, "HostConfig": HOST}


@contextmanager
def proxy(socket: str, **more: str) -> Iterator[int]:
    """A proxy to the engine at that socket; its port."""
    port = free_port()
    given = {"SOCKET": socket, "IMAGE": IMAGE, "NETWORK": NETWORK, "ADDRESS": "127.0.0.1", "PORT": str(port)}
    process = subprocess.Popen([sys.executable, PROXY], env={**os.environ, **given, **more})
    try:
        until(lambda: answers(port), 20)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def answers(port: int) -> bool:
    try:
        return bool(ask(port, "GET", "/_ping"))
    except OSError:
        return False


def ask(port: int, method: str, target: str, body: object = None) -> int:
    """The status of an answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, target, None if body is None else json.dumps(body))
        return status_of(connection)


def status_of(connection: http.client.HTTPConnection) -> int:
    with connection.getresponse() as answer:
        return answer.status


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A proxy without an engine: what is refused was refused by itself, what may pass ends in 502."""
    with proxy(str(tmp_path_factory.mktemp("none") / "no.sock"), PULL="false") as port:
        yield port


def test_what_servers_need_passes(nowhere: int) -> None:
    for method, target, body in (
        ("GET", "/_ping", None),
        ("GET", "/version", None),
        ("GET", f"/v1.41/images/{IMAGE}/json", None),
        ("GET", "/v1.41/containers/json?all=1", None),
        ("GET", "/v1.41/networks", None),
        ("POST", CREATE, PLAIN),
        ("GET", "/v1.41/containers/abc/json", None),
        ("GET", "/v1.41/containers/abc/logs?stdout=1&tail=15", None),
        ("PUT", "/v1.41/containers/abc/archive?path=%2Fdata", None),
        ("POST", "/v1.41/containers/abc/start", None),
        ("DELETE", "/v1.41/containers/abc?force=1&v=1", None),
    ):
        assert ask(nowhere, method, target, body) == 502, (method, target)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/v1.41/containers/abc/exec"),
        ("POST", "/v1.41/exec/abc/start"),
        ("POST", "/v1.41/containers/abc/attach"),
        ("POST", "/v1.41/containers/abc/update"),
        ("POST", "/v1.41/containers/abc/rename?name=x"),
        ("POST", "/v1.41/containers/prune"),
        ("GET", "/v1.41/containers/abc/archive?path=/"),
        ("GET", "/v1.41/containers/abc/export"),
        ("PUT", "/v1.41/containers/abc/archive?path=/etc"),
        ("PUT", "/v1.41/containers/abc/archive?path=/data&path=/etc"),
        ("POST", f"/v1.41/images/create?fromImage={IMAGE}&tag=latest"),
        ("POST", "/v1.41/images/create?fromSrc=-"),
        ("POST", "/v1.41/build"),
        ("POST", "/v1.41/images/load"),
        ("GET", "/v1.41/images/json"),
        ("GET", "/v1.41/images/python/json"),
        ("DELETE", f"/v1.41/images/{IMAGE}"),
        ("POST", "/v1.41/networks/create"),
        ("POST", "/v1.41/networks/abc/connect"),
        ("POST", "/v1.41/volumes/create"),
        ("GET", "/v1.41/volumes"),
        ("GET", "/v1.41/info"),
        ("GET", "/v1.41/secrets"),
        ("GET", "/v1.41/events"),
        ("POST", "/v1.41/swarm/init"),
        ("POST", "/v1.41/session"),
        ("GET", "/v1.41/containers/../info"),
        ("GET", "/v1.41/containers/..%2Finfo/json"),
        ("GET", "//v1.41/info"),
        ("GET", "/v1.41/v1.41/info"),
        ("POST", "/v1.41/containers/create"),
        ("POST", "/v1.41/containers/create?name=redis"),
        ("POST", CREATE + "&platform=linux"),
    ],
)
def test_what_they_do_not_need_is_refused(nowhere: int, method: str, target: str) -> None:
    assert ask(nowhere, method, target, PLAIN) == 403


@pytest.mark.parametrize(
    "change",
    [
        {"Image": "python:3.11-slim"},
        {"Cmd": ["sh"]},
        {"Entrypoint": ["sh"]},
        {"User": "root"},
        {"Volumes": {"/host": {}}},
        {"hostconfig": {"Privileged": True}},  # the engine does not look at the case
        {"NetworkingConfig": {"EndpointsConfig": {"collector_default": {}}}},
        {"NetworkingConfig": {"EndpointsConfig": {NETWORK: {"Aliases": ["redis"]}}}},
        *(
            {"HostConfig": {**HOST, **host}}
            for host in (
                {"Privileged": True},
                {"Binds": ["/:/host"]},
                {"Mounts": [{"Type": "bind", "Source": "/", "Target": "/host"}]},
                {"VolumesFrom": ["redis"]},
                {"NetworkMode": "host"},
                {"NetworkMode": "container:redis"},
                {"PidMode": "host"},
                {"IpcMode": "host"},
                {"UsernsMode": "host"},
                {"CapAdd": ["SYS_ADMIN"]},
                {"Devices": [{"PathOnHost": "/dev/sda"}]},
                {"PortBindings": {"25565/tcp": [{"HostPort": "25565"}]}},
                {"SecurityOpt": ["seccomp=unconfined"]},
                {"SecurityOpt": None},
                {"Memory": 0},
                {"Memory": 1 << 40},
                {"NanoCpus": None},
                {"PidsLimit": -1},
                {"RestartPolicy": {"Name": "always"}},
                {"Runtime": "other"},
            )
        ),
    ],
    ids=str,
)
def test_containers_that_are_more_than_a_server_are_refused(nowhere: int, change: dict[str, Any]) -> None:
    assert ask(nowhere, "POST", CREATE, {**PLAIN, **change}) == 403


def test_requests_that_are_none_are_refused(nowhere: int) -> None:
    assert ask(nowhere, "POST", CREATE, [1]) == 400
    assert ask(nowhere, "GET", "/v1.41/containers/json?filters=x") == 400
    for name, value in (("Transfer-Encoding", "chunked"), ("Content-Length", str(1 << 30))):
        with closing(http.client.HTTPConnection("127.0.0.1", nowhere, timeout=20)) as connection:
            connection.putrequest("POST", CREATE)
            connection.putheader(name, value)
            connection.endheaders()  # they are refused before anything else is sent
            assert status_of(connection) == 403


@pytest.fixture
def engine() -> Iterator[Any]:
    """The engine itself, with a network of servers."""
    if not image_is_built():
        pytest.skip("no Docker engine")
    client = docker.from_env(timeout=30)
    network = client.networks.create(NETWORK)
    yield client
    for container in client.containers.list(all=True, filters={"network": NETWORK}):
        container.remove(force=True, v=True)
    network.remove()
    client.close()


@pytest.mark.slow
def test_a_server_lives_behind_the_proxy_and_dies_with_its_worker(engine: Any) -> None:
    socket = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    worker = engine.containers.run(IMAGE, ["sleep", "600"], detach=True, network=NETWORK)
    with proxy(socket.removeprefix("unix://"), SERVERS="1") as port:
        client = docker.DockerClient(base_url=f"tcp://127.0.0.1:{port}", timeout=30)
        made = create(client, SERVER, owner=worker.short_id)
        assert made.put_archive("/data", b"")
        made.start()
        made.reload()
        assert made.status == "running"
        assert made.attrs["NetworkSettings"]["Networks"][NETWORK]["IPAddress"]
        assert isinstance(made.logs(tail=5), bytes)
        assert [one.name for one in client.containers.list(all=True)] == [SERVER]
        with pytest.raises(APIError, match="no server of this deployment"):
            client.api.inspect_container(worker.id)
        with pytest.raises(APIError, match="no server of this deployment"):
            client.api.remove_container(worker.id, force=True)
        with pytest.raises(APIError, match="do not need that"):
            made.exec_run("id")
        with pytest.raises(APIError, match="no more may be started"):
            create(client, SERVER.replace("0", "f"), owner=worker.short_id)
        with pytest.raises(APIError, match="has to name a worker that runs"):
            create(client, SERVER.replace("0", "f"), owner="0" * 12)
        made.remove(force=True, v=True)
        made = create(client, SERVER, owner=worker.short_id)
        client.close()
        worker.kill()
    with pytest.raises(NotFound):  # the proxy has removed it at its end
        engine.containers.get(made.id)


def create(client: Any, name: str, owner: str) -> Any:
    """As `collector.servers.docker` does."""
    return client.containers.create(
        IMAGE,
        name=name,
        environment={"EULA": "TRUE"},
        labels={OWNER: f"{owner}/7/1.00"},
        network=NETWORK,
        mem_limit=1 << 30,
        nano_cpus=10**9,
        pids_limit=MAX_PROCESSES,
        security_opt=["no-new-privileges:true"],
    )
