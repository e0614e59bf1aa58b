"""Asking ClamAV whether a file holds a virus, in its own words: INSTREAM over a socket.

Source: clamd(8), COMMANDS. The file goes over in pieces, each after its length in four bytes; an empty one ends it.
clamd never opens a file of ours, so it may run as another user, in another container, or on another machine.
"""

import re
import socket
import struct
from contextlib import suppress
from pathlib import Path

PIECE = 256 * 1024
PATIENCE_SECONDS = 20
_LONGEST_REPLY = 4096
_FOUND = re.compile(r"stream: (.{1,200}) FOUND")
CLEAN = "stream: OK"


class ScannerAway(Exception):
    """The scanner was not there, or couldn't say: nobody knows whether the file is clean."""


def look(address: str, path: Path) -> str:
    """Return the name of the virus in a file; empty where there is none.

    `address` is the path of a socket, or `host:port`. Raises ScannerAway.
    """
    try:
        with _connected(address) as line, path.open("rb") as file:
            line.sendall(b"zINSTREAM\0")
            # A file above clamd's own limit is cut off in the middle; the reply says why.
            with suppress(ConnectionError):
                while piece := file.read(PIECE):
                    line.sendall(struct.pack(">I", len(piece)) + piece)
                line.sendall(struct.pack(">I", 0))
            reply = _reply(line)
    except (OSError, ValueError) as trouble:
        raise ScannerAway(str(trouble)) from trouble
    if reply == CLEAN:
        return ""
    if found := _FOUND.fullmatch(reply):
        return found[1]
    raise ScannerAway(reply or "no reply")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), PATIENCE_SECONDS)


def _reply(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_REPLY:
        more = line.recv(_LONGEST_REPLY)
        if not more:
            break
        said += more
    return said.partition(b"\0")[0].decode(errors="replace").strip()
