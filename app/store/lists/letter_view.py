"""One letter as its page shows it, and as the form takes it up again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.letters import NewLetter, NewQuestion
from app.domain.questions import State, letter_state
from app.domain.terms import Term
from app.store.access import readable
from app.store.answering import made_by_answer
from app.store.documents import Document, documents_of_letter
from app.store.letters import Letter
from app.store.ministries import Dossier, Ministry
from app.store.people import Person, contact_for
from app.store.questions import Contributor, Question
from app.store.repeats import earlier_ids


@dataclass(frozen=True)
class LetterView:
    """A letter with the questions its reader may see, in order.

    `questions` rows: id, position, title, text, kind, state, owner, owner_code, due_on, asked_on, suspended, term_kind,
    term_set_on, contact (name), contact_email, bounced_at. `contributors`: display names by question.
    `state` is that of all its questions, also those this reader doesn't see.
    """

    letter: Letter
    addressee: Ministry
    dossier: Dossier | None
    state: State
    questions: Sequence[Any]
    contributors: Mapping[int, Sequence[str]]
    documents: Sequence[Document]

    @property
    def is_concept(self) -> bool:
        """Whether it can still be changed, sent or withdrawn as a whole."""
        return self.letter.sent_on is None and self.state is State.DRAFT


def letter_view(session: Session, actor: Actor, letter: Letter) -> LetterView:
    """Read everything about a letter that its reader was let in to."""
    questions = session.execute(_question_select().where(Question.letter_id == letter.id, readable(actor))).all()
    states = session.scalars(sa.select(Question.state).where(Question.letter_id == letter.id, ~made_by_answer()))
    return LetterView(
        letter=letter,
        addressee=session.get_one(Ministry, letter.addressee_id),
        dossier=session.get(Dossier, letter.dossier_id) if letter.dossier_id else None,
        state=letter_state(states),
        questions=questions,
        contributors=_contributors(session, letter.id, Ministry.display),
        documents=documents_of_letter(session, letter.id),
    )


def as_typed(session: Session, letter: Letter) -> NewLetter:
    """A saved letter as it would have to be typed, ministries by code. Questions that were withdrawn are left out.

    A contact who is the one set for ministry and dossier counts as not chosen, so that another owner brings its own.
    """
    contributors = _contributors(session, letter.id, Ministry.code)
    rows = session.execute(
        sa.select(Question, Ministry.code)
        .join(Ministry, Ministry.id == Question.owner_id)
        .where(Question.letter_id == letter.id, Question.state != State.WITHDRAWN)
        .order_by(Question.position)
    )
    questions = tuple(
        NewQuestion(
            text=question.text,
            owner=owner,
            title=question.title,
            kind=question.kind,
            contributors=tuple(contributors.get(question.id, ())),
            contact_id=_chosen_contact(session, question, letter),
            term=Term(question.term_kind, question.term_length, question.term_unit, question.term_named_on),
            repeats=tuple(earlier_ids(session, question.id)),
        )
        for question, owner in rows
    )
    dossier = session.get(Dossier, letter.dossier_id) if letter.dossier_id else None
    return NewLetter(
        subject=letter.subject,
        reference=letter.reference,
        letter_date=letter.letter_date,
        addressee=session.get_one(Ministry, letter.addressee_id).code,
        questions=questions,
        attention=letter.attention or "",
        channel=letter.channel,
        dossier=dossier.slug if dossier else None,
        body=letter.body or "",
        document_ids=tuple(document.id for document in documents_of_letter(session, letter.id)),
    )


def letters_with_reference(session: Session, reference: str, except_id: int | None) -> Sequence[Letter]:
    """Other letters of this reference, newest first, at most three: perhaps it was registered before."""
    return session.scalars(
        sa.select(Letter)
        .where(Letter.reference == reference, Letter.id != (except_id or 0))
        .order_by(Letter.year.desc(), Letter.serial.desc())
        .limit(3)
    ).all()


def _question_select() -> sa.Select[*tuple[Any, ...]]:
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Question.id,
            Question.position,
            Question.title,
            Question.text,
            Question.kind,
            Question.state,
            Ministry.display.label("owner"),
            Ministry.code.label("owner_code"),
            Question.due_on,
            Question.asked_on,
            Question.suspended,
            Question.term_kind,
            Question.term_set_on,
            Person.name.label("contact"),
            Person.email.label("contact_email"),
            Person.bounced_at,
        )
        .join(Ministry, Ministry.id == Question.owner_id)
        .outerjoin(Person, Person.id == Question.contact_id)
        .order_by(Question.position)
    )
    return query


def _contributors(session: Session, letter_id: int, said_as: sa.orm.InstrumentedAttribute[str]) -> dict[int, list[str]]:
    rows = session.execute(
        sa.select(Contributor.question_id, said_as)
        .join(Ministry, Ministry.id == Contributor.ministry_id)
        .join(Question, Question.id == Contributor.question_id)
        .where(Question.letter_id == letter_id)
        .order_by(sa.func.lower(Ministry.display))
    )
    found: dict[int, list[str]] = {}
    for question_id, ministry in rows:
        found.setdefault(question_id, []).append(ministry)
    return found


def _chosen_contact(session: Session, question: Question, letter: Letter) -> int | None:
    usual = contact_for(session, question.owner_id, letter.dossier_id)
    return None if question.contact_id == usual else question.contact_id
