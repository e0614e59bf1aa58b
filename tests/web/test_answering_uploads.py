"""A file that is sent along with an answer over a slow line, and what comes after sending."""

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.store.answering import Answer
from app.store.documents import DraftDocument
from tests.support.answer_links import link_to
from tests.support.live import Live
from tests.web.test_answering import WORDS, asked, count

SIZE, BYTES_A_SECOND = 1_500_000, 1_000_000
FILE = {"name": "bijlage.txt", "mimeType": "text/plain", "buffer": b"Een regel tekst.\n" * (SIZE // 17)}
# Notes what the bar shows while a file is on its way.
WATCH = """() => {
  const bar = document.querySelector("[data-uploads-bar]");
  window.shown = [];
  new MutationObserver(() => window.shown.push([bar.hidden, bar.value])).observe(bar, { attributes: true });
}"""


def on_a_slow_line(page: Page, *, offline: bool = False) -> None:
    """Let the page send no more than BYTES_A_SECOND, or nothing at all."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": BYTES_A_SECOND},
    )


def test_a_large_file_shows_how_far_it_is_and_is_kept_once(live: Live, page: Page) -> None:
    page.goto(live.url + link_to(live, asked(live)))
    page.evaluate(WATCH)
    on_a_slow_line(page)
    page.get_by_label("Uw antwoord").fill(WORDS)
    page.get_by_label("Bijlage").set_input_files(FILE)  # type: ignore[arg-type]
    expect(page.get_by_role("progressbar", name="Voortgang")).to_be_visible()
    expect(page.locator("[data-uploads-state]")).to_have_text("De bijlage is bewaard bij uw concept.")
    expect(page.get_by_role("progressbar", name="Voortgang")).to_be_hidden()
    shown = page.evaluate("window.shown")
    values = [value for hidden, value in shown if not hidden]
    assert values == sorted(values)
    assert len({value for value in values if 0 < value < 100}) >= 2, values
    expect(page.get_by_role("list", name="Bewaarde bestanden")).to_contain_text("bijlage.txt")
    assert count(live, DraftDocument) == 1


def test_without_a_line_the_file_is_chosen_again_and_nothing_typed_is_lost(live: Live, page: Page) -> None:
    page.goto(live.url + link_to(live, asked(live)))
    page.get_by_label("Uw antwoord").fill(WORDS)
    page.context.set_offline(True)
    page.get_by_label("Bijlage").set_input_files(FILE)  # type: ignore[arg-type]
    expect(page.locator("[data-uploads-state]")).to_contain_text("geen verbinding. Kies het bestand straks opnieuw.")
    page.context.set_offline(False)
    page.get_by_label("Bijlage").set_input_files([])
    page.get_by_label("Bijlage").set_input_files(FILE)  # type: ignore[arg-type]
    expect(page.locator("[data-uploads-state]")).to_have_text("De bijlage is bewaard bij uw concept.")
    expect(page.get_by_label("Uw antwoord")).to_have_value(WORDS)
    assert count(live, DraftDocument) == 1


def test_sending_while_a_file_is_still_on_its_way_takes_it_along_once(live: Live, page: Page) -> None:
    page.goto(live.url + link_to(live, asked(live)))
    on_a_slow_line(page)
    page.get_by_label("Uw antwoord").fill(WORDS)
    page.get_by_label("Naam en functie").fill("Hoofd Opvang")
    page.get_by_label("Bijlage").set_input_files(FILE)  # type: ignore[arg-type]
    expect(page.get_by_role("progressbar", name="Voortgang")).to_be_visible()
    page.get_by_role("button", name="Verstuur het antwoord").click()
    expect(page.get_by_role("heading", name="Het antwoord is ontvangen")).to_be_visible()
    expect(page.get_by_text("bijlage.txt")).to_have_count(1)


def test_reloading_the_receipt_and_going_back_to_the_form_send_nothing_again(live: Live, page: Page) -> None:
    question_id = asked(live)
    page.goto(live.url + link_to(live, question_id))
    page.get_by_label("Uw antwoord").fill(WORDS)
    page.get_by_label("Naam en functie").fill("Hoofd Opvang")
    page.get_by_role("button", name="Verstuur het antwoord").click()
    received = page.get_by_role("heading", name="Het antwoord is ontvangen")
    expect(received).to_be_visible()
    expect(page).to_have_url(live.url + "/a")  # the link is taken out of the address once the page's script runs
    for move in (page.reload, page.go_back):
        move()
        expect(page.get_by_text("Hebt u uw antwoord al verstuurd? Dan hebben wij het")).to_be_visible()
    page.goto(live.url + link_to(live, question_id))
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.get_by_label("Uw antwoord")).to_have_count(0)
    with live.db.reading() as s:
        assert s.scalars(sa.select(Answer.text)).all() == [WORDS]
