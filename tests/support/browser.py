"""A real Chromium, the machine's own, that reaches nothing but this machine."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDE, NARROW = 1280, 360
PATIENCE = 60_000
"""Milliseconds after which something is missing, rather than late: the machine may be busy with other tests."""

ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of this worker. A missing one is an error: these tests are not optional."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail("no Chromium or Chrome on PATH; install one (Debian: apt-get install chromium)")
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else list(ARGUMENTS)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()


def new_visit(browser: Browser, width: int = WIDE, *, script: bool = True) -> BrowserContext:
    """A visitor with a clean slate: Dutch, in Amsterdam, in a window of this width in CSS pixels."""
    return browser.new_context(
        viewport={"width": width, "height": 900},
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
        java_script_enabled=script,
        reduced_motion="reduce",
    )


def _page(browser: Browser, width: int = WIDE, *, script: bool = True) -> Iterator[Page]:
    context = new_visit(browser, width, script=script)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a window 1280 pixels wide."""
    yield from _page(browser)


@pytest.fixture
def narrow_page(browser: Browser) -> Iterator[Page]:
    """A page in a window 360 pixels wide, a small telephone."""
    yield from _page(browser, NARROW)


@pytest.fixture
def scriptless_page(browser: Browser) -> Iterator[Page]:
    """A page that runs no JavaScript."""
    yield from _page(browser, script=False)


def assert_no_sideways_scroll(page: Page) -> None:
    """Fail when the page is wider than its window."""
    page.wait_for_load_state()  # a page that is just being left has no element to measure
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{page.url} is {width} px wider than its window"
