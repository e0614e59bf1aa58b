"""The page that says why a date is what it is, and everything that can be done about a term on it."""

from datetime import date

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.questions import Verdict
from app.domain.terms import Term, TermKind, Unit
from app.store.base import Db
from app.store.questions import Question
from app.store.term_requests import RequestState, TermRequest
from app.usecases import answering, booking, closing, postponing, suspending, term_requests
from tests.support.answer_links import link_to
from tests.support.beginnings import beginning
from tests.support.builders import a_question, a_register, actor, at, secretariat
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

SECRETARIAT, CONTACT = "secretariaat@vng.example", "contact@jenv.example"
# Asked on Monday 9 November 2026, due Monday 30 November; it is now the 23rd.
ASKED, DUE = date(2026, 11, 9), date(2026, 11, 30)
NOW = at(date(2026, 11, 12))


@beginning
def asked(db: Db, **other: object) -> int:
    a_register(db)
    with db.writing() as s:
        return a_question(s, sent_on=ASKED, **other).id


def stands(live: Live, question_id: int) -> tuple[date, bool]:
    """Due date, and whether the clock stands still."""
    with live.db.reading() as s:
        question = s.get_one(Question, question_id)
        return question.due_on, question.suspended


def with_history(db: Db) -> int:
    """A postponement that was voided, a stop of the clock, and an answer that began a new round."""
    question_id = asked(db)
    with db.writing() as s:
        contact, vng = actor(s, CONTACT), secretariat(s)
        booking.receive(s, vng, question_id, date(2026, 11, 10), "Per mail.", NOW)
        postponing.postpone(s, contact, question_id, date(2026, 12, 11), "Het debat is later.", NOW)
        booking.void(s, vng, question_id, 3, "Verkeerde vraag.", NOW)
        suspending.suspend(s, vng, question_id, date(2026, 11, 12), "Wij zoeken het uit.", NOW)
        suspending.resume(s, vng, question_id, date(2026, 11, 16), "Alle plekken.", at(date(2026, 11, 16)))
    return question_id


def test_every_entry_stands_there_in_a_sentence_the_voided_one_struck(live: Live, client: httpx.Client) -> None:
    question_id = with_history(live.db)
    sign_in(client, live, SECRETARIAT)
    told = client.get(f"/vragen/{question_id}/termijn").text
    assert "3 weken na ma 9 november 2026 is ma 30 november 2026." in told
    assert "Ontvangen op di 10 november 2026; de klok loopt door." in told
    assert "<s>Uitstel tot vr 11 december 2026, gemeld op do 12 november 2026.</s>" in told
    assert "Vervallen op do 12 november 2026: Verkeerde vraag." in told
    assert "De klok stond 4 dagen stil: ma 30 november 2026 wordt vr 4 december 2026." in told
    assert "Waarom vr 4 december 2026?" in told
    assert "do 12 november 2026 tot en met zo 15 november 2026: de klok stond stil" in told
    assert told.count("/vervallen") == 3  # not the term, the voided one or the voiding


def test_earlier_rounds_stay_readable_and_ministries_can_void_nothing(live: Live, client: httpx.Client) -> None:
    question_id = with_history(live.db)
    with live.db.writing() as s:
        answering.submit(s, actor(s, CONTACT), question_id, "Wij kijken.", "Hoofd", at(date(2026, 11, 17)))
        closing.judge(s, secretariat(s), question_id, Verdict.EVASIVE, "Wanneer?", at(date(2026, 11, 18)))
    sign_in(client, live, CONTACT)
    told = client.get(f"/vragen/{question_id}/termijn").text
    assert "10 werkdagen na wo 18 november 2026 is wo 2 december 2026." in told
    assert "Ronde 1: uiterlijk vr 4 december 2026" in told
    assert "/vervallen" not in told


def test_a_term_beyond_the_known_days_is_warned_of(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db, term=Term(TermKind.NORM, 24, Unit.MONTHS))
    named = asked_named(live.db)
    with live.db.writing() as s:
        s.execute(sa.text("DELETE FROM equated_days WHERE day >= '2028-01-01'"))
    sign_in(client, live, SECRETARIAT)
    assert "loopt tot en met 2027. Deze datum ligt daarna" in client.get(f"/vragen/{question_id}/termijn").text
    assert "Deze datum ligt daarna" not in client.get(f"/vragen/{named}/termijn").text


def asked_named(db: Db) -> int:
    with db.writing() as s:
        return a_question(s, sent_on=ASKED, term=Term(TermKind.AGREED, named_on=date(2029, 6, 1))).id


def test_the_secretariat_stops_and_starts_the_clock(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    sign_in(client, live, SECRETARIAT)
    at_question = f"/vragen/{question_id}"
    without_reason = send(client, f"{at_question}/opschorten", {"datum": "2026-11-16", "reden": ""})
    assert without_reason.status_code == 400
    assert "Vul een reden in." in without_reason.text
    assert 'value="16"' in without_reason.text  # the typed day stays
    ahead = send(client, f"{at_question}/opschorten", {"datum": "2026-12-01", "reden": "Wij zoeken het uit."})
    assert "Kies vandaag of een eerdere dag." in ahead.text
    assert "Wij zoeken het uit." in ahead.text
    stopped = send(client, f"{at_question}/opschorten", {"datum": "2026-11-16", "reden": "Wij zoeken het uit."})
    assert (stopped.status_code, stopped.headers["location"]) == (303, f"{at_question}/termijn")
    assert "De klok staat stil. ma 30 november 2026 is zolang voorlopig." in client.get(f"{at_question}/termijn").text
    assert stands(live, question_id) == (DUE, True)
    twice = send(client, f"{at_question}/opschorten", {"datum": "2026-11-17", "reden": "Nog eens."})
    assert "De klok staat al stil sinds ma 16 november 2026. Laat de klok eerst weer lopen." in twice.text
    early = send(client, f"{at_question}/hervatten", {"datum": "2026-11-13"})
    assert "De klok staat pas stil sinds ma 16 november 2026. Kies die dag of later." in early.text
    assert send(client, f"{at_question}/hervatten", {"datum": "2026-11-20", "reden": "Alles."}).status_code == 303
    assert stands(live, question_id) == (date(2026, 12, 4), False)


def test_an_entry_is_voided_once(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    with live.db.writing() as s:
        postponing.postpone(s, actor(s, CONTACT), question_id, date(2026, 12, 11), "Het debat is later.", NOW)
    sign_in(client, live, SECRETARIAT)
    path = f"/vragen/{question_id}/termijnboekingen/2/vervallen"
    shown = client.get(path).text
    assert "De uiterste antwoorddatum is dan ma 30 november 2026." in shown
    assert "Vul een reden in." in send(client, path, {"reden": " "}).text
    assert send(client, path, {"reden": "Verkeerde vraag."}).status_code == 303
    assert stands(live, question_id)[0] == DUE
    twice = send(client, path, {"reden": "Nog eens."}, page=f"/vragen/{question_id}/opschorten")
    assert (twice.status_code, "Deze boeking is al vervallen." in twice.text) == (400, True)
    assert "Nog eens." in twice.text
    assert "Deze boeking kan niet vervallen." in client.get(path.replace("/2/", "/1/")).text


def test_a_question_is_noted_as_received_and_sent_again(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    sign_in(client, live, SECRETARIAT)
    at_question = f"/vragen/{question_id}"
    received = send(client, f"{at_question}/ontvangst", {"datum": "2026-11-11", "reden": "Telefonisch."})
    assert received.status_code == 303
    assert send(client, f"{at_question}/opnieuw-versturen", {"reden": ""}).status_code == 303
    told = client.get(f"{at_question}/termijn").text
    assert "Ontvangen op wo 11 november 2026" in told
    assert "Opnieuw verstuurd op ma 23 november 2026" in told
    assert stands(live, question_id)[0] == DUE


def test_a_ministry_asks_what_is_meant_and_the_secretariat_decides(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    sign_in(client, live, CONTACT)
    at_question = f"/vragen/{question_id}"
    assert send(client, f"{at_question}/verduidelijking", {"reden": ""}).status_code == 400
    assert send(client, f"{at_question}/verduidelijking", {"reden": "Welke plekken?"}).status_code == 303
    assert "Wacht op het secretariaat." in client.get(f"{at_question}/termijn").text
    again = send(client, f"{at_question}/verduidelijking", {"reden": "En wanneer?"})
    assert (again.status_code, "En wanneer?" in again.text) == (409, True)
    assert client.get(f"{at_question}/verzoeken/1").status_code == 403
    client.cookies.clear()
    sign_in(client, live, SECRETARIAT)
    waiting = client.get("/").text
    assert "Beslis over een verzoek" in waiting
    assert f"{at_question}/verzoeken/1" in waiting
    decide = f"{at_question}/verzoeken/1"
    assert "Welke plekken?" in client.get(decide).text
    silent = send(client, decide, {"act": "afwijzen", "besluit": ""})
    assert "Schrijf waarom u het verzoek afwijst." in silent.text
    granted = send(client, decide, {"act": "toekennen", "besluit": "Wij komen erop terug."})
    assert granted.status_code == 303
    assert stands(live, question_id) == (DUE, True)
    assert "Beslis over een verzoek" not in client.get("/").text
    assert send(client, decide, {"act": "afwijzen", "besluit": "Toch niet."}).status_code == 409
    assert client.get(f"/vragen/{question_id + 1}/verzoeken/1").status_code == 404


def test_the_form_for_postponing_offers_to_ask_and_loses_nothing(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    sign_in(client, live, CONTACT)
    path = f"/vragen/{question_id}/uitstellen"
    typed = {"datum": "2027-01-15", "reden": "De Kamer debatteert in januari."}
    shown = send(client, path, {**typed, "act": "bekijk"})
    assert shown.status_code == 400
    assert "Vraag voor langer instemming aan het secretariaat." in shown.text
    assert 'value="verzoek"' in shown.text
    assert "De Kamer debatteert in januari." in shown.text
    assert 'value="2027"' in shown.text
    assert send(client, path, {**typed, "act": "verzoek"}).status_code == 303
    with live.db.reading() as s:
        request = s.scalars(sa.select(TermRequest)).one()
        assert (request.state, request.named_on) == (RequestState.ASKED, date(2027, 1, 15))
    sooner = send(client, path, {**typed, "datum": "2026-12-14", "act": "bekijk"})
    assert 'value="verzoek"' not in sooner.text
    client.cookies.clear()
    sign_in(client, live, SECRETARIAT)
    decide = f"/vragen/{question_id}/verzoeken/{request.id}"
    refused = send(client, decide, {"act": "toekennen", "datum": "2027-01-16"})
    assert "is geen werkdag (zaterdag)" in refused.text
    assert send(client, decide, {"act": "toekennen", "datum": "2027-01-15"}).status_code == 303
    assert stands(live, question_id)[0] == date(2027, 1, 15)


def test_by_link_a_ministry_asks_what_is_meant(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    link = link_to(live, question_id)
    silent = send(client, f"{link}/verduidelijking", {"reden": " "}, page=link)
    assert (silent.status_code, "Schrijf wat er niet duidelijk is aan de vraag." in silent.text) == (400, True)
    assert 'href="#verduidelijking-reden"' in silent.text
    assert send(client, f"{link}/verduidelijking", {"reden": "Welke plekken?"}, page=link).status_code == 303
    with live.db.writing() as s:
        request = s.scalars(sa.select(TermRequest)).one()
        assert request.asked_by_id == s.get_one(Question, question_id).contact_id
        term_requests.grant(s, secretariat(s), request.id, None, "", live.clock())
    shown = client.get(link).text
    assert "De klok staat stil. U krijgt bericht als die weer loopt; antwoorden kan al." in shown
    assert "Wij hebben verduidelijking nodig" not in shown


def test_by_link_too_much_time_can_be_asked_for_and_nothing_typed_is_lost(live: Live, client: httpx.Client) -> None:
    question_id = asked(live.db)
    link = link_to(live, question_id)
    typed = {"datum": "2027-01-15", "reden": "De Kamer debatteert in januari."}
    shown = send(client, f"{link}/uitstel", {**typed, "act": "bekijk"}, page=link)
    assert shown.status_code == 400
    assert "Vraag het aan het secretariaat" in shown.text
    assert "De Kamer debatteert in januari." in shown.text
    assert send(client, f"{link}/uitstel", {**typed, "act": "verzoek"}, page=link).status_code == 303
    assert "Uw verzoek is verstuurd." in client.get(link).text
    with live.db.reading() as s:
        assert s.scalars(sa.select(TermRequest.named_on)).one() == date(2027, 1, 15)
    again = send(client, f"{link}/uitstel", {**typed, "act": "verzoek"}, page=link)
    assert (again.status_code, "Uw ministerie heeft dit al gevraagd." in again.text) == (409, True)
    assert "De Kamer debatteert in januari." in again.text


def test_the_page_leads_to_what_can_be_decided_and_fits_a_phone(live: Live, page: Page) -> None:
    question_id = with_history(live.db)
    with live.db.writing() as s:
        term_requests.ask_clarification(s, actor(s, CONTACT), question_id, "Welke plekken?", at(date(2026, 11, 17)))
    sign_in_on(page, live, SECRETARIAT, f"/vragen/{question_id}/termijn")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waarom vr 4 december 2026?")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    strip = page.get_by_role("list", name="De dagen van deze termijn")
    expect(strip).to_contain_text("nov, de klok stond stil")
    page.get_by_role("link", name="Beslis over dit verzoek").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Verzoek om verduidelijking")
    page.goto(f"{live.url}/vragen/{question_id}/opschorten")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zet de klok stil")
