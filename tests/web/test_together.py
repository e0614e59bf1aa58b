"""One act for several questions: chosen in a list, checked, done for each by itself, and never twice."""

from datetime import date

import httpx
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.store.audit import AuditEntry
from app.store.figures import kept_figures
from app.store.letters import Letter
from app.store.outbox import OutboxMail
from app.store.questions import Question
from app.usecases import ownership
from tests.support.builders import a_question, a_register, actor, at
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

SECRETARIAT, REGIE, CONTACT = "secretariaat@vng.example", "regie@az.example", "contact@jenv.example"


def three_questions(live: Live) -> list[int]:
    a_register(live.db)
    with live.db.writing() as s:
        return [a_question(s, owner).id for owner in ("JENV", "BZK", "SZW")]


def reminders(live: Live) -> int:
    with live.db.reading() as s:
        return s.scalar(sa.select(sa.func.count()).where(OutboxMail.kind == "remind")) or 0


def test_several_are_reminded_once_however_often_it_is_sent(live: Live, client: httpx.Client) -> None:
    ids = three_questions(live)
    sign_in(client, live, SECRETARIAT)
    checked = client.get(
        "/vragen/samen", params={"handeling": "herinneren", "vraag": [*ids, "x", "9" * 30], "van": "/?a=b"}
    )
    assert checked.text.count('type="checkbox"') == 3
    form = {
        "handeling": "herinneren",
        "vraag": [str(one) for one in ids[:2]],
        "van": "/?weergave=open",
        "bericht": "Graag.",
    }
    page = "/vragen/samen?handeling=herinneren&vraag=1"
    answer = send(client, "/vragen/samen", form, page=page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?weergave=open")
    assert "2 herinneringen zijn onderweg." in client.get("/").text
    again = send(client, "/vragen/samen", {**form, "vraag": [str(one) for one in ids]}, page=page)
    assert again.status_code == 409
    assert "1 herinnering is onderweg." in again.text
    assert again.text.count("al een herinnering") == 2
    assert reminders(live) == 3


def test_disputes_are_settled_together_and_a_missing_reason_is_asked_for_once(live: Live, client: httpx.Client) -> None:
    ids = three_questions(live)
    with live.db.writing() as s:
        for question_id, email in zip(ids[:2], (CONTACT, "contact@bzk.example"), strict=True):
            ownership.decline(s, actor(s, email), question_id, "Niet van ons.", "", at(date(2026, 10, 7)))
    sign_in(client, live, REGIE)
    page = "/vragen/samen?handeling=toewijzen&vraag=1"
    form = {"handeling": "toewijzen", "vraag": [str(one) for one in ids], "van": "//elders.example", "naar": "OCW"}
    asked = send(client, "/vragen/samen", form, page=page)
    assert (asked.status_code, "Schrijf waarom." in asked.text) == (400, True)
    told = send(client, "/vragen/samen", {**form, "reden": "Onderwijs."}, page=page)
    assert told.status_code == 409
    assert "2 vragen zijn toegewezen." in told.text
    assert "elders.example" not in told.text
    with live.db.reading() as s:
        owners = s.execute(sa.select(Question.owner_id, Question.owner_binding).order_by(Question.id)).all()
    assert owners[0] == owners[1] != owners[2]
    assert [bound for _, bound in owners] == [True, True, False]


def test_who_may_not_do_it_has_no_button_and_cannot_do_it_by_hand(live: Live, client: httpx.Client) -> None:
    three_questions(live)
    sign_in(client, live, CONTACT)
    assert "/vragen/samen" not in client.get("/vragen").text
    assert client.get("/vragen/samen", params={"handeling": "herinneren", "vraag": "1"}).status_code == 400
    client.cookies.clear()
    sign_in(client, live, "coordinator@jenv.example")
    shown = client.get("/vragen").text
    assert ('value="herinneren"' in shown, 'value="toewijzen"' in shown) == (True, False)
    checked = client.get("/vragen/samen", params={"handeling": "herinneren", "vraag": ["1", "2"]}).text
    assert checked.count('type="checkbox"') == 1  # the other is none of JenV's


def test_rows_are_ticked_in_the_list_and_checked_on_a_page(live: Live, page: Page) -> None:
    three_questions(live)
    sign_in_on(page, live, SECRETARIAT, "/vragen")
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="Herinner").click()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.get_by_role("button", name="Herinner").click()
    expect(page.get_by_text("2 herinneringen zijn onderweg.")).to_be_visible()


def test_letters_are_put_in_a_dossier_from_either_list_and_figures_and_log_know(
    live: Live, client: httpx.Client
) -> None:
    ids = three_questions(live)
    sign_in(client, live, SECRETARIAT)
    assert "/brieven/samen" in client.get("/brieven").text
    page = "/vragen/samen?handeling=dossier&vraag=1"
    form = {"handeling": "dossier", "vraag": [str(one) for one in ids[:2]], "van": "/vragen?zoek=x"}
    asked = send(client, "/vragen/samen", form, page=page)
    assert (asked.status_code, "Kies een dossier, of kies" in asked.text) == (400, True)
    told = send(client, "/vragen/samen", {**form, "dossier": "asiel-en-migratie"}, page=page)
    assert told.headers["location"] == "/vragen?zoek=x"
    with live.db.reading() as s:
        mark = kept_figures.mark_of(s)
        letter_ids = list(s.scalars(sa.select(Letter.id).order_by(Letter.id)))
        found = s.scalars(sa.select(Letter.dossier_id).order_by(Letter.id)).all()
    assert found[0] == found[1] != found[2] is None
    chosen = {"brief": [str(one) for one in letter_ids], "van": "/brieven?stand=uitgezet", "dossier": "geen"}
    told = send(client, "/brieven/samen", chosen, page="/brieven/samen?brief=1")
    assert told.headers["location"] == "/brieven?stand=uitgezet"
    assert "3 brieven staan in het dossier dat u koos." in client.get("/brieven").text
    with live.db.reading() as s:
        assert not any(s.scalars(sa.select(Letter.dossier_id)))
        assert kept_figures.mark_of(s) != mark
        logged = s.scalars(sa.select(AuditEntry.object).where(AuditEntry.act == "dossier-kiezen")).all()
    assert logged == [f"brief:{one}" for one in (*letter_ids[:2], *letter_ids[:2])]
    assert "in een ander dossier" in client.get(f"/vragen/{ids[0]}").text
    client.cookies.clear()
    sign_in(client, live, REGIE)
    assert send(client, "/brieven/samen", chosen, page="/vragen").status_code in {403, 404}
