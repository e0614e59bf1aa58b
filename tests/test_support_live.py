import httpx
import pytest
from playwright.sync_api import Page

from tests.support.live import Live


@pytest.mark.database("sqlite")
def test_the_application_answers_on_a_port_of_its_own(live: Live, client: httpx.Client) -> None:
    assert live.settings.base_url == live.url == str(client.base_url).rstrip("/")
    assert client.get("/healthz").status_code == 200


@pytest.mark.database("sqlite")
def test_it_runs_by_the_clock_of_the_test(live: Live) -> None:
    live.clock.advance(days=7)
    assert live.app.state.office.now() == live.clock()


def test_a_browser_sees_it(live: Live, page: Page) -> None:
    answer = page.goto(live.url + "/aanmelden")
    assert answer is not None
    assert answer.status == 200
    assert page.locator("h1").count() == 1
