"""Registering a letter by the page: with and without JavaScript, on a desk and on a telephone."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from app.domain.questions import State
from app.store.documents import LetterDocument
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail
from app.store.people import Person
from app.store.questions import Contributor, Question
from tests.support import samples
from tests.support.accessible import assert_accessible
from tests.support.builders import a_new_letter, a_register, a_sent_letter
from tests.support.live import Live
from tests.support.visits import form_token, send, sign_in, sign_in_on

WHO = "secretariaat@vng.example"
# The letter on the coherence of migration policy, told in a few of its facts; lines are broken as on its page.
BODY = """Geachte heer,

Wij maken ons zorgen over de samenhang in het asiel- en migratiebeleid en in de opvang van
ontheemden uit Oekraïne. De asielketen kent schakels die nauw met elkaar verbonden zijn.

De huisvesting van statushouders raakt twee ministeries die hun beleid niet op elkaar
afstemmen. Dat geldt ook voor de wijziging van de Vreemdelingenwet.

Wij vragen het ministerie van Algemene Zaken om de regie op dit dossier te versterken.

Met vriendelijke groet,
Vereniging van Nederlandse Gemeenten
"""
PASSAGE = "Wij vragen het ministerie van Algemene Zaken om de regie op dit dossier te versterken."
ASKED = [
    # text, owner, contributors, kind
    (PASSAGE, "AZ", ("JENV", "BZK", "SZW", "OCW", "VWS"), "verzoek"),
    ("Hoe stemt u de huisvesting van statushouders af op de inburgering?", "BZK", ("JENV", "SZW"), "vraag"),
    ("Hoe wordt de wijziging van de Vreemdelingenwet met de hele keten getoetst?", "JENV", ("SZW",), "vraag"),
    ("Betrek gemeenten bestuurlijk bij de scenario’s voor ontheemden uit Oekraïne.", "JENV", (), "verzoek"),
    ("Wat betekenen de langere wachttijden voor de inburgering?", "SZW", (), "vraag"),
    ("Welke voorzieningen voor onderwijs komen er voor nieuwkomers?", "OCW", ("VWS",), "vraag"),
]


def facts_of_the_letter(page: Page, day: date) -> None:
    page.get_by_label("Onderwerp").fill("Coördinatie, samenhang en samenwerking in het beleid")
    page.get_by_label("Kenmerk van de VNG").fill("VNG/2026/4711")
    for part, number in (("Dag", day.day), ("Maand", day.month), ("Jaar", day.year)):
        page.get_by_role("group", name="Datum van de brief").get_by_label(part).fill(str(number))
    page.get_by_label("Gericht aan").select_option("AZ")
    page.get_by_label("Ter attentie van").fill("de minister-president")
    page.get_by_label("Dossier").select_option("asiel-en-migratie")


def item(page: Page, number: int) -> Locator:
    return page.locator(f"#vragen-{number - 1}")


def opened(page: Page, number: int) -> Locator:
    """A question of the form, with its fields in sight."""
    question = item(page, number)
    if not question.get_by_label("Eigenaar").is_visible():
        question.locator("summary").first.click()
    return question


def ask(page: Page, number: int, text: str, owner: str, contributors: Sequence[str] = (), kind: str = "vraag") -> None:
    question = opened(page, number)
    question.get_by_label("Tekst van de vraag of het verzoek").fill(text)
    question.get_by_label("Eigenaar").select_option(owner)
    question.get_by_label("Soort").select_option(kind)
    for code in contributors:
        question.locator(f"input[value={code}]").check()


def drag(page: Page, grip: Locator, over: Locator) -> None:
    """Drag an item by its grip to the top of another."""
    grip.hover()
    page.mouse.down()
    start = grip.bounding_box()
    assert start
    page.mouse.move(start["x"] - 10, start["y"] + 20, steps=3)
    expect(over.locator("details").first).not_to_have_attribute("open", "")
    there = over.bounding_box()
    assert there
    page.mouse.move(there["x"] + 40, there["y"] + 8, steps=5)
    page.mouse.up()


def check(page: Page) -> None:
    page.get_by_role("button", name="Controleer de brief").click()
    expect(page.get_by_role("heading", name="Controleer de brief")).to_be_visible()


def the_letter(live: Live) -> tuple[Letter, list[tuple[str, str, tuple[str, ...], str]]]:
    """The letter on record, with its questions as in ASKED."""
    with live.db.reading() as s:
        letter = s.scalars(sa.select(Letter)).one()
        rows = s.execute(
            sa.select(Question, Ministry.code)
            .join(Ministry, Ministry.id == Question.owner_id)
            .order_by(Question.position)
        ).all()
        found = []
        for question, owner in rows:
            codes = s.scalars(
                sa.select(Ministry.code)
                .join(Contributor, Contributor.ministry_id == Ministry.id)
                .where(Contributor.question_id == question.id)
            )
            found.append((question.text, owner, tuple(sorted(codes)), str(question.kind)))
    return letter, found


EXPECTED = [(text, owner, tuple(sorted(contributors)), kind) for text, owner, contributors, kind in ASKED]


def test_nothing_can_be_typed_that_would_be_lost_while_a_file_is_read(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    page.wait_for_load_state()
    subject = page.get_by_label("Onderwerp")
    subject.fill("Opvang")
    # As when the file takes long to arrive: the page stays.
    stay = "document.querySelector('form[data-register]').addEventListener('submit', (sent) => sent.preventDefault())"
    page.evaluate(stay)
    page.get_by_label("De brief als bestand").set_input_files(
        {"name": "brief.pdf", "mimeType": "", "buffer": samples.PDF}
    )
    expect(subject).not_to_be_editable()
    expect(page.get_by_label("Tekst van de brief", exact=True)).not_to_be_editable()
    page.keyboard.press("Escape")  # which stops the page from leaving
    expect(subject).to_be_editable()
    expect(subject).to_have_value("Opvang")


def test_the_real_letter_is_registered_and_sent_with_a_date_five_weeks_back(live: Live, page: Page) -> None:
    a_register(live.db)
    day = live.clock.today - timedelta(weeks=5)
    sign_in_on(page, live, WHO, "/brieven")
    page.get_by_role("link", name="Registreer een brief").click()
    page.wait_for_load_state()  # the scripts are there, too
    facts_of_the_letter(page, day)
    with page.expect_navigation():  # the file is read at once; what is typed meanwhile would be typed on the old page
        page.get_by_label("De brief als bestand").set_input_files(
            {"name": "brief.pdf", "mimeType": "", "buffer": samples.PDF}
        )
    body = page.get_by_label("Tekst van de brief", exact=True)
    body.fill(BODY)
    page.get_by_role("button", name="Klaar met wijzigen").click()
    # A sentence of the letter becomes the first question: the last but one, and upwards from the end.
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(item(page, 1).get_by_label("Tekst van de vraag of het verzoek")).to_have_value(PASSAGE)
    for number, asked in enumerate(ASKED, start=1):
        if number > 1:
            page.get_by_role("button", name="Voeg een vraag toe").click()
        ask(page, number, *asked)
    expect(item(page, 6)).to_contain_text("Geteld vanaf vandaag. Is de brief al eerder verstuurd, dan")
    check(page)
    expect(page.get_by_role("heading", name="6 vragen aan 5 ministeries")).to_be_visible()
    expect(page.get_by_text("brief.pdf")).to_be_visible()
    sent_on = page.get_by_role("group", name="Verzonden op")
    for part, number in (("Dag", day.day), ("Maand", day.month), ("Jaar", day.year)):
        sent_on.get_by_label(part).fill(str(number))
    # Another day than was counted with: shown first, sent after that.
    page.get_by_role("button", name="Bewaar en verstuur").click()
    expect(page.get_by_text("De termijnen zijn opnieuw geteld vanaf ma 19 oktober 2026")).to_be_visible()
    page.get_by_role("button", name="Bewaar en verstuur").click()
    expect(page.get_by_role("status")).to_contain_text("Brief 2026-001 is verstuurd")
    expect(page.locator("mark")).to_contain_text(PASSAGE)
    expect(page.get_by_text("14 dagen")).to_have_count(6)

    letter, asked = the_letter(live)
    assert (letter.letter_date, letter.sent_on, letter.body) == (day, day, BODY.strip())
    assert asked == EXPECTED
    with live.db.reading() as s:
        assert set(s.scalars(sa.select(Question.state))) == {State.ASKED}
        assert set(s.scalars(sa.select(Question.due_on))) == {date(2026, 11, 9)}
        to = (
            sa.select(Person.email)
            .join(OutboxMail, OutboxMail.person_id == Person.id)
            .where(OutboxMail.kind == "asked")
        )
        assert sorted(s.scalars(to)) == [f"contact@{one}.example" for one in ("az", "bzk", "jenv", "ocw", "szw")]
        assert s.scalar(sa.select(sa.func.count()).select_from(LetterDocument)) == 1


def test_the_real_letter_is_registered_without_javascript(live: Live, scriptless_page: Page) -> None:
    a_register(live.db)
    page = scriptless_page
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    page.get_by_label("De brief als bestand").set_input_files(
        {"name": "brief.odt", "mimeType": "", "buffer": samples.ODT}
    )
    page.get_by_role("button", name="Bewaar het bestand en lees de tekst").click()
    expect(page.get_by_role("link", name="brief.odt")).to_be_visible()
    facts_of_the_letter(page, live.clock.today)
    page.get_by_label("Tekst van de brief", exact=True).fill(BODY)
    # Typed in another order than they will stand in, with one too many in between.
    wrong_order = [ASKED[1], ASKED[0], ("Te veel", "VWS", (), "vraag"), *ASKED[2:]]
    for number, asked in enumerate(wrong_order, start=1):
        if number > 1:
            page.get_by_role("button", name="Voeg een vraag toe").click()
            expect(item(page, number).get_by_label("Tekst van de vraag of het verzoek")).to_be_focused()
        ask(page, number, *asked)
    page.get_by_role("button", name="Naar boven: Vraag 2").click()
    page.get_by_role("button", name="Verwijder: Vraag 3").click()
    expect(page.get_by_role("link", name="brief.odt")).to_be_visible()
    check(page)
    expect(page.get_by_role("listitem").filter(has_text=PASSAGE).first).to_contain_text(
        "3 weken na ma 23 november 2026 is ma 14 december 2026."
    )
    page.get_by_role("button", name="Wijzig de brief of een vraag").click()
    expect(item(page, 3).get_by_label("Tekst van de vraag of het verzoek")).to_have_value(ASKED[2][0])
    check(page)
    page.get_by_role("button", name="Bewaar als concept").click()
    expect(page.get_by_role("status")).to_contain_text("2026-001 is bewaard als concept")
    expect(page.get_by_role("link", name="brief.odt")).to_be_visible()
    letter, asked = the_letter(live)
    assert (letter.sent_on, asked) == (None, EXPECTED)


def test_questions_are_added_moved_and_removed_on_the_page_itself(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    facts_of_the_letter(page, live.clock.today)
    for number, text in enumerate(("een", "twee", "drie"), start=1):
        if number > 1:
            page.get_by_role("button", name="Voeg een vraag toe").click()
        ask(page, number, f"Vraag {text} over de opvang?", "JENV", ("BZK",) if number == 3 else ())
    page.get_by_role("button", name="Naar boven: Vraag 3").click()
    page.get_by_role("button", name="Verwijder: Vraag 1").click()
    page.get_by_role("button", name="Verwijder: Vraag 1").click()
    expect(page.get_by_text("Vraag 1 verwijderd.")).to_be_visible()
    page.get_by_role("button", name="Zet terug").click()
    expect(page.get_by_text("Vraag 1 staat er weer.")).to_be_visible()
    drag(page, page.locator("[data-repeat-grip]").nth(1), page.locator("#vragen-0"))
    page.get_by_role("button", name="Naar boven: Vraag 2").click()
    check(page)
    page.get_by_role("button", name="Bewaar als concept").click()
    expect(page.get_by_role("status")).to_contain_text("bewaard als concept")
    _, asked = the_letter(live)
    assert asked == [
        ("Vraag drie over de opvang?", "JENV", ("BZK",), "vraag"),
        ("Vraag twee over de opvang?", "JENV", (), "vraag"),
    ]


def test_the_due_date_follows_the_term_and_the_letters_date_while_they_are_typed(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    question = item(page, 1)
    expect(question).to_contain_text("ma 14 december 2026 · norm")
    question.get_by_label("Aantal").fill("2")
    expect(question).to_contain_text("2 weken na ma 23 november 2026 is ma 7 december 2026.")
    page.get_by_role("group", name="Datum van de brief").get_by_label("Dag").fill("12")
    page.get_by_role("group", name="Datum van de brief").get_by_label("Maand").fill("12")
    expect(question).to_contain_text("Tweede kerstdag")
    question.get_by_label("Aantal").fill("0")
    expect(question).to_contain_text("Vul een aantal in van 1 tot en met 104.")
    question.get_by_label("Termijn", exact=True).select_option("afspraak")
    expect(question.get_by_label("Aantal")).to_be_hidden()
    for part, number in (("Dag", "10"), ("Maand", "1"), ("Jaar", "2027")):
        question.get_by_role("group", name="Afgesproken datum").get_by_label(part).fill(number)
    expect(question).to_contain_text("zo 10 januari 2027 · afspraak")


@pytest.mark.parametrize("which", ["page", "scriptless_page"])
def test_an_ended_owner_is_replaced_by_its_successor_with_one_button(
    live: Live, request: pytest.FixtureRequest, which: str
) -> None:
    a_register(live.db)
    page: Page = request.getfixturevalue(which)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    facts_of_the_letter(page, live.clock.today)
    ask(page, 1, "Hoe gaat het verder met de opvang?", "AENM", ("VRO",))
    page.get_by_role("button", name="Controleer de brief").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Er kloppen nog 2 dingen niet")
    expect(summary).to_contain_text(
        "Vraag 1: Het ministerie van Asiel en Migratie bestond tot en met zo 22 februari 2026"
    )
    page.get_by_role("button", name="Kies JenV").click()
    expect(item(page, 1).get_by_label("Eigenaar")).to_have_value("JENV")
    page.get_by_role("button", name="Controleer de brief").click()
    page.get_by_role("button", name="Kies BZK").click()
    check(page)
    expect(page.get_by_text("contact@jenv.example")).to_be_visible()


def test_a_letter_of_last_year_may_name_the_ministries_of_that_time(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    facts_of_the_letter(page, date(2025, 11, 17))
    ask(page, 1, "Hoe gaat het verder met de opvang?", "AENM", ("VRO",))
    check(page)
    expect(page.get_by_text("gaat bij verzenden naar de opvolger, JenV")).to_be_visible()
    expect(page.get_by_text("contact@jenv.example")).to_be_visible()


def test_errors_are_listed_with_links_and_nothing_typed_is_lost(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    page.get_by_label("Ter attentie van").fill("de minister")
    page.get_by_label("De brief als bestand").set_input_files(
        [
            {"name": "goed.pdf", "mimeType": "", "buffer": samples.PDF},
            {"name": "fout.pdf", "mimeType": "", "buffer": samples.ZIP},
        ]
    )
    expect(page.get_by_role("alert")).to_contain_text("“fout.pdf” is geen goed PDF-bestand")
    expect(page.get_by_role("link", name="goed.pdf")).to_be_visible()
    page.get_by_role("button", name="Controleer de brief").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_count(4)
    assert_accessible(page)
    summary.get_by_role("link", name="Vul het kenmerk van de VNG in.").click()
    expect(page.get_by_label("Kenmerk van de VNG")).to_be_focused()
    expect(page.get_by_label("Kenmerk van de VNG")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Ter attentie van")).to_have_value("de minister")
    expect(page.get_by_role("link", name="goed.pdf")).to_be_visible()


def test_a_concept_is_changed_and_a_colleague_who_was_first_is_not_overwritten_unseen(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    facts_of_the_letter(page, live.clock.today)
    ask(page, 1, "Hoe gaat het verder met de opvang?", "JENV")
    check(page)
    page.get_by_role("button", name="Bewaar als concept").click()
    page.get_by_role("link", name="Wijzig de brief").click()
    other = page.context.new_page()
    other.goto(page.url)
    for tab, subject in ((other, "Van de ander"), (page, "Van mij")):
        tab.get_by_label("Onderwerp").fill(subject)
        check(tab)
        tab.get_by_role("button", name="Bewaar als concept").click()
    expect(page.get_by_role("alert")).to_contain_text("Iemand anders heeft deze brief intussen opgeslagen")
    expect(page.get_by_label("Onderwerp")).to_have_value("Van mij")
    assert the_letter(live)[0].subject == "Van de ander"
    check(page)
    page.get_by_role("button", name="Bewaar als concept").click()
    expect(page.get_by_role("heading", name="Van mij")).to_be_visible()


@pytest.mark.parametrize(("which", "scheme"), [("page", "light"), ("narrow_page", "dark")])
def test_the_form_and_the_check_are_accessible(
    live: Live, request: pytest.FixtureRequest, which: str, scheme: str
) -> None:
    a_register(live.db)
    page: Page = request.getfixturevalue(which)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sign_in_on(page, live, WHO, "/brieven/nieuw")
    assert_accessible(page)
    facts_of_the_letter(page, live.clock.today)
    page.get_by_label("Tekst van de brief", exact=True).fill(BODY)
    page.get_by_role("button", name="Voeg een vraag toe").click()
    for number, asked in enumerate(ASKED[:2], start=1):
        ask(page, number, *asked)
    assert_accessible(page)
    check(page)
    assert_accessible(page)


def fields(**other: str | list[str]) -> dict[str, str | list[str]]:
    typed: dict[str, str | list[str]] = {
        "onderwerp": "Samenhang",
        "kenmerk": "VNG/1",
        "datum": "2026-11-23",
        "aan": "AZ",
        "vragen-0-tekst": "Wanneer komt er duidelijkheid?",
        "vragen-0-eigenaar": "JENV",
    }
    return typed | other


def test_only_documents_that_this_person_was_shown_are_taken_from_a_form(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    answer = send(client, "/brieven/nieuw", fields(act="bijlage"), files={"bestanden": ("brief.pdf", samples.PDF)})
    sealed = answer.text.split('name="documenten" value="')[1].split('"')[0]
    for typed in (sealed.split(".")[0], f"{sealed[:-1]}0", "2.", sealed.replace("1.", "2.")):
        assert "brief.pdf" not in send(client, "/brieven/nieuw", fields(act="controleer", documenten=typed)).text
    assert "brief.pdf" in send(client, "/brieven/nieuw", fields(act="controleer", documenten=sealed)).text


@pytest.mark.parametrize(
    "change",
    [
        {"act": "vragen-weg-999"},
        {"act": "vragen-0-opvolger-eigenaar", "datum": "x"},
        {"act": "bewaar", "vragen-0-contact": "99999999999999999999"},
        {"act": "bewaar", "vragen-0-termijn-soort": "norm", "vragen-0-termijn-aantal": "٣٣٣٣٣٣"},
        {"act": "bewaar", "datum": "9999-12-31"},
        {"act": "bewaar", "datum": "0001-01-01"},
        {"act": "bewaar", "dossier": "nergens"},
        {"act": "verstuur", "gerekend": "morgen", "verzonden": "2026-99-99"},
        {"act": "controleer", "aan": "'; DROP TABLE letters; --"},
        {"act": "controleer", "vragen-0-tekst": "x" * 10_001},
        {"act": "controleer", "tekst": "y" * 500_001},
        {"act": "bewaar", "versie": "x", "kanaal": "duif"},
        {"act": ""},
    ],
)
def test_strange_forms_get_the_form_back(live: Live, client: httpx.Client, change: dict[str, str]) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    answer = send(client, "/brieven/nieuw", fields(**change))
    assert answer.status_code in {200, 400}
    assert 'name="onderwerp"' in answer.text
    with live.db.reading() as s:
        assert s.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0


def test_what_was_typed_is_shown_as_text(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    script = "<script>alert(1)</script>"
    typed = fields(
        act="controleer", onderwerp=script, tekst=script, **{"vragen-0-tekst": script, "vragen-0-kop": script}
    )
    shown = send(client, "/brieven/nieuw", typed)
    assert shown.status_code == 200
    assert script not in shown.text
    saved = send(client, "/brieven/nieuw", typed | {"act": "bewaar"})
    assert saved.status_code == 303
    assert script not in client.get(saved.headers["location"]).text


def test_a_second_letter_of_one_reference_is_pointed_out(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        a_sent_letter(s, a_new_letter(reference="VNG/1"))
    sign_in(client, live, WHO)
    shown = send(client, "/brieven/nieuw", fields(act="controleer"))
    assert "Er is al een brief met kenmerk VNG/1: 2026-001." in shown.text
    assert "Let op: er is al een brief met dit kenmerk: 2026-001." in shown.text


def test_a_form_that_is_sent_twice_makes_one_letter(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    key = client.get("/brieven/nieuw").text.split('name="sleutel" value="')[1].split('"')[0]
    once, again = (send(client, "/brieven/nieuw", fields(act="bewaar", sleutel=key)) for _ in range(2))
    assert once.headers["location"] == again.headers["location"]
    changed = send(client, "/brieven/nieuw", fields(act="bewaar", sleutel=key, onderwerp="Iets anders"))
    assert changed.status_code == 409
    assert "Dit formulier is al bewaard, als brief 2026-001." in changed.text
    assert 'value="Iets anders"' in changed.text, "nothing typed is lost"
    with live.db.reading() as s:
        assert s.scalar(sa.select(sa.func.count()).select_from(Letter)) == 1


@pytest.mark.parametrize("who", ["directie@vng.example", "contact@jenv.example", "beheer@vng.example"])
def test_others_do_not_register(live: Live, client: httpx.Client, who: str) -> None:
    a_register(live.db)
    sign_in(client, live, who)
    assert client.get("/brieven/nieuw").status_code == 403
    assert client.get("/brieven/nieuw/termijn").status_code == 403
    token = form_token(client, "/hulp")
    answer = client.post("/brieven/nieuw", data=fields(act="bewaar", form_token=token), headers={"Origin": live.url})
    assert answer.status_code == 403


def test_a_letter_that_went_out_is_not_changed_by_a_form_that_was_still_open(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        letter_id = a_sent_letter(s).id
    sign_in(client, live, WHO)
    assert client.get(f"/brieven/{letter_id}/bewerken").headers["location"] == f"/brieven/{letter_id}"
    answer = send(
        client,
        f"/brieven/{letter_id}/bewerken",
        fields(act="bewaar", versie="1", datum="2026-10-05"),
        page=f"/brieven/{letter_id}",
    )
    assert answer.status_code == 409
    assert "is geen concept meer" in answer.text
    assert 'value="Samenhang"' in answer.text


def test_a_letter_of_two_hundred_questions_is_registered(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    many: dict[str, str | list[str]] = {}
    for place in range(200):
        at = f"vragen-{place}"
        many |= {f"{at}-tekst": f"Vraag {place + 1}?", f"{at}-eigenaar": "JENV", f"{at}-meebetrokken": ["BZK", "SZW"]}
        many |= {f"{at}-termijn-{part}": "" for part in ("soort", "aantal", "eenheid")}
        many |= {
            f"{at}-{part}": "" for part in ("kop", "contact", *(f"termijn-datum-{one}" for one in ("dag", "maand")))
        }
    assert "200 vragen aan 1 ministerie" in send(client, "/brieven/nieuw", fields(act="controleer", **many)).text
    assert send(client, "/brieven/nieuw", fields(act="bewaar", **many)).status_code == 303
    _, asked = the_letter(live)
    assert [text for text, *_ in asked] == [f"Vraag {place}?" for place in range(1, 201)]


@pytest.mark.parametrize(
    ("day", "start", "due"),
    [
        ("2026-10-19", "ma 23 november 2026", "ma 14 december 2026"),
        ("2026-11-30", "ma 30 november 2026", "ma 21 december 2026"),
    ],
)
def test_form_check_and_concept_show_one_due_date_and_from_which_day_it_counts(
    live: Live, client: httpx.Client, day: str, start: str, due: str
) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    form = send(client, "/brieven/nieuw", fields(datum=day, act="vragen-open-0")).text
    part = client.get("/brieven/nieuw/termijn", params={"datum": day}).text
    check = send(client, "/brieven/nieuw", fields(datum=day, act="controleer")).text
    saved = send(client, "/brieven/nieuw", fields(datum=day, act="bewaar"))
    for shown in (form, part, check):
        assert set(re.findall(r"<strong>(\w\w \d+ \w+ \d{4})</strong>", shown)) == {due}
    for shown in (form, part):
        assert "Geteld vanaf" in shown
    assert f"De datums zijn geteld vanaf {start}" in check
    concept = client.get(saved.headers["location"]).text
    assert f"De uiterste datums zijn geteld vanaf {start}" in concept
    assert f"{due.split()[1]} dec" in concept


def test_a_letter_of_before_with_an_agreed_day_that_has_passed_is_sent_with_its_own_date(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    agreed = {"vragen-0-termijn-soort": "afspraak", "vragen-0-termijn-datum": "2026-11-02"}
    check = send(client, "/brieven/nieuw", fields(datum="2026-10-19", act="controleer", **agreed)).text
    assert "De datums zijn geteld vanaf ma 19 oktober 2026, als dag van versturen." in check
    sent = {"gerekend": "2026-10-19", "verzonden": "2026-10-19", "act": "verstuur"}
    assert send(client, "/brieven/nieuw", fields(datum="2026-10-19", **agreed, **sent)).status_code == 303
    with live.db.reading() as s:
        assert s.execute(sa.select(Question.asked_on, Question.due_on)).one() == (date(2026, 10, 19), date(2026, 11, 2))
