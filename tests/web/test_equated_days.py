"""The administrator keeps the calendar, and sees what a day moves before it does."""

from datetime import date

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.store.questions import Question
from tests.support.builders import a_question, a_register
from tests.support.live import Live
from tests.support.visits import send, sign_in, sign_in_on

ADMIN, PATH = "beheer@vng.example", "/beheer/kalender"
ASKED, DUE = date(2026, 11, 9), date(2026, 11, 30)
BASIS = "Besluit van 1 november 2026"


@pytest.fixture
def question_id(live: Live) -> int:
    a_register(live.db)
    with live.db.writing() as s:
        return a_question(s, sent_on=ASKED).id


def due_on(live: Live, question_id: int) -> date:
    with live.db.reading() as s:
        return s.get_one(Question, question_id).due_on


def test_a_day_is_added_after_seeing_what_it_moves(live: Live, client: httpx.Client, question_id: int) -> None:
    sign_in(client, live, ADMIN)
    typed = {"day-dag": "30", "day-maand": "11", "day-jaar": "2026", "basis": BASIS}
    shown = send(client, PATH, {**typed, "act": "bekijk"})
    assert "1 open vraag krijgt een andere uiterste antwoorddatum." in shown.text
    assert f'value="{BASIS}"' in shown.text
    assert due_on(live, question_id) == DUE
    assert send(client, PATH, {**typed, "act": "bewaar"}).status_code == 303
    assert due_on(live, question_id) == date(2026, 12, 1)
    listed = client.get(PATH).text
    assert "De dag staat in de lijst. 1 open vraag krijgt een andere uiterste antwoorddatum." in listed
    assert BASIS in listed
    again = send(client, PATH, {**typed, "act": "bewaar"})
    assert (again.status_code, "ma 30 november 2026 staat al in de lijst." in again.text) == (400, True)
    sunday = send(client, PATH, {**typed, "day-dag": "29", "act": "bekijk"})
    assert "is al geen werkdag (zondag)" in sunday.text


def test_a_day_is_removed_after_seeing_what_that_moves(live: Live, client: httpx.Client, question_id: int) -> None:
    sign_in(client, live, ADMIN)
    send(client, PATH, {"day": "2026-11-30", "basis": BASIS, "act": "bewaar"})
    removing = f"{PATH}/2026-11-30/verwijderen"
    assert "1 open vraag krijgt een andere uiterste antwoorddatum." in client.get(removing).text
    assert send(client, removing).status_code == 303
    assert due_on(live, question_id) == DUE
    assert client.get(removing).status_code == 404
    assert client.get(f"{PATH}/2026-13-30/verwijderen").status_code == 404


def test_the_calendar_is_for_administrators(live: Live, client: httpx.Client, question_id: int) -> None:
    sign_in(client, live, "secretariaat@vng.example")
    assert client.get(PATH).status_code == 403


def test_a_day_is_removed_on_a_page_of_its_own(live: Live, page: Page, question_id: int) -> None:
    sign_in_on(page, live, ADMIN, PATH)
    expect(page.get_by_role("heading", level=1)).to_have_text("Kalender")
    page.get_by_role("link", name="Verwijder vr 26 mei 2028").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Verwijder vr 26 mei 2028")
