"""What a digest holds as of its Sunday, that it is frozen once, and who gets it."""

from datetime import date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.digests import Digest, Week, content_text, digest_hash
from app.domain.errors import NotAllowed
from app.domain.permissions import Role
from app.domain.questions import Verdict
from app.domain.terms import Term, TermKind
from app.store.audit import AuditEntry
from app.store.base import Db
from app.store.figures import digest_lists
from app.store.figures.digests import FrozenDigest
from app.store.outbox import OutboxMail
from app.store.people import Person, PersonRole
from app.store.terms import load_calendar
from app.usecases import answering, audit, closing, digests, ownership, postponing, subscriptions
from app.usecases.escalation import sweep
from app.usecases.repeats import link
from tests.support.beginnings import beginning
from tests.support.builders import a_question, a_register, actor, at
from tests.support.statements import heard

W48 = Week.parse("2026-W48")
MONDAY = at(date(2026, 11, 23), 7)
WRITTEN = {"nl": {"lead": "Nul", "rest": "."}, "en": {"lead": "Nought", "rest": "."}}


def agreed(day: date) -> Term:
    return Term(kind=TermKind.AGREED, length=None, unit=None, named_on=day)


def ids(questions: object) -> list[int]:
    return [one.id for one in questions]  # type: ignore[attr-defined]


@pytest.fixture
@beginning
def register(db: Db) -> dict[str, int]:
    """Questions in every condition a digest tells of, by name."""
    a_register(db)
    asked = date(2026, 10, 5)  # three weeks: due on 26 October
    made: dict[str, int] = {}
    with db.writing() as s:

        def ask(name: str, owner: str, due_on: date | None = None) -> int:
            other = {"term": agreed(due_on)} if due_on else {}
            made[name] = a_question(s, owner, asked, **other).id
            return made[name]

        jenv = actor(s, "contact@jenv.example")
        ask("long late", "BZK")
        ask("late before the week", "JENV", date(2026, 11, 14))
        ask("late on the first day", "JENV", date(2026, 11, 15))
        ask("late since Saturday", "JENV", date(2026, 11, 20))
        ask("due on the Sunday", "JENV", date(2026, 11, 22))
        ask("due next Sunday", "JENV", date(2026, 11, 29))
        ask("due after that", "JENV", date(2026, 11, 30))
        ownership.decline(
            s, actor(s, "contact@ocw.example"), ask("disputed", "OCW"), "Van BZK.", "", at(date(2026, 11, 19))
        )
        answering.submit(s, jenv, ask("answered", "JENV"), "Ja.", "Hoofd", at(date(2026, 11, 16)))
        answering.submit(s, jenv, ask("answered on Monday", "JENV"), "Ja.", "Hoofd", at(date(2026, 11, 23), 6))
        evasive = ask("asked again", "JENV", date(2026, 11, 27))
        answering.submit(s, jenv, evasive, "Dat volgt.", "Hoofd", at(date(2026, 11, 17)))
        closing.judge(
            s, actor(s, "secretariaat@vng.example"), evasive, Verdict.EVASIVE, "Geen bedrag.", at(date(2026, 11, 18))
        )
        moved = ask("moved", "JENV", date(2026, 11, 20))
        consent = actor(s, "secretariaat@vng.example")
        postponing.postpone(s, consent, moved, date(2026, 12, 4), "Wacht op cijfers.", at(date(2026, 11, 19)))
        withdrawn = ask("withdrawn", "JENV")
        closing.withdraw(s, consent, withdrawn, "Niet meer nodig.", at(date(2026, 11, 1)))
        again = made["asked before"] = a_question(s, "JENV", date(2026, 11, 18)).id
        for earlier in (made["withdrawn"], made["long late"]):
            link(s, consent, again, earlier, at(date(2026, 11, 19)))
        sweep(s, CLOCKWORK, date(2026, 11, 23), at(date(2026, 11, 23), 6))
    return made


def drawn(db: Db, week: Week = W48, now: datetime = MONDAY) -> Digest:
    with db.reading() as s:
        return digests.draw_up(s, week, now)


def frozen(session: Session, digest: Digest, *, tell: bool = True) -> bool:
    return digests.freeze(session, CLOCKWORK, digest, WRITTEN, digest.made_at, tell=tell)


def test_it_tells_how_things_stood_at_the_end_of_the_sunday(db: Db, register: dict[str, int]) -> None:
    digest = drawn(db)
    late = {"long late", "late before the week", "late on the first day", "late since Saturday", "disputed"}
    assert set(ids(digest.overdue)) == {register[name] for name in late | {"answered on Monday"}}
    assert set(ids(digest.newly_late)) == {register["late on the first day"], register["late since Saturday"]}
    assert ids(digest.due_next) == [register["due next Sunday"]]
    assert set(ids(digest.answered)) == {register["answered"], register["asked again"]}
    assert ids(digest.disputed) == [register["disputed"]]
    assert ids(digest.repeats) == [register["asked again"]]
    assert [(one.id, len(one.earlier)) for one in digest.asked_before] == [(register["asked before"], 2)]
    assert drawn(db, Week(2026, 47)).asked_before == ()
    assert [(one.id, one.from_on, one.to_on) for one in digest.moved] == [
        (register["moved"], date(2026, 11, 20), date(2026, 12, 4))
    ]
    assert digest.figures.late == 6
    assert (digest.figures.disputed, digest.figures.awaiting) == (1, 1)
    assert digest.figures.open == 12  # six late, due on the Sunday, twice later, moved, asked again, asked before


def test_days_holders_and_rungs_are_those_of_the_sunday_and_the_monday_sweep(db: Db, register: dict[str, int]) -> None:
    found = {one.id: one for one in drawn(db).overdue}
    longest = found[register["long late"]]
    assert (longest.owner, longest.holder, longest.days_late, longest.rung) == ("BZK", "BZK", 27, 5)
    assert found[register["late since Saturday"]].days_late == 2
    disputed = found[register["disputed"]]
    assert (disputed.owner, disputed.holder, disputed.holder_kind, disputed.held_days) == ("OCW", "", "az", 3)
    assert {one.verdict for one in drawn(db).answered} == {"", "ontwijkend"}


def test_made_later_it_still_tells_of_its_own_sunday(db: Db, register: dict[str, int]) -> None:
    on_monday = drawn(db)
    with db.writing() as s:
        answering.submit(
            s, actor(s, "contact@bzk.example"), register["long late"], "Alsnog.", "Hoofd", at(date(2026, 11, 24))
        )
        ownership.assign(s, actor(s, "regie@az.example"), register["disputed"], "BZK", "Wonen.", at(date(2026, 11, 25)))
        postponing.postpone(
            s,
            actor(s, "secretariaat@vng.example"),
            register["due next Sunday"],
            date(2026, 12, 18),
            "Later.",
            at(date(2026, 11, 26)),
        )
    later = drawn(db, now=at(date(2026, 11, 27)))
    assert (later.overdue, later.due_next, later.disputed) == (
        on_monday.overdue,
        on_monday.due_next,
        on_monday.disputed,
    )
    assert later.figures == on_monday.figures


def test_it_is_frozen_once_with_its_hash_in_the_audit_chain(db: Db, register: dict[str, int]) -> None:
    digest = drawn(db)
    with db.writing() as s:
        assert frozen(s, digest)
    with db.writing() as s:
        assert not frozen(s, drawn(db, now=at(date(2026, 11, 24))))
    with db.reading() as s:
        kept = s.scalars(sa.select(FrozenDigest)).one()
        assert kept.content == content_text(digest)
        assert kept.sha256 == digest_hash(kept.week, kept.content, kept.written)
        entries = s.scalars(sa.select(AuditEntry.detail).where(AuditEntry.object == "weekoverzicht:2026-W48")).all()
        assert len(entries) == 1
        assert kept.sha256 in entries[0]
        assert audit.verify(s).broken_at is None


@pytest.mark.parametrize("change", ["UPDATE digests SET content = '{}'", "DELETE FROM digests"])
def test_the_database_refuses_to_change_a_frozen_digest(db: Db, register: dict[str, int], change: str) -> None:
    with db.writing() as s:
        frozen(s, drawn(db))
    with pytest.raises(DatabaseError, match="never changed"), db.writing() as s:
        s.execute(sa.text(change))


def test_change_is_against_last_weeks_frozen_figures_and_corrections_are_counted(
    db: Db, register: dict[str, int]
) -> None:
    before = drawn(db, W48.before, at(date(2026, 11, 16), 7))
    with db.writing() as s:
        frozen(s, before)
        # Recorded now, received on 13 November: by then it was no longer late.
        secretariat = actor(s, "secretariaat@vng.example")
        received = [answering.ReceivedAnswer(register["long late"], "Ja.")]
        answering.record_received(s, secretariat, received, date(2026, 11, 13), "De minister", [], MONDAY)
    digest = drawn(db)
    assert digest.before == before.figures
    assert digest.late_before == before.figures.late - 1
    assert digest.corrected
    assert digest.trend == (("2026-W47", before.figures.late), ("2026-W48", digest.figures.late))


def mailed(db: Db) -> dict[str, OutboxMail]:
    with db.reading() as s:
        return {mail.address: mail for mail in s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "digest"))}


def test_the_leadership_gets_it_and_whoever_asked_for_it(db: Db, register: dict[str, int]) -> None:
    with db.writing() as s:
        subscriptions.choose(s, actor(s, "regie@az.example"), True, MONDAY)
        frozen(s, drawn(db))
    assert set(mailed(db)) == {"directie@vng.example", "regie@az.example"}
    assert mailed(db)["directie@vng.example"].params == {"week": "2026-W48"}


def test_nobody_gets_it_who_unsubscribed(db: Db, register: dict[str, int]) -> None:
    with db.writing() as s:
        subscriptions.choose(s, actor(s, "directie@vng.example"), False, MONDAY)
        frozen(s, drawn(db))
    assert mailed(db) == {}


def test_a_contact_can_not_subscribe(db: Db) -> None:
    a_register(db)
    with pytest.raises(NotAllowed), db.writing() as s:
        subscriptions.choose(s, actor(s, "contact@jenv.example"), True, MONDAY)


def test_on_a_holiday_it_is_frozen_on_monday_and_mailed_the_next_working_day(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        a_question(s, "JENV", date(2026, 2, 2))
    easter = at(date(2026, 4, 6), 7)
    digest = drawn(db, Week.of(date(2026, 4, 6)), easter)
    with db.writing() as s:
        frozen(s, digest)
    assert digest.made_at == easter
    assert mailed(db)["directie@vng.example"].not_before == at(date(2026, 4, 7), 7)


def test_the_number_of_statements_grows_neither_with_the_questions_nor_with_the_readers(
    db: Db, register: dict[str, int]
) -> None:
    def made(week: Week) -> int:
        with heard(db) as statements:
            digest = drawn(db, week)
            with db.writing() as s:
                frozen(s, digest)
        return len(statements)

    made(W48.before.before)
    statements = made(W48.before)
    with db.writing() as s:
        for number in range(12):
            a_question(s, "JENV", date(2026, 10, 5))
            reader = Person(email=f"lezer{number}@vng.example", name="Lezer", created_at=MONDAY)
            s.add(reader)
            s.flush()
            s.add(PersonRole(person_id=reader.id, role=Role.LEADERSHIP))
    assert len(mailed(db)) == 1
    assert made(W48) == statements
    assert len(mailed(db)) == 13


@pytest.mark.parametrize("day", [date(2026, 11, 15), date(2026, 11, 19), date(2026, 11, 22), date(2026, 11, 30)])
def test_the_late_are_counted_as_they_are_listed(db: Db, register: dict[str, int], day: date) -> None:
    with db.reading() as s:
        calendar = load_calendar(s)
        listed = digest_lists.waiting(s, day, calendar).overdue
        assert digest_lists.count_late(s, day, calendar) == len(listed) > 0
