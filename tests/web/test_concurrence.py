"""Concurrence on pages: asking, replying by link and signed in, taking over, recalling, overruling."""

from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.domain.concurrence import Reply
from app.domain.questions import State
from app.store.answering import Draft
from app.store.audit import AuditEntry
from app.store.concurrence import Contribution, ContributionState
from app.store.questions import Question
from app.usecases import answering, concurrence, drafts, ownership
from tests.support.accessible import assert_accessible
from tests.support.answer_links import everything, link_to
from tests.support.builders import a_register, actor, at
from tests.support.concurring import ASKED, BZK, DRAFT, FIN, OWNER, a_draft, a_request, concur_link
from tests.support.live import Live
from tests.support.visits import form_token, send, sign_in, sign_in_on

NOW = at(date(2026, 11, 16))  # the clock of pages says 23 November, when FIN is late
SECRETARIAT, REGIE = "secretariaat@vng.example", "regie@az.example"
WHY = "Er is nog geen dekking."
OTHER = DRAFT.replace("€ 44", "€ 40")
AGREES = {"act": "verstuur", "reactie": "ingestemd", "voorstel": DRAFT}
OBJECTS = {"act": "verstuur", "reactie": "bezwaar", "voorstel": DRAFT, "toelichting": WHY}
PROPOSES = {"act": "verstuur", "reactie": "tekstvoorstel", "voorstel": OTHER}


def a_question_with_a_draft(live: Live) -> int:
    a_register(live.db)
    with live.db.writing() as s:
        return a_draft(s).id


def requested(live: Live, *ministries: str, due_on: date | None = None) -> tuple[int, list[int]]:
    """A question, and the requests about it to FIN or others."""
    a_register(live.db)
    with live.db.writing() as s:
        question, rows = a_request(s, *ministries, due_on=due_on)
        return question.id, [one.id for one in rows]


def the_request(live: Live, request_id: int) -> Contribution:
    with live.db.reading() as s:
        return s.get_one(Contribution, request_id)


def state(live: Live, question_id: int) -> State:
    with live.db.reading() as s:
        return s.get_one(Question, question_id).state


def replies(live: Live, request_id: int, email: str, kind: Reply, **said: str) -> None:
    with live.db.writing() as s:
        one = s.get_one(Contribution, request_id)
        concurrence.reply(s, actor(s, email), one.question_id, one.id, kind, NOW, **said)


def test_looking_at_a_link_to_concur_changes_nothing(live: Live, client: httpx.Client) -> None:
    _, (request_id,) = requested(live)
    link = concur_link(live, request_id)
    before = everything(live.db)
    for path in (link, f"{link}/ontvangst", f"{link}/reactie", f"{link}/afstemming"):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert client.request(method, path).status_code < 500
    assert "Vanaf 5 maart" in client.get(link).text
    assert everything(live.db) == before


@pytest.mark.parametrize("which", ["page", "narrow_page", "scriptless_page"])
def test_a_contributor_proposes_text_by_link(live: Live, request: pytest.FixtureRequest, which: str) -> None:
    page: Page = request.getfixturevalue(which)
    question_id, (request_id,) = requested(live)
    page.goto(live.url + concur_link(live, request_id))
    expect(page.get_by_role("heading", name="Lees mee en stem in")).to_be_visible()
    if which != "scriptless_page":
        assert_accessible(page)
    page.get_by_label("Wij stellen een andere tekst voor").check()
    page.get_by_role("textbox", name="De tekst").fill(OTHER)
    page.get_by_role("button", name="Controleer uw reactie").click()
    expect(page.get_by_role("heading", name="Controleer uw reactie")).to_be_visible()
    expect(page.locator("del")).to_contain_text("44")
    expect(page.locator("ins")).to_contain_text("40")
    if which != "scriptless_page":
        assert_accessible(page)
    page.get_by_role("button", name="Verstuur de reactie").click()
    expect(page.get_by_role("heading", name="Uw reactie is ontvangen")).to_be_visible()
    assert the_request(live, request_id).proposal == OTHER
    assert state(live, question_id) is State.ACCEPTED


def test_what_was_typed_stays_until_it_is_right(live: Live, client: httpx.Client) -> None:
    _, (request_id,) = requested(live)
    link = concur_link(live, request_id)
    without = send(client, f"{link}/reactie", {**OBJECTS, "toelichting": ""}, page=link)
    assert without.status_code == 400
    assert "Schrijf waarom u bezwaar maakt" in without.text
    nothing = send(client, f"{link}/reactie", {"act": "controleer", "voorstel": OTHER}, page=link)
    assert nothing.status_code == 400
    assert "Kies wat u van het concept vindt" in nothing.text
    assert "€ 40" in nothing.text
    back = send(client, f"{link}/reactie", {**PROPOSES, "act": "wijzig", "toelichting": WHY}, page=link)
    assert WHY in back.text
    assert the_request(live, request_id).state is ContributionState.ASKED
    assert send(client, f"{link}/reactie", OBJECTS, page=link).headers["location"] == f"{link}/ontvangst"
    assert WHY in client.get(f"{link}/ontvangst").text


def test_a_reply_sent_twice_is_one_and_another_gets_its_text_back(live: Live, client: httpx.Client) -> None:
    question_id, (request_id, _) = requested(live, "FIN", "BZK")
    link = concur_link(live, request_id)
    token = form_token(client, link)
    headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
    for _ in range(2):
        sent = client.post(f"{link}/reactie", data={**AGREES, "form_token": token}, headers=headers)
        assert sent.status_code == 303
    other = client.post(f"{link}/reactie", data={**OBJECTS, "form_token": token}, headers=headers)
    assert other.status_code == 409
    assert "heeft al gereageerd" in other.text
    assert WHY in other.text
    assert state(live, question_id) is State.CONCURRING


@pytest.mark.parametrize("how", ["recalled", "overruled", "answered", "passed on"])
def test_a_dead_link_says_why_and_gives_the_text_back(live: Live, client: httpx.Client, how: str) -> None:
    question_id, (request_id,) = requested(live)
    link = concur_link(live, request_id)
    token = form_token(client, link)
    with live.db.writing() as s:
        owner, now = actor(s, OWNER), live.clock()
        match how:
            case "recalled":
                concurrence.recall(s, owner, question_id, "", now)
            case "overruled":
                concurrence.overrule(s, actor(s, REGIE), question_id, "Te lang.", now)
            case "answered":
                answering.submit(s, owner, question_id, "Ja.", "Hoofd", now, alone_because="Haast.")
            case _:
                ownership.transfer(s, owner, question_id, "BZK", "Wonen.", now)
    told = {
        "recalled": "teruggenomen",
        "overruled": "doorbroken",
        "answered": "beantwoord",
        "passed on": "niet meer bij",
    }
    assert client.get(link).status_code == 404
    typed = {**PROPOSES, "toelichting": WHY, "form_token": token}
    dead = client.post(f"{link}/reactie", data=typed, headers={"Origin": live.url, "Sec-Fetch-Site": "same-origin"})
    assert dead.status_code == 404
    assert told[how] in dead.text
    assert "€ 40" in dead.text
    assert WHY in dead.text
    assert the_request(live, request_id).state is ContributionState.LAPSED


def test_a_link_to_concur_opens_nothing_else_and_an_answer_link_no_reply(live: Live, client: httpx.Client) -> None:
    question_id, (request_id,) = requested(live)
    link, answer_link = concur_link(live, request_id), link_to(live, question_id)
    token, own = form_token(client, link), form_token(client, answer_link)
    headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
    for place in ("", "/aanvaarding", "/doorgeleiding", "/afstemming", "/afstemming/terugneming", "/voorstellen/1"):
        tried = client.post(
            link + place, data={"act": "verstuur", "tekst": "Ja.", "form_token": token}, headers=headers
        )
        assert tried.status_code == 404, place
    assert client.post(f"{link}/concept", data={"form_token": token}, headers=headers).status_code == 404
    tried = client.post(f"{answer_link}/reactie", data={**AGREES, "form_token": own}, headers=headers)
    assert tried.status_code == 404
    assert state(live, question_id) is State.CONCURRING


def test_the_owner_asks_by_its_answer_link_and_sees_who_replied(live: Live, page: Page) -> None:
    question_id = a_question_with_a_draft(live)
    page.goto(live.url + link_to(live, question_id))
    page.get_by_label("Uw antwoord").fill(OTHER)
    page.get_by_role("button", name="Vraag eerst afstemming").click()
    expect(page.get_by_role("heading", name="Vraag afstemming over uw concept")).to_be_visible()
    expect(page.locator("main")).to_contain_text("€ 40 per plek")
    assert_accessible(page)
    page.get_by_role("button", name="Vraag afstemming").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Kies met welk ministerie")
    page.get_by_label("Fin", exact=True).check()
    page.get_by_role("button", name="Vraag afstemming").click()
    expect(page.locator(".regie-flash")).to_contain_text("krijgen een mail met uw concept")
    expect(page.locator("#afstemming")).to_contain_text("Wacht op reactie")
    assert_accessible(page)
    page.get_by_role("button", name="Neem de afstemming terug").click()
    expect(page.locator(".regie-flash")).to_contain_text("De afstemming is teruggenomen")
    expect(page.locator("#afstemming")).to_contain_text("Vervallen")
    with live.db.reading() as s:
        assert s.scalars(sa.select(Contribution.text)).all() == [OTHER]


def test_the_version_that_goes_out_is_the_one_that_was_shown(live: Live, client: httpx.Client) -> None:
    question_id = a_question_with_a_draft(live)
    sign_in(client, live, OWNER)
    here = f"/vragen/{question_id}/afstemmen"
    shown = client.get(here).text
    assert 'name="versie" value="1"' in shown
    assert 'value="30"' in shown, "five working days from 23 November"
    token = form_token(client, here)
    with live.db.writing() as s:
        drafts.save_draft(s, actor(s, "coordinator@jenv.example"), question_id, OTHER, "Hoofd", 1, NOW)
    typed = {"versie": "1", "ministeries": ["FIN", "BZK"], "datum": "2026-12-01", "form_token": token}
    headers = {"Origin": live.url, "Sec-Fetch-Site": "same-origin"}
    moved = client.post(here, data=typed, headers=headers)
    assert moved.status_code == 409
    assert "€ 40" in moved.text
    assert 'value="FIN" checked' in moved.text
    for wrong, told in (("2026-11-20", "niet in de toekomst"), ("2026-11-29", "geen werkdag")):
        refused = client.post(here, data={**typed, "versie": "2", "datum": wrong}, headers=headers)
        assert refused.status_code == 400
        assert told in refused.text
    assert client.post(here, data={**typed, "versie": "2"}, headers=headers).status_code == 303
    assert client.get(here).status_code == 409
    with live.db.reading() as s:
        sent = s.scalars(sa.select(Contribution)).all()
        assert {(one.text, one.due_on) for one in sent} == {(OTHER, date(2026, 12, 1))}
    assert "Er is nog geen concept" in client.get(f"/vragen/{another_question(live)}/afstemmen").text


def another_question(live: Live) -> int:
    with live.db.writing() as s:
        return a_draft(s, text="").id


def test_a_contributor_finds_on_its_work_list_what_waits_and_replies(live: Live, client: httpx.Client) -> None:
    question_id, (request_id,) = requested(live)
    sign_in(client, live, FIN)
    here = f"/vragen/{question_id}/instemmen"
    start = client.get("/").text
    assert f'href="{here}"' in start
    assert "reactie 6 dagen te laat" in start
    assert "1 vraag" in client.get("/?weergave=mee-te-lezen").text
    assert "vraagt of uw ministerie instemt" in client.get(f"/vragen/{question_id}").text
    checked = send(client, here, {**PROPOSES, "act": "controleer", "verzoek": str(request_id)})
    assert "<ins>" in checked.text
    sent = send(client, here, {**PROPOSES, "verzoek": str(request_id)})
    assert sent.headers["location"] == f"/vragen/{question_id}#afstemming"
    story = client.get(f"/vragen/{question_id}").text
    assert "Stelt tekst voor" in story
    assert "<ins>" in story
    assert client.get(here).status_code == 409
    assert here not in client.get("/").text


def test_a_contributor_sees_what_changed_since_the_version_it_had(live: Live, client: httpx.Client) -> None:
    question_id, (first,) = requested(live)
    replies(live, first, FIN, Reply.OBJECT, reason=WHY)
    with live.db.writing() as s:
        jenv = actor(s, OWNER)
        drafts.save_draft(s, jenv, question_id, OTHER, "Hoofd", 1, NOW)
        (second,) = concurrence.ask(s, jenv, question_id, ["FIN"], None, live.clock())
        drafts.save_draft(s, jenv, question_id, "Geheim.", "Hoofd", 2, NOW)
        second_id = second.id
    read = client.get(concur_link(live, second_id)).text
    assert "Wat is er veranderd sinds versie 1?" in read
    assert WHY in read
    assert "<del>" in read
    assert "Geheim" not in read


def test_the_owner_takes_a_proposal_over_and_asks_again(live: Live, client: httpx.Client) -> None:
    question_id, (request_id,) = requested(live)
    replies(live, request_id, FIN, Reply.PROPOSE, proposal=OTHER)
    sign_in(client, live, OWNER)
    here = f"/vragen/{question_id}"
    assert "Neem dit voorstel over" in client.get(here).text
    stale = send(client, f"{here}/voorstellen/{request_id}", {"versie": "0"}, page=here)
    assert "Het concept is intussen gewijzigd" in client.get(stale.headers["location"]).text
    taken = send(client, f"{here}/voorstellen/{request_id}", {"versie": "1"}, page=here)
    assert taken.headers["location"] == f"{here}/antwoorden"
    assert "€ 40" in client.get(taken.headers["location"]).text
    with live.db.reading() as s:
        assert s.scalars(sa.select(Draft.text)).one() == OTHER
    asked = send(client, f"{here}/afstemmen", {"versie": "2", "ministeries": "FIN", "datum": "2026-12-01"})
    assert asked.status_code == 303
    told = client.get(here).text
    assert "Eerder verzoek" in told
    assert send(client, f"{here}/terugnemen", {"reden": "Toch niet."}).status_code == 303
    assert "Toch niet." in client.get(here).text


def test_az_overrules_from_its_work_list_and_leaves_a_trace_when_it_reads(live: Live, page: Page) -> None:
    question_id, _ = requested(live)
    sign_in_on(page, live, REGIE)
    page.get_by_label("Vandaag voor u").get_by_role("link", name="Wanneer komt er duidelijkheid?").first.click()
    expect(page.get_by_role("heading", name="Doorbreek de afstemming")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("€ 44")
    page.get_by_role("button", name="Lees eerst het concept").click()
    expect(page.locator("main")).to_contain_text("€ 44 per plek")
    assert_accessible(page)
    page.get_by_label("Waarom doorbreekt AZ").fill("Het duurt te lang.")
    page.get_by_role("button", name="Doorbreek de afstemming").click()
    expect(page.get_by_role("status")).to_contain_text("De afstemming is doorbroken")
    expect(page.locator("main")).to_contain_text("Het duurt te lang.")
    expect(page.locator("main")).not_to_contain_text("€ 44")
    assert state(live, question_id) is State.ACCEPTED
    with live.db.reading() as s:
        acts = s.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.sequence.desc()).limit(2)).all()
    assert acts == ["afstemming-doorbreken", "verzonden-concept-lezen"]


def test_az_waits_until_the_day_has_passed(live: Live, client: httpx.Client) -> None:
    question_id, _ = requested(live, due_on=date(2026, 11, 23))
    sign_in(client, live, REGIE)
    assert "doorbreken" not in client.get("/").text
    assert "doorbreken" not in client.get(f"/vragen/{question_id}").text
    live.clock.advance(days=1)
    client.cookies.clear()
    sign_in(client, live, REGIE)
    assert f"/vragen/{question_id}/doorbreken" in client.get("/").text


def test_objections_travel_with_the_answer_and_nothing_else_does(live: Live, client: httpx.Client) -> None:
    question_id, (fin, bzk) = requested(live, "FIN", "BZK")
    replies(live, fin, FIN, Reply.OBJECT, reason=WHY)
    replies(live, bzk, BZK, Reply.PROPOSE, proposal=OTHER)
    here = f"/vragen/{question_id}"
    sign_in(client, live, SECRETARIAT)
    before = client.get(here).text
    assert "Maakt bezwaar" in before
    assert WHY not in before
    assert "€ 4" not in before
    with live.db.writing() as s:
        answering.submit(s, actor(s, OWNER), question_id, "Vanaf 5 maart geldt een bedrag.", "Hoofd", live.clock())
    for path in (here, f"{here}/oordeel"):
        after = client.get(path).text
        assert "Met bezwaar van Fin:" in after
        assert WHY in after
        assert "€ 4" not in after
    with httpx.Client(base_url=live.url) as own:
        assert "Met bezwaar van Fin:" in own.get(link_to(live, question_id)).text


def test_the_pages_of_acts_are_for_whoever_may_do_them(live: Live, client: httpx.Client) -> None:
    question_id, _ = requested(live, due_on=ASKED.date().replace(day=11))
    allowed = {OWNER: {"terugnemen"}, FIN: {"instemmen"}, REGIE: {"doorbreken"}, SECRETARIAT: set[str]()}
    for email, places in allowed.items():
        sign_in(client, live, email)
        for place in ("terugnemen", "instemmen", "doorbreken"):
            status = client.get(f"/vragen/{question_id}/{place}").status_code
            assert (status == 200) == (place in places), f"{email}: {place} → {status}"
        client.cookies.clear()
