"""Registering and answering as people do it: with counted clicks, with keys alone, through a letter's whole life."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Route, expect

from app.domain.questions import State
from app.store.ministries import Ministry
from app.store.questions import Contributor, Question
from tests.support import samples
from tests.support.accessible import assert_accessible
from tests.support.answer_links import link_to
from tests.support.browser import NARROW, PATIENCE, WIDE, assert_no_sideways_scroll, new_visit
from tests.support.builders import a_register
from tests.support.hands import Hands
from tests.support.live import Live
from tests.support.visits import sign_in_on

WHO = "secretariaat@vng.example"
FILE = {"name": "brief.txt", "mimeType": "text/plain", "buffer": samples.LETTER.encode()}
PASSAGES = [
    "Hoe brengt u deze opdrachten bij elkaar?",
    "Welke gevolgen verwacht u voor de keten?",
    "Wanneer nodigt J&V gemeenten uit voor dat overleg?",
    "Wij vragen OCW en VWS om aan te geven welke voorzieningen er in 2027 komen.",
    "Wij doen een dringend beroep op het ministerie van Algemene Zaken om de regie te versterken.",
]
CHOSEN_AND_SHOWN_AT_ONCE = """() => {
  const words = document.querySelector("[data-letter-page]").firstChild;
  getSelection().setBaseAndExtent(words, 10, words, 50);
  document.querySelector("form[data-autosave]").dispatchEvent(new Event("change"));
  return getSelection().toString().length;
}"""
SECONDS_A_CLICK, SECONDS_A_KEY, SECONDS_A_PASSAGE = 2.5, 0.3, 12  # aiming, a key, and reading for what to ask


def read_in(page: Page, *, script: bool = True) -> None:
    """Choose the letter's file and wait for its text."""
    page.wait_for_load_state()  # the scripts are there, too
    page.get_by_label("De brief als bestand").set_input_files(FILE)  # type: ignore[arg-type]
    if not script:
        page.get_by_role("button", name="Bewaar het bestand en lees de tekst").click()
    told = page.get_by_text("De tekst van het bestand staat hieronder.")
    expect(told).to_be_visible()


def asked(live: Live) -> list[tuple[str, str, list[str]]]:
    """Text, owner and contributors of the questions on record, in order."""
    with live.db.reading() as s:
        rows = s.execute(
            sa.select(Question, Ministry.code)
            .join(Ministry, Ministry.id == Question.owner_id)
            .order_by(Question.position)
        ).all()
        named = (
            sa.select(Ministry.code).join(Contributor, Contributor.ministry_id == Ministry.id).order_by(Ministry.code)
        )
        return [
            (one.text, owner, list(s.scalars(named.where(Contributor.question_id == one.id)))) for one, owner in rows
        ]


def test_a_letter_with_five_questions_is_registered_within_three_minutes_by_hand(
    live: Live, page: Page, record_property: Callable[[str, object], None]
) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven")
    hand = Hands(page)
    hand.click(page.get_by_role("link", name="Registreer een brief"))
    hand.clicks += 3  # open the chooser, point at the file, open it
    read_in(page)
    for number, passage in enumerate(PASSAGES, start=1):
        hand.drag_over(passage)
        hand.press("Enter")
        expect(page.locator("[data-passage-state]")).to_contain_text(f"Vraag {number} gemaakt.")
    expect(page.get_by_role("heading", name="5 vragen aan 3 ministeries")).to_be_visible()
    # The number in the text is the number in the list.
    for number, passage in enumerate(PASSAGES, start=1):
        expect(page.locator(f'mark[data-badge="{number}"]')).to_have_text(passage)
        expect(page.locator(f"#vragen-{number - 1} [data-brief-text]")).to_have_text(passage)
    expect(page.locator("#vragen-0")).to_contain_text("opvolger van A&M, in dezelfde alinea")
    # The second is for BZK: its owner is another than was proposed.
    hand.click(page.locator("#vragen-1 summary").first)
    hand.choose(page.locator("#vragen-1").get_by_label("Eigenaar"), "BZK")
    hand.click(page.locator("#vragen-1 input[value=BZK]"))
    expect(page.locator("[data-autosave-state]")).to_contain_text("Concept bewaard")
    hand.click(page.get_by_role("button", name="Controleer de brief"))
    expect(page.get_by_role("heading", name="5 vragen aan 4 ministeries")).to_be_visible()
    hand.click(page.get_by_role("button", name="Bewaar en verstuur"))
    expect(page.get_by_role("status")).to_contain_text("is verstuurd")
    assert asked(live) == [
        (PASSAGES[0], "JENV", ["BZK"]),
        (PASSAGES[1], "BZK", []),
        (PASSAGES[2], "JENV", []),
        (PASSAGES[3], "OCW", ["VWS"]),
        (PASSAGES[4], "AZ", []),
    ]
    seconds = hand.clicks * SECONDS_A_CLICK + hand.keys * SECONDS_A_KEY + len(PASSAGES) * SECONDS_A_PASSAGE
    told = f"{hand}, about {seconds:.0f} seconds"
    record_property("registering five questions for four ministries", told)
    print(told)  # noqa: T201  # what a person would want to know of this test
    assert hand.clicks <= 25
    assert seconds <= 180


def test_a_proposal_that_comes_late_leaves_alone_what_a_hand_is_choosing(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    read_in(page)
    waiting: list[Route] = []
    page.route("**/brieven/nieuw/voorstel?*", lambda route: waiting.append(route))  # noqa: PLW0108  # Playwright wants a function
    hand = Hands(page)
    first, second = PASSAGES[3], PASSAGES[0]
    hand.drag_over(first)
    hand.press("Enter")
    expect(page.locator("#vragen-0")).to_contain_text(first)
    page.wait_for_timeout(300)  # what the page does of itself after typing has been done
    hand.begin_drag(second)
    page.evaluate("window.before = document.querySelector('[data-letter-page]').firstChild")
    waiting[0].continue_()
    expect(page.locator("#vragen-0")).to_contain_text("Onderwijs")
    page.wait_for_timeout(400)
    hand.end_drag(second)
    assert page.evaluate("getSelection().toString().trim()").replace("\n", " ") == second
    hand.press("Enter")
    expect(page.locator('mark[data-badge="2"]')).to_have_text(second)
    assert not page.evaluate("window.before.isConnected"), "what waited for the hand was shown after it"
    # The page shows something new in the very moment that words are chosen, before it was told that they are.
    assert page.evaluate(CHOSEN_AND_SHOWN_AT_ONCE) == 40


def test_keys_alone_register_a_letter_and_answer_its_question(
    live: Live, page: Page, record_property: Callable[[str, object], None]
) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    read_in(page)
    hand = Hands(page)
    hand.tab_to(page.locator("[data-letter-page]"))
    hand.press(*["ArrowUp"] * 3, "Enter")  # upwards from the end: signature, greeting, the appeal
    expect(page.locator("[data-passage-state]")).to_contain_text("Vraag 1 gemaakt.")
    hand.press("ArrowUp", "Shift+ArrowDown", "Enter")
    expect(page.locator("[data-passage-state]")).to_contain_text("Vraag 2 gemaakt.")
    expect(page.locator("[data-passage-state]")).to_contain_text("deelt woorden met vraag 1")
    hand.tab_to(page.get_by_role("button", name="Verwijder: Vraag 2"))
    hand.press("Enter")
    expect(page.get_by_role("button", name="Zet terug")).to_be_focused()
    hand.tab_to(page.get_by_role("button", name="Controleer de brief"))
    hand.press("Enter")
    expect(page.get_by_role("heading", name="1 vraag aan 1 ministerie")).to_be_visible()
    hand.tab_to(page.get_by_role("button", name="Bewaar en verstuur"))
    hand.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is verstuurd")
    assert asked(live) == [(PASSAGES[4], "AZ", [])]

    with live.db.reading() as s:
        question_id = s.scalars(sa.select(Question.id)).one()
    page.goto(live.url + link_to(live, question_id))
    hand.tab_to(page.get_by_label("Uw antwoord"))
    hand.type("AZ neemt de regie vanaf 1 januari 2027.")
    hand.tab_to(page.get_by_label("Naam en functie"))
    hand.type("Directeur AZ")
    hand.tab_to(page.get_by_role("button", name="Bekijk eerst"))
    hand.press("Enter")
    expect(page.get_by_role("heading", name="Controleer uw antwoord")).to_be_visible()
    hand.tab_to(page.get_by_role("button", name="Verstuur het antwoord"))
    hand.press("Enter")
    expect(page.get_by_role("heading", name="Het antwoord is ontvangen")).to_be_visible()
    assert hand.clicks == 0
    record_property("registering and answering by keys alone", str(hand))


@pytest.mark.parametrize(("width", "script"), [(WIDE, True), (NARROW, False)])
def test_a_letter_lives_its_whole_life_through_the_hands_of_every_role(
    live: Live, browser: Browser, width: int, script: bool
) -> None:
    a_register(live.db)
    context = new_visit(browser, width, script=script)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def at(email: str, path: str) -> None:
        sign_in_on(page, live, email, path)
        assert_no_sideways_scroll(page)

    at(WHO, "/brieven/nieuw")
    read_in(page, script=script)
    page.get_by_label("Tekst van de vraag of het verzoek").fill(PASSAGES[2])
    page.locator("#vragen-0").get_by_label("Eigenaar").select_option("JENV")
    page.get_by_role("button", name="Controleer de brief").click()
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name="Bewaar en verstuur").click()
    expect(page.locator("mark")).to_contain_text(PASSAGES[2])
    with live.db.reading() as s:
        question_id = s.scalars(sa.select(Question.id)).one()
    question = f"/vragen/{question_id}"

    at("contact@jenv.example", f"{question}/afwijzen")
    page.get_by_label("Waarom hoort de vraag niet bij uw ministerie?").fill("Dit is aan BZK.")
    page.get_by_role("button", name="Leg de vraag voor aan AZ").click()
    at("regie@az.example", question)
    page.get_by_role("link", name="Wijs een eigenaar aan").click()
    page.get_by_label("Welk ministerie beantwoordt de vraag?").select_option("BZK")
    page.get_by_label("Waarom?").fill("BZK gaat over gemeenten.")
    page.get_by_role("button", name="Wijs aan").click()

    answer_by_link(page, live, question_id, "Wij komen hierop terug.")
    at(WHO, question)
    page.get_by_role("link", name="Beoordeel het antwoord").click()
    page.get_by_label("Ontwijkend").check()
    page.get_by_label("Wat ontbreekt er?").fill("Een dag.")
    page.get_by_role("button", name="Leg het oordeel vast").click()

    at("contact@bzk.example", question)
    page.get_by_role("link", name="Geef antwoord").click()
    page.get_by_label("Uw antwoord").fill("Op 14 januari 2027.")
    page.get_by_label("Naam en functie").fill("Directeur Bestuur")
    page.get_by_role("button", name="Verstuur het antwoord").click()
    at(WHO, f"{question}/oordeel")
    page.get_by_label("Concreet").check()
    page.get_by_role("button", name="Leg het oordeel vast").click()
    with live.db.reading() as s:
        assert s.scalars(sa.select(Question.state)).one() is State.SETTLED

    for email in ("coordinator@bzk.example", "sg@bzk.example", "regie@az.example", "directie@vng.example"):
        at(email, question)
        expect(page.get_by_role("heading", name="Verloop")).to_be_visible()
        expect(page.get_by_text("Oordeel: concreet. De vraag is afgedaan")).to_be_visible()
    page.get_by_text("Vergelijk met het antwoord van de ronde ervoor").click()
    expect(page.locator(".regie-compare ins")).to_contain_text(["Op 14 januari 2027"])
    if script:
        assert_accessible(page)
    context.close()


def answer_by_link(page: Page, live: Live, question_id: int, text: str) -> None:
    """Answer as the contact does, from the mailed link."""
    page.goto(live.url + link_to(live, question_id))
    assert_no_sideways_scroll(page)
    page.get_by_label("Uw antwoord").fill(text)
    page.get_by_label("Naam en functie").fill("Directeur")
    page.get_by_role("button", name="Verstuur het antwoord").click()
    expect(page.get_by_role("heading", name="Het antwoord is ontvangen")).to_be_visible()
