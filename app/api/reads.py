"""Reading the register into the shapes of the API: a fixed number of queries, however many questions."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.api.shapes import (
    AnswerShape,
    CommitmentMade,
    EntryShape,
    EventShape,
    FullQuestion,
    Holder,
    LetterMention,
    LetterShape,
    ObjectionShape,
    PromiseOrigin,
    QuestionShape,
    TermShape,
)
from app.domain.actors import Actor
from app.domain.errors import Invalid, mark
from app.domain.ledger import Step
from app.domain.ministries import resolve
from app.domain.numbers import QuestionNumber
from app.domain.questions import letter_state
from app.domain.terms import Reason
from app.store.access import find_letter, find_question, readable
from app.store.answering import Answer, made_by_answer
from app.store.letters import Letter
from app.store.lists.commitments import Made, made_in, origin_of
from app.store.lists.concurrences import Objection
from app.store.lists.question_lists import late_on
from app.store.lists.story import Story, late_days_of, story_of
from app.store.ministries import Dossier, Ministry, ministry_names
from app.store.questions import Contributor, HoldingPeriod, Question
from app.wording import Wording

Codes = Mapping[int | None, str]


@contextmanager
def about(field: str) -> Iterator[None]:
    """Put the client's field to what the rules refuse without naming one."""
    try:
        yield
    except Invalid as refusal:
        if refusal.field is not None:
            raise
        raise Invalid(refusal.code, refusal.sentence, field=field, others=refusal.others, **refusal.facts) from None


def ministry_codes(session: Session) -> Codes:
    """The code of each ministry, by id."""
    return {row.id: row.code for row in session.execute(sa.select(Ministry.id, Ministry.code))}


def ministry_asked(session: Session, text: str | None, today: date) -> int | None:
    """The ministry a list is narrowed to: any code, ended ones too, else a name of today. Raises Invalid."""
    if text is None:
        return None
    ministries = ministry_names(session)
    for ministry in ministries:
        if ministry.code == text.strip().upper():
            return ministry.id
    with about("eigenaar"):
        return resolve(text, today, ministries).id


def dossier_asked(session: Session, text: str | None) -> int | None:
    """The dossier a list is narrowed to, by code or name. Raises Invalid `unknown-dossier`."""
    if text is None:
        return None
    found = session.scalars(
        sa.select(Dossier.id).where(sa.or_(Dossier.slug == text, sa.func.lower(Dossier.name) == text.lower())).limit(1)
    ).one_or_none()
    if found is None:
        sentence = mark("Het dossier {dossier} is er niet. Kies een dossier uit de lijst, of laat het leeg.")
        raise Invalid("unknown-dossier", sentence, field="dossier", dossier=text)
    return found


def question_shapes(
    session: Session, ids: Sequence[int], today: date, *, late_as_of: date | None = None
) -> list[QuestionShape]:
    """These questions, in this order; `late` as on `late_as_of`, else today. Who may read them was asked before."""
    rows = session.execute(
        sa.select(
            Question,
            Letter,
            Dossier.slug.label("dossier"),
            HoldingPeriod,
            late_on(late_as_of or today, today).label("late"),
        )
        .join(Letter, Letter.id == Question.letter_id)
        .outerjoin(Dossier, Dossier.id == Letter.dossier_id)
        .outerjoin(HoldingPeriod, sa.and_(HoldingPeriod.question_id == Question.id, HoldingPeriod.until_on.is_(None)))
        .where(Question.id.in_(ids))
    ).all()
    codes = ministry_codes(session)
    contributors = _contributors(session, ids)
    found = {row.Question.id: _question(row, codes, contributors.get(row.Question.id, [])) for row in rows}
    return [found[one] for one in ids]


def _contributors(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = session.execute(
        sa.select(Contributor.question_id, Ministry.code)
        .join(Ministry, Ministry.id == Contributor.ministry_id)
        .where(Contributor.question_id.in_(ids))
        .order_by(Ministry.code)
    )
    for question_id, code in rows:
        found.setdefault(question_id, []).append(code)
    return found


def _question(row: Any, codes: Codes, contributors: list[str]) -> QuestionShape:
    question, letter, held = row.Question, row.Letter, row.HoldingPeriod
    return QuestionShape(
        id=question.id,
        number=str(QuestionNumber(letter.year, letter.serial, question.position)),
        letter=LetterMention(
            id=letter.id,
            number=str(letter.number),
            subject=letter.subject,
            reference=letter.reference,
            letter_date=letter.letter_date,
        ),
        dossier=row.dossier,
        title=question.title,
        text=question.text,
        kind=question.kind,
        state=question.state,
        owner=codes[question.owner_id],
        contributors=contributors,
        round=question.round,
        term=TermShape(
            kind=question.term_kind,
            length=question.term_length,
            unit=question.term_unit,
            named_on=question.term_named_on,
        ),
        asked_on=question.asked_on,
        due_on=question.due_on,
        original_due_on=question.original_due_on,
        expected_on=question.expected_on,
        suspended=question.suspended,
        late=bool(row.late),
        rung=question.rung,
        holder=Holder(kind=held.holder, ministry=codes.get(held.ministry_id), since=held.from_on) if held else None,
    )


def letter_shape(session: Session, actor: Actor, letter_id: int, today: date) -> LetterShape:
    """A letter with the questions this actor may read. Raises NotFound."""
    letter = find_letter(session, actor, letter_id)
    states = session.scalars(sa.select(Question.state).where(Question.letter_id == letter.id, ~made_by_answer()))
    ids = session.scalars(
        sa.select(Question.id).where(Question.letter_id == letter.id, readable(actor)).order_by(Question.position)
    ).all()
    dossier = session.get(Dossier, letter.dossier_id) if letter.dossier_id else None
    return LetterShape(
        id=letter.id,
        number=str(letter.number),
        state=letter_state(states),
        subject=letter.subject,
        reference=letter.reference,
        letter_date=letter.letter_date,
        sent_on=letter.sent_on,
        addressee=ministry_codes(session)[letter.addressee_id],
        attention=letter.attention,
        channel=letter.channel,
        dossier=dossier.slug if dossier else None,
        body=letter.body,
        questions=question_shapes(session, ids, today),
    )


def full_question(session: Session, actor: Actor, question_id: int, today: date, words: Wording) -> FullQuestion:
    """A question with its whole story, if this actor may read it. Raises NotFound."""
    story = story_of(session, find_question(session, actor, question_id))
    shape = question_shapes(session, [question_id], today)[0]
    codes = ministry_codes(session)
    return FullQuestion(
        **dict(shape),
        contact=story.contact.name if story.contact else None,
        deemed=story.question.deemed,
        owner_binding=story.question.owner_binding,
        answers=[answer_shape(one.answer, codes, one.objections) for one in story.answers],
        promised_in=_promised_in(session, question_id),
        commitments=[commitment_made(one) for one in made_in(session, actor, question_id)],
        events=_events(session, story),
        entries=[_entry(step, words) for step in (story.standing.steps if story.standing else ())],
    )


def commitment_made(one: Made) -> CommitmentMade:
    """A promise beside the answer that made it."""
    return CommitmentMade(
        id=one.question_id, number=str(one.number), title=one.title, quote=one.quote, due_on=one.due_on
    )


def _promised_in(session: Session, question_id: int) -> PromiseOrigin | None:
    origin = origin_of(session, question_id)
    if origin is None:
        return None
    return PromiseOrigin(question_id=origin.question_id, number=str(origin.number), quote=origin.quote)


def answer_shape(answer: Answer, codes: Codes, objections: Sequence[Objection]) -> AnswerShape:
    """An answer with its verdict, and who objected to it."""
    return AnswerShape(
        id=answer.id,
        round=answer.round,
        text=answer.text,
        given_by=answer.given_by,
        ministry=codes[answer.ministry_id],
        submitted_at=answer.submitted_at,
        answered_on=answer.answered_on,
        received_on=answer.received_on,
        due_on=answer.due_on,
        days_late=late_days_of(answer),
        alone_because=answer.alone_because,
        objections=[ObjectionShape(ministry=one.code, reason=one.reason) for one in objections],
        verdict=answer.verdict,
        verdict_reason=answer.verdict_reason,
        judged_at=answer.judged_at,
    )


def _events(session: Session, story: Story) -> list[EventShape]:
    # The story tells ministries as people see them.
    by_display = {row.display: row.code for row in session.execute(sa.select(Ministry.display, Ministry.code))}
    return [
        EventShape(
            on=event.on,
            at=event.at,
            act=event.act,
            round=event.round,
            ministry=by_display.get(event.ministry),
            to_ministry=by_display.get(event.to_ministry),
            person=event.person,
            reason=event.reason,
        )
        for event in story.events
    ]


def _entry(step: Step, words: Wording) -> EntryShape:
    entry = step.entry
    return EntryShape(
        sequence=entry.sequence,
        kind=entry.kind,
        effective_on=entry.effective_on,
        named_on=entry.named_on or (entry.term.named_on if entry.term else None),
        due_on=step.due_on,
        rules=list(step.rules),
        reason=entry.reason or None,
        told=[told(reason, words) for reason in step.reasons],
    )


def told(reason: Reason, words: Wording) -> str:
    """A sentence of a rule, in the client's language."""
    why = reason.facts.get("why")
    return words.text(reason.sentence, **{**reason.facts, **({"why": words.text(str(why))} if why else {})})
