"""The web server and its end: told to stop, it finishes what is under way, and is gone within ten seconds."""

import ctypes
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import uvicorn
from fastapi import FastAPI

from app.store.base import Db

log = logging.getLogger(__name__)

REQUESTS_SECONDS = 7
BREAK_OFF_SECONDS = 8.5
AGAIN_SECONDS = 0.1
LAST_SECONDS = 9.5
_M_ARENA_MAX = -8  # malloc.h


def share_heaps() -> None:
    """Let all threads of this process share two heaps; called before there are threads.

    The GNU C library gives each thread that is busy a heap of its own, up to eight per processor, and what was freed in
    one helps no other: with sixteen readers at once a worker weighed a quarter more. Elsewhere there is nothing to set.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


class Told:
    """That this process was told to stop, by SIGTERM or SIGINT, from the moment this is made; made in the main thread.

    A signal comes in between any two steps. An event set from its handler can wait for a lock that the interrupted step
    holds, and a handler in Python runs too late when the signal comes just before the main thread lies down to wait. So
    the interpreter itself writes a byte into a pipe, and who waits reads from that.
    """

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: None)

    def say(self) -> None:
        """End the waiting without a signal."""
        os.write(self._writing, b".")

    def wait(self) -> None:
        """Return once told; for one thread, once."""
        os.read(self._reading, 1)


def leave_in_time(db: Db) -> None:
    """From now on this process has less than ten seconds: what hangs after that is left behind.

    A second before, the database is told to end what it still does for it. What was written is undone, a lease ends by
    itself.
    """
    for seconds, act in ((BREAK_OFF_SECONDS, partial(_break_off, db)), (LAST_SECONDS, _leave)):
        ending = threading.Timer(seconds, act)
        ending.daemon = True
        ending.start()


def _break_off(db: Db) -> None:
    # Again and again until the process is gone: who was broken off may begin the next statement.
    while True:
        db.break_off()
        time.sleep(AGAIN_SECONDS)


def _leave() -> None:
    log.warning("something still hung and was left behind")
    logging.shutdown()
    os._exit(0)


def answering_at_once(listening: socket.socket) -> socket.socket:
    """The same socket, whose connections send each packet as it is ready.

    Otherwise the second packet of an answer waits until the reader has acknowledged the first, which takes 40 ms.
    The event loop sees to it for sockets that it made itself, not for one that it is given.
    """
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is accepted takes it over
    return listening


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
        self._stop = stop
        self._db: Db = app.state.office.db

    def serve_on(self, listening: socket.socket) -> None:
        """Serve on this socket until all has come to an end."""
        told = Told()
        stopping = threading.Thread(target=self._end, args=(told,), daemon=True)
        stopping.start()
        try:
            self.run(sockets=[answering_at_once(listening)])
        finally:
            told.say()
            stopping.join()
            self._db.break_off()

    def _end(self, told: Told) -> None:
        told.wait()
        leave_in_time(self._db)
        if self._stop is not None:
            self._stop()
