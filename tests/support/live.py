"""The application itself, served on this machine for one test."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from app.store.base import Db
from tests.support.clock import Clock

START_SECONDS = 20


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
        chosen = {"var": tmp_path / "var", "database_url": db_url, "scheduler": False, "secret": "x" * 32} | others
        return Settings(**chosen)

    return make


@pytest.fixture
def live(make_settings: Callable[..., Settings], db: Db, clock: Clock) -> Iterator[Live]:
    """Regie on a free port, on this test's own register, by the test's clock, without a scheduler."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listening.getsockname()[1]}"
    settings = make_settings(base_url=url)
    app = create_app(settings, db=db, clock=clock)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            pytest.fail("the application did not start")
        time.sleep(0.01)
    yield Live(url, db, clock, settings, app)
    server.should_exit = True
    thread.join(START_SECONDS)
    listening.close()
    assert not thread.is_alive(), "the application did not stop"


@pytest.fixture
def client(live: Live) -> Iterator[httpx.Client]:
    """An HTTP client that speaks to the running application; it follows no redirects."""
    with httpx.Client(base_url=live.url, timeout=20) as opened:
        yield opened
