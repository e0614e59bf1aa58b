"""What mails tell about questions, read anew at the moment of handing over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.capabilities import LinkClaims, LinkPurpose
from app.domain.numbers import QuestionNumber
from app.domain.permissions import Role
from app.domain.questions import CLIMBING_STATES, HolderKind, State, holder_after
from app.domain.terms import days_late
from app.office import Office
from app.store.absences import stands_in_for
from app.store.answering import Answer
from app.store.ladder.escalation import Escalation, EscalationMail
from app.store.letters import Letter
from app.store.ministries import Ministry
from app.store.outbox import MailState, OutboxMail
from app.store.people import Person, roles_of
from app.store.questions import Question

ANSWERABLE_STATES = CLIMBING_STATES - {State.DISPUTED}
CENTRAL_ROLES = frozenset({Role.REGIE, Role.SECRETARIAT, Role.LEADERSHIP})


@dataclass(frozen=True)
class Reader:
    """To whom the mail goes."""

    person_id: int
    name: str
    address: str
    ministry_id: int | None
    roles: frozenset[Role]
    stands_in_for: frozenset[int] = frozenset()

    def answers(self, question: Question) -> bool:
        """Whether this reader may answer by a link: the contact, their deputy today, or a coordinator of the owner."""
        if self.ministry_id != question.owner_id or question.state not in ANSWERABLE_STATES:
            return False
        is_contact = question.contact_id in {self.person_id, *self.stands_in_for}
        stands_in = question.contact_id is None and Role.CONTACT in self.roles
        return is_contact or stands_in or Role.COORDINATOR in self.roles

    def hears_of(self, question: Question) -> bool:
        """Whether this reader is still one to hear of the question: at its owner, or at the centre."""
        return self.ministry_id == question.owner_id or bool(self.roles & CENTRAL_ROLES)


@dataclass(frozen=True)
class QuestionFacts:
    """One question as a mail shows it. `link` is made for this reader; `answers` tells whether it opens the form.

    `days_late` is in calendar days, 0 up to and including the due date and while the clock stands still (`suspended`).
    `rung` is 0 where the mail is about none.
    """

    id: int
    serial: int
    number: str
    title: str
    text: str
    state: State
    round: int
    owner: str
    owner_name: str
    holder: HolderKind | None
    due_on: date
    days_late: int
    suspended: bool
    letter_subject: str
    letter_reference: str
    letter_date: date
    link: str
    answers: bool
    rung: int = 0


def find_reader(session: Session, person_id: int | None, today: date) -> Reader | None:
    """The reader, or None where there is no such person any more."""
    person = session.get(Person, person_id) if person_id else None
    if person is None or person.ended_at is not None:
        return None
    away = stands_in_for(session, person.id, today)
    return Reader(person.id, person.name, person.email, person.ministry_id, roles_of(session, person.id), away)


def page_link(office: Office, question_id: int) -> str:
    """The address of a question's page, for whoever signs in."""
    return f"{office.settings.base_url}/vragen/{question_id}"


def revoke_link(office: Office, reader: Reader, question: Question, answer: Answer) -> str:
    """The address where a reader at the owner says that this answer was not theirs; empty where that is past."""
    waits = question.state is State.ANSWERED and question.round == answer.round
    if not waits or reader.ministry_id != question.owner_id:
        return ""
    claims = LinkClaims(LinkPurpose.ANSWER, question.id, reader.person_id, question.round, question.link_serial)
    return f"{office.answer_link(claims)}/intrekking"


def read_questions(session: Session, office: Office, reader: Reader, query: sa.Select[Question]) -> list[QuestionFacts]:
    """The questions of a query, as this reader's mail shows them, by letter and place in it."""
    rows = session.execute(_with_letter(query).order_by(Letter.year, Letter.serial, Question.position))
    return [_facts(office, reader, *row) for row in rows]


def asked_questions(
    session: Session, office: Office, reader: Reader, question_ids: Sequence[int], states: frozenset[State]
) -> list[QuestionFacts]:
    """Those of these questions that stand in one of the states and are still this reader's to answer."""
    query = sa.select(Question).where(Question.id.in_(question_ids), Question.state.in_(states))
    return [question for question in read_questions(session, office, reader, query) if question.answers]


def told_by_ladder(session: Session, person_id: int, question_ids: Sequence[int], since: datetime) -> set[int]:
    """Those of these questions that stand in an escalation mail to this person: asking once more says nothing new.

    That is so where a letter was recorded long after it went out, or mail stood still for days. Only what the ladder
    said after the asking (`since`) counts. A question that moved in the meantime drops out of such a mail
    (`escalated_questions`): it was told if it counts as handed over, and will be if it still stands as it stood.
    """
    told = sa.and_(OutboxMail.state == MailState.SENT, Question.handed_over_on.is_not(None))
    waits = OutboxMail.state.in_((MailState.PENDING, MailState.LEASED, MailState.UNCERTAIN))
    will_tell = sa.and_(waits, *_stands_as_swept())
    return set(
        session.scalars(
            sa.select(Escalation.question_id)
            .join(EscalationMail, EscalationMail.escalation_id == Escalation.id)
            .join(OutboxMail, OutboxMail.id == EscalationMail.outbox_id)
            .join(Question, Question.id == Escalation.question_id)
            .where(
                EscalationMail.person_id == person_id,
                Escalation.question_id.in_(question_ids),
                Escalation.round == Question.round,
                Escalation.recorded_at >= since,
                sa.or_(told, will_tell),
            )
        )
    )


def _stands_as_swept() -> Sequence[sa.ColumnElement[bool]]:
    """The question still stands as it stood when the sweep found it on this rung."""
    return (
        Escalation.round == Question.round,
        Escalation.term_version == Question.term_version,
        Question.state.in_(CLIMBING_STATES),
        ~Question.suspended,
    )


def escalated_questions(session: Session, office: Office, reader: Reader, outbox_id: int) -> list[QuestionFacts]:
    """The questions of an escalation mail that still stand as they stood when the sweep ran, worst first, each once.

    Answered, suspended and withdrawn ones drop out, those with another due date, and those that went to another
    ministry than the reader's.
    """
    query = (
        sa.select(Question)
        .join(Escalation, Escalation.question_id == Question.id)
        .join(EscalationMail, EscalationMail.escalation_id == Escalation.id)
        .where(EscalationMail.outbox_id == outbox_id, *_stands_as_swept())
    )
    in_order = (Question.due_on, Question.id, Escalation.rung)
    rows = session.execute(_with_letter(query).add_columns(Escalation.rung).order_by(*in_order))
    highest = {
        # On the ladder as it is now: its rungs may have been renumbered since.
        question.id: _facts(office, reader, question, letter, ministry, question.rung or rung)
        for question, letter, ministry, rung in rows
        if reader.hears_of(question)
    }
    return list(highest.values())


def _with_letter(query: sa.Select[Question]) -> sa.Select[Question, Letter, Ministry]:
    return (
        query.add_columns(Letter, Ministry)
        .join(Letter, Letter.id == Question.letter_id)
        .join(Ministry, Ministry.id == Question.owner_id)
    )


def _facts(
    office: Office, reader: Reader, question: Question, letter: Letter, ministry: Ministry, rung: int = 0
) -> QuestionFacts:
    answers = reader.answers(question)
    claims = LinkClaims(LinkPurpose.ANSWER, question.id, reader.person_id, question.round, question.link_serial)
    return QuestionFacts(
        id=question.id,
        serial=question.link_serial,
        number=str(QuestionNumber(letter.year, letter.serial, question.position)),
        title=question.title,
        text=question.text,
        state=question.state,
        round=question.round,
        owner=ministry.display,
        owner_name=ministry.name,
        holder=holder_after(question.state),
        due_on=question.due_on,
        days_late=0 if question.suspended else days_late(question.due_on, office.today()),
        suspended=question.suspended,
        letter_subject=letter.subject,
        letter_reference=letter.reference,
        letter_date=letter.letter_date,
        link=office.answer_link(claims) if answers else page_link(office, question.id),
        answers=answers,
        rung=rung,
    )
