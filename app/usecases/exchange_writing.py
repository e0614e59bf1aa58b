"""Taking over a register, second half: what was found right is written, all of it or nothing, and no mail goes out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import rows_hash
from app.domain.calendar import Calendar, civil_date
from app.domain.errors import Invalid
from app.domain.escalation import Cutoff, cutoffs
from app.domain.exchange import state_of
from app.domain.exchange_findings import Findings, Step, Tick
from app.domain.exchange_history import Terms, rung_reached
from app.domain.exchange_names import Bodies, new_body, new_slug
from app.domain.letters import title_from
from app.domain.ministries import MinistryName, successor_on
from app.domain.permissions import Task
from app.domain.questions import State
from app.store import audit
from app.store.access import require
from app.store.base import plan_anew
from app.store.exchange import exchange_staging as staging
from app.store.exchange.exchange_scratch import Scratch, ScratchRow
from app.store.exchange.register import finish
from app.store.ladder.escalation import load_ladder, load_paces
from app.store.ministries import Dossier, Ministry, ministry_names
from app.store.people import contact_for
from app.store.terms import default_term, load_calendar

ONE_DAY = timedelta(days=1)
Staged = tuple[str | int | None, ...]
_HASHED = itemgetter(
    *map(
        staging.STAGED.columns.keys().index,
        ("year", "serial", "position", "reference", "text", "asked_owner_id", "asked_on", "due_on", "answered_on",
         "withdrawn_on"),
    )
)  # fmt: skip
"""What of a staged row goes into the hash: its number, what was asked of whom, and the days."""


@dataclass(frozen=True)
class TakenOver:
    """What an import brought: letters and questions, and one SHA-256 over the rows in order."""

    letters: int
    questions: int
    sha256: str


def take_over(
    session: Session,
    actor: Actor,
    scratch: Scratch,
    findings: Findings,
    now: datetime,
    *,
    tick: Tick,
) -> TakenOver:
    """Write what `check` put into the scratch; rows on record already are left alone.

    Letters are numbered in the order of their dates, rungs already reached are recorded as passed, one entry goes into
    the audit chain. Raises Invalid `reference-taken` where somebody registered one of the letters since the check.
    """
    require(actor, Task.REGISTER)
    last = staging.lock_counters(session, scratch.years())
    bodies, dossiers = _make_bodies(session, findings.new_bodies), _make_dossiers(session, findings.new_dossiers)
    staging.begin(session)
    placing = _Placing(session, last, bodies, dossiers, civil_date(now))
    questions, sha256 = rows_hash(_stage(session, scratch, placing, tick))
    if not questions:
        staging.clear(session)
        return TakenOver(0, 0, sha256)
    finish(session, civil_date(now), now)
    staging.set_counters(session, last)
    detail = {"brieven": placing.letters, "vragen": questions, "sha256": sha256}
    audit.record(session, actor, "importeren", "register", now, **detail, nieuwe_eigenaren=len(bodies))
    plan_anew(session)
    return TakenOver(placing.letters, questions, sha256)


def _stage(session: Session, scratch: Scratch, placing: "_Placing", tick: Tick) -> Iterator[Sequence[object]]:
    """Stage all new rows; yields what each comes down to, for the hash."""
    done, is_first = 0, staging.is_empty(session)
    for batch in scratch.in_order():
        parted = staging.all_new(batch) if is_first else staging.part(session, batch, placing.bodies)
        for _, reference, number in parted.taken:
            raise staging.taken(reference, number)
        staged = [placing.place(row) for row in parted.new]
        staging.stage(session, staged)
        yield from map(_HASHED, staged)
        done += len(batch)
        tick(Step.WRITE, done, scratch.rows)


class _Dated(NamedTuple):
    """A term in the columns of a staged row, and its due date."""

    term: Staged
    due_on: str


class _Placing:
    """Gives each row its number, its owner of today, its term and its rung. Rows come letter by letter, by date."""

    def __init__(
        self, session: Session, last: dict[int, int], bodies: dict[int, int], dossiers: dict[int, int], today: date
    ) -> None:
        self.letters = 0
        self._session = session
        self._last = last
        self.bodies = bodies
        self._dossiers = dossiers
        self._today = today
        self._by_id = {one.id: one for one in ministry_names(session)}
        calendar = load_calendar(session)
        self._terms = Terms(default_term(session), calendar)
        # Registers have few days and many questions.
        self._dated = lru_cache(maxsize=16384)(self._work_out)
        self._reach, self._others_reach = _cutoffs(session, today, calendar)
        self._contacts: dict[tuple[int, int | None], int | None] = {}
        self._heirs: dict[int, tuple[int, str | None]] = {}
        self._reference = ""
        self._year = self._position = 0

    def place(self, row: ScratchRow) -> Staged:
        """The row as it is staged."""
        self._number(row)
        state = state_of(row.asked_on, row.answered_on, row.withdrawn_on)
        owner_id = put_to = self.bodies.get(row.owner, row.owner)
        start = row.asked_on or row.letter_date
        dated = self._dated(start, row.due_on)
        moved_on, rung = None, 0
        if state is State.ASKED:
            owner_id, moved_on = self._heir(put_to, start)
            reach = self._reach.get(owner_id, self._others_reach)
            rung = rung_reached(reach, date.fromisoformat(dated.due_on), date.fromisoformat(start))
        dossier_id = self._dossiers.get(row.dossier, row.dossier) if row.dossier else None
        addressee = row.first_owner if row.addressee is None else row.addressee
        return (
            self._year, self._last[self._year], self._position,
            row.reference, row.subject, row.letter_date, self.bodies.get(addressee, addressee), dossier_id,
            row.sent_on, title_from(row.question), row.question, row.kind, state.value,
            self._contact(owner_id, dossier_id), start,
            put_to, owner_id, moved_on, *dated.term,
            row.asked_on, dated.due_on, row.answered_on, row.withdrawn_on, rung,
        )  # fmt: skip  # in the order of exchange_staging.STAGED

    def _number(self, row: ScratchRow) -> None:
        if row.reference != self._reference:
            self._reference, self._year, self._position = row.reference, int(row.letter_date[:4]), 0
            self._last[self._year] += 1
            self.letters += 1
        self._position += 1

    def _work_out(self, start: str, due_on: str | None) -> "_Dated":
        dated = self._terms.of(date.fromisoformat(start), date.fromisoformat(due_on) if due_on else None)
        term = dated.term
        named_on = term.named_on.isoformat() if term.named_on else None
        columns = (
            term.kind.value,
            term.length,
            term.unit.value if term.unit else None,
            named_on,
            ",".join(dated.rules),
        )
        return _Dated(columns, dated.due_on.isoformat())

    def _heir(self, owner_id: int, start: str) -> tuple[int, str | None]:
        """Who owns an open question now, and since when where that is the successor of a ministry that has ended."""
        found = self._heirs.get(owner_id)
        if found is None:
            owner = self._by_id[owner_id]
            heir = successor_on(owner, self._today, self._by_id)
            ended_on = owner.valid_until if heir is not owner else None
            found = self._heirs[owner_id] = heir.id, (ended_on + ONE_DAY).isoformat() if ended_on else None
        heir_id, since = found
        return heir_id, max(since, start) if since else None

    def _contact(self, owner_id: int, dossier_id: int | None) -> int | None:
        key = (owner_id, dossier_id)
        if key not in self._contacts:
            self._contacts[key] = contact_for(self._session, owner_id, dossier_id)
        return self._contacts[key]


def _cutoffs(session: Session, today: date, calendar: Calendar) -> tuple[dict[int, list[Cutoff]], list[Cutoff]]:
    """Today's cut-offs: of the ministries that have a pace of their own, and of all others."""
    ladder = load_ladder(session)
    own: dict[int, list[Cutoff]] = {}
    others: list[Cutoff] = []
    for pace in load_paces(session, calendar):
        reach = cutoffs(ladder, today, pace.calendar)
        if pace.ministry_ids is None:
            others = reach
        own.update(dict.fromkeys(pace.ministry_ids or (), reach))
    return own, others


def _make_bodies(session: Session, bodies: Sequence[MinistryName]) -> dict[int, int]:
    """Put new bodies on record, unless somebody did so since the check; number in the scratch → number here."""
    if not bodies:
        return {}
    known = ministry_names(session)
    found, codes = Bodies(known), {one.code for one in known}
    numbers = {}
    for one in bodies:
        try:
            numbers[one.id] = found.find(one.name, date.min, "owner").id
        except Invalid:
            body = new_body(one.name, codes, number=0)
            codes.add(body.code)
            ministry = Ministry(code=body.code, display=body.display, name=body.name)
            session.add(ministry)
            session.flush()
            numbers[one.id] = ministry.id
    return numbers


def _make_dossiers(session: Session, names: Sequence[str]) -> dict[int, int]:
    """Put new dossiers on record, likewise."""
    if not names:
        return {}
    known = {row.name.casefold(): row for row in session.scalars(sa.select(Dossier))}
    slugs = {row.slug for row in known.values()}
    numbers = {}
    for place, name in enumerate(names, start=1):
        dossier = known.get(name.casefold())
        if dossier is None:
            dossier = Dossier(slug=new_slug(name, slugs), name=name)
            slugs.add(dossier.slug)
            session.add(dossier)
            session.flush()
        numbers[-place] = dossier.id
    return numbers
