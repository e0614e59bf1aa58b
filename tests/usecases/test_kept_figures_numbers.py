"""Events tell what changed since the figures were counted: also where their numbers come again, or come late."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.letters import NewQuestion
from app.domain.statistics import Ageing, Bucket, Grouping, Selection, standard_start
from app.domain.terms import TermKind
from app.store.base import Db
from app.store.figures import kept_places
from app.store.figures.kept_figures import FORM, changed_since, kept_now, mark_of
from app.store.figures.placed import PLACED, Placed
from app.store.figures.statistics import histogram
from app.store.letters import Letter
from app.store.questions import QuestionEvent
from app.usecases import answering, dossiers, letters
from app.usecases.kept_figures import verify
from app.usecases.statistics import report
from tests.support.builders import a_new_letter, a_question, a_register, actor, at, secretariat
from tests.support.kept import keep, kept_histogram
from tests.support.registers import LAST

TODAY = LAST
STANDARD = Selection(TODAY, standard_start(TODAY))
QUESTIONS = tuple(NewQuestion(text=f"Wat geldt er, punt {place}?", owner="FIN") for place in range(2))


@pytest.fixture
def register(db: Db, monkeypatch: pytest.MonkeyPatch) -> Db:
    """A register with a question that was sent, and then a concept with two."""
    monkeypatch.setattr("app.usecases.kept_figures.WEEKS_BACK", 1)
    a_register(db)
    with db.writing() as s:
        a_question(s, "BZK", date(2026, 10, 5))
        letters.register(s, secretariat(s), a_new_letter(*QUESTIONS, letter_date=TODAY), at(TODAY))
    return db


def choose_a_dossier(db: Db) -> None:
    """Which writes a line in the story of both questions of the concept."""
    with db.writing() as s:
        concept = s.scalars(sa.select(Letter.id).where(Letter.sent_on.is_(None))).one()
        dossiers.choose(s, secretariat(s), concept, "asiel-en-migratie", at(TODAY, 10))


def drop_the_last_question(db: Db) -> None:
    with db.writing() as s:
        letter = s.scalars(sa.select(Letter).where(Letter.sent_on.is_(None))).one()
        new = a_new_letter(QUESTIONS[0], letter_date=TODAY, dossier="asiel-en-migratie")
        letters.revise(s, secretariat(s), letter.id, new, letter.version, at(TODAY, 11))


def an_answer(db: Db) -> None:
    with db.writing() as s:
        question_id = s.execute(sa.text("SELECT id FROM questions WHERE state <> 'concept'")).scalar_one()
        answering.submit(s, actor(s, "contact@bzk.example"), question_id, "Dat volgt.", "Chef", at(TODAY, 12))


def assert_figures_are_those_of_the_source(db: Db) -> None:
    with db.reading() as s:
        who = actor(s, "directie@vng.example")
        for grouping in PLACED:
            found = report(s, who, STANDARD, grouping, TODAY)
            counted = histogram(s, STANDARD, grouping)
            for bucket in Bucket:
                in_it = sum(cell.count for cell in counted.answers if cell.bucket is bucket)
                assert found.total.buckets[bucket] == in_it, bucket
            assert found.total.asked == 1


def test_a_line_that_is_gone_changes_no_figure(register: Db) -> None:
    choose_a_dossier(register)
    keep(register, TODAY)
    assert_figures_are_those_of_the_source(register)
    drop_the_last_question(register)
    assert_figures_are_those_of_the_source(register)
    assert keep(register, TODAY).startswith("8 histogrammen")
    assert_figures_are_those_of_the_source(register)


def test_an_act_whose_line_gets_a_number_that_was_used_is_counted(register: Db) -> None:
    choose_a_dossier(register)
    keep(register, TODAY)
    assert_figures_are_those_of_the_source(register)
    drop_the_last_question(register)
    an_answer(register)
    assert_figures_are_those_of_the_source(register)
    with register.reading() as s:
        assert all(one.different == 0 for one in verify(s))


def test_what_a_worker_holds_is_not_mistaken_for_a_register_with_the_same_numbers(register: Db) -> None:
    keep(register, TODAY)
    choose_a_dossier(register)
    assert_figures_are_those_of_the_source(register)
    drop_the_last_question(register)
    an_answer(register)
    assert_figures_are_those_of_the_source(register)


def test_very_many_lines_that_were_under_way_when_it_was_counted_make_the_job_count_anew(register: Db) -> None:
    """More than are remembered one by one: they are found by how many there are."""
    with register.writing() as s:
        s.execute(sa.text("UPDATE question_events SET id = id + 5000"))
    keep(register, TODAY)
    assert keep(register, TODAY) == "er is niets veranderd"
    with register.writing() as s:
        first = s.scalars(sa.select(QuestionEvent).order_by(QuestionEvent.id).limit(1)).one()
        values = {"question_id": first.question_id, "at": at(TODAY), "on": TODAY, "act": "herinneren", "round": 1}
        s.execute(sa.insert(QuestionEvent), [{"id": number, **values} for number in range(1, 4)])
    with register.reading() as s:
        kept = kept_now(s, STANDARD, Grouping.MINISTRY)
        assert kept is not None
        assert changed_since(s, kept) == []
        assert mark_of(s) == kept.mark
    assert keep(register, TODAY).startswith("8 histogrammen")


def test_what_numbers_stand_for_in_packed_places_changes_with_their_form_only() -> None:
    """Who puts a word between the others, or a column, gives what is kept another FORM."""
    words = {4: [*TermKind], 5: [*Bucket], 9: [*Ageing]}
    assert {column: list(found) for column, found in kept_places._WORDS.items()} == words
    assert (FORM, [len(one) for one in words.values()], len(Placed._fields)) == (3, [3, 5, 4], 13)
    assert [one.value for one in (*TermKind, *Bucket, *Ageing)] == [
        "wettelijk", "norm", "afspraak",
        "op-tijd-beantwoord", "te-laat-beantwoord", "open-op-tijd", "open-te-laat", "ingetrokken",
        "1-5", "6-10", "11-20", "meer-dan-20",
    ]  # fmt: skip


def test_a_week_before_is_kept_by_the_same_lines(register: Db) -> None:
    keep(register, TODAY)
    an_answer(register)
    earlier = Selection(TODAY - timedelta(weeks=1), STANDARD.asked_from)
    with register.reading() as s:
        kept = kept_histogram(s, earlier, Grouping.MINISTRY)
        assert kept is not None
        assert {*kept.answers} == {*histogram(s, earlier, Grouping.MINISTRY).answers}
