"""A mail server that fails on purpose, at the stage and in the way the test says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STAGES = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "dot")
NORMAL = {
    "connect": "220 faulty.example",
    "EHLO": "250 faulty.example",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    "dot": "250 taken",
}
CLOSE, SILENCE = "close", "silence"


class FaultySmtp:
    """Plays the server's part up to `stage`, where it says `fault` (a reply), or closes, or falls silent.

    `called` counts the connections, `taken` the messages whose final dot came in; `stage` None lets everything pass.
    """

    def __init__(self, stage: str | None = None, fault: str = "") -> None:
        self.stage, self.fault = stage, fault
        self.called = self.taken = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def url(self) -> str:
        """What to set REGIE_SMTP_URL to."""
        return f"smtp://127.0.0.1:{self._listening.getsockname()[1]}"

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self._over.set()
        with socket.create_connection(self._listening.getsockname()):
            pass
        self._thread.join(5)
        self._listening.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            line, _ = self._listening.accept()
            self.called += 1
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line, line.makefile("rwb") as file:
            try:
                if not self._say(file, "connect"):
                    return
                for command in iter(file.readline, b""):
                    verb = command.split(maxsplit=1)[0].upper().decode()
                    if verb == "DATA" and not self._take(file):
                        return
                    if verb in {"QUIT", "RSET"}:
                        file.write(b"250 OK\r\n")
                        file.flush()
                    elif verb != "DATA" and not self._say(file, verb):
                        return
            except OSError:
                return

    def _take(self, file) -> bool:  # type: ignore[no-untyped-def]  # the socket's file
        if not self._say(file, "DATA"):
            return False
        if self.stage == "DATA":
            return True
        while file.readline() not in {b".\r\n", b""}:
            pass
        self.taken += 1
        return self._say(file, "dot")

    def _say(self, file, stage: str) -> bool:  # type: ignore[no-untyped-def]
        reply = self.fault if stage == self.stage else NORMAL[stage]
        if reply == SILENCE:
            self._over.wait(10)
        if reply in {CLOSE, SILENCE}:
            return False
        file.write(reply.encode() + b"\r\n")
        file.flush()
        return not reply.startswith("421")


@contextmanager
def faulty(stage: str | None = None, fault: str = "") -> Iterator[FaultySmtp]:
    """A server that fails so, for the length of the block."""
    server = FaultySmtp(stage, fault)
    server.start()
    yield server
    server.stop()
