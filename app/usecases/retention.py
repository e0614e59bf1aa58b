"""What is kept no longer than needed: a job proposes, people agree and confirm, and only then something goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.calendar import civil_date
from app.domain.errors import Invalid, NotFound, WrongState, mark
from app.domain.numbers import LetterNumber
from app.domain.permissions import Task
from app.domain.retention import AGREED_BY_BOTH, Kept, before, months_read
from app.store import audit
from app.store.access import require
from app.store.alarms import tell_administrators
from app.store.documents import LetterDocument
from app.store.letters import Letter
from app.store.lists.paging import PAGE_SIZE, Page, read_mark, write_mark
from app.store.questions import Question
from app.store.removing import count_due, due, take_away
from app.store.retention import KeptLetter, Removal, RetentionPeriod, done_removals, months_of, open_removals
from app.store.unfinished import UnfinishedLetter

LONGEST_REASON = 400
MOST_DONE = 20


@dataclass(frozen=True)
class Foreseen:
    """How one kind stands: its period, what is past it now, and the proposal that waits."""

    kind: Kept
    months: int
    before: datetime
    past: int
    proposal: Removal | None


@dataclass(frozen=True)
class DueLetter:
    """A letter that would go."""

    id: int
    number: LetterNumber
    subject: str
    sent_on: object
    questions: int
    documents: int


def overview(session: Session, actor: Actor, now: datetime) -> tuple[list[Foreseen], Sequence[Removal]]:
    """How every kind stands, and what was removed lately."""
    require(actor, Task.SEE_RETENTION)
    waiting = open_removals(session)
    found = []
    for kind, months in months_of(session).items():
        moment = before(now, months)
        found.append(Foreseen(kind, months, moment, count_due(session, kind, moment), waiting.get(kind)))
    return found, done_removals(session, MOST_DONE)


def change_periods(session: Session, actor: Actor, typed: Mapping[Kept, str], now: datetime) -> bool:
    """Set the periods; whether any changed. A proposal made by an old period lapses. Raises Invalid `bad-period`."""
    require(actor, Task.MANAGE_RETENTION)
    wrong, wanted = [], {}
    for kind, text in typed.items():
        try:
            wanted[kind] = months_read(kind, text)
        except Invalid as refusal:
            wrong.append(refusal)
    if wrong:
        first = wrong[0]
        raise Invalid(first.code, first.sentence, field=first.field, others=tuple(wrong[1:]), **first.facts)
    was = months_of(session)
    changed = {kind: months for kind, months in wanted.items() if months != was[kind]}
    waiting = open_removals(session)
    for kind, months in changed.items():
        session.merge(RetentionPeriod(kind=kind, months=months, changed_at=now))
        if kind in waiting:
            waiting[kind].dropped_at = now
        audit.record(
            session, actor, "bewaartermijn-wijzigen", f"bewaartermijn:{kind}", now, was=was[kind], wordt=months
        )
    return bool(changed)


def propose(session: Session, actor: Actor, now: datetime) -> dict[Kept, int]:
    """Propose what may go, per kind that has something past its period and no proposal yet; tell the administrators."""
    waiting, made = open_removals(session), {}
    for kind, months in months_of(session).items():
        moment = before(now, months)
        count = 0 if kind in waiting else count_due(session, kind, moment)
        if count:
            session.add(Removal(kind=kind, before=moment, found=count, proposed_at=now))
            made[kind] = count
            detail = {"voor": civil_date(moment), "rijen": count}
            audit.record(session, actor, "verwijdering-voorstellen", f"bewaartermijn:{kind}", now, **detail)
    if made:
        tell_administrators(session, f"removal:{now.isoformat()}", now, "removal")
    return made


def find(session: Session, actor: Actor, removal_id: int) -> Removal:
    """A proposal that waits. Raises NotFound (`no-removal`)."""
    require(actor, Task.SEE_RETENTION)
    return _waiting(session, removal_id)


def letters_due(session: Session, removal: Removal, *, after: str = "") -> Page[DueLetter]:
    """The letters that would go, in order of number. Raises Invalid `bad-page`."""
    questions = sa.select(sa.func.count()).where(Question.letter_id == Letter.id).scalar_subquery()
    documents = sa.select(sa.func.count()).where(LetterDocument.letter_id == Letter.id).scalar_subquery()
    query = sa.select(Letter.id, Letter.year, Letter.serial, Letter.subject, Letter.sent_on, questions, documents)
    query = query.where(Letter.id.in_(due(Kept.LETTERS, removal.before).order_by(None)))
    if after:
        query = query.where(Letter.id > read_mark(after, int)[0])
    rows = session.execute(query.order_by(Letter.id).limit(PAGE_SIZE + 1)).all()
    lines = [DueLetter(row[0], LetterNumber(row[1], row[2]), *row[3:]) for row in rows[:PAGE_SIZE]]
    return Page(lines, write_mark([lines[-1].id]) if len(rows) > PAGE_SIZE else None)


def unfinished_due(session: Session, removal: Removal, *, after: str = "") -> Page[UnfinishedLetter]:
    """The forms that would go, in the order they were begun; typing in one keeps it. Raises Invalid `bad-page`."""
    query = sa.select(UnfinishedLetter).where(
        UnfinishedLetter.id.in_(due(Kept.UNFINISHED, removal.before).order_by(None))
    )
    if after:
        query = query.where(UnfinishedLetter.id > read_mark(after, int)[0])
    rows = session.scalars(query.order_by(UnfinishedLetter.id).limit(PAGE_SIZE + 1)).all()
    lines = rows[:PAGE_SIZE]
    return Page(lines, write_mark([lines[-1].id]) if len(rows) > PAGE_SIZE else None)


def keep_longer(session: Session, actor: Actor, letter_ids: Sequence[int], reason: str, now: datetime) -> int:
    """Let these letters stay although their period is over; how many. Raises Invalid `missing`, `too-long`."""
    require(actor, Task.AGREE_REMOVAL)
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON:
        sentence = mark("Schrijf in hooguit {most} tekens waarom deze brieven langer moeten blijven.")
        raise Invalid("missing" if not why else "too-long", sentence, field="reden", most=LONGEST_REASON)
    known = session.scalars(
        sa.select(Letter.id).where(Letter.id.in_(letter_ids), Letter.removed_at.is_(None)).order_by(Letter.id)
    ).all()
    if not known:
        raise Invalid("missing", mark("Kies een of meer brieven."), field="brief")
    for letter_id in known:
        session.merge(KeptLetter(letter_id=letter_id, reason=why, kept_at=now, kept_by_id=actor.person_id))
        audit.record(session, actor, "langer-bewaren", f"brief:{letter_id}", now, reden=why)
    return len(known)


def agree(session: Session, actor: Actor, removal_id: int, now: datetime) -> Removal:
    """The secretariat agrees that these letters, finished or not, go."""
    require(actor, Task.AGREE_REMOVAL)
    removal = _waiting(session, removal_id, for_update=True)
    if removal.kind not in AGREED_BY_BOTH or removal.agreed_at is not None:
        raise WrongState("no-agreement-needed", mark("Instemming is hier niet (meer) nodig."))
    removal.agreed_at, removal.agreed_by_id = now, actor.person_id
    audit.record(session, actor, "verwijdering-instemmen", f"bewaartermijn:{removal.kind}", now, voorstel=removal.id)
    return removal


def drop(session: Session, actor: Actor, removal_id: int, now: datetime) -> None:
    """Let a proposal lapse; the job may make it again."""
    require(actor, Task.MANAGE_RETENTION)
    removal = _waiting(session, removal_id, for_update=True)
    removal.dropped_at = now
    about = f"bewaartermijn:{removal.kind}"
    audit.record(session, actor, "verwijdering-laten-vervallen", about, now, voorstel=removal.id)


def confirm(session: Session, actor: Actor, removal_id: int, now: datetime) -> int:
    """Remove what was proposed, as far as it is still past its period; how much went. It can't be undone.

    Raises NotFound `no-removal`, WrongState `not-agreed`.
    """
    require(actor, Task.MANAGE_RETENTION)
    removal = _waiting(session, removal_id, for_update=True)
    if removal.kind in AGREED_BY_BOTH and removal.agreed_at is None:
        raise WrongState("not-agreed", mark("Het secretariaat heeft hier nog niet mee ingestemd."))
    removal.confirmed_at, removal.confirmed_by_id = now, actor.person_id
    session.flush()
    gone = take_away(session, removal.kind, removal.before, now)
    removal.removed, removal.sha256 = gone.count, gone.sha256
    detail = {"voorstel": removal.id, "voor": civil_date(removal.before), "rijen": gone.count, "sha256": gone.sha256}
    audit.record(session, actor, "verwijderen", f"bewaartermijn:{removal.kind}", now, **detail)
    return gone.count


def _waiting(session: Session, removal_id: int, *, for_update: bool = False) -> Removal:
    query = sa.select(Removal).where(
        Removal.id == removal_id, Removal.confirmed_at.is_(None), Removal.dropped_at.is_(None)
    )
    removal = session.scalars(query.with_for_update() if for_update else query).one_or_none()
    if removal is None:
        raise NotFound("no-removal", mark("Dit voorstel is er niet meer. Kijk op de pagina met bewaartermijnen."))
    return removal
