import time

import pytest
from playwright.sync_api import Error, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.support.accessible import assert_accessible
from tests.support.browser import assert_no_sideways_scroll
from tests.support.live import Door
from tests.support.looks import FIRST_VIEW, Eyes


def test_the_windows_are_wide_and_narrow(page: Page, narrow_page: Page) -> None:
    widths = [one.evaluate("window.innerWidth") for one in (page, narrow_page)]
    assert widths == [1280, 360]


def test_the_browser_is_dutch_and_in_amsterdam(page: Page) -> None:
    found = page.evaluate("[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]")
    assert found == ["nl-NL", "Europe/Amsterdam"]


def test_the_browser_reaches_no_other_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://regie.example/")


def test_a_page_without_script_runs_none(scriptless_page: Page) -> None:
    scriptless_page.set_content("<p id=p>rust</p><script>document.getElementById('p').textContent = 'onrust'</script>")
    assert scriptless_page.locator("#p").text_content() == "rust"


def test_a_page_that_is_too_wide_is_seen(narrow_page: Page) -> None:
    narrow_page.set_content("<div style='width: 400px'>breed</div>")
    with pytest.raises(AssertionError, match="wider than its window"):
        assert_no_sideways_scroll(narrow_page)
    narrow_page.set_content("<meta name=viewport content='width=device-width'><p>smal</p>")
    assert_no_sideways_scroll(narrow_page)


def test_what_somebody_could_not_use_is_found(page: Page) -> None:
    page.set_content(
        '<html lang="nl"><head><title>x</title></head><body><main><h1>x</h1><img src="/x.png"></main></body></html>'
    )
    with pytest.raises(AssertionError, match="image-alt"):
        assert_accessible(page)


BAD = """<!DOCTYPE html><html lang="nl"><head><title>x</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>p { block-size: 400px } @media (prefers-color-scheme: dark) { p { color: #222; background: #111 } }</style>
<script src="/zwaar.js"></script></head>
<body><main><h1 id="h">x</h1><p>Donker</p><div><img src="/weg.png"></div><b id="b">x</b></main></body></html>"""
HEAVY = """setTimeout(() => {
    document.querySelector("#h").style.marginBlockStart = "300px";
    document.querySelector("#b").style.cssText = "display: block; inline-size: 700px";
}, 150); //"""


def test_a_page_that_is_heavy_jumps_waits_is_too_wide_or_is_for_some_only_is_seen(door: Door, page: Page) -> None:
    def answer(request: Request) -> Response:
        if request.url.path == "/zwaar.js":
            headers = {"Cache-Control": "no-store"}
            return Response(HEAVY + "x" * FIRST_VIEW, media_type="text/javascript", headers=headers)
        if request.url.path == "/weg.png":
            time.sleep(0.5)  # until then the page stands there and can jump
        return HTMLResponse(BAD, 200 if request.url.path == "/" else 404)

    eyes = Eyes(page)
    with door.opened(Starlette(routes=[Route("/{rest:path}", answer)])):
        eyes.look(f"{door.url}/")
        eyes.look(f"{door.url}/nergens")
        page.goto("about:blank")
    told = "\n".join(eyes.wrong)
    for problem in (
        "weighs 15", "jumps by 0.", "waits for scripts", "the next time", "image-alt", "is wider than 640 px",
        "dark, 320 px: is wider than 320 px", "dark, 320 px: color-contrast", "console: Failed to load",
        "is no page: 404",
    ):  # fmt: skip
        assert problem in told, f"{problem}\n{told}"
