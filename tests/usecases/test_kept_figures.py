"""What is kept equals the source, is used while it does, and is left alone when it doesn't."""

from collections import Counter
from datetime import date
from weakref import WeakKeyDictionary

import pytest
import sqlalchemy as sa

from app.domain.questions import QuestionKind, State
from app.domain.statistics import AnswerCell, Grouping, Selection, standard_start
from app.store.base import Db
from app.store.figures import counted
from app.store.figures.histograms import Histogram
from app.store.figures.kept_figures import KeptHistogram, changed_since, kept_now
from app.store.figures.kept_places import KeptPlaces, packed, places_of
from app.store.figures.placed import PLACED
from app.store.figures.statistics import histogram
from app.store.figures.weekly_figures import WeeklyFigures
from app.store.questions import Question, QuestionEvent
from app.store.terms import EquatedDay
from app.usecases import answering
from app.usecases.kept_figures import verify
from app.usecases.statistics import report, trend
from tests.support.builders import a_question, actor, at
from tests.support.kept import keep, kept_histogram
from tests.support.registers import LAST, a_random_register

TODAY = LAST
START = standard_start(TODAY)
STANDARD = Selection(TODAY, START)


@pytest.fixture
def register(db: Db, monkeypatch: pytest.MonkeyPatch) -> Db:
    """A register with what is kept of it; of two Sundays, where the number of weeks makes no difference."""
    monkeypatch.setattr("app.usecases.kept_figures.WEEKS_BACK", 2)
    a_random_register(db, 240)
    keep(db, TODAY)
    return db


def summed(found: Histogram | None) -> Counter[AnswerCell]:
    cells: Counter[AnswerCell] = Counter()
    for cell in found.answers if found else ():
        key = AnswerCell(**{**vars(cell), "count": 0})
        cells[key] += cell.count
    return cells


def test_what_is_kept_equals_what_is_counted(register: Db) -> None:
    with register.reading() as s:
        for grouping in PLACED:
            kept = kept_histogram(s, STANDARD, grouping)
            assert summed(kept) == summed(histogram(s, STANDARD, grouping)) != Counter()
        compared = verify(s)
    assert len(compared) == 2 * len(PLACED)
    assert all(one.current and one.different == 0 and one.questions for one in compared)


def test_figures_are_the_same_from_what_is_kept_and_from_the_source(register: Db) -> None:
    with register.reading() as s:
        who = actor(s, "directie@vng.example")
        kept = {grouping: report(s, who, STANDARD, grouping, TODAY) for grouping in Grouping}
    with register.writing() as s:
        s.execute(sa.delete(KeptHistogram))
    with register.reading() as s:
        assert kept == {grouping: report(s, who, STANDARD, grouping, TODAY) for grouping in Grouping}


def test_figures_that_were_worked_out_are_those_of_what_is_kept_now(register: Db) -> None:
    with register.reading() as s:
        who = actor(s, "directie@vng.example")
        before = [report(s, who, STANDARD, grouping, TODAY) for grouping in PLACED]
        assert [report(s, who, STANDARD, grouping, TODAY) for grouping in PLACED] == before
        open_ones = sa.select(Question.id).where(
            Question.state == State.ACCEPTED, Question.kind == QuestionKind.QUESTION
        )
        question = s.scalars(open_ones.order_by(Question.asked_on.desc(), Question.id)).first()
        assert question is not None
    with register.writing() as s:
        received = [answering.ReceivedAnswer(question, "Ja.")]
        who = actor(s, "secretariaat@vng.example")
        answering.record_received(s, who, received, date(2026, 11, 20), "Directeur", [], at(TODAY))
    keep(register, TODAY)
    with register.reading() as s:
        who = actor(s, "directie@vng.example")
        after = [report(s, who, STANDARD, grouping, TODAY) for grouping in PLACED]
    with register.writing() as s:
        s.execute(sa.delete(KeptHistogram))
    with register.reading() as s:
        assert after == [report(s, who, STANDARD, grouping, TODAY) for grouping in PLACED] != before


def test_a_second_time_nothing_is_counted(register: Db) -> None:
    assert keep(register, TODAY) == "er is niets veranderd"


def test_what_happens_after_the_counting_is_put_in(register: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    with register.writing() as s:
        a_question(s, "DEF", date(2026, 11, 2))
    with register.reading() as s:
        kept = kept_histogram(s, STANDARD, Grouping.MINISTRY)
        assert summed(kept) == summed(histogram(s, STANDARD, Grouping.MINISTRY))
        assert {(one.since, one.different) for one in verify(s)} == {(1, 0)}
        groups = report(s, actor(s, "directie@vng.example"), STANDARD, Grouping.MINISTRY, TODAY).groups
        assert "DEF" in [one.group.code for one in groups]
    assert keep(register, TODAY) == "1 vragen veranderd sinds de telling"
    monkeypatch.setattr("app.usecases.kept_figures.ENOUGH_CHANGED", 0)
    assert keep(register, TODAY).startswith("8 histogrammen")
    with register.reading() as s:
        assert {(one.since, one.different) for one in verify(s)} == {(0, 0)}


def test_the_figures_of_each_group_follow_what_happens(register: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of groups to which nothing happened are those worked out before; a group may go and another come."""
    for code in ("DEF", "BZ", "DEF"):
        with register.reading() as s:
            who = actor(s, "directie@vng.example")
            before = [report(s, who, STANDARD, grouping, TODAY) for grouping in PLACED]
        with register.writing() as s:
            a_question(s, code, date(2026, 11, 2))
        with register.reading() as s:
            kept = [report(s, who, STANDARD, grouping, TODAY) for grouping in PLACED]
            with monkeypatch.context() as from_source:
                from_source.setattr("app.store.figures.counted.kept_now", lambda *_: None)
                assert kept == [report(s, who, STANDARD, grouping, TODAY) for grouping in PLACED] != before


def test_only_figures_that_were_all_worked_out_are_held(register: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten thousand ministries a page asks for some: to hold the cells of all would take a worker's memory."""
    for most, held in ((60, {Grouping.MINISTRY, Grouping.TERM}), (4, {Grouping.TERM})):
        monkeypatch.setattr(counted, "MOST_GROUPS", most)
        monkeypatch.setattr(counted, "_held", WeakKeyDictionary())
        with register.reading() as s:
            who = actor(s, "directie@vng.example")
            assert len(report(s, who, STANDARD, Grouping.MINISTRY, TODAY).groups) > 4
            report(s, who, STANDARD, Grouping.TERM, TODAY)
        assert {kept.grouping for kept, _ in counted._held[register.engine.pool]} == held


def test_too_much_since_is_counted_from_the_source(register: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.figures.kept_figures.MOST_SINCE", 2)
    with register.reading() as s:
        before = report(s, actor(s, "directie@vng.example"), STANDARD, Grouping.TOTAL, TODAY).total.asked
    with register.writing() as s:
        for _ in range(3):
            a_question(s, "DEF", date(2026, 11, 2))
    with register.reading() as s:
        assert kept_histogram(s, STANDARD, Grouping.MINISTRY) is None
        assert not any(one.current for one in verify(s))
        assert report(s, actor(s, "directie@vng.example"), STANDARD, Grouping.TOTAL, TODAY).total.asked == before + 3
    assert keep(register, TODAY).startswith("8 histogrammen")
    with register.reading() as s:
        assert all(one.current for one in verify(s))


def test_another_calendar_is_counted_anew(register: Db) -> None:
    """For how many working days something is late is kept too, and nothing happens to a question then."""
    with register.writing() as s:
        s.add(EquatedDay(day=date(2026, 11, 3), basis="KB"))
    with register.reading() as s:
        assert kept_histogram(s, STANDARD, Grouping.MINISTRY) is None
    assert keep(register, TODAY).startswith("8 histogrammen")


def test_places_that_were_tampered_with_are_found(register: Db) -> None:
    with register.writing() as s:
        row = s.scalars(sa.select(KeptPlaces).where(KeptPlaces.as_of == TODAY)).first()
        assert row is not None
        (block,) = packed(one._replace(days=one.days + 1) for one in places_of(s, (TODAY, row.made_at), range(1_000)))
        row.content = block.content
    with register.reading() as s:
        wrong = {one.as_of for one in verify(s) if one.different}
    assert wrong == {TODAY}


def test_an_act_that_is_committed_after_a_later_one_is_noticed(register: Db) -> None:
    """Numbers of events are given out before the commit; a lower one may come in after the counting."""
    with register.writing() as s:
        last = s.scalars(sa.select(KeptHistogram.last_event)).first()
        s.execute(sa.text("UPDATE question_events SET id = id + 5 WHERE id = :last"), {"last": last})
    keep(register, TODAY)
    with register.writing() as s:
        s.execute(
            sa.text(
                'INSERT INTO question_events (id, question_id, at, "on", act, round) '
                "SELECT id - 2, question_id, at, \"on\", 'herinneren', 1 FROM question_events ORDER BY id DESC LIMIT 1"
            )
        )
        late = s.scalars(
            sa.select(sa.func.max(QuestionEvent.question_id)).where(QuestionEvent.act == "herinneren")
        ).one()
    with register.reading() as s:
        kept = kept_now(s, STANDARD, Grouping.MINISTRY)
        assert kept is not None
        assert changed_since(s, kept) == [late]


@pytest.mark.database("sqlite")
def test_only_the_standard_selection_is_kept(register: Db) -> None:
    others = [
        Selection(date(2026, 11, 20), START),
        Selection(TODAY),
        Selection(TODAY, START, date(2026, 11, 20)),
        Selection(TODAY, START, owner_id=1),
        Selection(TODAY, START, dossier_id=1),
    ]
    with register.reading() as s:
        assert [kept_histogram(s, selection, Grouping.MINISTRY) for selection in others] == [None] * len(others)
        assert kept_histogram(s, Selection(TODAY, START, TODAY), Grouping.MINISTRY) is not None


def test_a_kept_cell_that_was_tampered_with_is_found(register: Db) -> None:
    with register.writing() as s:
        kept = s.get_one(KeptHistogram, (TODAY, Grouping.TERM))
        first, *others = kept.cells["answers"]
        kept.cells = {**kept.cells, "answers": [[*first[:-1], first[-1] + 1], *others]}
    with register.reading() as s:
        wrong = [one for one in verify(s) if one.different]
    assert [(one.as_of, one.grouping, one.different) for one in wrong] == [(TODAY, Grouping.TERM, 2)]


def test_each_sunday_of_the_last_quarter_gets_a_row_for_each_group_once(db: Db) -> None:
    a_random_register(db, 240)
    keep(db, TODAY)
    with db.reading() as s:
        in_all = trend(s, TODAY)
        rows = s.execute(sa.select(sa.func.count()).select_from(WeeklyFigures)).scalar_one()
        total = report(s, actor(s, "directie@vng.example"), Selection(date(2026, 11, 15), START), Grouping.TOTAL, TODAY)
    assert [one.sunday for one in in_all][-2:] == [date(2026, 11, 8), date(2026, 11, 15)]
    assert len(in_all) == 13
    assert in_all[-1].in_time == total.total.buckets["op-tijd-beantwoord"]  # type: ignore[index]
    assert rows > 13 * 5


def test_a_sunday_that_was_written_down_stays_as_it_was(register: Db) -> None:
    with register.reading() as s:
        before = trend(s, TODAY)[-1].open_late
        question = s.scalars(sa.text("SELECT id FROM questions WHERE state = 'in-behandeling' ORDER BY id")).first()
    with register.writing() as s:
        received = [answering.ReceivedAnswer(int(str(question)), "Ja.")]
        who = actor(s, "secretariaat@vng.example")
        answering.record_received(s, who, received, date(2026, 11, 14), "Directeur", [], at(TODAY))
    keep(register, TODAY)
    with register.reading() as s:
        assert trend(s, TODAY)[-1].open_late == before


def test_an_empty_register_keeps_nothing_of_nothing(db: Db) -> None:
    keep(db, TODAY)
    assert keep(db, TODAY) == "er is niets veranderd"
    with db.reading() as s:
        assert all(one.questions == 0 and one.different == 0 for one in verify(s))
        assert [one.open_late for one in trend(s, TODAY)] == [0] * 13


def test_what_another_version_kept_in_another_form_is_left_alone(register: Db) -> None:
    with register.writing() as s:
        kept = s.get_one(KeptHistogram, (TODAY, Grouping.MINISTRY))
        kept.form, kept.cells = 2, {"answers": [["oud"]], "concrete": []}
    with register.reading() as s:
        assert kept_histogram(s, STANDARD, Grouping.MINISTRY) is None
        assert [one.grouping for one in verify(s) if not one.current] == [Grouping.MINISTRY]
    assert keep(register, TODAY).startswith("8 histogrammen")
