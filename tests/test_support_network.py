import socket
import urllib.request

import pytest

from tests.support.network import NetworkRefused


@pytest.mark.parametrize("host", ["regie.example", "192.0.2.1", "2001:db8::1", b"198.51.100.7"])
def test_no_test_reaches_another_machine(host: str | bytes) -> None:
    with pytest.raises(NetworkRefused, match="stay on this machine"):
        socket.getaddrinfo(host, 443)


def test_a_bare_socket_is_refused_too() -> None:
    with socket.socket() as one, pytest.raises(NetworkRefused):
        one.connect(("192.0.2.1", 9))
    with socket.socket() as one, pytest.raises(NetworkRefused):
        one.connect_ex(("192.0.2.1", 9))


def test_a_library_is_refused_too() -> None:
    with pytest.raises(NetworkRefused):
        urllib.request.urlopen("http://regie.example/")


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as line:
        assert line.getpeername() == server.getsockname()
