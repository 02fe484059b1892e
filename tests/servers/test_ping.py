"""The question to a server, asked of what answers oddly."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from collector.errors import Stopped
from collector.ports import free_port
from collector.servers.ping import ping, wait_for


@contextmanager
def answering(data: bytes) -> Iterator[int]:
    """A port whose every caller is told `data`, and then nothing more."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(1000)
                connection.sendall(data)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x03\x00\x02[]",
        b"\x04\x00\x02{}",
        b"\xff\xff\xff\xff\xff\xff",
        b"\x07\x00\xff\xff\xff\xff\x07",
    ],
)
def test_what_is_no_minecraft_server_is_not_well(data: bytes) -> None:
    with answering(data) as port:
        health = ping("127.0.0.1", port)
    assert not health.ok
    assert health.reason


def test_a_status_is_read() -> None:
    text = b'{"version": {"name": "Paper 1.21.4"}, "players": {"online": 3, "max": 20}}'
    with answering(bytes([len(text) + 2, 0, len(text)]) + text) as port:
        health = ping("127.0.0.1", port)
    assert (health.ok, health.version, health.players) == (True, "Paper 1.21.4", 3)


def test_nobody_there() -> None:
    assert not wait_for("127.0.0.1", free_port(), 0.3, lambda: False).ok


def test_a_wait_can_be_stopped() -> None:
    with pytest.raises(Stopped):
        wait_for("127.0.0.1", free_port(), 60, lambda: True)
