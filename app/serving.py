"""The web server and its end: told to stop, it finishes what is under way, and is gone within ten seconds."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

log = logging.getLogger(__name__)

REQUESTS_SECONDS = 7
LAST_SECONDS = 9.5


def leave_in_time() -> None:
    """From now on this process has less than ten seconds: what hangs after that is left behind, its database too.

    A transaction that is left behind is undone, a lease ends by itself.
    """
    ending = threading.Timer(LAST_SECONDS, _leave)
    ending.daemon = True
    ending.start()


def _leave() -> None:
    log.warning("something still hung and was left behind")
    logging.shutdown()
    os._exit(0)


class Server(uvicorn.Server):
    """Serves until SIGTERM or SIGINT; `stop`, which may take a while, begins at that very moment."""

    def __init__(self, app: FastAPI, trusted_proxies: str, stop: Callable[[], object] | None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # the application writes its own, without secrets
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=trusted_proxies or None,
                server_header=False,
                timeout_graceful_shutdown=REQUESTS_SECONDS,
            )
        )
        self._stopping = threading.Thread(target=stop, daemon=True) if stop else None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """What a signal brings about."""
        leave_in_time()
        self._begin_to_stop()
        super().handle_exit(sig, frame)

    def serve_on(self, listening: socket.socket) -> None:
        """Serve on this socket until all has come to an end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            # The server raises what it caught once more when it has stopped; the rest must still get its turn.
            signal.signal(number, lambda _number, _frame: None)
        try:
            self.run(sockets=[listening])
        finally:
            self._begin_to_stop()
            if self._stopping is not None:
                self._stopping.join()

    def _begin_to_stop(self) -> None:
        if self._stopping is not None and self._stopping.ident is None:
            self._stopping.start()
