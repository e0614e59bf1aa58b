"""Handing a question to another ministry: what every transfer, assignment and succession has in common."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK, Actor
from app.domain.calendar import ONE_DAY, civil_date
from app.domain.ledger import Entry, EntryKind
from app.domain.ministries import MinistryName, successor_on
from app.domain.permissions import Role
from app.domain.questions import Act, State
from app.store.answering import Draft, draft_of
from app.store.base import insert_new
from app.store.concurrence import awaited, let_lapse
from app.store.documents import DraftDocument
from app.store.letters import Letter
from app.store.outbox import enqueue
from app.store.people import Person, PersonRole, contact_for
from app.store.questions import Contributor, FormerOwner, Question, move, tell
from app.store.terms import append


def hand_on(
    session: Session,
    question: Question,
    actor: Actor,
    act: Act,
    to_ministry_id: int,
    now: datetime,
    on: date,
    *,
    reason: str | None = None,
    with_draft: bool = False,
) -> None:
    """Give the question another owner by this act; the clock runs on, the old owner keeps reading.

    Links of the old owner die (the serial rises), the new owner's contact takes over, and a contribution to oneself
    falls. The draft stays behind unless `with_draft`. `on` is the civil day it takes effect.
    """
    old_owner_id = question.owner_id
    tell(session, question, actor, act, now, on, ministry_id=old_owner_id, to_ministry_id=to_ministry_id, reason=reason)
    session.execute(
        insert_new(session, FormerOwner).values(question_id=question.id, ministry_id=old_owner_id, until_on=on)
    )
    session.execute(
        sa.delete(FormerOwner).where(FormerOwner.question_id == question.id, FormerOwner.ministry_id == to_ministry_id)
    )
    session.execute(
        sa.delete(Contributor).where(Contributor.question_id == question.id, Contributor.ministry_id == to_ministry_id)
    )
    settle_draft(session, question, to_ministry_id if with_draft else None)
    question.owner_id = to_ministry_id
    question.contact_id = contact_for(session, to_ministry_id, session.get_one(Letter, question.letter_id).dossier_id)
    question.link_serial += 1
    question.handed_over_on, question.deemed = None, False
    entry = Entry(sequence=0, kind=EntryKind.TRANSFERRED, effective_on=on, reason=reason or "")
    append(session, question, entry, actor, now, on)
    let_lapse(session, question.id, to_ministry_id)
    move(session, question, act, on)
    if question.state is State.CONCURRING and not awaited(session, question.id):
        move(session, question, Act.CLEAR, on)
        tell(session, question, actor, Act.CLEAR, now, on)


def follow_succession(
    session: Session, question: Question, names: Sequence[MinistryName], since: date, now: datetime
) -> None:
    """Give a question whose owner has ended to its successor at once; nobody owes anything before `since`.

    For what the daily run didn't find open: a letter that is sent, a closed question that is opened again.
    Raises Invalid: `no-successor`, `succession-loop`.
    """
    today = civil_date(now)
    owner = next(one for one in names if one.id == question.owner_id)
    if owner.valid_until is None or not owner.has_ended(today):
        return
    successor = successor_on(owner, today, names, session.get_one(Letter, question.letter_id).dossier_id)
    on = max(owner.valid_until + ONE_DAY, since)
    hand_on(session, question, CLOCKWORK, Act.SUCCEED, successor.id, now, on, with_draft=True)


def settle_draft(session: Session, question: Question, to_ministry_id: int | None = None) -> None:
    """The present owner's draft waits for no release any more; it goes to that ministry, or stays where it is.

    Where that ministry has a draft of its own (it owned the question before), both texts stand in one.
    """
    draft = draft_of(session, question)
    if draft is None:
        return
    draft.end_offer()
    if to_ministry_id is None:
        return
    draft.sent_back_because = None
    own = session.scalars(
        sa.select(Draft).where(
            Draft.question_id == question.id, Draft.round == question.round, Draft.ministry_id == to_ministry_id
        )
    ).one_or_none()
    if own is not None:
        draft.text = f"{draft.text}\n\n{own.text}".strip()
        session.execute(sa.update(DraftDocument).where(DraftDocument.draft_id == own.id).values(draft_id=draft.id))
        session.delete(own)
        session.flush()
    draft.ministry_id = to_ministry_id
    draft.version += 1
    session.flush()


def present_contact(session: Session, question: Question) -> int | None:
    """The question's contact; where that one stopped, or went to another ministry, who is contact now takes over."""
    person = session.get(Person, question.contact_id) if question.contact_id is not None else None
    if person is None or person.ended_at is not None or person.ministry_id != question.owner_id:
        letter = session.get_one(Letter, question.letter_id)
        question.contact_id = contact_for(session, question.owner_id, letter.dossier_id)
    return question.contact_id


def mail_new_owner(session: Session, question: Question, now: datetime) -> None:
    """Put the mail with the answer link for a question's (new) contact in the outbox, once per link."""
    if question.contact_id is not None:
        key = f"asked:question:{question.id}:{question.round}:{question.link_serial}"
        mail_asked(session, question.contact_id, [question], key, now)


def tell_passed_on(session: Session, question: Question, old_contact_id: int | None, act: Act, now: datetime) -> None:
    """Tell whoever had the question, and the secretariat that sent the letter, to whom it went and why.

    One mail each per act and round: a question is passed on, disputed and assigned once in a round.
    """
    told = dict.fromkeys([old_contact_id, *with_role(session, Role.SECRETARIAT)])
    for person_id in told:
        person = session.get(Person, person_id) if person_id is not None else None
        if person is not None and person.ended_at is None:
            key = f"passed:{question.id}:{question.round}:{act}:{person.id}"
            enqueue(session, person, "passed_on", key, now, question_id=question.id, act=str(act), round=question.round)


def with_role(session: Session, role: Role, ministry_id: int | None = None) -> Sequence[int]:
    """Everybody who is here in this role (at this ministry), by number."""
    query = (
        sa.select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == role, Person.ended_at.is_(None))
    )
    if ministry_id is not None:
        query = query.where(Person.ministry_id == ministry_id)
    return session.scalars(query.order_by(Person.id)).all()


def mail_asked(session: Session, person_id: int, questions: Sequence[Question], key: str, now: datetime) -> None:
    """Put one mail in the outbox that asks a contact for the answers to these questions of one letter."""
    enqueue(
        session,
        session.get_one(Person, person_id),
        "asked",
        key,
        now,
        question_id=questions[0].id,
        letter_id=questions[0].letter_id,
        question_ids=[question.id for question in questions],
    )
