"""Lets workers run Minecraft servers as containers, and do nothing else with the Docker engine.

Whoever has the engine's socket is root on its host. This process has it, workers have an address of this
process, the API has neither. What passes, of the engine's API:

    GET /_ping, /version
    GET /images/IMAGE/json, POST /images/create     the image of servers alone; pulled where that is allowed
    GET /containers/json, /networks                 narrowed to this deployment's servers
    POST /containers/create                         a server as `Policy.check_server` wants it
    GET /containers/ID/json, /logs                  of such servers, and of no other container,
    PUT /containers/ID/archive                      into /data
    POST /containers/ID/start, DELETE /containers/ID

Everything else is refused with 403 and a line in the log. Servers whose worker is gone are removed.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

OWNER = "collector.owner"  # label: host (a worker's container), process and its start, divided by slashes
NAME = re.compile(r"collector-minecraft-[0-9a-f]{12}")
HOST = re.compile(r"[0-9a-f]{12}")
VERSION = re.compile(r"/v1\.[0-9]{1,3}(?=/)")
CONTAINER = r"/containers/([A-Za-z0-9][A-Za-z0-9_.-]{0,127})"
CREATE = "/containers/create"
DATA = "/data"  # where servers keep their world and settings
# What a container may say of itself; the last two are what clients say anyhow.
KNOWN = {"Image", "Env", "Labels", "HostConfig", "NetworkingConfig", "AttachStdout", "AttachStderr"}
OPTIONS = ("force", "v", "stdout", "stderr", "tail")  # of removing and of logs; none follows them
MAX_BODY = 1 << 20
MAX_PROCESSES = 4096
CLIENT_SECONDS = 60.0  # for a whole request to arrive
ENGINE_SECONDS = 600.0  # for the engine to answer; pulls take long
SWEEP_SECONDS = 30.0

Body = dict[str, Any]


class Refused(Exception):
    """What a worker has no business to ask the engine for."""


@dataclass(frozen=True)
class Call:
    """A request to the engine: `path` without the version of its API, which is `version`."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    version: str = ""

    @property
    def target(self) -> str:
        """Path and query as they are sent."""
        return self.version + self.path + (f"?{urlencode(self.query)}" if self.query else "")


class Engine:
    """The Docker engine behind its socket."""

    def __init__(self, path: str) -> None:
        self._path = path

    def send(self, call: Call, kind: str = "application/json") -> http.client.HTTPResponse:
        """Send a request; the answer has to be closed."""
        connection = http.client.HTTPConnection("docker", timeout=ENGINE_SECONDS)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(ENGINE_SECONDS)
        connection.sock.connect(self._path)
        connection.request(
            call.method, call.target, call.body or None, {"Content-Type": kind, "Connection": "close"}
        )
        return connection.getresponse()

    def ask(self, method: str, path: str, **query: str) -> Any:
        """What the engine answers, from JSON; None when there is no such thing."""
        with self.send(Call(method, path, query)) as answer:
            text = answer.read()
        if answer.status == http.HTTPStatus.NOT_FOUND:
            return None
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise OSError(f"the engine answers {answer.status} to {method} {path}: {text[:200]!r}")
        return json.loads(text) if text else None

    def runs(self, container: str) -> bool:
        """Whether a container of that name is running."""
        found = self.ask("GET", f"/containers/{container}/json")
        return bool(found and found["State"]["Running"])


@dataclass(frozen=True)
class Policy:
    """What servers may be: their image, their network, their number, and the limits of each."""

    engine: Engine
    image: str
    network: str
    servers: int
    memory_gb: float
    cpus: float
    pull: bool

    def check(self, call: Call) -> Call:
        """The call as it may be sent on.

        Raises:
            Refused: it may not.
        """
        for method, pattern, rule in ROUTES:
            found = re.fullmatch(pattern, call.path)
            if call.method == method and found:
                return rule(self, call, *found.groups())
        raise Refused("workers do not need that")

    def plain(self, call: Call) -> Call:
        """Questions about the engine as such."""
        return Call(call.method, call.path, version=call.version)

    def inspect_image(self, call: Call, name: str) -> Call:
        """Whether the image is there."""
        if unquote(name) != self.image:
            raise Refused(f"servers run from {self.image} alone")
        return Call(call.method, call.path, version=call.version)

    def pull_image(self, call: Call) -> Call:
        """Fetch the image."""
        name = ":".join(filter(None, (call.query.get("fromImage"), call.query.get("tag"))))
        if not self.pull or name != self.image or set(call.query) - {"fromImage", "tag"}:
            raise Refused(f"images may not be pulled{f', but {self.image}' if self.pull else ''}")
        return Call(call.method, call.path, call.query, version=call.version)

    def narrow(self, call: Call) -> Call:
        """Lists have this deployment's servers alone, whatever was asked for."""
        asked = json.loads(call.query.get("filters") or "{}")
        wanted = {"label": [OWNER]}
        if call.path == "/containers/json":
            wanted["network"] = [self.network]
        if "name" in asked:
            wanted["name"] = [str(name) for name in asked["name"]]
        query = {"all": "1"} if call.query.get("all") in {"1", "true", "True"} else {}
        return Call(call.method, call.path, query | {"filters": json.dumps(wanted)}, version=call.version)

    def create(self, call: Call) -> Call:
        """Make a server."""
        name = call.query.get("name", "")
        if set(call.query) != {"name"} or not NAME.fullmatch(name):
            raise Refused(f"a server cannot be called {name!r}")
        body = json.loads(call.body)
        self.check_server(body)
        if len(self.found()) >= self.servers:
            raise Refused(f"there are {self.servers} servers, and no more may be started")
        # Written anew: what the engine reads is what was checked.
        return Call(call.method, call.path, call.query, json.dumps(body).encode(), call.version)

    def check_server(self, body: Body) -> None:
        """Refuse containers that are more than a server: every field that says something has to be known."""
        _only(body, KNOWN)
        if body.get("Image") != self.image:
            raise Refused(f"servers run from {self.image}, not from {body.get('Image')!r}")
        networks = (body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
        if any(name != self.network or options for name, options in networks.items()):
            raise Refused(f"servers are in the network {self.network} alone")
        _only(body.get("NetworkingConfig") or {}, {"EndpointsConfig"})
        self._check_host(body.get("HostConfig") or {})
        labels = body.get("Labels") or {}
        host = str(labels.get(OWNER, "")).split("/")[0]
        if set(labels) != {OWNER} or not HOST.fullmatch(host) or not self.engine.runs(host):
            raise Refused(f"the label {OWNER} alone has to name a worker that runs, not {labels}")

    def _check_host(self, host: Body) -> None:
        _only(host, {"NetworkMode", "Memory", "NanoCpus", "PidsLimit", "SecurityOpt"})
        if host.get("NetworkMode") != self.network:
            raise Refused(f"servers are in the network {self.network} alone")
        if host.get("SecurityOpt") != ["no-new-privileges:true"]:
            raise Refused("servers run with no-new-privileges")
        limits = {"Memory": self.memory_gb * 2**30, "NanoCpus": self.cpus * 1e9, "PidsLimit": MAX_PROCESSES}
        for name, most in limits.items():
            if not isinstance(host.get(name), int) or not 0 < host[name] <= most:
                raise Refused(f"{name} has to be more than 0, {most:.0f} at most, not {host.get(name)!r}")

    def of_server(self, call: Call, container: str) -> Call:
        """Look at a server, start it, remove it."""
        self._is_server(container)
        query = {name: value for name, value in call.query.items() if name in OPTIONS}
        return Call(call.method, call.path, query, version=call.version)

    def archive(self, call: Call, container: str) -> Call:
        """Put files into a server's folder."""
        if call.query.get("path") != DATA:
            raise Refused(f"files go into {DATA} alone, not into {call.query.get('path')!r}")
        self._is_server(container)
        return Call(call.method, call.path, {"path": DATA}, call.body, call.version)

    def _is_server(self, container: str) -> None:
        # By its full id, whatever it was called by.
        found = self.engine.ask("GET", f"/containers/{container}/json")
        if found and found["Id"] not in {one["Id"] for one in self.found()}:
            raise Refused("that container is no server of this deployment")

    def found(self) -> list[Body]:
        """All servers of this deployment."""
        listed = self.narrow(Call("GET", "/containers/json", {"all": "1"}))
        return list(self.engine.ask(listed.method, listed.path, **listed.query))

    def sweep(self) -> None:
        """Remove servers whose worker does not run any more."""
        for server in self.found():
            worker = server["Labels"][OWNER].split("/")[0]
            if not self.engine.runs(worker):
                self.engine.ask("DELETE", f"/containers/{server['Id']}", force="1", v="1")
                _log(f"removed {server['Names'][0]}: its worker {worker} is gone")


Rule = Callable[..., Call]
ROUTES: tuple[tuple[str, str, Rule], ...] = (
    ("GET", "/_ping|/version", Policy.plain),
    ("GET", "/images/(.+)/json", Policy.inspect_image),
    ("POST", "/images/create", Policy.pull_image),
    ("GET", "/containers/json|/networks", Policy.narrow),
    ("POST", CREATE, Policy.create),
    ("GET", f"{CONTAINER}/(?:json|logs)", Policy.of_server),
    ("PUT", f"{CONTAINER}/archive", Policy.archive),
    ("POST", f"{CONTAINER}/start", Policy.of_server),
    ("DELETE", CONTAINER, Policy.of_server),
)


class Proxy(ThreadingHTTPServer):
    """Answers workers."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], policy: Policy) -> None:
        super().__init__(address, Handler)
        self.policy = policy
        self.creating = threading.Lock()  # servers are counted before one is made


class Handler(BaseHTTPRequestHandler):
    """One request: refused, or sent on."""

    timeout = CLIENT_SECONDS
    server: Proxy

    def answer(self) -> None:
        """Check the request, send it on, and hand back what the engine says."""
        try:
            call, policy = self._read(), self.server.policy
            with self.server.creating if call.path == CREATE else nullcontext():
                kind = self.headers.get("Content-Type", "application/json")
                answer = policy.engine.send(policy.check(call), kind)
        except Refused as error:
            _log(f"refused {self.command} {self.path[:200]}: {error}")
            self._say(http.HTTPStatus.FORBIDDEN, f"the socket proxy refuses: {error}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._say(http.HTTPStatus.BAD_REQUEST, f"the socket proxy cannot read this: {error!r}")
        except (OSError, http.client.HTTPException) as error:
            _log(f"the engine fails: {error}")
            self._say(http.HTTPStatus.BAD_GATEWAY, f"the engine cannot be reached: {error}")
        else:
            self._hand_back(answer)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 (as http.server calls them)

    def _read(self) -> Call:
        if "Transfer-Encoding" in self.headers:
            raise Refused("bodies need a length")
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= MAX_BODY:
            raise Refused(f"a body may have {MAX_BODY} bytes, not {length}")
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        version = VERSION.match(parts.path)
        path = parts.path.removeprefix(version[0]) if version else parts.path
        query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        return Call(self.command, path, query, body, version[0] if version else "")

    def _hand_back(self, answer: http.client.HTTPResponse) -> None:
        with answer:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
            self.end_headers()  # and the connection is closed at the end of the body
            while piece := answer.read1(1 << 16):
                self.wfile.write(piece)

    def _say(self, status: int, message: str) -> None:
        body = json.dumps({"message": message}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """What passes is not worth a line."""


def _only(body: Body, known: set[str]) -> None:
    """Refuse fields that say something and are not known."""
    unknown = sorted(name for name, value in body.items() if value and name not in known)
    if unknown:
        raise Refused(f"a server may not have {', '.join(unknown)}")


def _log(line: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), line, file=sys.stderr, flush=True)  # noqa: T201


def main() -> int:
    """Serve until SIGTERM; then remove servers whose workers are gone: all, when everything goes down."""
    given = os.environ
    policy = Policy(
        Engine(given.get("SOCKET", "/var/run/docker.sock")),
        image=given["IMAGE"],
        network=given["NETWORK"],
        servers=int(given.get("SERVERS", "16")),
        memory_gb=float(given.get("MEMORY_GB", "3")),
        cpus=float(given.get("CPUS", "2")),
        pull=given.get("PULL", "true") == "true",
    )
    proxy = Proxy((given.get("ADDRESS", "0.0.0.0"), int(given.get("PORT", "2375"))), policy)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    while True:
        last = ended.wait(SWEEP_SECONDS)
        try:
            policy.sweep()
        except (OSError, http.client.HTTPException) as error:
            _log(f"the engine fails: {error}")
        if last:
            return 0


if __name__ == "__main__":
    sys.exit(main())
