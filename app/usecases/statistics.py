"""Reading the figures: in all and by group, as of a day and as of a week before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.definitions import DEFINITION_VERSION
from app.domain.errors import NotAllowed, mark
from app.domain.holding import Held
from app.domain.own_clocks import OwnClock
from app.domain.permissions import Relation, Task, may
from app.domain.statistics import (
    Bucket,
    Figures,
    Grouping,
    Happening,
    Selection,
    check_selection,
    counts_in_all,
)
from app.domain.survival import Curve, estimate
from app.store.figures.counted import Counted, kept_figures
from app.store.figures.groups import Group, name_groups
from app.store.figures.holding import Verdicts, held_days, verdicts
from app.store.figures.kept_figures import questions_now
from app.store.figures.on_the_way import Happened, happened, questions_with
from app.store.figures.own_clocks import own_days, questions_timed
from app.store.figures.selecting import remember
from app.store.figures.statistics import histogram, questions_behind
from app.store.figures.weekly_figures import WeeklyFigures, weeks_of
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
    for which nothing is kept. `groups` are those from place `first` (0 the first) of `all_groups`.
    """

    selection: Selection
    grouping: Grouping
    total: Figures
    before: Figures | None
    groups: Sequence[GroupFigures]
    first: int
    all_groups: int
    definition_version: int = DEFINITION_VERSION


@dataclass(frozen=True)
class HeldReport:
    """Days with the ball by holder, VNG's own clocks, and what happened on the way."""

    selection: Selection
    holders: Sequence[Held]
    verdicts: Verdicts
    own: Mapping[OwnClock, Curve]
    happened: Mapping[Happening, Happened]
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


def report(
    session: Session,
    actor: Actor,
    selection: Selection,
    grouping: Grouping,
    today: date,
    *,
    first: int = 0,
    most: int | None = None,
) -> Report:
    """The figures of a selection. Only groups with questions are in it, but for the total, which always is.

    Of the groups it has those from place `first`, at most `most` of them; without `most` all.
    Raises NotAllowed, and Invalid `date-range`, `as-of-in-future`, `period-backwards` or `period-after-as-of`.
    """
    check_selection(selection, today)
    selection = narrowed(actor, selection)
    earlier = replace(selection, as_of=selection.as_of - A_WEEK)
    found = kept_figures(session, selection, grouping) or Counted(histogram(session, selection, grouping))
    total = _total(found, grouping, selection)
    before = _before(session, earlier, grouping, quickly=total.asked <= MOST_COUNTED_TWICE)
    total_before = _total(before, grouping, selection) if before else None
    if grouping is Grouping.TOTAL:
        groups = [GroupFigures(group, total, total_before) for group in name_groups(session, grouping, ())]
        return Report(selection, grouping, total, total_before, groups, 0, 1)
    named = name_groups(session, grouping, found.keys)
    shown = named[first : None if most is None else first + most]
    groups = [
        GroupFigures(group, found.of(group.key), before.of(group.key) if before and group.key in before.keys else None)
        for group in shown
    ]
    return Report(selection, grouping, total, total_before, groups, first, len(named))


def trend(session: Session, until: date, key: str = Grouping.TOTAL) -> Sequence[WeeklyFigures]:
    """How all questions, or those of one ministry (`key` its id), stood on the last 13 Sundays, oldest first."""
    grouping = Grouping.TOTAL if key == Grouping.TOTAL else Grouping.MINISTRY
    return weeks_of(session, grouping, key, until, TREND_WEEKS)


def behind(session: Session, actor: Actor, selection: Selection, bucket: Bucket | None, today: date) -> Sequence[int]:
    """The numbers (ids) of the questions behind a figure, of one bucket or all that were asked, newest first.

    Raises what `report` raises.
    """
    check_selection(selection, today)
    selection = narrowed(actor, selection)
    found = questions_now(session, selection, bucket)
    return questions_behind(session, selection, bucket) if found is None else found


def with_it(session: Session, actor: Actor, selection: Selection, happening: Happening, today: date) -> Sequence[int]:
    """The numbers (ids) of the questions it happened to, the newest first. Raises what `report` raises."""
    check_selection(selection, today)
    return questions_with(session, narrowed(actor, selection), happening)


def timed(session: Session, actor: Actor, selection: Selection, clock: OwnClock, today: date) -> Sequence[int]:
    """The numbers (ids) of the questions that one of VNG's own clocks is about, the newest first.

    Raises what `report` raises.
    """
    check_selection(selection, today)
    return questions_timed(session, narrowed(actor, selection), clock)


def held(session: Session, actor: Actor, selection: Selection, today: date, *, as_now: bool = False) -> HeldReport:
    """Who had the ball for how many days, and how long VNG itself took, of the questions selected.

    `as_now`: days of a ministry that ended are those of whoever does its work now. Raises what `report` raises.
    """
    check_selection(selection, today)
    selection = narrowed(actor, selection)
    found = questions_now(session, selection, None)
    if found is not None:
        remember(session, selection, found)
    return HeldReport(
        selection,
        held_days(session, selection, as_now=as_now),
        verdicts(session, selection, load_calendar(session)),
        {clock: estimate(own_days(session, selection, clock)) for clock in OwnClock},
        happened(session, selection),
    )


def _total(found: Counted, grouping: Grouping, selection: Selection) -> Figures:
    return found.of(*(key for key in found.keys if counts_in_all(key, grouping, selection)))


def _before(session: Session, earlier: Selection, grouping: Grouping, *, quickly: bool) -> Counted | None:
    """The week before: kept, or counted where that goes quickly; None where the period had not begun."""
    if earlier.asked_from is not None and earlier.asked_from > earlier.as_of:
        return None
    if kept := kept_figures(session, earlier, grouping):
        return kept
    return Counted(histogram(session, earlier, grouping)) if quickly else None
