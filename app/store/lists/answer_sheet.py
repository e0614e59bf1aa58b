"""The consolidated answer sheet of a letter: every question, who owns it, its answer, and what was thought of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.numbers import QuestionNumber
from app.domain.questions import State
from app.store.access import readable
from app.store.answering import Answer, made_by_answer
from app.store.letters import Letter
from app.store.lists.commitments import Made, made_in_letter
from app.store.lists.concurrences import Objection, objections
from app.store.lists.story import late_days_of
from app.store.ministries import Ministry
from app.store.questions import Question


@dataclass(frozen=True)
class SheetLine:
    """One question with its latest answer. `answered_by`: who gave it; the owner may have changed since."""

    question: Question
    number: QuestionNumber
    owner: str
    answer: Answer | None
    answered_by: str
    days_late: int
    objections: Sequence[Objection]
    commitments: Sequence[Made]

    @property
    def is_open(self) -> bool:
        """Whether this round still waits for its answer."""
        return self.question.state not in {State.ANSWERED, State.SETTLED, State.WITHDRAWN}


@dataclass(frozen=True)
class AnswerSheet:
    """A letter with its questions in order, promises left out; `hidden` counts those this reader may not see."""

    letter: Letter
    addressee: str
    lines: Sequence[SheetLine]
    hidden: int

    @property
    def open(self) -> int:
        """How many questions still wait for an answer."""
        return sum(line.is_open for line in self.lines)

    @property
    def owners(self) -> Sequence[str]:
        """The ministries that owe the answers, each once."""
        return list(dict.fromkeys(line.owner for line in self.lines))


def answer_sheet(session: Session, actor: Actor, letter: Letter) -> AnswerSheet:
    """The sheet of a letter that its reader was let in to, with the questions they may see."""
    own = sa.and_(Question.letter_id == letter.id, ~made_by_answer())
    rows = session.execute(
        sa.select(Question, Ministry.display)
        .join(Ministry, Ministry.id == Question.owner_id)
        .where(own, readable(actor))
        .order_by(Question.position)
    ).all()
    every = session.execute(sa.select(sa.func.count()).select_from(Question).where(own)).scalar_one()
    ids = [question.id for question, _ in rows]
    answers, objected = _latest(session, ids), objections(session, ids)
    made = made_in_letter(session, actor, letter.id)
    addressee = session.get_one(Ministry, letter.addressee_id)
    lines = [_line(letter, question, owner, answers, objected, made) for question, owner in rows]
    return AnswerSheet(letter, addressee.name, lines, every - len(rows))


def _latest(session: Session, question_ids: Sequence[int]) -> dict[int, tuple[Answer, str]]:
    """The latest answer of each question, with who gave it."""
    rows = session.execute(
        sa.select(Answer, Ministry.display)
        .join(Ministry, Ministry.id == Answer.ministry_id)
        .where(Answer.question_id.in_(question_ids))
        .order_by(Answer.round)
    )
    return {answer.question_id: (answer, display) for answer, display in rows}


def _line(
    letter: Letter,
    question: Question,
    owner: str,
    answers: Mapping[int, tuple[Answer, str]],
    objected: Mapping[tuple[int, int], Sequence[Objection]],
    made: Sequence[Made],
) -> SheetLine:
    answer, answered_by = answers.get(question.id, (None, ""))
    return SheetLine(
        question=question,
        number=QuestionNumber(letter.year, letter.serial, question.position),
        owner=owner,
        answer=answer,
        answered_by=answered_by,
        days_late=late_days_of(answer) if answer else 0,
        objections=objected.get((question.id, answer.round), ()) if answer else (),
        commitments=[one for one in made if answer is not None and one.from_question_id == question.id],
    )
