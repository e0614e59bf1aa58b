"""A TCP proxy before PostgreSQL that cuts a line at the point it is told to."""

import contextlib
import selectors
import socket
import threading
from dataclasses import dataclass

CHUNK = 65536


@dataclass
class Cut:
    """Where to cut: at the so-maniest message from the client since it was armed, before or after passing it on."""

    after_messages: int
    passing_on: bool
    done: bool = False


class Proxy:
    """Listens on a port of the loopback and passes all on to a socket file, until a cut is due."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._cut: Cut | None = None
        self._seen = 0
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, after_messages: int, *, passing_on: bool) -> Cut:
        """Cut the line that carries the so-maniest message from now on, once."""
        with self._lock:
            self._seen, self._cut = 0, Cut(after_messages, passing_on)
            return self._cut

    def disarm(self) -> None:
        """Pass all on again."""
        with self._lock:
            self._cut = None

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                threading.Thread(target=self._pass_on, args=(line,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(self._target)
            with selectors.DefaultSelector() as ready:
                ready.register(client, selectors.EVENT_READ, server)
                ready.register(server, selectors.EVENT_READ, client)
                while True:
                    for key, _ in ready.select():
                        data = key.fileobj.recv(CHUNK)  # type: ignore[union-attr]
                        due = key.fileobj is client and self._is_due()
                        if due and due.passing_on:
                            server.sendall(data)
                        if due or not data:
                            return
                        key.data.sendall(data)

    def _is_due(self) -> Cut | None:
        with self._lock:
            self._seen += 1
            if self._cut and not self._cut.done and self._seen >= self._cut.after_messages:
                self._cut.done = True
                return self._cut
            return None
