"""The question that a Minecraft client asks of every server in its list: who are you, and how full?

Protocol: https://minecraft.wiki/w/Java_Edition_protocol/Server_List_Ping
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from collector.errors import Stopped
from collector.servers.base import Health

SECONDS = 3.0  # for one question
PAUSE = 0.2  # between questions
ANY_VERSION = -1
STATUS = 1  # the state that a handshake asks for
MAX_ANSWER = 1 << 20  # bytes; an icon is in it


def ping(host: str, port: int) -> Health:
    """Ask the server at an address, for at most a few seconds."""
    try:
        with socket.create_connection((host, port), timeout=SECONDS) as connection:
            connection.sendall(_handshake(host, port) + _packet(b"\x00"))
            answer = _read_answer(connection)
        version, players = answer["version"], answer["players"]
        return Health(ok=True, version=str(version["name"]), players=int(players["online"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Health(ok=False, reason=f"{type(error).__name__}: {error}")


def wait_for(
    host: str,
    port: int,
    seconds: float,
    stopped: Callable[[], bool],
    check: Callable[[], None] = lambda: None,
) -> Health:
    """Ask until it answers or the time is over; `check` is called in between, and may raise.

    Raises:
        Stopped: `stopped` said so.
    """
    end = time.monotonic() + seconds
    while True:
        health = ping(host, port)
        if health.ok or time.monotonic() > end:
            return health
        if stopped():
            raise Stopped(f"the wait for the server at {host}:{port} was stopped")
        check()
        time.sleep(PAUSE)


def _handshake(host: str, port: int) -> bytes:
    name = host.encode()
    body = b"\x00" + _varint(ANY_VERSION) + _varint(len(name)) + name + struct.pack(">H", port)
    return _packet(body + _varint(STATUS))


def _packet(body: bytes) -> bytes:
    return _varint(len(body)) + body


def _read_answer(connection: socket.socket) -> dict[str, Any]:
    with connection.makefile("rb") as stream:
        reader = _Reader(stream.read)
        reader.varint()  # length of the packet
        if reader.varint() != 0:
            raise ValueError("no status packet came back")
        answer = json.loads(reader.take(reader.varint()))
    if not isinstance(answer, dict):
        raise ValueError("the status is no object")
    return answer


class _Reader:
    """Reads the protocol's numbers and bytes."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read

    def take(self, count: int) -> bytes:
        if not 0 <= count <= MAX_ANSWER:
            raise ValueError(f"an answer of {count} bytes")
        data = self._read(count)
        if len(data) < count:
            raise ValueError("the connection closed in the middle of the answer")
        return data

    def varint(self) -> int:
        value = 0
        for shift in range(0, 35, 7):
            (byte,) = self.take(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise ValueError("a number without end")


def _varint(value: int) -> bytes:
    value &= 0xFFFFFFFF
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
