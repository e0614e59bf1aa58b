"""Mails about concurrence: what is asked of a contributor, what it said, who is late, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.capabilities import LinkClaims, LinkPurpose
from app.domain.errors import mark
from app.domain.questions import State
from app.mail.content import Content, Dropped
from app.mail.facts import QuestionFacts, Reader, read_questions
from app.office import Office
from app.store.concurrence import Contribution, ContributionState
from app.store.lists.concurrences import REPLIED, ended_by, objections
from app.store.ministries import Ministry
from app.store.outbox import Claimed
from app.store.questions import Question

GONE = mark("Niemand wacht meer op deze reactie: er is gereageerd, of de afstemming is voorbij.")


@dataclass(frozen=True)
class Requested:
    """A request as a mail shows it: which question, to whom, by when, and where this reader goes with it."""

    question: QuestionFacts
    ministry: str
    due_on: date
    link: str


def concur(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """A contributor is asked to read a draft and concur, with a link of its own."""
    requests = _requests(session, office, reader, [mail.params["contribution_id"]])
    if not requests or not requests[0].link:
        return Dropped(GONE)
    one = session.get_one(Contribution, mail.params["contribution_id"])
    before = sa.select(Contribution.id).where(
        Contribution.question_id == one.question_id,
        Contribution.round == one.round,
        Contribution.ministry_id == one.ministry_id,
        Contribution.id < one.id,
    )
    again = session.execute(before.limit(1)).first() is not None
    return Content([requests[0].question], {"asked": requests[0], "again": again})


def stalled(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """Replies that are overdue: the reader's own with their links, and those that the reader's ministry waits for."""
    requests = _requests(session, office, reader, mail.params["contribution_ids"])
    if not requests:
        return Dropped(GONE)
    own, others = [one for one in requests if one.link], [one for one in requests if not one.link]
    return Content([one.question for one in requests], {"own": own, "others": others})


def concurrence(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """How a concurrence ended, for the owner; or that a contributor's reply is no longer needed, and why."""
    query = sa.select(Question).where(Question.id == mail.question_id)
    (question,) = read_questions(session, office, reader, query)
    if "contribution_id" in mail.params:
        one = session.get_one(Contribution, mail.params["contribution_id"])
        if reader.ministry_id != one.ministry_id or _asked_anew(session, one):
            return Dropped(mark("Aan dit ministerie is intussen opnieuw afstemming gevraagd."))
        return Content([question], {"step": mail.params["step"], "why": ended_by(session, one), "replies": []})
    if not question.answers:
        return Dropped(mark("De vraag is intussen beantwoord, of ligt bij een ander ministerie."))
    replies = _replies(session, question)
    objecting = objections(session, [question.id]).get((question.id, question.round), [])
    told = {"step": mail.params["step"], "why": "", "replies": replies, "objections": objecting}
    return Content([question], told)


def replied(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """What a contributor said, to its registered contact: so a stolen link is noticed."""
    one = session.get_one(Contribution, mail.params["contribution_id"])
    if reader.ministry_id != one.ministry_id or one.state not in REPLIED:
        return Dropped(GONE)
    query = sa.select(Question).where(Question.id == one.question_id)
    return Content(read_questions(session, office, reader, query), {"reply": one})


def _requests(session: Session, office: Office, reader: Reader, contribution_ids: Sequence[int]) -> list[Requested]:
    """Those of these requests that still wait for a reply, and that this reader answers or waits for; oldest first.

    `link` is empty where the reader's ministry waits for another.
    """
    rows = session.execute(
        sa.select(Contribution, Ministry.display)
        .join(Ministry, Ministry.id == Contribution.ministry_id)
        .join(Question, Question.id == Contribution.question_id)
        .where(
            Contribution.id.in_(contribution_ids),
            Contribution.state == ContributionState.ASKED,
            Question.state == State.CONCURRING,
            sa.or_(Contribution.ministry_id == reader.ministry_id, Question.owner_id == reader.ministry_id),
        )
        .order_by(Contribution.due_on, Contribution.id)
    ).all()
    query = sa.select(Question).where(Question.id.in_([one.question_id for one, _ in rows]))
    known = {question.id: question for question in read_questions(session, office, reader, query)}
    return [Requested(known[one.question_id], display, one.due_on, _link(office, reader, one)) for one, display in rows]


def _link(office: Office, reader: Reader, one: Contribution) -> str:
    if reader.ministry_id != one.ministry_id:
        return ""
    return office.answer_link(LinkClaims(LinkPurpose.CONCUR, one.question_id, reader.person_id, one.round, one.id))


def _replies(session: Session, question: QuestionFacts) -> list[tuple[str, ContributionState]]:
    """What each contributor said last in this round, by name."""
    rows = session.execute(
        sa.select(Ministry.display, Contribution.state)
        .join(Ministry, Ministry.id == Contribution.ministry_id)
        .where(
            Contribution.question_id == question.id,
            Contribution.round == question.round,
            Contribution.state.in_(REPLIED),
        )
        .order_by(Contribution.id)
    )
    return sorted(dict(rows.all()).items())


def _asked_anew(session: Session, one: Contribution) -> bool:
    later = sa.select(Contribution.id).where(
        Contribution.question_id == one.question_id,
        Contribution.ministry_id == one.ministry_id,
        Contribution.state == ContributionState.ASKED,
    )
    return session.execute(later.limit(1)).first() is not None
