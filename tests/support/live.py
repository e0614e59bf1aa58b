"""The application itself, served on this machine for one test."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.main import create_app
from app.serving import answering_at_once
from app.settings import Settings
from app.store.base import Db
from tests.support.clock import Clock

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Live:
    """A running Regie: where it listens, what it stores in, what time it thinks it is."""

    url: str
    db: Db
    clock: Clock
    settings: Settings
    app: FastAPI


@pytest.fixture
def make_settings(db_url: str, tmp_path: Path) -> Callable[..., Settings]:
    """Settings for this test's register, nothing from the environment; name others as keywords."""

    def make(**others: Any) -> Settings:
        chosen = {"var": tmp_path / "var", "database_url": db_url, "scheduler": False, "secret": "x" * 32}
        chosen |= {"limit_factor": 0} | others  # a test may do in a second what people do in an hour
        return Settings(**chosen)

    return make


class Door:
    """What one server, started once, serves: the application of the test that runs, and nothing between two tests.

    A server for each test would cost each a third of a second, most of it asleep.
    """

    def __init__(self) -> None:
        self.url = ""
        self._app: ASGIApp = PlainTextResponse("no test runs", 503)
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        self._inside += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._inside -= 1

    @contextmanager
    def opened(self, app: ASGIApp) -> Iterator[None]:
        """Serve the application within the block, at whose end all requests must come to theirs."""
        before, self._app = self._app, app
        yield
        self._app = before
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._inside:
            if time.monotonic() > deadline:
                pytest.fail("a request did not come to its end")
            time.sleep(0.01)


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    """The server of this worker, on a free port."""
    listening = answering_at_once(socket.create_server(("127.0.0.1", 0)))
    door = Door()
    door.url = f"http://localhost:{listening.getsockname()[1]}"
    config = uvicorn.Config(door, lifespan="off", log_level="warning", access_log=False, timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            pytest.fail("the server did not start")
        time.sleep(0.01)
    yield door
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)
    listening.close()
    assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def serve(make_settings: Callable[..., Settings], db: Db, clock: Clock, door: Door) -> Iterator[Callable[..., Live]]:
    """Serves this test's own register with other settings than usual, named as keywords; the last one served counts."""
    with ExitStack() as opened:

        def one(**others: Any) -> Live:
            settings = make_settings(base_url=door.url, **others)
            app = create_app(settings, db=db, clock=clock)
            opened.enter_context(door.opened(app))
            return Live(door.url, db, clock, settings, app)

        yield one


@pytest.fixture
def live(serve: Callable[..., Live]) -> Live:
    """Regie on a free port, on this test's own register, by the test's clock, without a scheduler."""
    return serve()


@pytest.fixture
def client(live: Live) -> Iterator[httpx.Client]:
    """An HTTP client that speaks to the running application; it follows no redirects."""
    with httpx.Client(base_url=live.url, timeout=60) as opened:
        yield opened
