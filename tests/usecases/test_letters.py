"""Registering, changing, sending and withdrawing a letter."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.errors import Invalid, NotAllowed, NotFound, OutOfDate, WrongState
from app.domain.letters import NewQuestion
from app.domain.questions import State
from app.domain.terms import Term, TermKind, Unit
from app.store.base import Db
from app.store.lists.letter_view import as_typed
from app.store.ministries import Ministry
from app.store.outbox import OutboxMail
from app.store.questions import HoldingPeriod, Question
from app.store.terms import TermEntry
from app.usecases import closing, letters
from tests.support.builders import (
    a_new_letter,
    a_register,
    a_sent_letter,
    actor,
    at,
    questions_of,
    secretariat,
)

MONDAY = date(2026, 10, 5)


def test_a_registered_letter_is_a_numbered_concept_with_due_dates(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        first = letters.register(s, secretariat(s), a_new_letter(), at(MONDAY))
        second = letters.register(s, secretariat(s), a_new_letter(), at(MONDAY))
        question = questions_of(s, second)[0]
        assert (str(first.number), str(second.number)) == ("2026-001", "2026-002")
        assert question.state is State.DRAFT
        assert question.due_on == date(2026, 10, 26)
        assert question.title == "Welk bedrag per opvangplek geldt na 4 maart 2027?"


def test_a_letter_of_another_year_counts_in_that_year(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        letter = letters.register(s, secretariat(s), a_new_letter(letter_date=date(2025, 11, 3)), at(MONDAY))
        assert str(letter.number) == "2025-001"


def test_aliases_are_read_by_the_letters_date(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        old = a_new_letter(NewQuestion(text="Hoe lang?", owner="A&M"), letter_date=date(2025, 11, 3))
        question = questions_of(s, letters.register(s, secretariat(s), old, at(MONDAY)))[0]
        assert s.get_one(Ministry, question.owner_id).code == "AENM"
        with pytest.raises(Invalid) as refused:
            letters.register(s, secretariat(s), a_new_letter(NewQuestion(text="Hoe lang?", owner="A&M")), at(MONDAY))
        assert refused.value.code == "ended-ministry"
        assert refused.value.field == "vragen.0.eigenaar"
        assert refused.value.facts["successor"] == "JENV"


def test_everything_that_is_wrong_is_said_at_once(db: Db) -> None:
    a_register(db)
    early = Term(TermKind.AGREED, named_on=date(2026, 10, 1))
    new = a_new_letter(
        NewQuestion(text=" ", owner=""),
        NewQuestion(text="Hoe?", owner="XYZ", term=early),
        subject="",
        reference="x" * 81,
    )
    with db.writing() as s, pytest.raises(Invalid) as refused:
        letters.register(s, secretariat(s), new, at(MONDAY))
    assert [(one.code, one.field) for one in refused.value.all()] == [
        ("missing", "onderwerp"),
        ("too-long", "kenmerk"),
        ("missing", "vragen.0.tekst"),
        ("missing", "vragen.0.eigenaar"),
        ("unknown-ministry", "vragen.1.eigenaar"),
        ("due-before-letter", "vragen.1.termijn"),
    ]
    with db.reading() as s:
        assert s.scalar(sa.select(sa.func.count()).select_from(Question)) == 0


def test_sending_starts_terms_gives_the_ball_and_mails_each_contact_once(db: Db) -> None:
    a_register(db)
    new = a_new_letter(
        NewQuestion(text="Een?", owner="JENV"),
        NewQuestion(text="Twee?", owner="JENV", term=Term(TermKind.NORM, 10, Unit.WORKING_DAYS)),
        NewQuestion(text="Drie?", owner="BZK", contributors=("JENV", "FIN")),
    )
    with db.writing() as s:
        letter = a_sent_letter(s, new)
        asked = questions_of(s, letter)
        assert {question.state for question in asked} == {State.ASKED}
        assert [question.due_on for question in asked] == [date(2026, 10, 26), date(2026, 10, 19), date(2026, 10, 26)]
        mails = s.scalars(sa.select(OutboxMail).order_by(OutboxMail.address)).all()
        assert [(mail.address, len(mail.params["question_ids"])) for mail in mails] == [
            ("contact@bzk.example", 1),
            ("contact@jenv.example", 2),
        ]
        assert s.scalar(sa.select(sa.func.count()).where(HoldingPeriod.until_on.is_(None))) == 3
        assert s.scalar(sa.select(sa.func.count()).select_from(TermEntry)) == 3


def test_terms_count_from_the_day_the_letter_went_out(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        letter = a_sent_letter(s, on=date(2026, 10, 12), now=at(date(2026, 11, 23)))
        assert questions_of(s, letter)[0].due_on == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("sent_on", "code"), [(date(2026, 10, 4), "sent-before-letter"), (date(2026, 10, 7), "sent-in-future")]
)
def test_a_letter_goes_out_between_its_date_and_today(db: Db, sent_on: date, code: str) -> None:
    a_register(db)
    with db.writing() as s:
        letter = letters.register(s, secretariat(s), a_new_letter(), at(MONDAY))
        with pytest.raises(Invalid) as refused:
            letters.send(s, secretariat(s), letter.id, sent_on, at(date(2026, 10, 6)))
    assert refused.value.code == code


def test_a_letter_is_sent_once(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        letter = a_sent_letter(s)
        with pytest.raises(WrongState):
            letters.send(s, secretariat(s), letter.id, MONDAY, at(MONDAY))


def test_a_question_to_a_ministry_that_ended_since_goes_to_its_successor(db: Db) -> None:
    a_register(db)
    new = a_new_letter(NewQuestion(text="Hoe?", owner="AENM"), letter_date=date(2025, 11, 3))
    with db.writing() as s:
        question = questions_of(s, a_sent_letter(s, new, now=at(date(2026, 11, 23))))[0]
        assert s.get_one(Ministry, question.owner_id).code == "JENV"
        assert question.due_on == date(2025, 11, 24), "the clock runs on"
        mail = s.scalars(sa.select(OutboxMail)).one()
        assert mail.address == "contact@jenv.example"


def test_a_concept_keeps_its_number_and_questions_while_it_is_changed(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        letter = letters.register(
            s,
            secretariat(s),
            a_new_letter(NewQuestion(text="A?", owner="BZ"), NewQuestion(text="B?", owner="BZ")),
            at(MONDAY),
        )
        before = [question.id for question in questions_of(s, letter)]
        letters.revise(s, secretariat(s), letter.id, a_new_letter(NewQuestion(text="C?", owner="FIN")), 1, at(MONDAY))
        after = questions_of(s, letter)
        assert [question.id for question in after] == before[:1]
        assert after[0].text == "C?"
        assert str(letter.number) == "2026-001"
        with pytest.raises(OutOfDate):
            letters.revise(s, secretariat(s), letter.id, a_new_letter(), 1, at(MONDAY))


def test_a_withdrawn_concept_keeps_its_number(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        letter = letters.register(s, secretariat(s), a_new_letter(), at(MONDAY))
        letters.withdraw(s, secretariat(s), letter.id, "Dubbel", at(MONDAY))
        assert questions_of(s, letter)[0].state is State.WITHDRAWN
        assert str(letters.register(s, secretariat(s), a_new_letter(), at(MONDAY)).number) == "2026-002"


def test_only_the_secretariat_registers_and_a_ministry_sees_no_concept(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        contact = actor(s, "contact@jenv.example")
        with pytest.raises(NotAllowed):
            letters.register(s, contact, a_new_letter(), at(MONDAY))
        letter = letters.register(s, secretariat(s), a_new_letter(), at(MONDAY))
        s.flush()
        with pytest.raises(NotAllowed):
            letters.send(s, contact, letter.id, MONDAY, at(MONDAY))
    with db.reading() as s, pytest.raises(NotFound):
        letters.find_letter(s, actor(s, "contact@jenv.example"), letter.id)


@pytest.mark.parametrize("withdrawn", [0, 1, 2])
def test_a_concept_of_which_one_question_was_withdrawn_is_saved_and_sent_with_all_others(
    db: Db, withdrawn: int
) -> None:
    texts = ["Eerste?", "Tweede?", "Derde?"]
    a_register(db)
    with db.writing() as s:
        new = a_new_letter(*(NewQuestion(text=text, owner="BZ") for text in texts))
        letter = letters.register(s, secretariat(s), new, at(MONDAY))
        closing.withdraw(s, secretariat(s), questions_of(s, letter)[withdrawn].id, "Dubbel", at(MONDAY))
        letters.revise(s, secretariat(s), letter.id, as_typed(s, letter), letter.version, at(MONDAY))
        letters.send(s, secretariat(s), letter.id, MONDAY, at(MONDAY))
        after = questions_of(s, letter)
        assert [question.text for question in after] == texts
        assert [question.state is State.WITHDRAWN for question in after] == [n == withdrawn for n in range(3)]


def test_a_question_that_was_withdrawn_and_reopened_can_be_left_out_of_a_concept(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        two = a_new_letter(NewQuestion(text="A?", owner="BZ"), NewQuestion(text="B?", owner="BZ"))
        letter = letters.register(s, secretariat(s), two, at(MONDAY))
        second = questions_of(s, letter)[1].id
        closing.withdraw(s, secretariat(s), second, "Dubbel", at(MONDAY))
        closing.reopen(s, secretariat(s), second, "Toch niet", at(MONDAY))
        letters.revise(s, secretariat(s), letter.id, a_new_letter(), letter.version, at(MONDAY))
        assert len(questions_of(s, letter)) == 1


def test_a_question_that_its_letter_went_out_without_is_asked_in_a_new_letter(db: Db) -> None:
    a_register(db)
    with db.writing() as s:
        two = a_new_letter(NewQuestion(text="A?", owner="BZ"), NewQuestion(text="B?", owner="BZ"))
        letter = letters.register(s, secretariat(s), two, at(MONDAY))
        second = questions_of(s, letter)[1]
        closing.withdraw(s, secretariat(s), second.id, "Dubbel", at(MONDAY))
        letters.send(s, secretariat(s), letter.id, MONDAY, at(MONDAY))
        with pytest.raises(WrongState, match="zonder deze vraag"):
            closing.reopen(s, secretariat(s), second.id, "Toch", at(MONDAY))
        assert second.state is State.WITHDRAWN


def test_a_successor_owes_nothing_from_before_the_sending(db: Db) -> None:
    a_register(db)
    sent_on = date(2026, 2, 25)
    with db.writing() as s:
        new = a_new_letter(NewQuestion(text="Hoe lang?", owner="VRO"), letter_date=date(2026, 2, 20))
        a_sent_letter(s, new, on=sent_on, now=at(sent_on))
        periods = s.execute(sa.select(HoldingPeriod.from_on, HoldingPeriod.until_on).order_by(HoldingPeriod.id))
        assert [tuple(row) for row in periods] == [(sent_on, sent_on), (sent_on, None)]
