"""What is counted, on random registers: equal to brute force, and to lifelines."""

import os
from collections import Counter
from datetime import date

from lifelines import KaplanMeierFitter
from lifelines.utils import qth_survival_times

from app.domain.questions import QuestionKind
from app.domain.statistics import ANSWERED, NO_DOSSIER_ID, Bucket, Grouping, Selection, figures
from app.domain.survival import MEDIAN, NINE_IN_TEN, Curve
from app.domain.terms import TermKind
from app.store.base import Db
from app.store.figures.statistics import bucket_counts, histogram, questions_behind
from app.store.terms import load_calendar
from tests.support.counting import assert_equal, count
from tests.support.registers import LAST, a_random_register

SIZE = int(os.environ.get("FIGURES_OVER", "3000"))
FEW = 1200
A_YEAR = date(2025, 12, 1)


def assert_as_lifelines(curve: Curve, observed: list[tuple[int, bool]]) -> None:
    fitter = KaplanMeierFitter().fit([days for days, _ in observed], [done for _, done in observed])
    for share in (MEDIAN, NINE_IN_TEN):
        if any(abs(float(step.left - share)) < 1e-9 for step in curve.steps):
            continue  # lifelines compares floats here
        theirs = qth_survival_times(float(share), fitter.survival_function_)
        band = qth_survival_times(float(share), fitter.confidence_interval_)
        ours = [curve.quantile(share), *curve.interval(share)]
        assert [float("inf") if day is None else day for day in ours] == [theirs, *band.iloc[0]]


def test_all_figures_of_a_random_register_equal_brute_force_and_lifelines(db: Db) -> None:
    histories = a_random_register(db, SIZE)
    with db.reading() as session:
        calendar = load_calendar(session)
        selections = [
            (Selection(LAST), Grouping.TOTAL),
            (Selection(LAST, A_YEAR), Grouping.MINISTRY),
            (Selection(date(2026, 3, 1)), Grouping.MINISTRY),
            (Selection(date(2025, 12, 25), date(2025, 1, 1), date(2025, 11, 14)), Grouping.DOSSIER),
            (Selection(date(2026, 10, 25), A_YEAR), Grouping.MONTH),
            (Selection(date(2026, 6, 30)), Grouping.TERM),
            (Selection(date(2026, 6, 30), term_kind=TermKind.AGREED), Grouping.TOTAL),
            (Selection(date(2026, 6, 30), owner_id=histories[0].owner_id), Grouping.MONTH),
            (Selection(date(2026, 6, 30), dossier_id=histories[0].dossier_id), Grouping.MINISTRY),
            (Selection(date(2026, 6, 30), dossier_id=NO_DOSSIER_ID), Grouping.DOSSIER),
            (Selection(date(2024, 6, 3)), Grouping.TOTAL),
            (Selection(LAST, A_YEAR), Grouping.ROUND),
            (Selection(date(2026, 3, 1), date(2025, 11, 1), date(2026, 2, 1)), Grouping.ROUND),
            (Selection(date(2026, 6, 30)), Grouping.KIND),
            (Selection(LAST, A_YEAR, kind=QuestionKind.COMMITMENT), Grouping.TOTAL),
            (Selection(LAST, A_YEAR, round=2, owner_id=histories[0].owner_id), Grouping.TERM),
        ]
        for chosen, grouping in selections:
            counted = count(histories, chosen, grouping, calendar)
            found = histogram(session, chosen, grouping).groups()
            assert found.keys() == counted.keys(), (chosen, grouping)
            if grouping not in {Grouping.ROUND, Grouping.KIND}:
                assert bucket_counts(session, chosen) == sum((one.buckets for one in counted.values()), Counter())
            for key, cells in found.items():
                group = figures(cells.answers, cells.concrete)
                assert_equal(group, counted[key], chosen.as_of, calendar)
                if grouping is Grouping.MINISTRY:
                    assert_as_lifelines(group.response, counted[key].response)
                    assert_as_lifelines(group.concrete, counted[key].concrete)


def test_behind_each_figure_stand_the_questions_that_were_counted(db: Db) -> None:
    histories = a_random_register(db, FEW)
    with db.reading() as session:
        calendar = load_calendar(session)
        for chosen in (
            Selection(LAST, A_YEAR),
            Selection(date(2026, 3, 1), owner_id=histories[0].owner_id),
            Selection(date(2026, 9, 30), date(2026, 7, 1), date(2026, 9, 15), term_kind=TermKind.NORM),
            Selection(LAST, A_YEAR, round=2),
        ):
            counted = count(histories, chosen, Grouping.TOTAL, calendar)["totaal"]
            for bucket in Bucket:
                behind = questions_behind(session, chosen, bucket)
                assert sorted(behind) == counted.ids[bucket]
            everything = questions_behind(session, chosen, None)
            assert len(everything) == counted.buckets.total()


def test_a_later_day_only_moves_questions_on(db: Db) -> None:
    """Nobody unanswers: from one day to the next the answered only grow, and so do the asked."""
    a_random_register(db, FEW)
    with db.reading() as session:
        answered = asked = 0
        for as_of in (date(2026, 1, 1), date(2026, 2, 22), date(2026, 2, 23), date(2026, 6, 1), LAST):
            cells = histogram(session, Selection(as_of), Grouping.TOTAL)
            found = figures(cells.answers, cells.concrete)
            now_answered = sum(found.buckets[bucket] for bucket in ANSWERED)
            assert now_answered >= answered
            assert found.asked >= asked
            answered, asked = now_answered, found.asked
