"""Whether a page can be used by everybody, as far as a machine can tell."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.browser import assert_no_sideways_scroll

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
    "preload": False,  # reads all style sheets, for a rule that isn't asked for
}


def assert_accessible(page: Page) -> None:
    """Fail on what axe finds wrong (WCAG 2.2 A and AA, and good habits), and on a page wider than its window."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    found = page.evaluate("async (rules) => (await axe.run(rules)).violations", RULES)
    told = [f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}" for one in found]
    assert told == [], f"{page.url}\n" + "\n".join(told)
    assert_no_sideways_scroll(page)
