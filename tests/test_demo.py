"""The demo tells what it must: every state, every rung, every ministry, and a change of cabinet in between."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.demo import replay
from app.demo.replay import BEFORE_THE_DEMO, Filled
from app.domain.calendar import civil_date
from app.domain.ledger import EntryKind
from app.domain.permissions import Role
from app.domain.questions import CLIMBING_STATES, Act, QuestionKind, State, letter_state
from app.domain.terms import TermKind
from app.store.base import Db
from app.store.concurrence import Contribution, ContributionState
from app.store.dispute_mails import CENTRE_REMINDED
from app.store.figures.digests import FrozenDigest
from app.store.ladder.escalation import Escalation
from app.store.letters import Letter
from app.store.ministries import Dossier, Ministry
from app.store.outbox import MailState, OutboxMail
from app.store.people import Person, PersonRole
from app.store.questions import HoldingPeriod, Question, QuestionEvent, QuestionRepeat
from app.store.term_requests import RequestState, TermRequest
from app.store.terms import TermEntry
from app.usecases import audit
from tests.support.clock import NOW
from tests.support.databases import Databases
from tests.support.demo import copy_of_the_demo

TODAY = civil_date(NOW)
CHANGE = date(2026, 2, 23)
SUCCESSORS = {"AENM": "JENV", "VRO": "BZK", "KGG": "EZK", "EZ": "EZK"}
VNG_AND_AZ = ("secretariaat@vng.example", "directie@vng.example", "beheer@vng.example", "regie@az.example")


@dataclass(frozen=True)
class Seen:
    """What there is to see in a filled register."""

    ministries: dict[int, str]
    today: set[str]
    letters: list[Letter]
    questions: list[Question]
    events: list[QuestionEvent]
    mails: list[OutboxMail]
    rungs: set[int]
    contributions: set[ContributionState]
    dossiers: dict[int, str]
    people: dict[str, set[Role]]
    holders: Counter[int]
    repeats: dict[int, int]
    chain: audit.Chain
    booked: set[EntryKind]
    requested: set[RequestState]


def look(db: Db) -> Seen:
    with db.reading() as s:
        rows = s.scalars(sa.select(Ministry)).all()
        roles: dict[str, set[Role]] = {}
        for email, role in s.execute(sa.select(Person.email, PersonRole.role).join(PersonRole)):
            roles.setdefault(email, set()).add(role)
        return Seen(
            {one.id: one.code for one in rows},
            {one.code for one in rows if one.valid_until is None},
            list(s.scalars(sa.select(Letter).order_by(Letter.year, Letter.serial))),
            list(s.scalars(sa.select(Question).order_by(Question.id))),
            list(s.scalars(sa.select(QuestionEvent).order_by(QuestionEvent.id))),
            list(s.scalars(sa.select(OutboxMail))),
            set(s.scalars(sa.select(Escalation.rung).where(~Escalation.passed))),
            set(s.scalars(sa.select(Contribution.state))),
            {one.id: one.slug for one in s.scalars(sa.select(Dossier))},
            roles,
            Counter(s.scalars(sa.select(HoldingPeriod.question_id).where(HoldingPeriod.until_on.is_(None)))),
            dict(s.execute(sa.select(QuestionRepeat.question_id, QuestionRepeat.earlier_id)).all()),
            audit.verify(s),
            set(s.scalars(sa.select(TermEntry.kind))),
            set(s.scalars(sa.select(TermRequest.state))),
        )


@pytest.fixture(scope="module")
def seen(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """The demo of Monday 23 November 2026, on SQLite."""
    db = Db(copy_of_the_demo(databases, tmp_path_factory.mktemp("demo")))
    try:
        return look(db)
    finally:
        db.dispose()


def test_there_is_enough_to_see(seen: Seen) -> None:
    assert len(seen.letters) >= 15
    assert len(seen.questions) >= 70


@pytest.mark.database("postgresql")
def test_it_tells_the_same_on_postgresql_and_is_filled_once(db: Db, seen: Seen) -> None:
    filled = replay.fill(db, NOW)
    assert replay.fill(db, NOW) is None
    other = look(db)
    assert filled == Filled(
        len(other.letters), len(other.questions), sum(one.state is MailState.PENDING for one in other.mails)
    )
    assert told_by(other) == told_by(seen)


def told_by(seen: Seen) -> list[object]:
    """What there is to see, without the numbers (ids), which each database gives in its own way."""
    return [
        [(one.year, one.serial, one.reference, one.sent_on, one.version) for one in seen.letters],
        [(one.title, one.state, one.rung, one.due_on, one.round, one.version) for one in seen.questions],
        [(one.act, one.on, one.at) for one in seen.events],
        Counter((one.kind, one.state, one.created_at) for one in seen.mails),
        seen.people,
        seen.chain.broken_at,
    ]


def test_every_state_every_kind_and_every_rung_is_there(seen: Seen) -> None:
    assert {question.state for question in seen.questions} == set(State)
    assert {question.kind for question in seen.questions} == set(QuestionKind)
    assert {question.term_kind for question in seen.questions} == set(TermKind)
    assert seen.rungs == {1, 2, 3, 4, 5}
    assert {question.rung for question in seen.questions if question.state in CLIMBING_STATES} == {0, 1, 2, 3, 4, 5}


def test_terms_were_postponed_suspended_resumed_voided_and_asked_about(seen: Seen) -> None:
    assert seen.booked == set(EntryKind) - {EntryKind.REPLAYED}
    assert seen.requested >= {RequestState.ASKED, RequestState.GRANTED, RequestState.REFUSED}
    assert any(question.suspended for question in seen.questions if question.state in CLIMBING_STATES)


def test_letters_stand_where_letters_can_stand(seen: Seen) -> None:
    states: dict[int, set[State]] = {}
    for question in seen.questions:
        states.setdefault(question.letter_id, set()).add(question.state)
    found = {letter_state(of_letter) for of_letter in states.values()}
    assert found == {State.DRAFT, State.ASKED, State.SETTLED, State.WITHDRAWN}


def test_all_twelve_ministries_owe_or_owed_an_answer(seen: Seen) -> None:
    assert seen.today <= {seen.ministries[question.owner_id] for question in seen.questions}
    assert len(seen.today) == 12


def test_contributors_agreed_objected_and_are_still_asked(seen: Seen) -> None:
    assert seen.contributions == set(ContributionState)
    acts = {event.act for event in seen.events}
    assert acts >= {Act.REQUEST_CONCURRENCE, Act.PROPOSE, Act.CLEAR, Act.RECALL, Act.OVERRULE}


def test_questions_were_passed_on_released_sent_back_and_handed_to_a_colleague(seen: Seen) -> None:
    acts = {event.act for event in seen.events}
    assert acts >= {Act.TRANSFER, Act.TRANSFER_AGAIN, Act.DECLINE, Act.ASSIGN, Act.CHANGE_CONTACT, Act.REVOKE_LINK}
    assert acts >= {Act.OFFER, Act.SEND_BACK, Act.RELEASE, CENTRE_REMINDED}
    assert any(event.act == Act.REMIND and event.actor_id for event in seen.events)
    kinds = {mail.kind for mail in seen.mails}
    assert kinds >= {"passed_on", "disputed", "undecided", "offered", "sent_back", "remind"}
    assert any(mail.kind == "offered" and mail.state is MailState.PENDING for mail in seen.mails)


def test_there_is_a_dossier_on_asylum_and_migration(seen: Seen) -> None:
    letters = [letter for letter in seen.letters if seen.dossiers.get(letter.dossier_id or 0) == "asiel-en-migratie"]
    owners = {
        seen.ministries[question.owner_id]
        for question in seen.questions
        if question.letter_id in {letter.id for letter in letters}
    }
    assert len(letters) >= 5
    assert owners >= {"JENV", "BZK", "SZW", "OCW", "VWS", "AZ"}


def test_letters_of_last_autumn_keep_the_old_names_and_their_open_questions_moved(seen: Seen) -> None:
    autumn = {letter.id for letter in seen.letters if letter.letter_date < date(2026, 1, 1)}
    assert {seen.ministries[letter.addressee_id] for letter in seen.letters if letter.id in autumn} == set(SUCCESSORS)
    moved = [event for event in seen.events if event.act == Act.SUCCEED]
    assert {(seen.ministries[one.ministry_id or 0], seen.ministries[one.to_ministry_id or 0]) for one in moved} == set(
        SUCCESSORS.items()
    )
    assert {event.on for event in moved} == {CHANGE}
    open_still = [q for q in seen.questions if q.letter_id in autumn and q.state in CLIMBING_STATES]
    assert open_still
    assert all(seen.ministries[question.owner_id] in seen.today for question in open_still)


def test_letters_are_numbered_in_the_order_they_were_written(seen: Seen) -> None:
    assert [letter.letter_date for letter in seen.letters] == sorted(letter.letter_date for letter in seen.letters)
    assert {letter.year for letter in seen.letters} == {2025, 2026}


def test_every_role_has_its_mailbox(seen: Seen) -> None:
    per_ministry = {f"{box}@{code.lower()}.example" for box in ("contact", "coordinator", "sg") for code in seen.today}
    assert set(VNG_AND_AZ) | per_ministry <= set(seen.people)
    assert set().union(*seen.people.values()) == set(Role)


def test_mails_of_earlier_days_count_as_sent_and_say_so_and_those_of_today_wait(seen: Seen) -> None:
    earlier = [mail for mail in seen.mails if civil_date(mail.created_at) < TODAY]
    today = [mail for mail in seen.mails if civil_date(mail.created_at) == TODAY]
    assert {(mail.state, mail.why) for mail in earlier} == {(MailState.SENT, BEFORE_THE_DEMO)}
    assert {mail.state for mail in today} == {MailState.PENDING}
    assert {"asked", "escalation"} <= {mail.kind for mail in today}


def test_nothing_lies_in_the_future(seen: Seen) -> None:
    assert max(event.at for event in seen.events) <= NOW
    assert max(letter.letter_date for letter in seen.letters) == TODAY


def test_somebody_has_the_ball_of_every_open_question_and_of_no_other(seen: Seen) -> None:
    open_ones = {q.id for q in seen.questions if q.state in CLIMBING_STATES | {State.ANSWERED}}
    assert seen.holders == Counter(open_ones)


def test_the_audit_chain_is_whole(seen: Seen) -> None:
    assert seen.chain.broken_at is None
    assert seen.chain.entries > len(seen.questions)


@pytest.mark.database("sqlite")
def test_it_can_be_made_on_another_day_before_its_sweep(db: Db) -> None:
    assert replay.fill(db, datetime.fromisoformat("2027-01-04T04:30+00:00")) is not None
    with db.reading() as s:
        assert set(s.scalars(sa.select(Question.state))) == set(State)
        assert set(s.scalars(sa.select(Escalation.rung))) == {1, 2, 3, 4, 5}


@pytest.mark.database("sqlite")
def test_it_has_the_digests_of_fourteen_weeks_and_mailed_none(databases: Databases, tmp_path: Path) -> None:
    db = Db(copy_of_the_demo(databases, tmp_path))
    with db.reading() as s:
        weeks = s.scalars(sa.select(FrozenDigest.week).order_by(FrozenDigest.week)).all()
        newest = json.loads(s.get_one(FrozenDigest, weeks[-1]).content)
        assert s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "digest")).all() == []
        assert audit.verify(s).broken_at is None
    db.dispose()
    assert len(weeks) == 14
    assert weeks[-1] == "2026-W48"
    assert len(newest["trend"]) == 12
    assert newest["overdue"]
    assert newest["disputed"]


def test_some_questions_were_asked_before(seen: Seen) -> None:
    titles = {question.id: question.title for question in seen.questions}
    assert {(titles[again], titles[earlier]) for again, earlier in seen.repeats.items()} >= {
        ("Bedrag per plaats na 4 maart 2027", "Normbedrag per opvangplaats in 2027"),
        ("Planning per station", "Planning per station"),
    }
