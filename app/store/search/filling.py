"""Making the search index anew from what the register says."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.questions import State
from app.store.answering import Answer
from app.store.documents import AnswerDocument, Document, LetterDocument
from app.store.letters import Letter
from app.store.questions import Question
from app.store.search.entries import Found, SearchEntry

_COLUMNS = ("kind", "about_id", "document_id", "letter_id", "question_id", "text", "is_read")
_NONE, _NOTHING = sa.literal(0), sa.null()
_BY_DATE = (Letter.letter_date, Letter.id)
_Source = sa.Select[*tuple[Any, ...]]


def fill_again(session: Session) -> int:
    """Make all entries anew from what the register says, letters by date; how many there are. Documents come unread."""
    session.execute(sa.delete(SearchEntry))
    for source in (_letters(), _questions(), _answers(), _letter_documents(), _answer_documents()):
        session.execute(sa.insert(SearchEntry).from_select(_COLUMNS, source))
    return session.execute(sa.select(sa.func.count()).select_from(SearchEntry)).scalar_one()


# What each kind of entry is made of, oldest first; as the triggers say, and a test holds the two together.


def _letters() -> _Source:
    attention, body = sa.func.coalesce(Letter.attention, ""), sa.func.coalesce(Letter.body, "")
    text = Letter.reference + "\n" + Letter.subject + "\n" + attention + "\n" + body
    return sa.select(_kind(Found.LETTER), Letter.id, _NONE, Letter.id, _NOTHING, text, sa.true()).order_by(*_BY_DATE)


def _questions() -> _Source:
    text = Question.title + "\n" + Question.text
    return (
        sa.select(_kind(Found.QUESTION), Question.id, _NONE, Letter.id, Question.id, text, sa.true())
        .join(Letter, Letter.id == Question.letter_id)
        .where(_is_asked())
        .order_by(*_BY_DATE, Question.position)
    )


def _answers() -> _Source:
    return (
        sa.select(_kind(Found.ANSWER), Answer.id, _NONE, Question.letter_id, Question.id, Answer.text, sa.true())
        .join(Question, Question.id == Answer.question_id)
        .where(_is_asked())
        .order_by(Answer.answered_on, Answer.id)
    )


def _letter_documents() -> _Source:
    letter_id = LetterDocument.letter_id
    return (
        sa.select(_kind(Found.LETTER_DOCUMENT), letter_id, Document.id, letter_id, _NOTHING, Document.name, sa.false())
        .join(Document, Document.id == LetterDocument.document_id)
        .order_by(Document.id)
    )


def _answer_documents() -> _Source:
    about = (Answer.id, Document.id, Question.letter_id, Question.id)
    return (
        sa.select(_kind(Found.ANSWER_DOCUMENT), *about, Document.name, sa.false())
        .select_from(AnswerDocument)
        .join(Document, Document.id == AnswerDocument.document_id)
        .join(Answer, Answer.id == AnswerDocument.answer_id)
        .join(Question, Question.id == Answer.question_id)
        .where(_is_asked())
        .order_by(Document.id)
    )


def _kind(kind: Found) -> sa.ColumnElement[str]:
    return sa.literal(kind.value).label("kind")


def _is_asked() -> sa.ColumnElement[bool]:
    return Question.state != State.WITHDRAWN
