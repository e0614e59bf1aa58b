"""No test speaks to anything but this machine."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest


class NetworkRefused(AssertionError):
    """A test tried to reach another machine. Not an OSError, so that no code under test takes it for a bad line."""


def refuse_elsewhere(host: Any) -> None:
    """Raise unless `host` (name or address; bytes, str or None) is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", "ip6-localhost"}:
        return
    try:
        ours = ipaddress.ip_address(name).is_loopback
    except ValueError:
        ours = False
    if not ours:
        raise NetworkRefused(f"a test tried to reach {name}; tests stay on this machine")


@pytest.fixture(autouse=True, scope="session")
def _network_off() -> Iterator[None]:
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def look(sock: socket.socket, address: Any) -> None:
        if sock.family in {socket.AF_INET, socket.AF_INET6}:
            refuse_elsewhere(address[0])

    def guarded_connect(self: socket.socket, address: Any) -> None:
        look(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        look(self, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        refuse_elsewhere(host)
        return getaddrinfo(host, *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield
