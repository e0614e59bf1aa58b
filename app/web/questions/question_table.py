"""Rows of a list of questions, as the templates draw them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.judging import judged_too_late_before
from app.domain.numbers import QuestionNumber
from app.domain.questions import CLIMBING_STATES, JUDGING_DAYS, HolderKind, State
from app.store.lists.question_lists import MOST_COUNTED, QuestionFilter, count_questions, question_rows
from app.store.terms import load_calendar
from app.wording import Wording


@dataclass(frozen=True)
class Line:
    """One question in a list. `days` after its due date, calendar days; none where nothing is owed by then."""

    id: int
    number: str
    href: str
    title: str
    meta: Sequence[str]
    state: State
    rung: int
    owner: str
    days: int | None
    due_on: date
    suspended: bool
    holder: str
    holder_note: str
    held_days: int | None


@dataclass(frozen=True)
class Listing:
    """One page of a list: its rows, the days the bars are drawn beside, how many there are, and the marks beside it."""

    lines: Sequence[Line] = ()
    worst: int = 0
    total: int = 0
    shown_total: str = "0"
    next: str | None = None
    previous: str | None = None


def listing(
    words: Wording,
    session: Session,
    actor: Actor,
    wanted: QuestionFilter,
    today: date,
    vng: str,
    *,
    order: str,
    after: str = "",
    before: str = "",
) -> Listing:
    """A page of questions. Where the longest overdue stand first, bars are drawn beside the worst of the whole list."""
    found = question_rows(session, actor, wanted, today, after=after or None, before=before or None, order=order)
    judged_from = judged_too_late_before(today, load_calendar(session))
    lines = [line(words, row, today, vng, judged_from) for row in found.rows]
    first: Sequence[Any] = ()
    if found.previous and order == "termijn":
        first = question_rows(session, actor, wanted, today, limit=1).rows
    worst = worst_of([*(line(words, row, today, vng) for row in first), *lines])
    alone = not (found.next or found.previous)
    total = len(lines) if alone else count_questions(session, actor, wanted, today)
    return Listing(lines, worst, total, counted(words, total), found.next, found.previous)


def line(words: Wording, row: Any, today: date, vng: str, judged_from: date = date.min) -> Line:
    """A row of `question_rows` as it is shown; what VNG has had since before `judged_from` waits too long for it."""
    owed = row.state in CLIMBING_STATES and not row.suspended
    holder, note = holder_of(words, row, vng)
    if row.holder is HolderKind.VNG and row.held_from < judged_from:
        note = words.text(mark("langer dan {days} werkdagen"), days=JUDGING_DAYS)
    number = str(QuestionNumber(row.year, row.serial, row.position))
    letter_round = words.text(mark("ronde {round}"), round=row.round) if row.round > 1 else ""
    return Line(
        id=row.id,
        number=number,
        href=f"/vragen/{row.id}",
        title=row.title,
        meta=[number, row.dossier or "", letter_round],
        state=row.state,
        rung=row.rung or 0,
        owner=row.owner,
        days=(today - row.due_on).days if owed else None,
        due_on=row.due_on,
        suspended=row.suspended,
        holder=holder,
        holder_note=note,
        held_days=(today - row.held_from).days if row.held_from else None,
    )


def worst_of(lines: Iterable[Line]) -> int:
    """The most days that a line is late: what the bars are drawn beside."""
    return max((line.days or 0 for line in lines), default=0)


def counted(words: Wording, count: int) -> str:
    """A count as people read it; beyond what is counted: 1.000+."""
    return words.number(count) if count <= MOST_COUNTED else f"{words.number(MOST_COUNTED)}+"


def address(path: str, **query: str | None) -> str:
    """An address with what is not empty in its query."""
    kept = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{kept}" if kept else path


def holder_of(words: Wording, row: Any, vng: str) -> tuple[str, str]:
    """Who has the ball, and what to add to it."""
    if row.holder is None:
        return "", ""
    if row.holder is HolderKind.VNG:
        return vng, ""
    if row.holder is HolderKind.CENTRE:
        return words.text(mark("niemand")), words.text(mark("AZ beslist"))
    if row.holder is HolderKind.CONTRIBUTOR:
        return row.holder_ministry or words.text(mark("andere ministeries")), words.text(mark("meebetrokken"))
    return row.holder_ministry or row.owner, ""
