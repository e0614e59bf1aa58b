"""Who had the ball: stretches, due dates, and where the lateness arose."""

from datetime import date

import sqlalchemy as sa

from app.domain.questions import Verdict
from app.store.base import Db
from app.store.lists.story import Story, story_of
from app.store.questions import Question
from app.usecases import answering, calendar, closing, letters, ownership, postponing, suspending
from app.web.questions.holder_view import HolderBar, holder_bar
from app.wording import wording
from tests.support.builders import a_new_letter, a_question, a_register, actor, at, secretariat

JENV = "contact@jenv.example"


def bar(db: Db, today: date) -> HolderBar | None:
    with db.reading() as s:
        story: Story = story_of(s, s.scalars(sa.select(Question)).one())
        return holder_bar(wording("nl"), story, today, "VNG")


def spans(found: HolderBar | None) -> list[tuple[str, str, int]]:
    assert found
    return [(span.kind, span.name, span.days) for span in found.spans]


def test_each_holder_has_its_days_and_the_late_ones_are_red_to_the_end(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, owner="BZK", sent_on=date(2026, 10, 5))
        ownership.transfer(s, actor(s, "contact@bzk.example"), question.id, "JENV", "Opvang.", at(date(2026, 10, 8)))
    found = bar(db, date(2026, 10, 30))
    assert spans(found) == [("none", "BZK", 3), ("owner", "JenV", 22)]
    assert found
    assert (found.days, found.late_days, found.late_until) == (25, 4, 25)
    assert [(due.at, due.label, due.now) for due in found.dues] == [(21, "26 okt", True)]
    assert [(one.name, one.days) for one in found.key] == [
        ("BZK, eerdere eigenaar", 3),
        ("JenV, eigenaar", 22),
        ("te laat", 4),
    ]


def test_lateness_ends_where_the_answer_came_and_earlier_due_dates_stay(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, sent_on=date(2026, 10, 5))
        contact = actor(s, JENV)
        postponing.postpone(s, contact, question.id, date(2026, 11, 3), "Overleg.", at(date(2026, 10, 23)))
        answering.submit(s, contact, question.id, "Later.", "Hoofd", at(date(2026, 11, 5)))
    found = bar(db, date(2026, 11, 12))
    assert spans(found) == [("owner", "JenV", 31), ("vng", "VNG", 7)]
    assert found
    assert (found.late_days, found.late_until) == (2, 31)
    assert [(due.label, due.note, due.now) for due in found.dues] == [
        ("26 okt", "oorspronkelijk", False),
        ("3 nov", "na uitstel", True),
    ]


def test_a_question_that_was_closed_and_opened_again_shows_the_gap(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, sent_on=date(2026, 10, 5))
        answering.submit(s, actor(s, JENV), question.id, "€ 44.", "Hoofd", at(date(2026, 10, 12)))
        closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", at(date(2026, 10, 14)))
    closed = bar(db, date(2026, 11, 30))
    assert closed
    assert (closed.days, closed.end) == (9, "14 okt gesloten")
    with db.writing() as s:
        closing.reopen(s, secretariat(s), question.id, "De regeling verviel.", at(date(2026, 10, 20)))
    found = bar(db, date(2026, 10, 21))
    assert spans(found) == [("owner", "JenV", 7), ("vng", "VNG", 2), ("paused", "gesloten", 6), ("owner", "JenV", 1)]
    assert found
    assert found.end == "vandaag"


def test_a_concept_has_no_holder(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        letters.register(s, secretariat(s), a_new_letter(), at(date(2026, 10, 5)))
    assert bar(db, date(2026, 10, 30)) is None


def test_a_due_date_that_moved_says_by_what(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = a_question(s, sent_on=date(2026, 10, 5))
        calendar.add(s, actor(s, "beheer@vng.example"), date(2026, 10, 26), "Besluit", at(date(2026, 10, 6)))
        question_id = question.id
    replayed = bar(db, date(2026, 10, 8))
    assert replayed
    assert [due.note for due in replayed.dues] == ["oorspronkelijk", "herrekend"]
    with db.writing() as s:
        suspending.suspend(s, secretariat(s), question_id, date(2026, 10, 8), "Uitleg.", at(date(2026, 10, 8)))
        suspending.resume(s, secretariat(s), question_id, date(2026, 10, 12), "", at(date(2026, 10, 12)))
    stopped = bar(db, date(2026, 10, 13))
    assert stopped
    assert [due.note for due in stopped.dues] == ["oorspronkelijk", "na stilstand"]
