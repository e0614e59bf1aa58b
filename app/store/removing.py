"""What is past its period, per kind, and taking it away: a fixed number of statements, however much goes.

Numbers, dates, states and verdicts stay, so that figures and the audit chain stay right; texts and documents go.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.audit import rows_hash
from app.domain.questions import FINAL_STATES
from app.domain.retention import REMOVED, Kept
from app.store.access_log import AccessEntry
from app.store.accounts import ApiToken, SignInCode, UserSession
from app.store.answering import Answer, Commitment, Draft
from app.store.challenges import PasskeyChallenge
from app.store.concurrence import Contribution, ContributionState
from app.store.credentials import Enrolment, OpenIdAccount, Passkey
from app.store.documents import AnswerDocument, DraftDocument, LetterDocument
from app.store.figures.digests import DigestSubscription
from app.store.letters import Letter
from app.store.mail_copies import MailCopy
from app.store.outbox import OutboxMail
from app.store.people import ContactAssignment, Person, PersonRole
from app.store.questions import Question, QuestionEvent
from app.store.retention import KeptLetter
from app.store.saved_views import SavedView
from app.store.term_requests import TermRequest
from app.store.unfinished import UnfinishedDocument, UnfinishedLetter

Numbers = sa.Select[*tuple[Any, ...]]
NOBODY = "Verwijderd persoon"
NOWHERE = "@verwijderd.invalid"


@dataclass(frozen=True)
class Gone:
    """How much went, and one SHA-256 over its numbers in order."""

    count: int
    sha256: str


def due(kind: Kept, before: datetime) -> Numbers:
    """The numbers of what ended before this moment, as a query; in order."""
    return _DUE[kind](before)


def count_due(session: Session, kind: Kept, before: datetime) -> int:
    """How much that is."""
    return session.execute(
        sa.select(sa.func.count()).select_from(due(kind, before).order_by(None).subquery())
    ).scalar_one()


def take_away(session: Session, kind: Kept, before: datetime, now: datetime) -> Gone:
    """Remove it, in the transaction of the removal that was confirmed."""
    count, sha256 = rows_hash(session.execute(due(kind, before)).yield_per(1000))
    _TAKE[kind](session, before, now)
    session.expire_all()
    return Gone(count, sha256)


def _letters(before: datetime) -> Numbers:
    open_ = sa.exists().where(Question.letter_id == Letter.id, Question.state.not_in(FINAL_STATES))
    lately = (
        sa.exists()
        .where(QuestionEvent.question_id == Question.id, Question.letter_id == Letter.id, QuestionEvent.at >= before)
        .correlate(Letter)
    )
    stays = sa.exists().where(KeptLetter.letter_id == Letter.id)
    old = (Letter.created_at < before, Letter.removed_at.is_(None))
    return sa.select(Letter.id).where(*old, ~open_, ~lately, ~stays).order_by(Letter.id)


def _mail(before: datetime) -> Numbers:
    sent = sa.func.coalesce(OutboxMail.sent_at, OutboxMail.created_at)
    copies = sa.select(MailCopy.outbox_id).join(OutboxMail, OutboxMail.id == MailCopy.outbox_id)
    return copies.where(sent < before).order_by(MailCopy.outbox_id)


def _reads(before: datetime) -> Numbers:
    return sa.select(AccessEntry.id).where(AccessEntry.at < before).order_by(AccessEntry.id)


def _ended(before: datetime) -> Mapping[Any, sa.ColumnElement[bool]]:
    return {
        UserSession: sa.func.coalesce(UserSession.ended_at, UserSession.expires_at) < before,
        SignInCode: SignInCode.expires_at < before,
        ApiToken: sa.func.coalesce(ApiToken.revoked_at, ApiToken.expires_at) < before,
        Enrolment: sa.and_(Enrolment.expires_at < before, _is_no_newest()),
    }


def _is_no_newest() -> sa.ColumnElement[bool]:
    """Not the newest link to add a passkey, which stays, so that no old link ever opens what was made for another.

    A link is derived from its number, and SQLite gives a number that is gone from the end of a table to the next row.
    """
    return Enrolment.id < sa.select(sa.func.max(Enrolment.id)).scalar_subquery()


def _access(before: datetime) -> Numbers:
    parts = [
        sa.select(sa.literal(table.__tablename__).label("kind"), sa.cast(table.id, sa.String).label("number")).where(
            ended
        )
        for table, ended in _ended(before).items()
    ]
    every = sa.union_all(*parts).subquery()
    return sa.select(every.c.kind, every.c.number).order_by(every.c.kind, every.c.number)


def _people(before: datetime) -> Numbers:
    busy = sa.exists().where(Question.contact_id == Person.id, Question.state.not_in(FINAL_STATES))
    named = Person.email.not_like(f"%{NOWHERE}")
    return sa.select(Person.id).where(Person.ended_at < before, named, ~busy).order_by(Person.id)


def _unfinished(before: datetime) -> Numbers:
    return sa.select(UnfinishedLetter.id).where(UnfinishedLetter.saved_at < before).order_by(UnfinishedLetter.id)


_DUE: Mapping[Kept, Callable[[datetime], Numbers]] = {
    Kept.LETTERS: _letters,
    Kept.MAIL: _mail,
    Kept.READS: _reads,
    Kept.ACCESS: _access,
    Kept.PEOPLE: _people,
    Kept.UNFINISHED: _unfinished,
}


def _do(session: Session, *statements: Any) -> None:
    for statement in statements:
        session.execute(statement.execution_options(synchronize_session=False))


def _take_letters(session: Session, before: datetime, now: datetime) -> None:
    ids = _letters(before).order_by(None)
    blank = {"subject": REMOVED, "body": None, "attention": None, "removed_at": now}
    _do(session, sa.update(Letter).where(Letter.id.in_(ids)).values(blank))
    letters = sa.select(Letter.id).where(Letter.removed_at == now)
    questions = sa.select(Question.id).where(Question.letter_id.in_(letters))
    answers = sa.select(Answer.id).where(Answer.question_id.in_(questions))
    drafts = sa.select(Draft.id).where(Draft.question_id.in_(questions))
    mails = sa.select(OutboxMail.id).where(OutboxMail.question_id.in_(questions))
    reason = sa.case((Answer.verdict_reason.is_(None), None), else_=REMOVED)
    objected = sa.case((Contribution.state == ContributionState.OBJECTED, REMOVED), else_=None)
    proposed = sa.case((Contribution.state == ContributionState.PROPOSED, REMOVED), else_=None)
    alone = sa.case((Answer.alone_because.is_(None), None), else_=REMOVED)
    decided = sa.case((TermRequest.decision.is_(None), None), else_=REMOVED)
    _do(
        session,
        sa.delete(LetterDocument).where(LetterDocument.letter_id.in_(letters)),
        sa.delete(AnswerDocument).where(AnswerDocument.answer_id.in_(answers)),
        sa.delete(DraftDocument).where(DraftDocument.draft_id.in_(drafts)),
        sa.delete(Draft).where(Draft.question_id.in_(questions)),
        sa.delete(MailCopy).where(MailCopy.outbox_id.in_(mails)),
        sa.update(Question).where(Question.letter_id.in_(letters)).values(title=REMOVED, text=REMOVED),
        sa.update(Answer)
        .where(Answer.question_id.in_(questions))
        .values(text=REMOVED, given_by=None, verdict_reason=reason, alone_because=alone),
        sa.update(Commitment).where(Commitment.question_id.in_(questions)).values(quote=REMOVED),
        sa.update(Contribution)
        .where(Contribution.question_id.in_(questions))
        .values(text=REMOVED, reason=objected, proposal=proposed),
        sa.update(TermRequest).where(TermRequest.question_id.in_(questions)).values(reason=REMOVED, decision=decided),
        sa.update(QuestionEvent).where(QuestionEvent.question_id.in_(questions)).values(reason=None),
    )


def _take_mail(session: Session, before: datetime, _now: datetime) -> None:
    _do(session, sa.delete(MailCopy).where(MailCopy.outbox_id.in_(_mail(before).order_by(None))))


def _take_reads(session: Session, before: datetime, _now: datetime) -> None:
    _do(session, sa.delete(AccessEntry).where(AccessEntry.at < before))


def _take_access(session: Session, before: datetime, _now: datetime) -> None:
    _do(session, *(sa.delete(table).where(ended) for table, ended in _ended(before).items()))


def _take_people(session: Session, before: datetime, _now: datetime) -> None:
    ids = list(session.scalars(_people(before)))
    theirs: tuple[Any, ...] = (
        PersonRole,
        ContactAssignment,
        DigestSubscription,
        UserSession,
        SignInCode,
        ApiToken,
        PasskeyChallenge,
        Passkey,
        OpenIdAccount,
        SavedView,
    )
    gone = sa.literal("verwijderd-") + sa.cast(Person.id, sa.String) + NOWHERE
    address = sa.literal("verwijderd-") + sa.cast(OutboxMail.person_id, sa.String) + NOWHERE
    blank = {"name": NOBODY, "email": gone, "absent_from": None, "absent_until": None, "deputy_id": None}
    for some in (ids[at : at + 500] for at in range(0, len(ids), 500)):
        _do(
            session,
            *(sa.delete(table).where(table.person_id.in_(some)) for table in theirs),
            sa.delete(Enrolment).where(Enrolment.person_id.in_(some), _is_no_newest()),
            sa.update(Person).where(Person.deputy_id.in_(some)).values(deputy_id=None),
            sa.update(OutboxMail).where(OutboxMail.person_id.in_(some)).values(address=address),
            sa.update(Person).where(Person.id.in_(some)).values(blank),
        )


def _take_unfinished(session: Session, before: datetime, _now: datetime) -> None:
    """The forms; files that then belong to nothing are swept by the job that tidies up."""
    ids = _unfinished(before).order_by(None)
    _do(
        session,
        sa.delete(UnfinishedDocument).where(UnfinishedDocument.unfinished_id.in_(ids)),
        sa.delete(UnfinishedLetter).where(UnfinishedLetter.saved_at < before),
    )


_TAKE: Mapping[Kept, Callable[[Session, datetime, datetime], None]] = {
    Kept.LETTERS: _take_letters,
    Kept.MAIL: _take_mail,
    Kept.READS: _take_reads,
    Kept.ACCESS: _take_access,
    Kept.PEOPLE: _take_people,
    Kept.UNFINISHED: _take_unfinished,
}
