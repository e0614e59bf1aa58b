"""Mails about who owns a question: passed on, still disputed, waiting for release, sent back, and reminders by hand."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import mark
from app.domain.questions import Act, State
from app.mail.content import Content, Dropped
from app.mail.facts import ANSWERABLE_STATES, Reader, asked_questions, page_link, read_questions
from app.office import Office
from app.store.answering import Answer, Draft
from app.store.dispute_mails import disputes
from app.store.ministries import Ministry
from app.store.outbox import Claimed
from app.store.people import Person
from app.store.questions import Question, QuestionEvent

SETTLED_MEANWHILE = mark("Intussen is bekend wie de vraag beantwoordt.")
ANSWERED_MEANWHILE = mark("De vraag is intussen beantwoord, of ligt bij een ander ministerie.")


def passed_on(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """A question went to another ministry, or nobody agrees whose it is: from whom, to whom, and why."""
    event = _event(session, mail)
    questions = read_questions(session, office, reader, sa.select(Question).where(Question.id == mail.question_id))
    if event is None or not questions:
        return Dropped(SETTLED_MEANWHILE)
    before = session.get(Ministry, event.ministry_id) if event.ministry_id else None
    after = session.get(Ministry, event.to_ministry_id) if event.to_ministry_id else None
    facts = {
        "act": event.act,
        "before": before.display if before else "",
        "after": after.display if after else "",
        "reason": event.reason or "",
        "had_it": reader.ministry_id is not None and reader.ministry_id == event.ministry_id,
    }
    return Content(questions, facts)


def undecided(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """Questions that still wait until AZ says whose they are, the longest waiting first."""
    waiting = {one.id: one for one in disputes(session) if one.id in mail.params["question_ids"]}
    query = sa.select(Question).where(Question.id.in_(waiting))
    known = {one.id: one for one in read_questions(session, office, reader, query)}
    lines = [
        (known[one.id], one.since_on, (office.today() - one.since_on).days, f"{page_link(office, one.id)}/toewijzen")
        for one in waiting.values()
    ]
    return Content([line[0] for line in lines], {"lines": lines}) if lines else Dropped(SETTLED_MEANWHILE)


def remind(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """Somebody asks the contact to answer: who, and in what words."""
    event = _event(session, mail)
    questions = asked_questions(session, office, reader, [mail.question_id or 0], ANSWERABLE_STATES)
    if not questions or event is None:
        return Dropped(ANSWERED_MEANWHILE)
    sender = session.get(Person, event.actor_id) if event.actor_id else None
    return Content(questions, {"sender": sender.name if sender else "", "note": event.reason or ""})


def offered(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """An answer waits for this coordinator. Its text is for the ministry's eyes, so it doesn't travel by mail."""
    draft = session.get(Draft, mail.params["draft_id"])
    waits = draft is not None and draft.offered_at is not None and draft.version == mail.params["version"]
    query = sa.select(Question).where(
        Question.id == mail.question_id,
        Question.state.in_(ANSWERABLE_STATES),
        Question.owner_id == reader.ministry_id,
    )
    questions = read_questions(session, office, reader, query)
    if draft is None or not waits or not questions:
        return Dropped(mark("Er wacht geen antwoord meer: het is vrijgegeven, teruggenomen of teruggestuurd."))
    link = f"{page_link(office, questions[0].id)}/vrijgeven"
    return Content(questions, {"given_by": draft.given_by or "", "release_link": link})


def sent_back(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """The coordinator wants something changed first; why stands with the draft, behind the link."""
    questions = asked_questions(session, office, reader, [mail.question_id or 0], ANSWERABLE_STATES)
    if not questions or questions[0].round != mail.params["round"]:
        return Dropped(ANSWERED_MEANWHILE)
    own = Draft.ministry_id == reader.ministry_id
    waiting = sa.select(Draft.id).where(
        Draft.question_id == mail.question_id, own, Draft.round == mail.params["round"], Draft.offered_at.is_(None)
    )
    if session.execute(waiting.limit(1)).first() is None:
        return Dropped(mark("Het antwoord is intussen opnieuw ter vrijgave aangeboden."))
    return Content(questions)


def disowned(session: Session, office: Office, mail: Claimed, reader: Reader) -> Content | Dropped:
    """A ministry says that an answer came from somebody else: what was answered, and in whose name."""
    query = sa.select(Question).where(
        Question.id == mail.question_id, Question.round == mail.params["round"], Question.state == State.ANSWERED
    )
    questions = read_questions(session, office, reader, query)
    given = Answer.question_id == mail.question_id, Answer.round == mail.params["round"]
    answer = session.scalars(sa.select(Answer).where(*given)).one_or_none()
    if answer is None or not questions:
        return Dropped(mark("Het antwoord is intussen beoordeeld."))
    return Content(questions, {"answer": answer, "judge_link": f"{page_link(office, questions[0].id)}/oordeel"})


def _event(session: Session, mail: Claimed) -> QuestionEvent | None:
    """The line of the story that this mail is about: the last of its act in its round."""
    act = mail.params.get("act", str(Act.REMIND))
    found = sa.select(QuestionEvent).where(
        QuestionEvent.question_id == mail.question_id,
        QuestionEvent.round == mail.params["round"],
        QuestionEvent.act == act,
        sa.or_(QuestionEvent.actor_id.is_not(None), QuestionEvent.act != Act.REMIND),
    )
    return session.scalars(found.order_by(QuestionEvent.id.desc()).limit(1)).one_or_none()
