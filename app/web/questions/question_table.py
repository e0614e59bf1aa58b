"""Rows of a list of questions, and the filters above it, as the templates draw them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import mark
from app.domain.judging import judged_too_late_before
from app.domain.ministries import MinistryName
from app.domain.numbers import QuestionNumber
from app.domain.questions import CLIMBING_STATES, JUDGING_DAYS, HolderKind, QuestionKind, State
from app.domain.statistics import NO_DOSSIER, NO_DOSSIER_ID
from app.store.lists.concurrences import objected
from app.store.lists.question_lists import MOST_COUNTED, QuestionFilter, count_questions, question_rows
from app.store.ministries import Dossier, dossier_list, ministry_names
from app.store.terms import load_calendar
from app.wording import Wording

LONGEST_SEARCH = 100
RUNGS = (1, 2, 3, 4, 5)
QUESTION_KINDS = {
    QuestionKind.QUESTION: mark("Vragen"),
    QuestionKind.REQUEST: mark("Verzoeken"),
    QuestionKind.COMMITMENT: mark("Toezeggingen"),
}
UNANSWERED = "open"
"""In addresses: every state in which an answer is owed."""


@dataclass(frozen=True)
class Line:
    """One question in a list. `days` after its due date, calendar days; none where nothing is owed by then."""

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
class Narrowing:
    """What the filters hold: what was chosen, what can be, and the filter that follows from it."""

    chosen: Mapping[str, str]
    ministries: Sequence[MinistryName]
    dossiers: Sequence[Dossier]

    @property
    def ministry_id(self) -> int | None:
        """The ministry chosen, if it is one of ours."""
        return next((one.id for one in self.ministries if one.code == self.chosen.get("ministerie")), None)

    @property
    def dossier_id(self) -> int | None:
        """The dossier chosen, if it is one of ours; 0 for what has none."""
        if self.chosen.get("dossier") == NO_DOSSIER:
            return NO_DOSSIER_ID
        return next((one.id for one in self.dossiers if one.slug == self.chosen.get("dossier")), None)

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return any(self.chosen.values())

    @property
    def ministry_options(self) -> list[tuple[str, str]]:
        """Ministries for a select: (code, what it is called)."""
        return [(one.code, one.display) for one in self.ministries]

    @property
    def dossier_options(self) -> list[tuple[str, str]]:
        """Dossiers for a select: (slug, name)."""
        return [(one.slug, one.name) for one in self.dossiers]

    def applied(self, wanted: QuestionFilter) -> QuestionFilter:
        """The filter of a view, narrowed further; an own ministry is never widened."""
        rung = self.chosen.get("trede", "")
        return replace(
            wanted,
            owner_id=wanted.owner_id or self.ministry_id,
            dossier_id=self.dossier_id,
            min_rung=int(rung) if rung in map(str, RUNGS) else None,
            words=self.chosen.get("zoek", ""),
        )


def narrowing(session: Session, **chosen: str) -> Narrowing:
    """Read the filters out of the address."""
    shortened = {name: value.strip()[:LONGEST_SEARCH] for name, value in chosen.items()}
    return Narrowing(shortened, ministry_names(session), dossier_list(session))


@dataclass(frozen=True)
class Asked:
    """What an address asks of the list of all questions; the page and its files read it alike."""

    zoek: str = ""
    ministerie: str = ""
    dossier: str = ""
    soort: str = ""
    stand: str = ""
    laat: str = ""
    bezwaar: str = ""

    def read(self, session: Session, today: date) -> tuple[Narrowing, QuestionFilter]:
        """What was chosen, for the filters on the page, and the questions that it means."""
        narrowed = narrowing(session, **asdict(self))
        states = CLIMBING_STATES if self.stand == UNANSWERED else frozenset(one for one in State if one == self.stand)
        kinds = frozenset(kind for kind in QuestionKind if kind == self.soort)
        also = (objected(),) if self.bezwaar else ()
        wanted = QuestionFilter(also, kinds=kinds, states=states, late_on=today if self.laat else None)
        return narrowed, narrowed.applied(wanted)


@dataclass(frozen=True)
class Listing:
    """One page of a list: its rows, the days the bars are drawn beside, how many there are, and the next mark."""

    lines: Sequence[Line]
    worst: int
    total: int
    shown_total: str
    next: str | None


def listing(
    words: Wording,
    session: Session,
    actor: Actor,
    wanted: QuestionFilter,
    today: date,
    vng: str,
    *,
    after: str,
    newest_first: bool = False,
) -> Listing:
    """A page of questions. Bars are drawn beside the worst of the whole list, also on its later pages."""
    found = question_rows(session, actor, wanted, today, after=after or None, newest_first=newest_first)
    judged_from = judged_too_late_before(today, load_calendar(session))
    lines = [line(words, row, today, vng, judged_from) for row in found.rows]
    first = lines
    if after and not newest_first:
        first = [line(words, row, today, vng) for row in question_rows(session, actor, wanted, today, limit=1).rows]
    total = count_questions(session, actor, wanted, today) if after or found.next else len(lines)
    return Listing(lines, worst_of([*first, *lines]), total, counted(words, total), found.next)


def line(words: Wording, row: Any, today: date, vng: str, judged_from: date = date.min) -> Line:
    """A row of `question_rows` as it is shown; what VNG has had since before `judged_from` waits too long for it."""
    owed = row.state in CLIMBING_STATES and not row.suspended
    holder, note = holder_of(words, row, vng)
    if row.holder is HolderKind.VNG and row.held_from < judged_from:
        note = words.text(mark("langer dan {days} werkdagen"), days=JUDGING_DAYS)
    letter_round = words.text(mark("ronde {round}"), round=row.round) if row.round > 1 else ""
    return Line(
        href=f"/vragen/{row.id}",
        title=row.title,
        meta=[str(QuestionNumber(row.year, row.serial, row.position)), row.dossier or "", letter_round],
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
