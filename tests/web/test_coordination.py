"""Ministries beside dossiers: each number is the list behind it, for everybody who may see it."""

import csv
import io
import re
from datetime import date

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from app.domain.letters import NewQuestion
from app.domain.questions import State
from app.store.base import Db
from app.store.concurrence import Contribution, ContributionState
from app.store.questions import Question
from app.usecases import answering, ownership
from tests.support.beginnings import beginning
from tests.support.browser import assert_no_sideways_scroll
from tests.support.builders import a_new_letter, a_register, a_sent_letter, actor, at, questions_of
from tests.support.live import Live
from tests.support.visits import sign_in, sign_in_on

CENTRE, SECRETARIAT, LEADERSHIP = "regie@az.example", "secretariaat@vng.example", "directie@vng.example"
COORDINATOR, CONTACT = "coordinator@jenv.example", "contact@jenv.example"
TODAY = date(2026, 11, 23)
NUMBER = r'<a class="regie-(?:matrix__open|flag [a-z-]+|figures__link)" href="(/vragen[^"]*)">(?:<svg.*?</svg>)?(\d+)'
LINK = re.compile(NUMBER, re.DOTALL)


def an_objection(session: Session, question: Question, by: str) -> None:
    """Somebody contributes, and objects."""
    who = actor(session, by)
    session.add(
        Contribution(
            question_id=question.id,
            round=question.round,
            ministry_id=who.ministry_id,
            draft_version=1,
            text="Een concept.",
            asked_at=at(date(2026, 11, 2)),
            due_on=date(2026, 11, 9),
            state=ContributionState.OBJECTED,
            reason="Niet gedekt.",
            settled_at=at(date(2026, 11, 3)),
        )
    )


@beginning
def an_autumn(db: Db) -> None:
    """In two dossiers and in none: late and in time, disputed, objected to, answered; to JenV, BZK and OCW."""
    a_register(db)
    with db.writing() as s:
        first = a_new_letter(
            NewQuestion("Welk bedrag?", "JENV", contributors=("FIN",)),
            NewQuestion("Wanneer?", "JENV"),
            NewQuestion("Wie?", "BZK"),
            NewQuestion("Waar?", "BZK"),
            dossier="asiel-en-migratie",
        )
        amount, _when, whose, answered = questions_of(s, a_sent_letter(s, first))
        an_objection(s, amount, "contact@fin.example")
        ownership.decline(s, actor(s, "contact@bzk.example"), whose.id, "Van OCW.", "OCW", at(date(2026, 10, 8)))
        answering.submit(s, actor(s, "contact@bzk.example"), answered.id, "Daar.", "Directeur", at(date(2026, 10, 9)))
        young = a_new_letter(NewQuestion("Hoeveel?", "JENV"), letter_date=date(2026, 11, 16), dossier="wonen-en-ruimte")
        a_sent_letter(s, young)
        a_sent_letter(s, a_new_letter(NewQuestion("En verder?", "OCW")))


def text_of(client: httpx.Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def listed(client: httpx.Client, path: str) -> int:
    """How many questions a list says it holds."""
    found = re.search(r"<strong>([\d.]+) vra", text_of(client, path))
    return int(found[1]) if found else 0


@pytest.mark.parametrize("who", [CENTRE, SECRETARIAT, LEADERSHIP, COORDINATOR])
@pytest.mark.parametrize("path", ["/samenhang", "/samenhang/asiel-en-migratie"])
def test_each_number_is_the_number_of_questions_in_the_list_it_leads_to(
    live: Live, client: httpx.Client, who: str, path: str
) -> None:
    an_autumn(live.db)
    sign_in(client, live, who)
    numbers = [(href.replace("&amp;", "&"), int(number)) for href, number in LINK.findall(text_of(client, path))]
    assert len(numbers) >= 4
    assert [(href, listed(client, href)) for href, _ in numbers] == numbers


def test_the_matrix_counts_what_is_open_late_disputed_and_objected_to(live: Live, client: httpx.Client) -> None:
    an_autumn(live.db)
    sign_in(client, live, CENTRE)
    rows = list(csv.reader(io.StringIO(text_of(client, "/samenhang.csv")), delimiter=";"))
    assert rows[1:] == [
        ["BZK", "Asiel en migratie", "1", "1", "1", "0"],
        ["JenV", "Asiel en migratie", "2", "2", "0", "1"],
        ["JenV", "Wonen en ruimte", "1", "0", "0", "0"],
        ["OCW", "Zonder dossier", "1", "1", "0", "0"],
    ]
    page = text_of(client, "/samenhang")
    assert "5 vragen wachten op antwoord." in page
    assert "Te laat: 4. Eigenaar betwist: 1. Met bezwaar: 1." in page
    assert 'href="/samenhang/geen"' in page


def test_what_waits_for_the_centre_stands_first_with_its_button(live: Live, client: httpx.Client) -> None:
    an_autumn(live.db)
    with live.db.writing() as s:
        stuck = a_new_letter(NewQuestion("Hoe?", "VWS", contributors=("SZW",)), letter_date=date(2026, 11, 2))
        question = questions_of(s, a_sent_letter(s, stuck))[0]
        answering.accept(s, actor(s, "contact@vws.example"), question.id, at(date(2026, 11, 3)))
        an_objection(s, question, "contact@szw.example")
        s.flush()
        one = s.scalars(sa.select(Contribution).where(Contribution.question_id == question.id)).one()
        one.state, one.reason, one.settled_at = ContributionState.ASKED, None, None
        question.state = State.CONCURRING
    sign_in(client, live, CENTRE)
    page = text_of(client, "/samenhang")
    assert "Vraagt om uw besluit" in page
    assert re.search(r"Eigenaar betwist.*Wie\?.*BZK, OCW.*46 dagen.*/toewijzen", page, re.DOTALL)
    assert re.search(r"Afstemming stokt.*Hoe\?.*VWS, SZW.*14 dagen.*/doorbreken", page, re.DOTALL)
    client.cookies.clear()
    sign_in(client, live, LEADERSHIP)
    assert "/toewijzen" not in text_of(client, "/samenhang")


def test_a_coordinator_sees_the_row_of_their_own_ministry(live: Live, client: httpx.Client) -> None:
    an_autumn(live.db)
    sign_in(client, live, COORDINATOR)
    rows = list(csv.reader(io.StringIO(text_of(client, "/samenhang.csv")), delimiter=";"))
    assert {row[0] for row in rows[1:]} == {"JenV"}
    lines = list(csv.reader(io.StringIO(text_of(client, "/samenhang/asiel-en-migratie.csv")), delimiter=";"))
    assert [line[2] for line in lines[1:]] == ["Welk bedrag?", "Wanneer?"]
    assert "Wie?" not in text_of(client, "/samenhang/asiel-en-migratie?ministerie=BZK")


def test_it_is_not_for_contacts_and_they_do_not_see_it_in_the_navigation(live: Live, client: httpx.Client) -> None:
    an_autumn(live.db)
    sign_in(client, live, CONTACT)
    assert client.get("/samenhang").status_code == 403
    assert 'href="/samenhang"' not in text_of(client, "/")
    client.cookies.clear()
    sign_in(client, live, COORDINATOR)
    assert 'href="/samenhang"' in text_of(client, "/")


def test_a_dossier_lists_the_longest_late_first_and_what_is_answered_last(live: Live, client: httpx.Client) -> None:
    an_autumn(live.db)
    sign_in(client, live, CENTRE)
    lines = list(csv.reader(io.StringIO(text_of(client, "/samenhang/asiel-en-migratie.csv")), delimiter=";"))
    assert [(line[2], line[3], line[4], line[5], line[8], line[10]) for line in lines[1:]] == [
        ("Welk bedrag?", "JenV", "Fin", "JenV", "28", "Uitgezet"),
        ("Wanneer?", "JenV", "", "JenV", "28", "Uitgezet"),
        ("Wie?", "BZK", "", "niemand (AZ beslist)", "28", "Eigenaar betwist"),
        ("Waar?", "BZK", "", "VNG", "", "Beantwoord"),
    ]
    page = text_of(client, "/samenhang/asiel-en-migratie")
    assert re.search(r"Welk bedrag\?.*met Fin.*49 dagen", page, re.DOTALL)
    assert listed(client, "/samenhang/asiel-en-migratie?stand=open") == 3
    assert listed(client, "/samenhang/asiel-en-migratie?bezwaar=ja") == 1
    assert client.get("/samenhang/bestaat-niet").status_code == 404


def test_the_list_for_the_meeting_holds_what_there_is_to_talk_about(live: Live, client: httpx.Client) -> None:
    an_autumn(live.db)
    sign_in(client, live, CENTRE)
    agenda = text_of(client, "/samenhang?afdruk=ja")
    assert re.findall(r'class="regie-item__title"[^>]*>([^<]+)<', agenda) == ["Welk bedrag?", "Wie?"]
    whole = text_of(client, "/samenhang/asiel-en-migratie?afdruk=ja&stand=open")
    assert len(re.findall(r'class="regie-item__title"', whole)) == 3


def test_the_rows_of_a_long_dossier_come_page_by_page_each_once(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        for part in range(3):
            asked = [NewQuestion(f"Vraag {part}.{n}?", "JENV") for n in range(20)]
            sent = a_new_letter(*asked, dossier="wonen-en-ruimte", letter_date=date(2026, 9, 7 + part))
            found = questions_of(s, a_sent_letter(s, sent))
            answering.submit(s, actor(s, CONTACT), found[0].id, "Ja.", "Directeur", at(date(2026, 9, 20)))
    sign_in(client, live, CENTRE)
    seen: list[str] = []
    path = "/samenhang/wonen-en-ruimte"
    while path:
        text = text_of(client, path)
        seen += re.findall(r'class="regie-item__title" href="/vragen/(\d+)"', text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 60
    assert {"1", "21", "41"} == set(seen[-3:])


def test_everybody_can_read_it_also_on_a_small_screen(live: Live, page: Page) -> None:
    an_autumn(live.db)
    sign_in_on(page, live, CENTRE, "/samenhang")
    expect(page.get_by_role("heading", name="Samenhang", level=1)).to_be_visible()
    table = page.get_by_role("table", name="Vragen zonder antwoord per ministerie")
    expect(table.get_by_role("link", name="2 open, JenV, Asiel en migratie", exact=True)).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    table.get_by_role("link", name="1 met bezwaar, JenV, Asiel en migratie").click()
    expect(page.get_by_role("heading", name="Vragen", level=1)).to_be_visible()
    for path, heading in (
        ("/samenhang/asiel-en-migratie", "Asiel en migratie"),
        ("/samenhang?afdruk=ja", "Lijst voor het bestuurlijk overleg"),
    ):
        page.goto(f"{live.url}{path}")
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        assert_no_sideways_scroll(page)
