"""Replaying the history of the demo, day by day: letters go out, answers come in, the sweep runs, mail leaves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.demo import acts, owners
from app.demo.content import Received, Step, Told, tell
from app.demo.mailboxes import SECRETARIAT, open_mailboxes, signed_in
from app.digest_press import Press
from app.domain.actors import CLOCKWORK, COMMAND
from app.domain.calendar import ONE_DAY, Calendar, civil_date
from app.domain.digests import Week
from app.domain.errors import mark
from app.domain.slots import moment
from app.store.base import Db
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.outbox import Claimed, MailState, OutboxMail, claim
from app.store.people import Person
from app.store.questions import Question
from app.store.terms import load_calendar
from app.usecases import delivery, digests, escalation, letters, reference, succession

SWEEP_AT, POST_AT, CHANGE_AT, OFFICE_OPENS = time(6), (time(7, 5), time(17, 30)), time(0, 5), time(9)
AWAY_AT = time(5)
OFFICE_HOURS = timedelta(hours=8)
BEFORE_THE_DEMO = mark("Van vóór de demo: deze mail is niet echt verstuurd.")
DISCARDED = "Opgegaan in een andere brief."
ALL_AT_ONCE, LEASE_SECONDS = 10_000, 60
PREPARING = timedelta(days=7)
DIGESTS = 14
"""Of so many weeks there is a digest: enough for a trend of twelve in the last ones."""

Happen = Callable[[Session, datetime], object]


@dataclass(frozen=True)
class Filled:
    """How much there is to see."""

    letters: int
    questions: int
    mails_waiting: int


@dataclass(frozen=True, order=True)
class Event:
    """Something that happened; `order` keeps what happened at one moment in the order it was told."""

    at: datetime
    order: int
    happen: Happen = field(compare=False)


def fill(db: Db, now: datetime, press: Press | None = None) -> Filled | None:
    """Fill an empty register with the demo as of `now`, in one transaction; None when it isn't empty: nothing is done.

    Reference data and the first administrator may be there. Mails of earlier days count as sent; today's wait. With a
    `press` the last weeks have their digests, made on their Mondays; nobody gets a mail of those.
    """
    with db.writing() as session:
        if not _is_empty(session):
            return None
        reference.load(session, COMMAND, now)
        calendar = load_calendar(session)
        told = tell(civil_date(now), calendar)
        first = told[0].typed.letter_date - PREPARING
        open_mailboxes(session, moment(first, OFFICE_OPENS))
        history = [*_history(session, told, calendar, first, now), *_mondays(now, press)]
        for event in sorted(history):
            event.happen(session, event.at)
            # Each act finds the register as another request would: nothing remembered from the one before.
            session.flush()
            session.expunge_all()
        sent = sa.update(OutboxMail).where(OutboxMail.state == MailState.SENT)
        session.execute(sent.values(why=BEFORE_THE_DEMO))
        return _count(session)


def _is_empty(session: Session) -> bool:
    at_a_ministry = sa.select(Person.id).where(Person.ministry_id.is_not(None))
    return not any(session.execute(query.limit(1)).first() for query in (sa.select(Letter.id), at_a_ministry))


def _count(session: Session) -> Filled:
    waiting = sa.select(sa.func.count()).where(OutboxMail.state == MailState.PENDING)
    return Filled(
        letters=session.scalars(sa.select(sa.func.count(Letter.id))).one(),
        questions=session.scalars(sa.select(sa.func.count(Question.id))).one(),
        mails_waiting=session.scalars(waiting).one(),
    )


def _history(session: Session, told: list[Told], calendar: Calendar, first: date, now: datetime) -> Iterator[Event]:
    """Everything that had happened by `now`. An act of today whose hour has not come yet happened just now."""
    today = civil_date(now)
    yield from (event for event in _routine(calendar, first, today) if event.at <= now)
    yield Event(moment(first, OFFICE_OPENS), 1, owners.let_release)
    yield Event(min(moment(today, AWAY_AT), now), 0, owners.go_away)
    ended = session.scalars(sa.select(Ministry.valid_until).where(Ministry.valid_until.is_not(None)).distinct())
    for on in sorted(day + ONE_DAY for day in ended if day):
        if first < on <= today:
            yield Event(min(moment(on, CHANGE_AT), now), 0, _succeed)
    happened = [(on, happen) for letter in told for on, happen in _life(letter) if on <= today]
    for order, (on, happen) in enumerate(happened, start=1):
        # In the order they are told, also on one day: a step can rest on the one before it.
        yield Event(min(moment(on, OFFICE_OPENS) + order * OFFICE_HOURS / len(happened), now), order, happen)


def _routine(calendar: Calendar, first: date, today: date) -> Iterator[Event]:
    """The sweep of every working day, and the mail of all days but today."""
    for on in (first + n * ONE_DAY for n in range((today - first).days + 1)):
        if calendar.is_working(on):
            yield Event(moment(on, SWEEP_AT), 0, _sweep)
            if on < today:
                yield from (Event(moment(on, hour), 0, _post) for hour in POST_AT)


def _mondays(now: datetime, press: Press | None) -> Iterator[Event]:
    """The digests of the last weeks, each made on its Monday after the sweep."""
    if press is None:
        return
    week = Week.of(civil_date(now))
    for _ in range(DIGESTS):
        if week.made_from <= now:
            yield Event(week.made_from, 0, partial(_digest, week, press))
        week = week.before


def _life(letter: Told) -> Iterator[tuple[date, Happen]]:
    """What happened to a letter and its questions, each thing with its day."""
    ids: dict[int, int] = {}
    yield letter.typed.letter_date, partial(_register, letter, ids)
    if letter.discarded_on:
        yield letter.discarded_on, partial(_discard, letter)
    for place, story in enumerate(letter.stories, start=1):
        yield from ((step.on, partial(_do, ids, place, step)) for step in story)
    yield from ((received.on, partial(_receive, ids, received)) for received in letter.received)


def _register(letter: Told, ids: dict[int, int], session: Session, at: datetime) -> None:
    """Register the letter and send it the same day, unless it is still a concept; note the questions by position."""
    secretariat = signed_in(session, SECRETARIAT)
    registered = letters.register(session, secretariat, letter.typed, at)
    if letter.sent:
        letters.send(session, secretariat, registered.id, letter.typed.letter_date, at)
    rows = session.execute(sa.select(Question.position, Question.id).where(Question.letter_id == registered.id))
    ids.update((position, question_id) for position, question_id in rows)


def _discard(letter: Told, session: Session, at: datetime) -> None:
    letter_id = session.scalars(sa.select(Letter.id).where(Letter.reference == letter.typed.reference)).one()
    letters.withdraw(session, signed_in(session, SECRETARIAT), letter_id, DISCARDED, at)


def _do(ids: dict[int, int], place: int, step: Step, session: Session, at: datetime) -> None:
    acts.DEEDS[step.act](session, session.get_one(Question, ids[place]), step, at)


def _receive(ids: dict[int, int], received: Received, session: Session, at: datetime) -> None:
    acts.receive(session, ids, received, at)


def _sweep(session: Session, at: datetime) -> None:
    escalation.sweep(session, CLOCKWORK, civil_date(at), at)


def _digest(week: Week, press: Press, session: Session, at: datetime) -> None:
    digest = digests.draw_up(session, week, at, sweep_at=moment(week.monday, SWEEP_AT))
    digests.freeze(session, CLOCKWORK, digest, press(digest), at, tell=False)


def _succeed(session: Session, at: datetime) -> None:
    succession.run(session, CLOCKWORK, civil_date(at), at)


def _post(session: Session, at: datetime) -> None:
    """Count all mail that is due as sent: the questions in it were handed over that day."""
    for mail in claim(session, ALL_AT_ONCE, LEASE_SECONDS, at):
        delivery.delivered(session, mail, _asked_in(session, mail), at)


def _asked_in(session: Session, mail: Claimed) -> list[tuple[int, int]]:
    if mail.kind not in delivery.HANDS_OVER:
        return []
    ids = mail.params.get("question_ids") or [mail.question_id]
    rows = session.execute(
        sa.select(Question.id, Question.link_serial).where(Question.id.in_(ids), Question.contact_id == mail.person_id)
    )
    return [(question_id, serial) for question_id, serial in rows]
