"""Every page in a real browser: everybody can use it, it fits, it is light, and it stands still."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from app.domain.means import Means
from tests.support.addresses import CODED, HALFWAY, NOBODY, SECRETARIAT
from tests.support.databases import Databases
from tests.support.demo import copy_of_the_demo
from tests.support.inside import Inside
from tests.support.live import Live
from tests.support.looks import Eyes
from tests.support.visitors import Address, addresses
from tests.support.visits import cookies_of, form_token


@pytest.fixture
def db_url(databases: Databases, tmp_path: Path) -> str:
    """The demo's register, for all tests here."""
    return copy_of_the_demo(databases, tmp_path)


class Visitors:
    """Who looks, each signed in once."""

    def __init__(self, live: Live) -> None:
        self.live, self._cookies = live, dict[str, dict[str, str]]()

    def cookies(self, who: str) -> dict[str, str]:
        """What their browser has kept of their signing in."""
        if who not in self._cookies:
            self._cookies[who] = self._arrive(who)
        return self._cookies[who]

    def _arrive(self, who: str) -> dict[str, str]:
        if who == NOBODY:
            return {}
        if who == HALFWAY:
            return cookies_of(self.live, SECRETARIAT, means=Means.CODE)
        if who != CODED:
            return cookies_of(self.live, who)
        with httpx.Client(base_url=self.live.url) as asking:
            typed = {"email": SECRETARIAT, "form_token": form_token(asking, "/aanmelden")}
            asking.post("/aanmelden", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
            return dict(asking.cookies)


def first_that_opens(inside: Inside, visitors: Visitors, address: Address) -> Address:
    """Of addresses that do as well as each other the first that offers its page; else the first."""
    for one in (address, *address.others):
        inside.cookies.clear()
        inside.cookies.update(visitors.cookies(one.who))
        if inside.get(one.path).status_code == 200:
            return one
    return address


@pytest.mark.parametrize("part", [0, 1])
def test_every_page_can_be_used_by_everybody_fits_is_light_and_stands_still(
    live: Live, inside: Inside, page: Page, part: int, record_property: Callable[[str, object], None]
) -> None:
    eyes, visitors = Eyes(page), Visitors(live)
    for address in addresses(live)[part::2]:
        found = first_that_opens(inside, visitors, address) if address.others else address
        page.context.clear_cookies()
        kept = visitors.cookies(found.who)
        page.context.add_cookies([{"name": name, "value": value, "url": live.url} for name, value in kept.items()])
        eyes.look(live.url + found.path)
    assert eyes.wrong == [], "\n".join(eyes.wrong)
    told = (
        f"pages at 1280, 640 and 320 px, in light and dark: at most {eyes.heaviest} bytes of style, scripts and fonts, "
        f"{eyes.heaviest_again} the next time, layout shift {eyes.most_shift:.3f}"
    )
    record_property(told, eyes.pages)
