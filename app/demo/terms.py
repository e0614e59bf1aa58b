"""What happens to the term of a question in the demo: the clock, requests, and entries that lapse."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.demo.content import Step
from app.demo.mailboxes import SECRETARIAT, by_link, signed_in
from app.domain.calendar import civil_date
from app.domain.ledger import EntryKind
from app.store.questions import Question
from app.store.term_requests import RequestState, requests_of
from app.store.terms import TermEntry
from app.usecases import booking, suspending, term_requests


def clarify(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The contact asks what is meant."""
    term_requests.ask_clarification(session, by_link(question), question.id, step.text, at)


def ask_time(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The contact asks for more time than the ministry may take itself."""
    term_requests.ask_time(session, by_link(question), question.id, step.until, step.text, at)


def grant(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The secretariat gives what waits."""
    term_requests.grant(session, signed_in(session, SECRETARIAT), _waiting(session, question), None, step.text, at)


def refuse(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The secretariat refuses what waits."""
    term_requests.refuse(session, signed_in(session, SECRETARIAT), _waiting(session, question), step.text, at)


def resume(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The secretariat lets the clock run again."""
    actor = signed_in(session, SECRETARIAT)
    suspending.resume(session, actor, question.id, civil_date(at), step.text, at)


def void(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The secretariat strikes the last postponement."""
    postponed = sa.select(sa.func.max(TermEntry.sequence)).where(
        TermEntry.question_id == question.id,
        TermEntry.round == question.round,
        TermEntry.kind == EntryKind.POSTPONED,
    )
    sequence = session.execute(postponed).scalar_one()
    booking.void(session, signed_in(session, SECRETARIAT), question.id, sequence or 0, step.text, at)


def receive(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The secretariat notes that the ministry got the question."""
    booking.receive(session, signed_in(session, SECRETARIAT), question.id, civil_date(at), step.text, at)


def resend(session: Session, question: Question, step: Step, at: datetime) -> None:
    """The secretariat sends the question once more."""
    booking.resend(session, signed_in(session, SECRETARIAT), question.id, step.text, at)


def _waiting(session: Session, question: Question) -> int:
    return next(one.id for one in requests_of(session, question.id) if one.state is RequestState.ASKED)


DEEDS = {
    "clarify": clarify,
    "ask_time": ask_time,
    "grant": grant,
    "refuse": refuse,
    "resume": resume,
    "void": void,
    "receive": receive,
    "resend": resend,
}
