"""The due dates in one's own calendar: what it holds, who gets in, and that nothing else does."""

from datetime import date

import httpx
import icalendar
import sqlalchemy as sa

from app.store.audit import AuditEntry
from app.store.people import Person
from app.store.questions import Question
from app.usecases import closing
from tests.support.builders import a_question, a_register, at, secretariat
from tests.support.live import Live
from tests.support.visits import send, sign_in

JENV, BZK, SECRETARIAT = "contact@jenv.example", "contact@bzk.example", "secretariaat@vng.example"
PLACE = "/mijn/agenda"


def an_address(client: httpx.Client) -> str:
    """The path of a new address."""
    assert send(client, PLACE).status_code == 303
    text = client.get(PLACE).text
    return "/agenda/" + text.partition('value="http')[2].partition("/agenda/")[2].partition('"')[0]


def events(answer: httpx.Response) -> list[icalendar.Event]:
    assert answer.status_code == 200, answer.text
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_holds_what_waits_for_an_answer_on_its_day(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        question_id = a_question(s, sent_on=date(2026, 11, 9)).id
    sign_in(client, live, JENV)
    address = an_address(client)
    client.cookies.clear()
    answer = client.get(address)
    (event,) = events(answer)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert event["SUMMARY"].startswith("Antwoord op 2026-001.1: ")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 11, 30), date(2026, 12, 1))
    assert event["UID"] == f"vraag-{question_id}@localhost"
    assert event["URL"].endswith(f"/vragen/{question_id}")
    assert event["TRANSP"] == "TRANSPARENT"


def test_it_is_fetched_anew_only_when_something_changed(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        question_id = a_question(s, sent_on=date(2026, 11, 9)).id
    sign_in(client, live, JENV)
    address = an_address(client)
    first = client.get(address)
    live.clock.advance(hours=30)
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    uid = events(first)[0]["UID"]
    with live.db.writing() as s:
        question = s.get_one(Question, question_id)
        question.due_on, question.term_version = date(2026, 12, 4), 2
    moved = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    (event,) = events(moved)
    assert (event["UID"], event.decoded("DTSTART")) == (uid, date(2026, 12, 4))
    assert int(event["SEQUENCE"]) > int(events(first)[0]["SEQUENCE"])
    with live.db.writing() as s:
        closing.withdraw(s, secretariat(s), question_id, "dubbel", at(date(2026, 11, 24)))
    assert events(client.get(address)) == []


def test_everybody_gets_what_they_may_read_and_a_ministry_what_it_owes(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    with live.db.writing() as s:
        a_question(s, sent_on=date(2026, 11, 9))
    found = {}
    for email in (JENV, BZK, SECRETARIAT):
        client.cookies.clear()
        sign_in(client, live, email)
        found[email] = len(events(client.get(an_address(client))))
    assert found == {JENV: 1, BZK: 0, SECRETARIAT: 1}


def test_an_address_that_was_renewed_revoked_or_altered_is_dead(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, JENV)
    first = an_address(client)
    second = an_address(client)
    assert first != second
    assert [client.get(one).status_code for one in (first, second)] == [404, 200]
    changed = second.replace(".ics", "0.ics")
    other = second.replace("/agenda/", "/agenda/1")
    assert [client.get(one).status_code for one in (changed, other, "/agenda/x.ics", "/agenda/1.1.ics")] == [404] * 4
    assert send(client, f"{PLACE}/intrekking", page=PLACE).status_code == 303
    assert client.get(second).status_code == 404
    third = an_address(client)
    assert client.get(third).status_code == 200
    with live.db.writing() as s:
        s.execute(sa.update(Person).where(Person.email == JENV).values(ended_at=live.clock()))
    assert client.get(third).status_code == 404
    with live.db.reading() as s:
        acts = list(s.scalars(sa.select(AuditEntry.act).where(AuditEntry.act.like("agenda-%"))))
    assert acts == ["agenda-maken", "agenda-maken", "agenda-intrekken", "agenda-maken"]


def test_a_calendar_writes_nothing_when_it_is_fetched(live: Live, client: httpx.Client) -> None:
    a_register(live.db)
    sign_in(client, live, JENV)
    address = an_address(client)
    client.cookies.clear()
    with live.db.reading() as s:
        before = s.connection().exec_driver_sql("PRAGMA data_version").scalar()
        client.get(address)
        client.head(address)
        assert s.connection().exec_driver_sql("PRAGMA data_version").scalar() == before
