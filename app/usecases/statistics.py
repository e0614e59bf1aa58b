"""Reading the figures: in all and by group, as of a day and as of a week before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.definitions import DEFINITION_VERSION
from app.domain.errors import NotAllowed, mark
from app.domain.holding import Held
from app.domain.permissions import Relation, Task, may
from app.domain.statistics import Bucket, Figures, Grouping, Selection, check_selection, figures
from app.store.figures.groups import Group, name_groups
from app.store.figures.holding import Verdicts, held_days, verdicts
from app.store.figures.kept_figures import WeeklyFigures, kept_histogram, weeks_of
from app.store.figures.statistics import Histogram, histogram, questions_behind
from app.store.terms import load_calendar

A_WEEK = timedelta(weeks=1)
TREND_WEEKS = 13
MOST_COUNTED_TWICE = 50_000
"""Over more questions the week before is shown only where it is kept: counting again would double the wait."""


@dataclass(frozen=True)
class GroupFigures:
    """The figures of one group; `before` are those of a week earlier, None where it had no questions yet."""

    group: Group
    figures: Figures
    before: Figures | None


@dataclass(frozen=True)
class Report:
    """Figures of a selection, in all and by group. Groups stand by name or in time, never ranked.

    `before` is None when the period began less than a week before the day, or over very many questions as of a day
    for which nothing is kept.
    """

    selection: Selection
    grouping: Grouping
    total: Figures
    before: Figures | None
    groups: Sequence[GroupFigures]
    definition_version: int = DEFINITION_VERSION


@dataclass(frozen=True)
class HeldReport:
    """Days with the ball by holder, and VNG's own clock."""

    selection: Selection
    holders: Sequence[Held]
    verdicts: Verdicts
    definition_version: int = DEFINITION_VERSION


def narrowed(actor: Actor, selection: Selection) -> Selection:
    """The selection as far as this actor may see it: people at a ministry see the figures of their own.

    Raises NotAllowed for whoever sees no figures, or asks for those of another ministry.
    """
    if may(actor.roles, Task.READ_FIGURES):
        return selection
    own = actor.ministry_id if may(actor.roles, Task.READ_FIGURES, Relation.OWNER) else None
    if own is None or {selection.owner_id, selection.heir_id} - {None, own}:
        sentence = mark("U mag deze cijfers niet zien. Vraag het de beheerder als u denkt van wel.")
        raise NotAllowed("not-allowed", sentence)
    return replace(selection, owner_id=own, heir_id=None)


def report(session: Session, actor: Actor, selection: Selection, grouping: Grouping, today: date) -> Report:
    """The figures of a selection. Only groups with questions are in it, but for the total, which always is.

    Raises NotAllowed, and Invalid `date-range`, `as-of-in-future`, `period-backwards` or `period-after-as-of`.
    """
    check_selection(selection, today)
    selection = narrowed(actor, selection)
    earlier = replace(selection, as_of=selection.as_of - A_WEEK)
    found = _read(session, selection, grouping).groups()
    total = _figures(found.values())
    counted = _before(session, earlier, grouping, quickly=total.asked <= MOST_COUNTED_TWICE)
    before = counted.groups() if counted else {}
    total_before = _figures(before.values()) if counted else None
    if grouping is Grouping.TOTAL:
        groups = [GroupFigures(group, total, total_before) for group in name_groups(session, grouping, ())]
    else:
        groups = [
            GroupFigures(
                group,
                _figures([found[group.key]]),
                _figures([before[group.key]]) if group.key in before else None,
            )
            for group in name_groups(session, grouping, found)
        ]
    return Report(selection, grouping, total, total_before, groups)


def trend(session: Session, until: date, key: str = Grouping.TOTAL) -> Sequence[WeeklyFigures]:
    """How all questions, or those of one ministry (`key` its id), stood on the last 13 Sundays, oldest first."""
    grouping = Grouping.TOTAL if key == Grouping.TOTAL else Grouping.MINISTRY
    return weeks_of(session, grouping, key, until, TREND_WEEKS)


def behind(session: Session, actor: Actor, selection: Selection, bucket: Bucket | None, today: date) -> Sequence[int]:
    """The numbers (ids) of the questions behind a figure, of one bucket or all that were asked, newest first.

    Raises what `report` raises.
    """
    check_selection(selection, today)
    return questions_behind(session, narrowed(actor, selection), bucket)


def held(session: Session, actor: Actor, selection: Selection, today: date) -> HeldReport:
    """Who had the ball for how many days, and which answers wait for VNG's own verdict, of the questions selected.

    Raises what `report` raises.
    """
    check_selection(selection, today)
    selection = narrowed(actor, selection)
    calendar = load_calendar(session)
    return HeldReport(selection, held_days(session, selection), verdicts(session, selection, calendar))


def _figures(histograms: Iterable[Histogram]) -> Figures:
    every = list(histograms)
    answers = (cell for one in every for cell in one.answers)
    return figures(answers, (cell for one in every for cell in one.concrete))


def _before(session: Session, earlier: Selection, grouping: Grouping, *, quickly: bool) -> Histogram | None:
    """The week before: kept, or counted where that goes quickly; None where the period had not begun."""
    if earlier.asked_from is not None and earlier.asked_from > earlier.as_of:
        return None
    return _kept(session, earlier, grouping) or (histogram(session, earlier, grouping) if quickly else None)


def _read(session: Session, selection: Selection, grouping: Grouping) -> Histogram:
    return _kept(session, selection, grouping) or histogram(session, selection, grouping)


def _kept(session: Session, selection: Selection, grouping: Grouping) -> Histogram | None:
    """What is kept, where that is right. The total is the sum of whatever groups are kept."""
    return kept_histogram(session, selection, Grouping.MINISTRY if grouping is Grouping.TOTAL else grouping)
