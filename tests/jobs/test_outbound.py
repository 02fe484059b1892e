"""Requests to addresses that users name: what is refused, and what a hostile receiver cannot do."""

from __future__ import annotations

import http.client
import shlex
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from collector.errors import AddressRefused
from collector.jobs.outbound import Target, post, resolve

LOOPBACK = [ip_network("127.0.0.0/8")]


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that lets `answer` deal with its one connection; its port."""

    def serve() -> None:
        connection, _ = server.accept()
        with closing(connection), suppress(OSError):  # the client may go away, as it should
            answer(connection)

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join(20)
        assert not thread.is_alive()


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name have these addresses."""

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://0.0.0.0/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[ff02::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
    ],
)
def test_addresses_inside_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused, match="not public"):
        resolve(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://93.184.216.34/", "use https"),
        ("ftp://example.org/", "no URL"),
        ("file:///etc/passwd", "no URL"),
        ("https://", "no URL"),
        ("https://example.org:99999/", "no URL"),
        ("https://[::1/", "no URL"),
        ("https://a b/", "no URL"),
        ("https://example.org/\r\nX: y", "no URL"),
        ("https://me:secret@example.org/", "password"),
        ("https://example.org/" + "x" * 3000, "no URL"),
        ("https://no-such-host.invalid/", "has no address"),
    ],
)
def test_what_is_no_receiver_is_refused(url: str, why: str) -> None:
    with pytest.raises(AddressRefused, match=why):
        resolve(url)


def test_every_address_of_a_name_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        resolve("https://example.org/")
    names(monkeypatch, "93.184.216.34", "2606:2800:220:1::1")
    target = resolve("https://example.org/a?b=c")
    assert target == Target("https", "example.org", 443, "/a?b=c", "93.184.216.34")


def test_networks_of_our_own_are_allowed_also_over_http() -> None:
    assert resolve("http://127.0.0.1:8000/", LOOPBACK).address == "127.0.0.1"
    with pytest.raises(AddressRefused, match="not public"):
        resolve("http://10.0.0.1/", LOOPBACK)


def test_a_name_that_changes_its_mind_is_called_where_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        seen.append(connection.recv(10_000))
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with listening(answer) as port:
        names(monkeypatch, "127.0.0.1")
        target = resolve(f"http://hooks.test:{port}/x", LOOPBACK)
        names(monkeypatch, "10.255.255.1")  # where nothing answers
        monkeypatch.setattr(socket, "create_connection", _direct)
        assert post(target, b"{}", {"a": "b"}) == 204
    assert seen[0].startswith(b"POST /x HTTP/1.1\r\n")
    assert f"Host: hooks.test:{port}".encode() in seen[0]


def _direct(address: tuple[str, int], timeout: float) -> socket.socket:
    """A connection to an address, without asking for names."""
    assert address[0] == "127.0.0.1"
    made = socket.socket()
    made.settimeout(timeout)
    made.connect(address)
    return made


def test_the_certificate_is_that_of_the_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    subprocess.run(
        shlex.split(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout key "
            "-out certificate -subj /CN=hooks.test -addext subjectAltName=DNS:hooks.test"
        ),
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=20,
    )
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(tmp_path / "certificate", tmp_path / "key")

    def answer(connection: socket.socket) -> None:
        with ours.wrap_socket(connection, server_side=True) as secure:
            secure.recv(10_000)
            secure.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    with listening(answer) as port, pytest.raises(ssl.SSLCertVerificationError):
        post(Target("https", "hooks.test", port, "/", "127.0.0.1"), b"", {})
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate"))
    with listening(answer) as port:
        assert post(Target("https", "hooks.test", port, "/", "127.0.0.1"), b"", {}) == 200
    with listening(answer) as port, pytest.raises(ssl.SSLCertVerificationError, match=r"other\.test"):
        post(Target("https", "other.test", port, "/", "127.0.0.1"), b"", {})


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\nX: "], ids=["says nothing", "sends one byte after the other"]
)
def test_a_slow_receiver_is_given_up(first: bytes) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(first)
        for _ in range(100):
            if first:
                connection.sendall(b"x")
            time.sleep(0.05)

    with listening(answer) as port:
        begin = time.monotonic()
        with pytest.raises((OSError, http.client.HTTPException)):
            post(Target("http", "hooks.test", port, "/", "127.0.0.1"), b"", {}, seconds=0.5)
        assert time.monotonic() - begin < 3


def test_of_a_huge_answer_nothing_but_the_status_is_read() -> None:
    sent = [0]

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        for _ in range(1000):
            sent[0] += connection.send(b"x" * 1_000_000)

    with listening(answer) as port:
        assert post(Target("http", "hooks.test", port, "/", "127.0.0.1"), b"", {}) == 200
    assert sent[0] < 50_000_000


def test_endless_headers_are_not_read_to_their_end() -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10**6)

    with listening(answer) as port, pytest.raises(http.client.HTTPException):
        post(Target("http", "hooks.test", port, "/", "127.0.0.1"), b"", {})
