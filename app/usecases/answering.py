"""Answering: accepting a question, giving its answer, and recording an answer that came by post."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.answering import check_answer, check_received
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, NotAllowed, OutOfDate, WrongState, mark
from app.domain.questions import Act, State, next_state
from app.store import audit
from app.store.access import question_for_act
from app.store.answer_sheets import tell_if_complete
from app.store.answering import Answer, answer_of_round, draft_of, given_already
from app.store.documents import AnswerDocument, DraftDocument
from app.store.outbox import enqueue
from app.store.people import Person
from app.store.questions import Question, QuestionEvent, Round, move, tell
from app.store.releasing import needs_release
from app.store.terms import run_again

NOT_OFFERED = mark("Er wacht nu geen antwoord op vrijgave: het is teruggenomen of teruggestuurd.")
OTHER_TEXT = mark("Het antwoord is intussen gewijzigd. Lees het opnieuw en beslis dan.")


@dataclass(frozen=True)
class ReceivedAnswer:
    """What a letter or mail that the secretariat received says to one question."""

    question_id: int
    text: str


def accept(session: Session, actor: Actor, question_id: int, now: datetime) -> Question:
    """The owner takes the question into hand. Saying so twice changes nothing."""
    question = question_for_act(session, actor, question_id, Act.ACCEPT)
    if question.state is State.ACCEPTED and not question.deemed:
        return question
    today = civil_date(now)
    if question.state is State.ACCEPTED:
        question.deemed = False
        question.version += 1
    else:
        move(session, question, Act.ACCEPT, today)
    tell(session, question, actor, Act.ACCEPT, now, today)
    audit.record(session, actor, Act.ACCEPT, f"vraag:{question.id}", now)
    return question


def submit(
    session: Session,
    actor: Actor,
    question_id: int,
    text: str,
    given_by: str,
    now: datetime,
    *,
    alone_because: str = "",
) -> Answer:
    """Give the answer of this round. The same answer sent twice is one answer.

    Raises Invalid for an empty text or name, WrongState when the question was answered otherwise meanwhile or can't
    be answered, Invalid `alone-reason` when contributors have not concurred and no reason is given; NotAllowed
    `needs-release` where the ministry's coordinator releases answers.
    """
    question = question_for_act(session, actor, question_id, Act.SUBMIT)
    given = given_already(session, question, text)
    if given is not None:
        return given
    next_state(question.state, Act.SUBMIT)
    if needs_release(session, actor, question):
        sentence = mark("Bij uw ministerie geeft de coördinator antwoorden vrij. Bied het antwoord ter vrijgave aan.")
        raise NotAllowed("needs-release", sentence)
    check_answer(text, given_by)
    if question.state is State.CONCURRING and not alone_because.strip():
        raise Invalid("alone-reason", mark("Nog niet iedereen stemt in. Schrijf waarom u niet wacht."), field="omdat")
    answer = _write(session, actor, question, Act.SUBMIT, text, given_by, now, civil_date(now), alone_because)
    _take_attachments(session, question, answer)
    audit.record(session, actor, Act.SUBMIT, f"vraag:{question.id}", now, ronde=question.round, antwoord=answer.id)
    _send_receipt(session, actor, question, answer, now)
    return answer


def release(session: Session, actor: Actor, question_id: int, now: datetime, *, version: int | None = None) -> Answer:
    """Give the answer that was offered; today is its date. Releasing twice is releasing once.

    `version` is the draft that was read. Raises WrongState `not-offered` where it was taken back or sent back,
    OutOfDate for another version, Invalid `alone-reason` where contributors were asked to concur meanwhile.
    """
    question = question_for_act(session, actor, question_id, Act.RELEASE)
    released = _released_already(session, actor, question)
    if released is not None:
        return released
    next_state(question.state, Act.RELEASE)
    draft = draft_of(session, question)
    if draft is None or draft.offered_at is None:
        raise WrongState("not-offered", NOT_OFFERED)
    if version not in {None, draft.version}:
        raise OutOfDate("draft-moved-on", OTHER_TEXT, version=draft.version)
    if question.state is State.CONCURRING and not draft.alone_because:
        sentence = mark("Over dit antwoord loopt nog afstemming. Wacht op de reacties, of stuur het antwoord terug.")
        raise Invalid("alone-reason", sentence)
    offered_by_id, alone_because = draft.offered_by_id, draft.alone_because
    given_by = draft.given_by or ""
    answer = _write(session, actor, question, Act.RELEASE, draft.text, given_by, now, civil_date(now))
    answer.person_id, answer.alone_because = offered_by_id, alone_because
    _take_attachments(session, question, answer)
    audit.record(session, actor, Act.RELEASE, f"vraag:{question.id}", now, ronde=question.round, antwoord=answer.id)
    _send_receipt(session, actor, question, answer, now)
    return answer


def record_received(
    session: Session,
    actor: Actor,
    received: list[ReceivedAnswer],
    received_on: date,
    sender: str,
    document_ids: list[int],
    now: datetime,
) -> list[Answer]:
    """Record a signed letter or mail that answers one or more questions; the answer date is the day it came in.

    All or none: raises for the first question that can't be answered, a date in the future or before its round.
    All questions are locked, by id, before the audit chain is: whoever holds its head never waits for a question.
    """
    if not received:
        raise Invalid("no-questions", mark("Kies welke vragen deze brief beantwoordt."), field="vragen")
    in_order = sorted(received, key=lambda one: one.question_id)
    questions = [question_for_act(session, actor, one.question_id, Act.RECORD) for one in in_order]
    answers = [
        given_already(session, question, one.text)
        or _record(session, actor, question, one.text, received_on, sender, document_ids, now)
        for question, one in zip(questions, in_order, strict=True)
    ]
    audit.record(
        session,
        actor,
        Act.RECORD,
        f"vraag:{questions[0].id}",
        now,
        antwoorden=[answer.id for answer in answers],
        ontvangen=received_on,
    )
    return answers


def _record(
    session: Session,
    actor: Actor,
    question: Question,
    text: str,
    received_on: date,
    sender: str,
    document_ids: list[int],
    now: datetime,
) -> Answer:
    next_state(question.state, Act.RECORD)
    check_answer(text, sender)
    asked_on = session.get_one(Round, (question.id, question.round)).asked_on
    check_received(received_on, asked_on, civil_date(now))
    answer = _write(session, actor, question, Act.RECORD, text, sender, now, received_on)
    answer.received_on, answer.recorded_by_id, answer.person_id = received_on, actor.person_id, None
    session.add_all(AnswerDocument(answer_id=answer.id, document_id=document_id) for document_id in document_ids)
    return answer


def _write(
    session: Session,
    actor: Actor,
    question: Question,
    act: Act,
    text: str,
    given_by: str,
    now: datetime,
    on: date,
    alone_because: str = "",
) -> Answer:
    run_again(session, question, actor, now, on)
    answer = Answer(
        question_id=question.id,
        round=question.round,
        ministry_id=question.owner_id,
        text=text.strip(),
        given_by=given_by.strip(),
        person_id=actor.person_id,
        submitted_at=now,
        answered_on=on,
        due_on=question.due_on,
        alone_because=alone_because.strip() or None,
    )
    session.add(answer)
    session.flush()
    move(session, question, act, on)
    tell(session, question, actor, act, now, on)
    tell_if_complete(session, question, now)
    return answer


def _released_already(session: Session, actor: Actor, question: Question) -> Answer | None:
    """The answer that this very person released: a button pressed twice."""
    if question.state is not State.ANSWERED:
        return None
    mine = sa.select(QuestionEvent.id).where(
        QuestionEvent.question_id == question.id,
        QuestionEvent.round == question.round,
        QuestionEvent.act == Act.RELEASE,
        QuestionEvent.actor_id == actor.person_id,
    )
    return answer_of_round(session, question) if session.execute(mine.limit(1)).first() else None


def _take_attachments(session: Session, question: Question, answer: Answer) -> None:
    draft = draft_of(session, question)
    if draft is None:
        return
    for document_id in session.scalars(sa.select(DraftDocument.document_id).where(DraftDocument.draft_id == draft.id)):
        session.add(AnswerDocument(answer_id=answer.id, document_id=document_id))
    session.execute(sa.delete(DraftDocument).where(DraftDocument.draft_id == draft.id))
    session.delete(draft)


def _send_receipt(session: Session, actor: Actor, question: Question, answer: Answer, now: datetime) -> None:
    """The receipt goes to the registered contact, whoever held the link: so a stolen link is noticed."""
    person_id = question.contact_id or actor.person_id
    if person_id is None:
        return
    person = session.get_one(Person, person_id)
    key = f"receipt:{answer.id}"
    enqueue(session, person, "receipt", key, now, question_id=question.id, urgent=True, answer_id=answer.id)
