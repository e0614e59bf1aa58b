"""The answer link: a form at once, nothing changed by looking, one answer however often it is sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.letters import NewQuestion
from app.domain.questions import State, Verdict
from app.store.answering import Answer, Draft
from app.store.documents import AnswerDocument, Document, DraftDocument
from app.store.outbox import OutboxMail
from app.store.questions import Question
from app.usecases import answering, closing, ownership
from tests.support import samples
from tests.support.accessible import assert_accessible
from tests.support.answer_links import everything, link_to
from tests.support.browser import assert_no_sideways_scroll
from tests.support.builders import (
    a_new_letter,
    a_question,
    a_register,
    a_sent_letter,
    actor,
    at,
    questions_of,
    secretariat,
)
from tests.support.live import Live
from tests.support.visits import form_token, send

ASKED = date(2026, 11, 9)  # due on Monday 30 November; the clock says 23 November
TEXT = "Wij vragen u welk bedrag per opvangplek na die datum geldt."
BODY = f"De bescherming loopt tot en met 4 maart 2027. {TEXT} Zonder dat bedrag kan niemand besluiten.\n\nTot slot."
WORDS = "Vanaf 5 maart 2027 geldt € 44 per plek per dag."
ANSWER = {"act": "verstuur", "tekst": WORDS, "namens": "Hoofd Opvang"}


def asked(live: Live, sent_on: date = ASKED) -> int:
    a_register(live.db)
    with live.db.writing() as s:
        new = a_new_letter(NewQuestion(TEXT, "JENV", "Welk bedrag geldt?"), letter_date=sent_on, body=BODY)
        return questions_of(s, a_sent_letter(s, new))[0].id


def the_question(live: Live, question_id: int) -> Question:
    with live.db.reading() as s:
        return s.get_one(Question, question_id)


def count(live: Live, table: type) -> int:
    with live.db.reading() as s:
        return s.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.mark.parametrize("which", ["page", "narrow_page", "scriptless_page"])
def test_a_contact_answers_in_two_clicks_and_the_typing(live: Live, request: pytest.FixtureRequest, which: str) -> None:
    page: Page = request.getfixturevalue(which)
    question_id = asked(live)
    page.goto(live.url + link_to(live, question_id))
    expect(page.get_by_role("mark")).to_contain_text(TEXT)
    page.get_by_label("Uw antwoord").fill(WORDS)
    page.get_by_label("Naam en functie").fill("Hoofd Opvang")
    page.get_by_role("button", name="Verstuur het antwoord").click()

    expect(page.get_by_role("heading", name="Het antwoord is ontvangen")).to_be_visible()
    expect(page.locator("main")).to_contain_text("contact@jenv.example")
    expect(page.locator("main")).to_contain_text(WORDS)
    with live.db.reading() as s:
        answer = s.scalars(sa.select(Answer)).one()
        assert (answer.text, answer.given_by, answer.question_id) == (WORDS, "Hoofd Opvang", question_id)
        assert s.scalars(sa.select(OutboxMail.address).where(OutboxMail.kind == "receipt")).all() == [
            "contact@jenv.example"
        ]
    assert the_question(live, question_id).state is State.ANSWERED


def test_looking_changes_nothing_and_writes_no_row(live: Live, client: httpx.Client) -> None:
    link = link_to(live, asked(live))
    before = everything(live.db)
    for path in (link, f"{link}/ontvangst", f"{link}/uitstel", f"{link}/documenten/1", "/a"):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert client.request(method, path).status_code < 500
    assert client.head(link).status_code == 200
    assert "set-cookie" not in client.get(link).headers
    assert everything(live.db) == before


def test_a_scanner_that_runs_scripts_changes_nothing(live: Live, page: Page) -> None:
    question_id = asked(live)
    link = link_to(live, question_id)
    before = everything(live.db)
    page.goto(live.url + link)
    for summary in page.locator("summary").all():
        summary.click()
    page.wait_for_timeout(3000)  # longer than the pause after which a draft is kept
    page.goto("about:blank")
    assert everything(live.db) == before


def test_an_answer_sent_by_two_at_once_is_one_answer_with_its_attachment_once(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    link = link_to(live, question_id)
    typed = {**ANSWER, "versie": "", "form_token": form_token(client, link)}
    headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
    start = Barrier(2)

    def press() -> httpx.Response:
        with httpx.Client(base_url=live.url, timeout=60) as own:
            start.wait()
            return own.post(link, data=typed, headers=headers, files={"bijlage": ("plan.pdf", samples.PDF)})

    with ThreadPoolExecutor(2) as pool:
        ended = [future.result() for future in [pool.submit(press), pool.submit(press)]]
    assert [(one.status_code, one.headers.get("location")) for one in ended] == [(303, f"{link}/ontvangst")] * 2
    assert count(live, Answer) == 1
    assert count(live, AnswerDocument) == 1
    with live.db.reading() as s:
        assert len(s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "receipt")).all()) == 1


def test_who_comes_second_sees_what_happened_and_keeps_the_text(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    link = link_to(live, question_id)
    token = form_token(client, link)
    with live.db.writing() as s:
        answering.submit(s, actor(s, "coordinator@jenv.example"), question_id, "Nee.", "Coördinator", live.clock())
    own = {**ANSWER, "form_token": token}
    ended = client.post(link, data=own, headers={"Origin": live.url, "Sec-Fetch-Site": "same-origin"})
    assert ended.status_code == 409
    assert "beantwoord door Coördinator" in ended.text
    assert WORDS in ended.text
    assert count(live, Answer) == 1


def test_a_dead_link_gives_the_text_back_says_who_owns_it_and_stores_nothing(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    link = link_to(live, question_id)
    token = form_token(client, link)
    with live.db.writing() as s:
        contact = actor(s, "contact@jenv.example")
        ownership.transfer(s, contact, question_id, "BZK", "Hoort bij BZK.", live.clock())
    before = everything(live.db)
    headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
    for path in (link, f"{link}/doorgeleiding", f"{link}/uitstel", f"{link}/aanvaarding"):
        typed = {**ANSWER, "reden": "Omdat.", "form_token": token}
        ended = client.post(path, data=typed, headers=headers, files={"bijlage": ("plan.pdf", samples.PDF)})
        assert ended.status_code == 404
        assert "ministerie van Binnenlandse Zaken" in ended.text
        assert f"{WORDS}\n\nOmdat.</textarea>" in ended.text
    kept = client.post(f"{link}/concept", data={**ANSWER, "form_token": token}, headers=headers)
    assert (kept.status_code, kept.headers["content-type"]) == (404, "application/problem+json")
    assert "Binnenlandse Zaken" in kept.json()["detail"]
    assert everything(live.db) == before
    assert not live.settings.documents.exists()


def test_an_old_link_says_what_to_do_instead(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    old = link_to(live, question_id)
    with live.db.writing() as s:
        answering.submit(s, actor(s, "contact@jenv.example"), question_id, "Later.", "Hoofd", live.clock())
        closing.judge(s, secretariat(s), question_id, Verdict.EVASIVE, "Geen bedrag.", live.clock())
    assert "nu loopt ronde 2" in client.get(old).text
    new = link_to(live, question_id)
    assert "Geen bedrag." in client.get(new).text, "who answers again must see what was missing"
    with live.db.writing() as s:
        ownership.decline(s, actor(s, "contact@jenv.example"), question_id, "Niet van ons.", "", live.clock())
    assert "staat nog niet vast" in client.get(new).text
    with live.db.writing() as s:
        ownership.assign(s, actor(s, "regie@az.example"), question_id, "JENV", "Toch wel.", live.clock())
    assert "nieuwere link" in client.get(new).text
    newest = link_to(live, question_id)
    assert "Deze vraag hoort bij een ander ministerie" not in client.get(newest).text
    with live.db.writing() as s:
        closing.withdraw(s, secretariat(s), question_id, "Niet meer nodig.", live.clock())
    assert "ingetrokken" in client.get(newest).text


def test_an_altered_link_opens_nothing(live: Live, client: httpx.Client) -> None:
    link = link_to(live, asked(live))
    altered = [link[:-1] + ("0" if link[-1] != "0" else "1"), link.upper(), link + "0", "/a/x", "/a/" + "x" * 5000]
    for path in altered:
        ended = client.get(path)
        assert ended.status_code == 404, path
        assert "JenV" not in ended.text
        assert client.post(path, data={"act": "verstuur"}).status_code in {403, 404}


def test_a_form_from_another_site_changes_nothing(live: Live, client: httpx.Client) -> None:
    link = link_to(live, asked(live))
    typed = {**ANSWER, "form_token": form_token(client, link)}
    before = everything(live.db)
    for headers in ({"Origin": "https://elders.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        assert client.post(link, data=typed, headers=headers).status_code == 403
    assert everything(live.db) == before


def test_a_draft_is_kept_while_typing_and_a_colleagues_text_is_shown_not_overwritten(
    live: Live, client: httpx.Client
) -> None:
    question_id = asked(live)
    link = link_to(live, question_id)
    first = send(client, f"{link}/concept", {"tekst": "Wij", "versie": ""}, page=link)
    assert first.json() == {"tijd": "10.00 uur", "versie": 1}
    again = send(client, f"{link}/concept", {"tekst": "Wij denken", "versie": "1"}, page=link)
    assert again.json()["versie"] == 2
    stale = send(client, f"{link}/concept", {"tekst": "Iets anders", "versie": "1"}, page=link)
    assert stale.status_code == 409
    assert "collega" in stale.json()["detail"]

    refused = send(client, link, {**ANSWER, "versie": "1"})
    assert refused.status_code == 409
    assert "Wij denken" in refused.text
    assert WORDS in refused.text
    assert 'name="versie" value="2"' in refused.text
    assert send(client, link, {**ANSWER, "versie": "2"}).status_code == 303


def test_the_page_keeps_the_draft_by_itself_and_hides_the_link(live: Live, page: Page) -> None:
    link = link_to(live, asked(live))
    page.goto(live.url + link)
    assert page.url == f"{live.url}/a"
    page.get_by_label("Uw antwoord").press_sequentially("Wij denken erover na.")
    expect(page.locator("[data-autosave-state]")).to_contain_text("Concept bewaard om 10.00 uur")
    page.reload()
    expect(page.get_by_role("heading", name="Open de link opnieuw uit uw mail")).to_be_visible()
    assert_accessible(page)
    page.goto(live.url + link)
    expect(page.get_by_label("Uw antwoord")).to_have_value("Wij denken erover na.")
    expect(page.locator("[data-autosave-state]")).to_contain_text("Concept bewaard op ma 23 november 2026, 10.00 uur")


def test_attachments_stay_when_the_name_is_missing_and_go_along_with_the_answer(
    live: Live, client: httpx.Client
) -> None:
    question_id = asked(live)
    link = link_to(live, question_id)
    files = [("bijlage", ("plan.pdf", samples.PDF)), ("bijlage", ("foto.png", samples.PNG))]
    refused = send(client, link, {**ANSWER, "namens": ""}, files=files)
    assert refused.status_code == 400
    assert "Vul in wie het antwoord geeft" in refused.text
    assert WORDS in refused.text
    with live.db.reading() as s:
        plan, photo = s.scalars(sa.select(DraftDocument.document_id).order_by(DraftDocument.document_id)).all()
    assert send(client, link, {**ANSWER, "act": f"weg-{photo}", "versie": "1"}).status_code == 200
    assert client.get(f"{link}/documenten/{plan}").content == samples.PDF
    assert send(client, link, {**ANSWER, "versie": "2"}).status_code == 303
    with live.db.reading() as s:
        assert s.scalars(sa.select(AnswerDocument.document_id)).all() == [plan]
    assert "plan.pdf" in client.get(link).text
    downloaded = client.get(f"{link}/documenten/{plan}")
    assert downloaded.content == samples.PDF
    assert downloaded.headers["content-disposition"].startswith("attachment")


def test_a_file_that_is_not_what_it_says_is_refused_and_the_others_stay(live: Live, client: httpx.Client) -> None:
    link = link_to(live, asked(live))
    files = [("bijlage", ("brief.pdf", samples.ZIP)), ("bijlage", ("plan.pdf", samples.PDF))]
    refused = send(client, link, ANSWER, files=files)
    assert refused.status_code == 400
    assert 'href="#bijlage"' in refused.text
    assert WORDS in refused.text
    assert "plan.pdf" in refused.text
    assert count(live, Answer) == 0


def test_a_link_opens_no_document_of_another_question(live: Live, client: httpx.Client) -> None:
    link = link_to(live, asked(live))
    with live.db.writing() as s:
        other = a_question(s, owner="BZK", sent_on=ASKED).id
    elsewhere = link_to(live, other)
    send(client, elsewhere, {**ANSWER, "act": "bewaar"}, files={"bijlage": ("geheim.pdf", samples.PDF)})
    with live.db.reading() as s:
        document_id = s.scalars(sa.select(Document.id)).one()
    assert client.get(f"{elsewhere}/documenten/{document_id}").status_code == 200
    assert client.get(f"{link}/documenten/{document_id}").status_code == 404


def test_the_answer_can_be_looked_at_before_it_is_sent(live: Live, page: Page) -> None:
    link = link_to(live, asked(live))
    page.goto(live.url + link)
    page.get_by_label("Uw antwoord").fill(WORDS)
    page.get_by_label("Naam en functie").fill("Hoofd Opvang")
    page.get_by_label("Bijlage").set_input_files({"name": "plan.pdf", "mimeType": "", "buffer": samples.PDF})
    page.get_by_role("button", name="Bekijk eerst").click()
    expect(page.get_by_role("heading", name="Controleer uw antwoord")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("plan.pdf")
    assert_accessible(page)
    assert count(live, Answer) == 0
    page.get_by_role("button", name="Wijzig").click()
    expect(page.get_by_label("Uw antwoord")).to_have_value(WORDS)
    page.get_by_role("button", name="Bekijk eerst").click()
    page.get_by_role("button", name="Verstuur het antwoord").click()
    expect(page.get_by_role("heading", name="Het antwoord is ontvangen")).to_be_visible()
    assert count(live, AnswerDocument) == 1


@pytest.mark.parametrize("which", ["page", "scriptless_page"])
def test_more_time_shows_the_new_date_before_it_is_asked(
    live: Live, request: pytest.FixtureRequest, which: str
) -> None:
    page: Page = request.getfixturevalue(which)
    question_id = asked(live)
    page.goto(live.url + link_to(live, question_id))
    page.get_by_text("Wij hebben meer tijd nodig").click()
    for part, number in (("Dag", "12"), ("Maand", "12"), ("Jaar", "2026")):
        page.get_by_label(part).fill(number)
    page.locator("#uitstel-reden").fill("Het overleg met Financiën duurt langer.")
    page.get_by_role("button", name="Bekijk de nieuwe datum").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("zaterdag")
    page.get_by_label("Dag").fill("14")
    page.get_by_role("button", name="Bekijk de nieuwe datum").click()
    expect(page.locator("main")).to_contain_text("De nieuwe uiterste antwoorddatum wordt ma 14 december 2026")
    assert the_question(live, question_id).due_on == date(2026, 11, 30)
    page.get_by_role("button", name="Stuur het uitstelbericht").click()
    expect(page.locator(".regie-flash")).to_contain_text("genoteerd")
    assert the_question(live, question_id).due_on == date(2026, 12, 14)


def test_postponing_too_late_says_that_the_question_stays_late(live: Live, client: httpx.Client) -> None:
    question_id = asked(live, date(2026, 10, 5))
    link = link_to(live, question_id)
    typed = {"datum-dag": "4", "datum-maand": "12", "datum-jaar": "2026", "reden": "Druk."}
    shown = send(client, f"{link}/uitstel", {**typed, "act": "bekijk"}, page=link)
    assert "De vraag blijft te laat" in shown.text
    assert send(client, f"{link}/uitstel", {**typed, "act": "stuur"}, page=link).status_code == 303
    question = the_question(live, question_id)
    assert (question.due_on, question.expected_on) == (date(2026, 10, 26), date(2026, 12, 4))
    wrong = send(client, f"{link}/uitstel", {**typed, "datum-dag": "31", "datum-maand": "2"}, page=link)
    assert wrong.status_code == 400
    assert 'href="#uitstel-datum"' in wrong.text


def test_not_ours_goes_to_the_ministry_that_is_named(live: Live, page: Page) -> None:
    question_id = asked(live)
    page.goto(live.url + link_to(live, question_id))
    page.get_by_text("Deze vraag hoort bij een ander ministerie").click()
    page.get_by_role("button", name="Geleid de vraag door").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Kies het ministerie")
    page.get_by_label("Bij welk ministerie hoort de vraag?").select_option("BZK")
    page.locator("#ander-reden").fill("Wonen hoort bij BZK.")
    page.get_by_role("button", name="Geleid de vraag door").click()
    expect(page.locator("main")).to_contain_text("De vraag ligt nu bij het ministerie van Binnenlandse Zaken")
    assert_accessible(page)
    question = the_question(live, question_id)
    assert (question.state, question.transfers) == (State.ASKED, 1)


def test_not_ours_without_knowing_whose_goes_to_az(live: Live, page: Page) -> None:
    question_id = asked(live)
    page.goto(live.url + link_to(live, question_id))
    page.get_by_text("Deze vraag hoort bij een ander ministerie").click()
    page.get_by_label("Bij welk ministerie hoort de vraag?").select_option("onbekend")
    page.locator("#ander-reden").fill("Wij gaan hier niet over.")
    page.get_by_role("button", name="Geleid de vraag door").click()
    expect(page.get_by_role("heading", name="staat nog niet vast")).to_be_visible()
    assert_accessible(page)
    assert the_question(live, question_id).state is State.DISPUTED


def test_a_ministry_says_that_it_takes_the_question(live: Live, page: Page) -> None:
    question_id = asked(live)
    page.goto(live.url + link_to(live, question_id))
    page.get_by_text("Wij behandelen deze vraag, het antwoord volgt").click()
    page.get_by_role("button", name="Aanvaard de vraag").click()
    expect(page.locator(".regie-flash")).to_contain_text("De VNG ziet nu dat u de vraag behandelt")
    expect(page.get_by_text("Wij behandelen deze vraag")).to_have_count(0)
    assert the_question(live, question_id).state is State.ACCEPTED


def test_answering_without_everyones_concurrence_asks_why(live: Live, client: httpx.Client) -> None:
    question_id = asked(live)
    with live.db.writing() as s:
        s.get_one(Question, question_id).state = State.CONCURRING
    link = link_to(live, question_id)
    refused = send(client, link, ANSWER)
    assert refused.status_code == 400
    assert 'href="#omdat"' in refused.text
    assert send(client, link, {**ANSWER, "omdat": "Fin zwijgt.", "versie": "1"}).status_code == 303
    with live.db.reading() as s:
        assert s.scalars(sa.select(Answer.alone_because)).one() == "Fin zwijgt."


def test_an_over_long_answer_stays_on_the_page(live: Live, client: httpx.Client) -> None:
    link = link_to(live, asked(live))
    refused = send(client, link, {**ANSWER, "tekst": "x" * 100_001})
    assert refused.status_code == 400
    assert "Dit is te lang" in refused.text
    assert "x" * 100_001 in refused.text
    assert count(live, Draft) == 0


def test_the_pages_of_a_link_can_be_used_by_everybody(live: Live, page: Page) -> None:
    question_id = asked(live, date(2026, 10, 5))
    link = link_to(live, question_id)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live.url + link)
        for summary in page.locator("summary").all():
            summary.click()
        assert_accessible(page)
    page.get_by_role("button", name="Verstuur het antwoord").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_accessible(page)
    with live.db.writing() as s:
        answering.submit(s, actor(s, "contact@jenv.example"), question_id, WORDS * 30, "Hoofd", at(date(2026, 11, 20)))
    page.goto(live.url + link)
    expect(page.get_by_role("heading", name="Het antwoord is ontvangen")).to_be_visible()
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
