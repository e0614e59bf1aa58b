"""The list of letters, the letter itself, sending it and withdrawing it."""

import re
from datetime import date, timedelta

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.letters import NewLetter, NewQuestion
from app.domain.questions import State
from app.domain.terms import Term, TermKind
from app.store.outbox import OutboxMail
from app.store.questions import Question
from app.usecases import letters
from tests.support.builders import a_new_letter, a_register, a_sent_letter, at, secretariat
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

WHO = "secretariaat@vng.example"
BODY = "Geachte minister,\n\nWij vragen u hoe de opvang verdergaat. Ook willen wij weten wie dat betaalt."
TWO = (
    NewQuestion("hoe de opvang verdergaat", "JENV", contributors=("BZK",)),
    NewQuestion("Wie betaalt dat?", "FIN"),
)


def a_concept(live: Live, new: NewLetter | None = None) -> int:
    new = new or a_new_letter(*TWO, letter_date=date(2026, 11, 20), body=BODY, dossier="asiel-en-migratie")
    with live.db.writing() as s:
        return letters.register(s, secretariat(s), new, live.clock()).id


def a_sent_one(live: Live, new: NewLetter | None = None) -> int:
    with live.db.writing() as s:
        return a_sent_letter(s, new or a_new_letter(*TWO, body=BODY)).id


def states(live: Live) -> set[State]:
    with live.db.reading() as s:
        return set(s.scalars(sa.select(Question.state)))


@pytest.mark.parametrize("which", ["page", "scriptless_page"])
def test_a_concept_is_sent_after_a_look_at_what_will_happen(
    live: Live, request: pytest.FixtureRequest, which: str
) -> None:
    a_register(live.db)
    page: Page = request.getfixturevalue(which)
    letter_id = a_concept(live)
    sign_in_on(page, live, WHO, f"/brieven/{letter_id}")
    page.get_by_role("button", name="Controleer en verstuur").click()
    expect(page.get_by_role("heading", name="2 vragen aan 2 ministeries")).to_be_visible()
    expect(page.get_by_text("3 weken na ma 23 november 2026 is ma 14 december 2026.")).to_have_count(2)
    expect(page.get_by_text("Er gaan 2 mails met een antwoordlink uit")).to_be_visible()
    assert states(live) == {State.DRAFT}
    page.get_by_role("button", name="Verstuur de brief").click()
    expect(page.get_by_role("status")).to_contain_text("Brief 2026-001 is verstuurd")
    assert states(live) == {State.ASKED}
    with live.db.reading() as s:
        assert s.scalar(sa.select(sa.func.count()).select_from(OutboxMail).where(OutboxMail.kind == "asked")) == 2


def test_another_day_is_shown_with_its_terms_before_it_counts(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    letter_id = a_concept(live)
    path = f"/brieven/{letter_id}/verzenden"
    sign_in(client, live, WHO)
    shown = send(client, path, {"verzonden": "2026-11-20", "gerekend": "2026-11-23"})
    assert shown.status_code == 200
    assert "De termijnen zijn opnieuw geteld vanaf vr 20 november 2026" in shown.text
    assert "3 weken na vr 20 november 2026 is vr 11 december 2026." in shown.text
    assert states(live) == {State.DRAFT}
    assert send(client, path, {"verzonden": "2026-11-20", "gerekend": "2026-11-20"}).status_code == 303
    with live.db.reading() as s:
        assert set(s.scalars(sa.select(Question.asked_on))) == {date(2026, 11, 20)}
        assert set(s.scalars(sa.select(Question.due_on))) == {date(2026, 12, 11)}


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-11-24", "ligt in de toekomst"),
        ("2026-11-19", "ligt vóór de datum van de brief"),
        ("2026-11-31", "Deze dag bestaat niet"),
    ],
)
def test_a_day_on_which_it_cannot_have_gone_out_is_refused(
    live: Live, client: httpx.Client, day: str, sentence: str
) -> None:
    a_register(live.db)
    letter_id = a_concept(live)
    sign_in(client, live, WHO)
    answer = send(client, f"/brieven/{letter_id}/verzenden", {"verzonden": day, "gerekend": day})
    assert (answer.status_code, sentence in answer.text) == (400, True)
    assert states(live) == {State.DRAFT}


def test_a_letter_of_tomorrow_can_be_saved_but_not_sent(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    letter_id = a_concept(live, a_new_letter(letter_date=live.clock.today + timedelta(days=1)))
    sign_in(client, live, WHO)
    shown = client.get(f"/brieven/{letter_id}/verzenden")
    assert "De datum van de brief ligt in de toekomst" in shown.text
    assert "Verstuur de brief" not in shown.text
    send(client, f"/brieven/{letter_id}/verzenden", {"verzonden": "2026-11-23", "gerekend": "2026-11-23"})
    assert states(live) == {State.DRAFT}


def test_an_agreed_date_that_has_passed_stops_the_sending_with_a_reason(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    agreed = NewQuestion("Wanneer precies?", "JENV", term=Term(TermKind.AGREED, named_on=date(2026, 11, 21)))
    letter_id = a_concept(live, a_new_letter(agreed, letter_date=date(2026, 11, 20)))
    sign_in(client, live, WHO)
    assert send(client, f"/brieven/{letter_id}/verzenden", page=f"/brieven/{letter_id}").status_code == 303
    told = client.get(f"/brieven/{letter_id}")
    assert "De brief kan zo niet weg. De datum za 21 november 2026 ligt vóór ma 23 november 2026." in told.text


def test_a_letter_is_sent_once(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    letter_id = a_sent_one(live)
    sign_in(client, live, WHO)
    day = {"verzonden": "2026-11-23", "gerekend": "2026-11-23"}
    answer = send(client, f"/brieven/{letter_id}/verzenden", day, page=f"/brieven/{letter_id}")
    assert answer.status_code == 303
    assert "is geen concept meer" in client.get(f"/brieven/{letter_id}").text
    assert client.get(f"/brieven/{letter_id}/verzenden").status_code == 303


def test_a_concept_is_withdrawn_and_keeps_its_number(live: Live, page: Page) -> None:
    a_register(live.db)
    letter_id = a_concept(live)
    sign_in_on(page, live, WHO, f"/brieven/{letter_id}")
    page.get_by_text("Trek de brief in").first.click()
    page.get_by_label("Waarom?").fill("Dubbel geregistreerd")
    page.get_by_role("button", name="Trek de brief in").click()
    expect(page.get_by_role("status")).to_have_text("Brief 2026-001 is ingetrokken.")
    expect(page.get_by_role("button", name="Controleer en verstuur")).to_have_count(0)
    assert states(live) == {State.WITHDRAWN}


def test_a_letter_that_went_out_is_not_withdrawn_by_a_page_that_was_still_open(
    live: Live, client: httpx.Client
) -> None:
    a_register(live.db)
    letter_id = a_sent_one(live)
    sign_in(client, live, WHO)
    answer = send(client, f"/brieven/{letter_id}/intrekken", {"reden": "x"}, page=f"/brieven/{letter_id}")
    assert (answer.status_code, "is geen concept meer" in answer.text) == (409, True)
    assert states(live) == {State.ASKED}


def test_the_text_of_the_letter_points_at_its_questions(live: Live, page: Page) -> None:
    a_register(live.db)
    sign_in_on(page, live, WHO, f"/brieven/{a_sent_one(live)}")
    expect(page.locator("mark")).to_have_text(re.compile("1\\s*hoe de opvang verdergaat"))
    page.get_by_role("link", name="Naar vraag 1").click()
    expect(page.locator("#vraag-1")).to_contain_text("2026-001.1")
    expect(page.get_by_role("row", name=re.compile("verdergaat"))).to_contain_text("met BZK")


def test_a_ministry_sees_its_own_questions_and_no_concepts(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sent, concept = a_sent_one(live), a_concept(live)
    sign_in(client, live, "contact@fin.example")
    shown = client.get(f"/brieven/{sent}").text
    assert "Wie betaalt dat?" in shown
    assert shown.count("2026-001.") == 1
    assert "Leg een antwoord vast" not in shown
    assert client.get(f"/brieven/{concept}").status_code == 404
    assert client.get(f"/brieven/{concept}/verzenden").status_code == 403
    listed = client.get("/brieven").text
    assert listed.count("/brieven/") == 1
    assert "Registreer een brief" not in listed
    assert ">Concept<" not in listed


@pytest.mark.parametrize("path", ["/brieven/999", "/brieven/0", "/brieven/99999999999999999999", "/brieven/x"])
def test_a_letter_that_is_not_there_is_not_found(live: Live, client: httpx.Client, path: str) -> None:
    a_register(live.db)
    sign_in(client, live, WHO)
    assert client.get(path).status_code == 404


def test_the_list_is_narrowed_by_its_address(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    a_sent_one(live, a_new_letter(NewQuestion("Wie betaalt?", "FIN"), subject="Éénmalige uitkering", reference="VNG/1"))
    a_sent_one(live, a_new_letter(subject="Opvang", reference="VNG/2", dossier="asiel-en-migratie"))
    a_concept(live, a_new_letter(subject="Concept over wonen", reference="VNG/3"))
    sign_in(client, live, WHO)

    def shown(query: str) -> list[str]:
        return re.findall(r'regie-item__title" href="/brieven/\d+">([^<]+)<', client.get(f"/brieven?{query}").text)

    assert shown("") == ["Concept over wonen", "Opvang", "Éénmalige uitkering"]
    assert shown("stand=concept") == ["Concept over wonen"]
    assert shown("stand=uitgezet&ministerie=FIN") == ["Éénmalige uitkering"]
    assert shown("dossier=asiel-en-migratie") == ["Opvang"]
    assert shown("zoek=ÉÉNMALIGE") == ["Éénmalige uitkering"]
    assert shown("zoek=vng/2") == ["Opvang"]
    assert shown("zoek=2026-001") == ["Éénmalige uitkering"]
    assert shown("stand=afgedaan") == []
    assert shown("volgorde=oud&tot=2026-10-05") == ["Éénmalige uitkering", "Opvang", "Concept over wonen"]
    assert shown("dossier=geen&van=2026-10-05") == ["Concept over wonen", "Éénmalige uitkering"]
    assert shown("van=2026-10-06") == []
    wrong = client.get("/brieven?stand=onzin&ministerie=KGB&van=gisteren")
    assert (wrong.status_code, "regie-item__title" in wrong.text) == (400, False)
    for sentence in ("“Stand” kent “onzin” niet", "“Vraag aan” kent “KGB” niet", "“gisteren” is geen dag"):
        assert sentence in wrong.text
    assert client.get("/brieven?na=onzin").status_code == 400


def test_a_long_list_is_turned_page_by_page(live: Live, page: Page) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        for number in range(53):
            letters.register(s, secretariat(s), a_new_letter(subject=f"Brief {number}"), at(date(2026, 10, 5)))
    sign_in_on(page, live, WHO, "/brieven?stand=concept")
    expect(page.locator("a.regie-item__title")).to_have_count(50)
    page.get_by_role("link", name="Volgende").click()
    expect(page.locator("a.regie-item__title")).to_have_text(["Brief 2", "Brief 1", "Brief 0"])
    expect(page.get_by_role("link", name="Concept", exact=True)).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Vorige").click()
    expect(page.locator("a.regie-item__title")).to_have_count(50)
    expect(page.get_by_role("link", name="Vorige")).to_have_count(0)
