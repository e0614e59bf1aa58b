"""Builders: a register with people, a letter, a question, in as many words as the test needs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import COMMAND, Actor, Door
from app.domain.letters import NewLetter, NewQuestion
from app.domain.permissions import Role
from app.store.base import Db
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.people import ContactAssignment, Person, PersonRole
from app.store.questions import Question
from app.usecases import letters, reference
from tests.support.beginnings import beginning

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
VNG = {
    Role.SECRETARIAT: "secretariaat@vng.example",
    Role.LEADERSHIP: "directie@vng.example",
    Role.ADMIN: "beheer@vng.example",
}
AT_MINISTRY = {Role.CONTACT: "contact", Role.COORDINATOR: "coordinator", Role.SG: "sg"}


def at(day: date, hour: int = 10) -> datetime:
    """A moment on a civil day in Amsterdam."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM)


@beginning
def a_register(db: Db, on: date = date(2025, 9, 1)) -> None:
    """Reference data and functional mailboxes: the VNG's, AZ's, and three at every ministry."""
    now = at(on)
    with db.writing() as s:
        reference.load(s, COMMAND, now)
        codes = dict(s.execute(sa.select(Ministry.code, Ministry.id).order_by(Ministry.id)).all())
        mailboxes = [(email, role, None) for role, email in VNG.items()]
        mailboxes += [
            (f"{name}@{code.lower()}.example", role, ministry_id)
            for code, ministry_id in codes.items()
            for role, name in AT_MINISTRY.items()
        ]
        mailboxes.append(("regie@az.example", Role.REGIE, codes["AZ"]))
        people = [
            Person(email=email, name=email.split("@")[0].capitalize(), created_at=now, ministry_id=ministry_id)
            for email, _, ministry_id in mailboxes
        ]
        s.add_all(people)
        s.flush()
        for person, (_, role, ministry_id) in zip(people, mailboxes, strict=True):
            s.add(PersonRole(person_id=person.id, role=role))
            if role is Role.CONTACT and ministry_id is not None:
                s.add(ContactAssignment(ministry_id=ministry_id, person_id=person.id))


def actor(session: Session, email: str, door: Door = Door.SESSION) -> Actor:
    """Somebody of the register, signed in."""
    person = session.scalars(sa.select(Person).where(Person.email == email)).one()
    roles = session.scalars(sa.select(PersonRole.role).where(PersonRole.person_id == person.id))
    return Actor(person_id=person.id, roles=frozenset(roles), ministry_id=person.ministry_id, door=door)


def secretariat(session: Session) -> Actor:
    """The VNG's secretariat, signed in."""
    return actor(session, VNG[Role.SECRETARIAT])


def a_new_letter(*questions: NewQuestion, letter_date: date = date(2026, 10, 5), **other: object) -> NewLetter:
    """A letter as typed; one question to JenV where none is given."""
    typed = {
        "subject": "Opvang van Oekraïners na 4 maart 2027",
        "reference": "VNG/2026/118",
        "addressee": "JENV",
        "letter_date": letter_date,
        "questions": questions
        or (NewQuestion(text="Welk bedrag per opvangplek geldt na 4 maart 2027?", owner="JENV"),),
    }
    return NewLetter(**{**typed, **other})  # type: ignore[arg-type]


def a_sent_letter(
    session: Session, new: NewLetter | None = None, on: date | None = None, now: datetime | None = None
) -> Letter:
    """A letter that went out on its own date, or on `on`."""
    new = new or a_new_letter()
    sent_on = on or new.letter_date
    now = now or at(sent_on)
    letter = letters.register(session, secretariat(session), new, now)
    return letters.send(session, secretariat(session), letter.id, sent_on, now)


def questions_of(session: Session, letter: Letter) -> list[Question]:
    """A letter's questions in order."""
    return list(session.scalars(sa.select(Question).where(Question.letter_id == letter.id).order_by(Question.position)))


def a_question(session: Session, owner: str = "JENV", sent_on: date = date(2026, 10, 5), **other: object) -> Question:
    """One question, sent on a day; due three weeks later unless a term is given."""
    new = a_new_letter(NewQuestion(text="Wanneer komt er duidelijkheid?", owner=owner, **other), letter_date=sent_on)  # type: ignore[arg-type]
    return questions_of(session, a_sent_letter(session, new))[0]
