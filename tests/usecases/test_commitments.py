"""A promise in an answer becomes a question of its own."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import CLOCKWORK
from app.domain.commitments import NewCommitment
from app.domain.errors import Invalid, NotAllowed, NotFound, WrongState
from app.domain.questions import HolderKind, QuestionKind, State, Verdict
from app.domain.statistics import Grouping, Selection
from app.domain.terms import TermKind
from app.store.answering import Commitment
from app.store.base import Db
from app.store.figures.statistics import histogram
from app.store.ladder.escalation import Escalation
from app.store.letters import Letter
from app.store.lists.commitments import made_in, origin_of
from app.store.lists.letter_lists import LetterFilter, letter_rows
from app.store.lists.letter_view import letter_view
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail
from app.store.people import Person
from app.store.questions import HoldingPeriod, Question, Round
from app.store.terms import EntryKind, TermEntry
from app.usecases import answering, closing, commitments, succession
from app.usecases.escalation import sweep
from tests.support.builders import a_question, a_register, actor, at, secretariat

SENT, ANSWERED, TODAY = date(2026, 10, 5), date(2026, 10, 19), date(2026, 10, 21)
TEXT = "Ja. De regeling gaat vóór 1 juli naar de Kamer. In het najaar volgt een brief."
NEW = NewCommitment("De regeling gaat vóór 1 juli naar de Kamer.", "Regeling naar de Kamer", date(2027, 6, 30))


def answered(s: Session, owner: str = "JENV") -> Question:
    question = a_question(s, owner, SENT)
    answering.submit(s, actor(s, f"contact@{owner.lower()}.example"), question.id, TEXT, "De minister", at(ANSWERED))
    s.flush()
    return question


def record(s: Session, question: Question, new: NewCommitment = NEW, on: date = TODAY) -> Question:
    made = commitments.record(s, secretariat(s), question.id, new, at(on))
    s.flush()
    return made


def test_it_is_accepted_by_the_ministry_that_answered_and_has_a_number_a_ledger_and_a_day(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = answered(s)
        made = record(s, question)
        assert (made.kind, made.state, made.owner_id) == (QuestionKind.COMMITMENT, State.ACCEPTED, question.owner_id)
        assert (made.letter_id, made.position) == (question.letter_id, 2)
        assert (made.term_kind, made.due_on, made.asked_on) == (TermKind.AGREED, date(2027, 6, 30), ANSWERED)
        assert s.get_one(Round, (made.id, 1)).original_due_on == date(2027, 6, 30)
        ledger = s.scalars(sa.select(TermEntry).where(TermEntry.question_id == made.id)).all()
        assert [(one.kind, one.due_on) for one in ledger] == [(EntryKind.SET, date(2027, 6, 30))]
        held = s.scalars(sa.select(HoldingPeriod).where(HoldingPeriod.question_id == made.id)).all()
        assert [(one.holder, one.from_on, one.until_on) for one in held] == [(HolderKind.OWNER, ANSWERED, None)]
        assert question.state is State.ANSWERED, "the question that was answered stays as it is"
        origin = origin_of(s, made.id)
        assert origin is not None
        assert (origin.quote, str(origin.number), origin.ministry) == (NEW.quote, "2026-001.1", "JenV")
        assert [one.question_id for one in made_in(s, secretariat(s), question.id)] == [made.id]
        mail = s.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "commitment")).one()
        assert (mail.address, mail.question_id) == ("contact@jenv.example", made.id)


def test_the_same_promise_twice_is_one_and_another_one_is_another(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = answered(s)
        first, again = record(s, question), record(s, question)
        other = record(s, question, NewCommitment("In het najaar volgt een brief.", "Brief", date(2027, 11, 30)))
        assert first.id == again.id
        assert (first.position, other.position) == (2, 3)
        assert s.scalar(sa.select(sa.func.count()).select_from(Commitment)) == 2


def test_a_letter_whose_questions_are_settled_stays_so_while_a_promise_is_open(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = answered(s)
        record(s, question)
        closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", at(TODAY))
        s.flush()
        letter = s.get_one(Letter, question.letter_id)
        assert letter_view(s, secretariat(s), letter).state is State.SETTLED
        rows = letter_rows(s, secretariat(s), LetterFilter(state=State.SETTLED), TODAY).rows
        assert [(row.state, row.questions, row.open) for row in rows] == [(State.SETTLED, 2, 1)]
        assert letter_rows(s, secretariat(s), LetterFilter(state=State.ASKED), TODAY).rows == []


def test_it_stays_out_of_the_figures_and_climbs_the_ladder(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = answered(s)
        made = record(s, question)
        closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", at(TODAY))
        late = date(2027, 7, 7)
        counted = histogram(s, Selection(late), Grouping.TOTAL)
        assert sum(cell.count for cell in counted.answers) == 1
        sweep(s, CLOCKWORK, late, at(late))
        s.flush()
        rungs = s.scalars(sa.select(Escalation.rung).where(Escalation.question_id == made.id, ~Escalation.passed))
        assert rungs.all() == [3]


def test_a_promise_of_a_ministry_that_ended_is_its_successors(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        question = answered(s)
        jenv = s.get_one(Ministry, question.owner_id)
        jenv.valid_until = date(2026, 10, 31)
        jenv.successor_id = s.scalars(sa.select(Ministry.id).where(Ministry.code == "SZW")).one()
        closing.judge(s, secretariat(s), question.id, Verdict.CONCRETE, "", at(TODAY))
        s.flush()
        made = record(s, question, on=date(2026, 11, 2))
        assert s.get_one(Ministry, made.owner_id).code == "SZW"
        assert s.get_one(Person, made.contact_id).email == "contact@szw.example"
        succession.run(s, CLOCKWORK, date(2026, 11, 2), at(date(2026, 11, 2)))


def test_it_is_kept_by_an_answer_that_is_judged_like_any_other(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        made = record(s, answered(s))
        answering.submit(s, actor(s, "contact@jenv.example"), made.id, "Gebeurd.", "De minister", at(TODAY))
        closing.judge(s, secretariat(s), made.id, Verdict.CONCRETE, "", at(TODAY))
        assert made.state is State.SETTLED


@pytest.mark.parametrize(
    ("new", "code", "field"),
    [
        (NewCommitment(NEW.quote, NEW.what, None), "missing", "datum"),
        (NewCommitment("In het najaar volgt een brief.", "Brief", None), "vague-date", "datum"),
        (NewCommitment(NEW.quote, NEW.what, date(2026, 10, 20)), "date-past", "datum"),
        (NewCommitment("Dat beloven wij.", NEW.what, date(2027, 6, 30)), "quote-not-found", "citaat"),
    ],
)
def test_without_its_words_or_a_day_to_come_it_is_refused(db: Db, new: NewCommitment, code: str, field: str) -> None:
    a_register(db)
    with db.writing() as s:
        question = answered(s)
        with pytest.raises(Invalid) as refused:
            record(s, question, new)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_it_needs_an_answer_a_question_that_stands_and_the_secretariat(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        unanswered, question = a_question(s), answered(s)
        with pytest.raises(NotFound) as missing:
            record(s, unanswered)
        assert missing.value.code == "no-answer"
        with pytest.raises(NotFound):
            commitments.record(s, secretariat(s), question.id, NEW, at(TODAY), answer_id=10**6)
        with pytest.raises(NotAllowed):
            commitments.record(s, actor(s, "contact@jenv.example"), question.id, NEW, at(TODAY))
        closing.judge(s, secretariat(s), question.id, Verdict.EVASIVE, "Nee.", at(TODAY))
        closing.withdraw(s, secretariat(s), question.id, "Vervallen.", at(TODAY))
        with pytest.raises(WrongState) as refused:
            record(s, question)
        assert refused.value.code == "withdrawn"
