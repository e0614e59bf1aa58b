"""What the pictures of a report stand on."""

from datetime import date

from app.domain.statistics import AnswerCell, Bucket, Figures, Grouping, Selection, figures
from app.store.figures.groups import Group
from app.usecases.statistics import GroupFigures, Report
from app.web.statistics.figure_view import view_of
from app.web.statistics.figure_words import FigureWords
from app.wording import wording

QUICK = figures([AnswerCell("1", Bucket.IN_TIME, 12, 0, False, None, None, 900)], [])
SLOW = figures([AnswerCell("2", Bucket.LATE, 112, 0, True, None, None, 9)], [])


def a_report(*groups: Figures) -> Report:
    found = [GroupFigures(Group(str(n), f"M{n}", f"Ministerie {n}", n), one, None) for n, one in enumerate(groups)]
    return Report(Selection(date(2026, 11, 23)), Grouping.MINISTRY, QUICK, None, found, 0, len(found))


def test_a_curve_alone_is_seen_up_to_its_own_median_however_quick_all_others_are() -> None:
    view = view_of(FigureWords(wording("nl")), a_report(SLOW), lambda *_, **__: "")
    assert view.axis.last == 120
    assert [panel.point is None for panel in view.panels] == [False]


def test_curves_beside_each_other_stand_on_the_axis_of_all_questions() -> None:
    view = view_of(FigureWords(wording("nl")), a_report(SLOW, QUICK), lambda *_, **__: "")
    assert view.axis.last == 30
    assert [panel.point is None for panel in view.panels] == [True, False]
