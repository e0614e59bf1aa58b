"""One dossier as its page shows it: every question in it, the worst first, and how many wait for what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound, mark
from app.domain.questions import CLIMBING_STATES, OPEN_STATES, State
from app.domain.statistics import NO_DOSSIER, NO_DOSSIER_ID, Grouping
from app.store.figures.groups import Group, name_groups
from app.store.lists.concurrences import objected
from app.store.lists.coordination import contributors_of_questions, matrix
from app.store.lists.question_lists import QuestionFilter, count_questions, question_rows
from app.store.ministries import dossier_list
from app.web.coordination.matrix_view import Numbers, key_of, numbers
from app.web.questions.filter_parts import UNANSWERED
from app.web.questions.question_filters import Narrowing, narrowing
from app.web.questions.question_table import Line, counted, line, worst_of
from app.wording import Wording

EVERYTHING = "alles"
BATCH = 500
MOST_PRINTED = 1000


@dataclass(frozen=True)
class Asked:
    """What an address asks of a dossier; the page, its files and its print read it alike."""

    ministerie: str = ""
    stand: str = ""
    laat: str = ""
    bezwaar: str = ""

    @property
    def states(self) -> frozenset[State]:
        """The states asked for; what isn't settled where nothing is said."""
        if self.stand == EVERYTHING:
            return frozenset()
        if self.stand == UNANSWERED:
            return CLIMBING_STATES
        return frozenset(state for state in State if state == self.stand) or OPEN_STATES


@dataclass(frozen=True)
class Told:
    """One question: as in other lists, with its number and the ministries that contribute."""

    line: Line
    row: Any
    contributors: Sequence[str]


@dataclass(frozen=True)
class Dossier:
    """A dossier with what was asked of it: what to list, and the counts of all that is open in it."""

    group: Group
    narrowed: Narrowing
    wanted: QuestionFilter
    numbers: Numbers


@dataclass(frozen=True)
class DossierPage:
    """One page of a dossier's questions."""

    lines: Sequence[Told]
    worst: int
    total: int
    shown_total: str
    next: str | None


def find_dossier(session: Session, who: Actor, owner_id: int | None, slug: str, asked: Asked, today: date) -> Dossier:
    """The dossier of this address. Raises NotFound (`no-dossier`)."""
    ids = {one.slug: one.id for one in dossier_list(session)} | {NO_DOSSIER: NO_DOSSIER_ID}
    if slug not in ids:
        raise NotFound("no-dossier", mark("Dit dossier bestaat niet. Kies er een op de pagina Samenhang."))
    chosen = {"ministerie": asked.ministerie, "stand": asked.stand, "laat": asked.laat, "bezwaar": asked.bezwaar}
    narrowed = narrowing(session, **chosen)
    group = name_groups(session, Grouping.DOSSIER, [key_of(ids[slug])])[0]
    wanted = QuestionFilter(
        (objected(),) if asked.bezwaar else (),
        owner_id=owner_id or narrowed.ministry_id,
        states=asked.states,
        late_on=today if asked.laat else None,
        dossier_id=ids[slug],
    )
    own = next((one.code for one in narrowed.ministries if one.id == owner_id), "")
    counts = matrix(session, who, owner_id, today).column(ids[slug])
    return Dossier(group, narrowed, wanted, numbers(counts, own, slug))


def dossier_page(
    words: Wording, session: Session, who: Actor, wanted: QuestionFilter, today: date, vng: str, after: str
) -> DossierPage:
    """A page of the questions, the worst first."""
    found = question_rows(session, who, wanted, today, after=after or None, worst_first=True)
    lines = _told(words, session, found.rows, today, vng)
    first = question_rows(session, who, wanted, today, limit=1, worst_first=True).rows if after else []
    worst = worst_of([*(line(words, row, today, vng) for row in first), *(one.line for one in lines)])
    total = count_questions(session, who, wanted, today) if after or found.next else len(lines)
    return DossierPage(lines, worst, total, counted(words, total), found.next)


def all_told(
    words: Wording, session: Session, who: Actor, wanted: QuestionFilter, today: date, vng: str
) -> Iterator[Told]:
    """All questions, the worst first, a batch at a time."""
    after = None
    while True:
        found = question_rows(session, who, wanted, today, after=after, limit=BATCH, worst_first=True)
        yield from _told(words, session, found.rows, today, vng)
        if found.next is None:
            return
        after = found.next


def by_dossier(lines: Sequence[Told]) -> list[tuple[str, Sequence[Told]]]:
    """The questions by dossier, dossiers by name and what has none (empty) last; of each the worst first."""
    found: dict[str, list[Told]] = {}
    for one in lines:
        found.setdefault(one.row.dossier or "", []).append(one)
    return sorted(found.items(), key=lambda pair: (not pair[0], pair[0].casefold()))


def _told(words: Wording, session: Session, rows: Sequence[Any], today: date, vng: str) -> list[Told]:
    contributors: Mapping[int, Sequence[str]] = contributors_of_questions(session, [row.id for row in rows])
    return [Told(line(words, row, today, vng), row, contributors.get(row.id, ())) for row in rows]
