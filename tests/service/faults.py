"""A bad network to an S3 service: a proxy that fails one call in some, in every way in which calls fail."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

# timeout: no answer until the client has given up. lost: the call is carried out, and its answer is lost.
# torn: half of a body, in either direction. 412: as if the condition of a put had failed.
KINDS = ("timeout", "lost", "torn", "500", "503", "412")
# Longer than clients are told to wait, by COLLECTOR_S3_SECONDS.
HANG_SECONDS = 6.0
CLIENT_SECONDS = 3.0
UPSTREAM_SECONDS = 20.0
_CODES = {"500": "InternalError", "503": "SlowDown", "412": "PreconditionFailed"}
_OF_A_HOP = {"connection", "keep-alive", "transfer-encoding"}


class FaultyS3:
    """Passes calls on to the service at `port`, but for a share of them; counts what it has done to these."""

    def __init__(self, port: int, rate: float, seed: int) -> None:
        self.port = port
        self.calls = 0
        self.fired: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
        self._rate = rate
        self._chance = random.Random(seed)
        # Conditional puts are few, and one kind of fault is theirs alone: they have a share of their own.
        self._due = {True: 0.0, False: 0.0}
        self._lock = threading.Lock()
        proxy = self

        class Handler(_Handler):
            faulty = proxy

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def fault(self, method: str, conditional: bool) -> str | None:
        """What goes wrong with this call: of what can, the kind that has been rarest."""
        with self._lock:
            self.calls += 1
            put = method == "PUT" and conditional
            self._due[put] += self._chance.uniform(0, 2 * self._rate)
            if self._due[put] < 1:
                return None
            self._due[put] -= 1
            fit = [kind for kind in KINDS if kind != "412" or put]
            rarest = min(self.fired[kind] for kind in fit)
            kind = self._chance.choice([kind for kind in fit if self.fired[kind] == rarest])
            self.fired[kind] += 1
            return kind

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    faulty: FaultyS3

    def _serve(self) -> None:
        conditional = self.headers.get("If-None-Match") is not None
        kind = self.faulty.fault(self.command, conditional)
        length = int(self.headers.get("Content-Length") or 0)
        if kind == "torn" and length:
            self.rfile.read(length // 2)
            self._hang_up()
            return
        body = self.rfile.read(length)
        if kind == "timeout":
            time.sleep(HANG_SECONDS)
            self._hang_up()
        elif kind in _CODES:
            self._refuse(int(kind), _CODES[kind])
        else:
            self._pass_on(body, kind)

    def _pass_on(self, body: bytes, kind: str | None) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.faulty.port, timeout=UPSTREAM_SECONDS)
        try:
            connection.request(self.command, self.path, body or None, dict(self.headers.items()))
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):  # the service itself is away
            self._hang_up()
            return
        finally:
            connection.close()
        if kind == "lost":
            self._hang_up()
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_A_HOP | {"date", "server", "content-length"}:
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(data))
        if length is not None:
            self.send_header("Content-Length", length)
        self.end_headers()
        if kind == "torn":
            self.wfile.write(data[: len(data) // 2])
            self._hang_up()
        elif self.command != "HEAD":
            self.wfile.write(data)

    def _refuse(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>chaos</Message></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Nothing: what was done is counted."""


for _method in ("GET", "PUT", "POST", "HEAD", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler._serve)
