"""A browser that speaks to an application within this process, where a wire would prove nothing and cost time."""

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.support.live import Live

CALLER = "203.0.113.7"
# httpx looks for this at every request, which takes a millisecond where it isn't there; now it is known not to be.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


class Inside:
    """Asks as an `httpx.Client` does, follows no redirects, and gets a fault of ours as the answer that people get."""

    def __init__(self, app: FastAPI, base_url: str) -> None:
        # A loop of its own in a thread of its own: a browser test may have left one running in this thread.
        self._thread = ThreadPoolExecutor(1)
        self._loop = asyncio.new_event_loop()
        line = httpx.ASGITransport(app, raise_app_exceptions=False, client=(CALLER, 4711))
        self._client = httpx.AsyncClient(transport=line, base_url=base_url)
        self.base_url, self.cookies = self._client.base_url, self._client.cookies

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """The answer to one request."""
        return self._run(self._client.request(method, path, **given))

    def get(self, path: str, **given: Any) -> httpx.Response:
        """The answer to a GET."""
        return self.request("GET", path, **given)

    def post(self, path: str, **given: Any) -> httpx.Response:
        """The answer to a POST."""
        return self.request("POST", path, **given)

    def close(self) -> None:
        """Let the loop and its thread go."""
        self._run(self._client.aclose())
        self._run(self._loop.shutdown_default_executor())
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    def _run(self, coroutine: Any) -> Any:
        return self._thread.submit(self._loop.run_until_complete, coroutine).result()


@pytest.fixture
def inside(live: Live) -> Iterator[Inside]:
    """A browser inside the running application."""
    opened = Inside(live.app, live.url)
    yield opened
    opened.close()
