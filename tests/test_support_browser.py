import pytest
from playwright.sync_api import Error, Page

from tests.support.accessible import assert_accessible
from tests.support.browser import assert_no_sideways_scroll


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
