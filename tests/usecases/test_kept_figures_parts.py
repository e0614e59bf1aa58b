"""Figures of part of what is kept, counted from where each question counts: equal to those from the source."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.questions import QuestionKind
from app.domain.statistics import NO_DOSSIER_ID, Bucket, Grouping, Selection, standard_start
from app.domain.terms import TermKind
from app.store.base import Db
from app.store.figures.kept_figures import cells_now, questions_now
from app.store.figures.kept_places import KeptPlaces, packed, places_of
from app.store.figures.placed import PLACED, placed
from app.store.letters import Letter
from app.store.ministries import DossierSuccessor, Ministry
from app.store.questions import Question
from app.usecases.statistics import Report, behind, report
from tests.support.builders import a_question, actor
from tests.support.kept import keep
from tests.support.registers import LAST, a_random_register

TODAY = LAST
STANDARD = Selection(TODAY, standard_start(TODAY))


@pytest.fixture
def register(db: Db, monkeypatch: pytest.MonkeyPatch) -> Db:
    """A register with what is kept of it."""
    monkeypatch.setattr("app.usecases.kept_figures.WEEKS_BACK", 1)
    a_random_register(db, 240)
    keep(db, TODAY)
    return db


def test_part_of_what_is_kept_is_counted_from_the_places(register: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one ministry, dossier or kind of term, or of part of the period: the figures and the questions behind them."""
    with register.reading() as s:
        owner_id, dossier_id = s.execute(
            sa.select(Question.owner_id, sa.func.max(Letter.dossier_id)).join(Letter).group_by(Question.owner_id)
        ).first() or (0, 0)
    parts = [
        replace(STANDARD, owner_id=owner_id),
        replace(STANDARD, dossier_id=dossier_id),
        replace(STANDARD, dossier_id=NO_DOSSIER_ID, term_kind=TermKind.NORM),
        replace(STANDARD, asked_from=date(2026, 3, 2), asked_until=date(2026, 9, 30), round=1),
    ]
    with register.writing() as s:
        a_question(s, "DEF", date(2026, 3, 2))
        codes = dict(s.execute(sa.select(Ministry.code, Ministry.id)).all())
        ended = {"valid_until": date(2026, 5, 31), "successor_id": codes["BZK"]}
        s.execute(sa.update(Ministry).where(Ministry.code == "EZK").values(**ended))
        s.add(DossierSuccessor(ministry_id=codes["EZK"], dossier_id=dossier_id, successor_id=codes["FIN"]))
    parts += [replace(STANDARD, heir_id=codes[heir], present_on=TODAY) for heir in ("BZK", "FIN")]
    for part in parts:
        with register.reading() as s:
            assert questions_now(s, part, None) is not None
            found = figures_and_questions(s, part)
            with monkeypatch.context() as from_source:
                from_source.setattr("app.store.figures.counted.kept_now", lambda *_: None)
                from_source.setattr("app.store.figures.counted.cells_now", lambda *_: None)
                from_source.setattr("app.usecases.statistics.questions_now", lambda *_: None)
                assert found == figures_and_questions(s, part)
        assert found[0][0].total.asked == len(found[1][0]) > 0


def test_where_the_work_is_now_is_told_of_the_whole_period_too(register: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    with register.writing() as s:
        codes = dict(s.execute(sa.select(Ministry.code, Ministry.id)).all())
        s.execute(
            sa.update(Ministry).where(Ministry.code == "EZK").values(valid_until=TODAY, successor_id=codes["BZK"])
        )
    chosen = replace(STANDARD, present_on=date(2026, 12, 1))
    with register.reading() as s:
        assert cells_now(s, chosen, Grouping.SUCCESSOR) is not None
        found = report(s, actor(s, "directie@vng.example"), chosen, Grouping.SUCCESSOR, TODAY)
        assert "EZK" not in {one.group.code for one in found.groups}
        with monkeypatch.context() as from_source:
            from_source.setattr("app.store.figures.counted.cells_now", lambda *_: None)
            assert found == report(s, actor(s, "directie@vng.example"), chosen, Grouping.SUCCESSOR, TODAY)


def figures_and_questions(session: Session, selection: Selection) -> tuple[list[Report], list[list[int]]]:
    who = actor(session, "directie@vng.example")
    groupings = [Grouping.TOTAL, Grouping.SUCCESSOR, *PLACED]
    reports = [report(session, who, selection, grouping, TODAY) for grouping in groupings]
    questions = [list(behind(session, who, selection, bucket, TODAY)) for bucket in (None, *Bucket)]
    assert sorted(questions[0]) == sorted(one for some in questions[1:] for one in some)
    return reports, questions


@pytest.mark.database("sqlite")
def test_what_the_places_do_not_hold_is_counted_from_the_source(register: Db) -> None:
    others = [
        replace(STANDARD, asked_from=None),
        replace(STANDARD, asked_from=date(2025, 11, 30)),
        replace(STANDARD, as_of=date(2026, 11, 20)),
        replace(STANDARD, round=2),
        replace(STANDARD, kind=QuestionKind.COMMITMENT),
    ]
    with register.reading() as s:
        assert [questions_now(s, one, None) for one in others] == [None] * len(others)


def test_places_are_packed_by_number_and_found(register: Db) -> None:
    with register.reading() as s:
        row = s.execute(sa.select(KeptPlaces.as_of, KeptPlaces.made_at).where(KeptPlaces.as_of == TODAY)).first()
        assert row is not None
        some = list(placed(s, STANDARD))
        assert [one.question_id for one in some] == sorted(one.question_id for one in some)
        wanted = {one.question_id for one in some[::7]}
        assert list(places_of(s, tuple(row), {*wanted, 999_999_999})) == some[::7]
    assert [one.number for one in packed([some[0]._replace(question_id=number) for number in (999, 1000)])] == [0, 1]
