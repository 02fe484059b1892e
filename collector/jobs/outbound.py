"""Calls addresses that users have named, and never one inside of our own network (SSRF).

The name is resolved once, every address of it is checked, and the checked address is the one that is
called, so that a name which answers differently the second time gains nothing. Redirects are not followed,
proxies not used.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from collector.errors import AddressRefused
from collector.settings import Network

# A receiver has to answer within this, from the first packet to the end of its headers.
SECONDS = 10.0
MAX_URL = 2000
_PORTS = {"http": 80, "https": 443}
# Addresses of IPv6 that stand for one of IPv4: what counts is that one.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Target:
    """A URL whose address has been checked."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def resolve(url: str, networks: Iterable[Network] = ()) -> Target:
    """Look the host of a URL up, and check every address that it has.

    Args:
        url: absolute, https; http only where all addresses are in `networks`.
        networks: what may be called although it is not public.

    Raises:
        AddressRefused: it may not be called, or has no address.
    """
    parts, port = _split(url)
    assert parts.hostname
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"{parts.hostname} has no address: {error}") from None
    addresses = [str(entry[4][0]) for entry in found]
    networks = tuple(networks)
    inside = [_is_in(address, networks) for address in addresses]
    for address, ours in zip(addresses, inside, strict=True):
        if not ours and not _is_public(address):
            raise AddressRefused(
                f"{parts.hostname} is at {address}, which is not public; name a public receiver, or have its "
                "network allowed by COLLECTOR_WEBHOOK_NETWORKS"
            )
    if parts.scheme == "http" and not all(inside):
        raise AddressRefused("use https: plain http is for networks in COLLECTOR_WEBHOOK_NETWORKS")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port, path, addresses[0])


def post(target: Target, body: bytes, headers: Mapping[str, str], seconds: float = SECONDS) -> int:
    """Send a body and return the status of the answer, of which nothing else is read.

    Raises:
        OSError, http.client.HTTPException: no answer came in time, or none that is HTTP.
    """
    connection = _Pinned(target, seconds)
    # Time limits of a socket begin anew with every byte, and a hostile receiver sends one at a time.
    alarm = threading.Timer(seconds, connection.abort)
    alarm.start()
    try:
        named = target.host if target.port == _PORTS[target.scheme] else f"{target.host}:{target.port}"
        connection.request("POST", target.path, body, {**headers, "Host": named, "Connection": "close"})
        status = connection.getresponse().status
        if connection.aborted:  # in the middle of the headers, which then seem to end there
            raise TimeoutError(f"no whole answer within {seconds:g} s")
        return status
    finally:
        alarm.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked; TLS asks for the certificate of the name."""

    def __init__(self, target: Target, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target = target
        self.sock: socket.socket | None = None
        self.aborted = False

    def connect(self) -> None:
        """Open the connection."""
        self.sock = socket.create_connection((self._target.address, self._target.port), self.timeout)
        if self._target.scheme == "https":
            secure = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            self.sock = secure
            secure.do_handshake()

    def abort(self) -> None:
        """End it from another thread: whoever waits for it gets an error, or half an answer."""
        self.aborted = True
        if sock := self.sock:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _split(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise AddressRefused(f"{url[:MAX_URL]!r} is no URL: {error}") from None
    if not parts.hostname or not port or len(url) > MAX_URL or not re.fullmatch(r"[\x21-\x7e]+", url):
        raise AddressRefused(f"{url[:MAX_URL]!r} is no URL of a receiver; write it as https://host/path")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("a URL with a password in it is stored and shown; leave the password out")
    return parts, port


def _is_in(text: str, networks: Iterable[Network]) -> bool:
    address = ipaddress.ip_address(text)
    return any(address.version == network.version and address in network for network in networks)


def _is_public(text: str) -> bool:
    return all(address.is_global and not address.is_multicast for address in _meant(text))


def _meant(text: str) -> list[Address]:
    """An address, and the addresses of IPv4 to which it leads through a mapping or a tunnel."""
    address = ipaddress.ip_address(text)
    if address.version == 4:
        return [address]
    assert isinstance(address, ipaddress.IPv6Address)
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    inner = [address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [address, *(one for one in inner if one)]
