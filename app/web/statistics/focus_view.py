"""What a report about one ministry, dossier or month shows: its figures, in tables by other things, and its picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.periods import Period
from app.domain.permissions import Task, may
from app.domain.statistics import Grouping
from app.office import Office
from app.store.figures.groups import Group
from app.store.ministries import ministry_names
from app.usecases.statistics import GroupFigures, HeldReport, Report, held, report
from app.web.statistics.figure_query import MOST_GROUPS, Asked, Chosen, read
from app.web.statistics.figure_view import View, view_of
from app.web.statistics.figure_words import FigureWords
from app.web.statistics.holding import MOST_HOLDERS, HolderLine, holder_lines
from app.wording import Wording


@dataclass(frozen=True)
class Subject:
    """What the page is about: `parts` are the groupings of its tables."""

    grouping: Grouping
    group: Group
    title: str
    path: str
    asked: Asked
    parts: tuple[Grouping, Grouping]
    month: Period | None = None


@dataclass(frozen=True)
class PartView:
    """One table of the page; `left` are groups that it has no room for, `href` leads to all of them."""

    title: str
    view: View
    left: int
    href: str


@dataclass(frozen=True)
class Focus:
    """All figures about one subject. `picture` has its curve beside that of all questions, if the reader sees those.

    `lines` are the holders, `more_lines` how many more there are.
    """

    subject: Subject
    chosen: Chosen
    report: Report
    picture: View
    parts: Sequence[PartView]
    held: HeldReport
    lines: Sequence[HolderLine]
    more_lines: int


PARTS = {
    Grouping.MINISTRY: mark("Per ministerie"),
    Grouping.SUCCESSOR: mark("Per ministerie"),
    Grouping.DOSSIER: mark("Per dossier"),
    Grouping.MONTH: mark("Per maand"),
}


def focus_on(office: Office, wording: Wording, who: Actor, subject: Subject) -> Focus:
    """Read the figures of a subject. Raises what `read` and `report` raise."""
    words, today = FigureWords(wording), office.today()
    with office.db.reading() as session:
        chosen = read(session, replace(subject.asked, groepering="", pagina=""), today)
        chosen = replace(chosen, grouping=subject.parts[0])
        reports = [_read(session, who, chosen, grouping, today) for grouping in subject.parts]
        whole = _everything(session, who, chosen, subject, today)
        ball = held(session, who, chosen.selection, today, as_now=chosen.as_now)
        names = {one.id: one.display for one in ministry_names(session)}
    lines = holder_lines(wording, ball, names, office.settings.organisation)
    first = reports[0]
    own = GroupFigures(subject.group, first.total, first.before)
    shown = replace(first, grouping=subject.grouping, groups=[own], total=(whole or first).total)
    picture = view_of(words, shown, chosen.behind)
    return Focus(
        subject,
        chosen,
        first,
        picture if whole else replace(picture, all_drawn=None),
        [_part(words, one, chosen, subject.title) for one in reports],
        ball,
        lines[:MOST_HOLDERS],
        max(0, len(lines) - MOST_HOLDERS),
    )


def _read(session: Session, who: Actor, chosen: Chosen, grouping: Grouping, today: date) -> Report:
    return report(session, who, chosen.selection, grouping, today, most=MOST_GROUPS)


def _everything(session: Session, who: Actor, chosen: Chosen, subject: Subject, today: date) -> Report | None:
    """The figures of all questions of the period, to see the subject against; only for who may see those."""
    if subject.month or not may(who.roles, Task.READ_FIGURES):
        return None
    whole = replace(chosen.selection, owner_id=None, heir_id=None, dossier_id=None)
    return report(session, who, whole, Grouping.TOTAL, today)


def _part(words: FigureWords, found: Report, chosen: Chosen, title: str) -> PartView:
    grouped = replace(chosen, grouping=found.grouping, typed=replace(chosen.typed, groepering=found.grouping.value))
    view = view_of(words, found, grouped.behind, grouped.page_of)
    view = replace(view, total=replace(view.total, name=title))
    left = found.all_groups - len(found.groups)
    return PartView(words.words.text(PARTS[found.grouping]), view, left, grouped.address())
