"""The aside "Vandaag voor u": what waits for this reader, the longest waiting first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.concurrence import is_stalled
from app.domain.errors import mark
from app.domain.judging import judged_too_late_before
from app.domain.numbers import LetterNumber
from app.domain.permissions import Relation, Role, Task, may
from app.domain.questions import JUDGING_DAYS, Act, State
from app.store.lists.concurrences import first_due
from app.store.lists.letter_lists import LetterFilter, letter_rows
from app.store.lists.outbox_list import Wanted
from app.store.lists.question_lists import QuestionFilter, count_questions, question_rows
from app.store.lists.releases import waiting_for_release
from app.store.lists.term_ledgers import waiting_requests
from app.store.lists.verdicts import waiting_for_verdict
from app.store.outbox import MailState, counts
from app.store.term_requests import RequestKind
from app.store.terms import load_calendar
from app.usecases import outbox
from app.wording import Wording

SHOWN = 3


@dataclass(frozen=True)
class Group:
    """One kind of thing that waits: items are (text, address, what to know of it); `more` leads to the rest."""

    title: str
    items: Sequence[tuple[str, str, str]]
    count: int
    late: bool = False
    icon_name: str = ""
    more: tuple[str, str] | None = None
    yours: bool = True


@dataclass(frozen=True)
class Desk:
    """Who looks, when, at what."""

    words: Wording
    session: Session
    actor: Actor
    today: date


Maker = Callable[[Desk], Iterator[Group]]


def groups(words: Wording, session: Session, actor: Actor, today: date) -> list[Group]:
    """What waits for this reader, group by group; groups without anything are left out."""
    desk = Desk(words, session, actor, today)
    return [group for make in _makers(actor) for group in make(desk) if group.count]


def waiting(found: Sequence[Group]) -> int:
    """How many things wait for the reader."""
    return sum(group.count for group in found if group.yours)


def _makers(actor: Actor) -> list[Maker]:
    duties: list[tuple[bool, Maker]] = [
        (may(actor.roles, Act.REFUSE), _requests),
        (may(actor.roles, Act.JUDGE_CONCRETE), _to_judge),
        (Role.LEADERSHIP in actor.roles, _own_wait),
        (Role.REGIE in actor.roles, _disputed),
        (may(actor.roles, Act.ACCEPT, Relation.OWNER), _to_accept),
        (may(actor.roles, Act.RELEASE, Relation.OWNER), _to_release),
        (may(actor.roles, Act.SUBMIT, Relation.OWNER), _to_answer),
        (may(actor.roles, Act.AGREE, Relation.CONTRIBUTOR), _to_concur),
        (may(actor.roles, Act.OVERRULE), _stalled),
        (may(actor.roles, Task.SEE_OUTBOX), _bounced),
        (may(actor.roles, Task.REGISTER), _concepts),
        (may(actor.roles, Task.SEE_ALL) and not may(actor.roles, Task.REGISTER), _worst),
    ]
    return [make for wanted, make in duties if wanted]


def _to_judge(desk: Desk) -> Iterator[Group]:
    yield _verdicts(desk, mark("Beoordeel het antwoord"), "te-beoordelen", "/oordeel", yours=True)


def _own_wait(desk: Desk) -> Iterator[Group]:
    yield _verdicts(desk, mark("Wacht op ons oordeel"), "wacht-op-vng", "", yours=False)


def _verdicts(desk: Desk, title: str, view: str, place: str, *, yours: bool) -> Group:
    """VNG's own clock: answers without a verdict, the longest waiting first, and which have waited too long."""
    before = judged_too_late_before(desk.today, load_calendar(desk.session))
    found = waiting_for_verdict(desk.session, desk.actor, before, SHOWN)
    items = []
    for row in found.rows:
        told = f"{row.owner}, {_waits(desk, row) if yours else _waited(desk, row)}"
        if row.held_from < before:
            told += desk.words.text(mark(", langer dan {days} werkdagen"), days=JUDGING_DAYS)
        items.append((row.title, f"/vragen/{row.id}{place}", told))
    more = _more(desk, found.count, f"/?weergave={view}")
    return Group(desk.words.text(title), items, found.count, found.too_long > 0, more=more, yours=yours)


def _waited(desk: Desk, row: Any) -> str:
    days = (desk.today - row.held_from).days
    if not days:
        return desk.words.text(mark("sinds vandaag"))
    return desk.words.plural(mark("wacht {n} dag"), mark("wacht {n} dagen"), days)


def _requests(desk: Desk) -> Iterator[Group]:
    """What ministries ask about their terms, the longest waiting first; each is decided on a page of its own."""
    rows, count = waiting_requests(desk.session, SHOWN)
    named = {RequestKind.POSTPONEMENT: mark("uitstel"), RequestKind.CLARIFICATION: mark("verduidelijking")}
    items = [
        (
            row.title,
            f"/vragen/{row.question_id}/verzoeken/{row.id}",
            f"{row.ministry}, {desk.words.text(named[row.kind])}",
        )
        for row in rows
    ]
    yield Group(desk.words.text(mark("Beslis over een verzoek")), items, count)


def _disputed(desk: Desk) -> Iterator[Group]:
    yield _questions(desk, State.DISPUTED, mark("Wijs een eigenaar aan"), "betwist", _waits, "/toewijzen")


def _to_accept(desk: Desk) -> Iterator[Group]:
    yield _questions(desk, State.ASKED, mark("Behandelt u deze vraag?"), "te-aanvaarden", _due)


def _to_release(desk: Desk) -> Iterator[Group]:
    """Answers that wait for this coordinator, the longest waiting first."""
    rows, count = waiting_for_release(desk.session, desk.actor.ministry_id or 0, SHOWN)
    items = [(row.title, f"/vragen/{row.id}/vrijgeven", _due(desk, row)) for row in rows]
    late = any(row.due_on < desk.today for row in rows)
    yield Group(desk.words.text(mark("Geef het antwoord vrij")), items, count, late)


def _to_answer(desk: Desk) -> Iterator[Group]:
    yield _questions(desk, State.ACCEPTED, mark("Geef antwoord"), "te-beantwoorden", _due, "/antwoorden")


def _to_concur(desk: Desk) -> Iterator[Group]:
    wanted = QuestionFilter(awaited_id=desk.actor.ministry_id)
    yield _concurring(desk, wanted, mark("Lees mee en stem in"), "mee-te-lezen", "/instemmen", desk.actor.ministry_id)


def _stalled(desk: Desk) -> Iterator[Group]:
    wanted = QuestionFilter(stalled_on=desk.today)
    yield _concurring(desk, wanted, mark("Doorbreek de afstemming"), "afstemming-te-laat", "/doorbreken", None)


def _concurring(
    desk: Desk, wanted: QuestionFilter, title: str, view: str, place: str, ministry_id: int | None
) -> Group:
    """Questions for which a reply is awaited (from one ministry), the first one due on top."""
    rows = question_rows(desk.session, desk.actor, wanted, desk.today).rows
    count = len(rows) if len(rows) <= SHOWN else count_questions(desk.session, desk.actor, wanted, desk.today)
    due = first_due(desk.session, [row.id for row in rows], ministry_id)
    rows = sorted(rows, key=lambda row: due.get(row.id, desk.today))[:SHOWN]
    items = [(row.title, f"/vragen/{row.id}{place}", f"{row.owner}, {_reply_by(desk, due[row.id])}") for row in rows]
    late = any(is_stalled(day, desk.today) for day in due.values())
    return Group(desk.words.text(title), items, count, late, more=_more(desk, count, f"/?weergave={view}"))


def _reply_by(desk: Desk, day: date) -> str:
    days = (desk.today - day).days
    if days > 0:
        return desk.words.plural(mark("reactie {n} dag te laat"), mark("reactie {n} dagen te laat"), days)
    return desk.words.text(mark("reactie uiterlijk {day}"), day=day)


def _worst(desk: Desk) -> Iterator[Group]:
    wanted = QuestionFilter(late_on=desk.today)
    rows = question_rows(desk.session, desk.actor, wanted, desk.today, limit=SHOWN).rows
    count = count_questions(desk.session, desk.actor, wanted, desk.today)
    items = [(row.title, f"/vragen/{row.id}", f"{row.owner}, {_due(desk, row)}") for row in rows]
    yield Group(desk.words.text(mark("Het langst te laat")), items, count, late=True, icon_name="late", yours=False)


def _bounced(desk: Desk) -> Iterator[Group]:
    count = counts(desk.session).get(MailState.BOUNCED, 0)
    mails = outbox.listing(desk.session, desk.actor, Wanted(state=MailState.BOUNCED)).rows[:SHOWN] if count else []
    items = [(mail.address, f"/postvak-uit/{mail.id}", desk.words.text(mail.why or "")) for mail in mails]
    title = desk.words.text(mark("Mail niet bezorgd"))
    yield Group(title, items, count, True, "late", _more(desk, count, "/postvak-uit?stand=geweigerd"))


def _concepts(desk: Desk) -> Iterator[Group]:
    wanted = LetterFilter(state=State.DRAFT)
    rows = letter_rows(desk.session, desk.actor, wanted, desk.today).rows
    items = [
        (
            row.letter.subject,
            f"/brieven/{row.letter.id}",
            f"{LetterNumber(row.letter.year, row.letter.serial)}, "
            + desk.words.plural(mark("{n} vraag"), mark("{n} vragen"), row.questions),
        )
        for row in rows[:SHOWN]
    ]
    title = desk.words.text(mark("Maak het concept af"))
    yield Group(title, items, len(rows), more=_more(desk, len(rows), "/brieven?stand=concept"))


def _questions(
    desk: Desk, state: State, title: str, view: str, told: Callable[[Desk, Any], str], place: str = ""
) -> Group:
    """Questions in one state that wait for this reader, the longest waiting first."""
    own = None if may(desk.actor.roles, Task.SEE_ALL) else desk.actor.ministry_id
    wanted = QuestionFilter(states=frozenset({state}), owner_id=own)
    rows = question_rows(desk.session, desk.actor, wanted, desk.today).rows
    count = len(rows) if len(rows) <= SHOWN else count_questions(desk.session, desk.actor, wanted, desk.today)
    if told is _waits:
        rows = sorted(rows, key=lambda row: row.held_from or desk.today)
    items = [(row.title, f"/vragen/{row.id}{place}", _about(desk, row, told, own)) for row in rows[:SHOWN]]
    late = told is _due and any(row.due_on < desk.today for row in rows)
    return Group(desk.words.text(title), items, count, late, more=_more(desk, count, f"/?weergave={view}"))


def _about(desk: Desk, row: Any, told: Callable[[Desk, Any], str], own: int | None) -> str:
    return told(desk, row) if own else f"{row.owner}, {told(desk, row)}"


def _waits(desk: Desk, row: Any) -> str:
    days = (desk.today - row.held_from).days if row.held_from else 0
    if not days:
        return desk.words.text(mark("sinds vandaag"))
    return desk.words.plural(mark("wacht {n} dag op u"), mark("wacht {n} dagen op u"), days)


def _due(desk: Desk, row: Any) -> str:
    days = (desk.today - row.due_on).days
    if days > 0:
        return desk.words.plural(mark("{n} dag te laat"), mark("{n} dagen te laat"), days)
    return desk.words.text(mark("uiterlijk {day}"), day=row.due_on)


def _more(desk: Desk, count: int, href: str) -> tuple[str, str] | None:
    if count <= SHOWN:
        return None
    return desk.words.plural(mark("Nog {n}"), mark("Nog {n}"), count - SHOWN), href
