"""The page "Waarom deze datum?": every entry of every round in a sentence, and the days that did not count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.calendar import Calendar
from app.domain.errors import mark
from app.domain.ledger import LASTING, told_struck
from app.domain.term_days import DayKind, last_event, spoken, term_days, whole_weeks
from app.store.lists.term_ledgers import Asked, Line, RoundLedger
from app.store.questions import Question
from app.store.term_requests import RequestKind, RequestState
from app.web.letters.letter_summary import sentence
from app.web.questions.term_view import CalendarDay, drawn
from app.wording import Wording

MOST_WEEKS = 9
"""A drawing of more weeks than this is a wall of days; the last ones are shown."""


@dataclass(frozen=True)
class EntryLine:
    """One entry: what it says, who wrote it when and why, and the due date after it ("" where it has no part in it).

    `void_href` is where this reader can let it lapse; "" where that can't be.
    """

    sequence: int
    text: str
    written: str
    reason: str
    due: str
    note: str
    voided: str
    void_href: str


@dataclass(frozen=True)
class RoundView:
    """One round: its due date, the first one, what the ministry expects, and its entries in the order they work."""

    number: int
    due_on: date
    original_due_on: date
    expected_on: date | None
    suspended_on: date | None
    entries: Sequence[EntryLine]


@dataclass(frozen=True)
class RequestLine:
    """What was asked, by whom, how it stands; `href` is where this reader decides, "" where there is nothing to do."""

    text: str
    asked: str
    reason: str
    state: RequestState
    decided: str
    decision: str
    href: str


@dataclass(frozen=True)
class TermView:
    """The whole page. `left_out`: (day or days, why) of what did not count, in words; `cut`: only the last weeks.

    `named`: the due date was named, not counted.
    """

    present: RoundView
    earlier: Sequence[RoundView]
    calendar: Sequence[CalendarDay]
    cut: bool
    left_out: Sequence[tuple[str, str]]
    named: bool
    known_until: int | None
    calendar_ends: bool
    requests: Sequence[RequestLine]


def term_view(
    words: Wording,
    question: Question,
    ledgers: Sequence[RoundLedger],
    asked: Sequence[Asked],
    calendar: Calendar,
    today: date,
    *,
    voids: bool,
    decides: bool,
) -> TermView:
    """The page for one reader: `voids` and `decides` tell what they may do there."""
    present = ledgers[0]
    standing = present.standing
    since = last_event(standing)
    first, last = whole_weeks(since, standing.due_on)
    cut = (last - first).days >= 7 * MOST_WEEKS
    first = max(first, last - timedelta(days=7 * MOST_WEEKS - 1))
    return TermView(
        present=_round(words, question, present, voids=voids),
        earlier=[_round(words, question, one, voids=False) for one in ledgers[1:]],
        calendar=drawn(words, standing, calendar, today, (first, last)),
        cut=cut,
        left_out=_left_out(words, present, calendar, today, since),
        named=standing.named,
        known_until=calendar.last_equated_year,
        calendar_ends=not standing.named and not calendar.covers(standing.due_on),
        requests=[_request(words, one, decides=decides) for one in asked],
    )


def _round(words: Wording, question: Question, ledger: RoundLedger, *, voids: bool) -> RoundView:
    standing = ledger.standing
    changes = [step.entry.sequence for step in standing.steps if step.changed]
    lines = []
    for line in ledger.lines:
        note = ""
        if line.row.sequence == changes[-1]:
            note = words.text(mark("geldt nu"))
        elif line.row.sequence == 1:
            note = words.text(mark("oorspronkelijk"))
        href = f"/vragen/{question.id}/termijnboekingen/{line.row.sequence}/vervallen"
        strikable = voids and line.voided_by is None and line.row.kind not in LASTING
        lines.append(_line(words, line, note, href if strikable else ""))
    return RoundView(
        ledger.number, standing.due_on, standing.original_due_on, standing.expected_on, standing.suspended_on, lines
    )


def _line(words: Wording, line: Line, note: str, href: str) -> EntryLine:
    reasons = line.step.reasons if line.step else (told_struck(line.entry),)
    text = " ".join(sentence(words, reason) for reason in reasons)
    if line.entry.consented:
        text += " " + words.text(mark("Met instemming van het secretariaat."))
    written = mark("Geboekt op {at} door {person}.") if line.person else mark("Geboekt op {at} door Regie zelf.")
    voided = ""
    if line.voided_by is not None:
        told = mark("Vervallen op {day}: {reason}")
        voided = words.text(told, day=line.voided_by.effective_on, reason=line.voided_by.reason)
    return EntryLine(
        sequence=line.row.sequence,
        text=text,
        written=words.text(written, at=line.row.recorded_at, person=line.person),
        reason=line.entry.reason,
        due=words.longdate(line.step.due_on) if line.step else "",
        note=note,
        voided=voided,
        void_href=href,
    )


def _left_out(
    words: Wording, ledger: RoundLedger, calendar: Calendar, today: date, since: date
) -> list[tuple[str, str]]:
    """The days that did not count and why; days in a row with the same reason stand together."""
    standing = ledger.standing
    found: list[tuple[date, date, str]] = []
    for one in term_days(standing, calendar, today, since, standing.due_on):
        if one.kind not in {DayKind.SKIPPED, DayKind.STILL}:
            continue
        why = words.gettext(one.why) if one.why else sentence(words, spoken(standing, one))
        if found and found[-1][2] == why and found[-1][1] == one.day - timedelta(days=1):
            found[-1] = (found[-1][0], one.day, why)
        else:
            found.append((one.day, one.day, why))
    together = mark("{first} tot en met {last}")
    return [
        (words.longdate(first) if first == last else words.text(together, first=first, last=last), why)
        for first, last, why in found
    ]


def _request(words: Wording, asked: Asked, *, decides: bool) -> RequestLine:
    request = asked.request
    if request.kind is RequestKind.POSTPONEMENT:
        text = words.text(
            mark("{ministry} vraagt om uitstel tot {day}."), ministry=asked.ministry, day=request.named_on
        )
    else:
        text = words.text(mark("{ministry} vraagt om verduidelijking."), ministry=asked.ministry)
    by = mark("Gevraagd op {at} door {person}.") if asked.asker else mark("Gevraagd op {at}.")
    decided = ""
    if request.decided_at is not None:
        granted = request.state is RequestState.GRANTED
        told = mark("Toegekend op {at} door {person}.") if granted else mark("Afgewezen op {at} door {person}.")
        decided = words.text(told, at=request.decided_at, person=asked.decider or "–")
    elif request.state is RequestState.LAPSED:
        decided = words.text(mark("Vervallen: de vraag is beantwoord, doorgeleid of ingetrokken."))
    waits = request.state is RequestState.ASKED
    return RequestLine(
        text=text,
        asked=words.text(by, at=request.asked_at, person=asked.asker),
        reason=request.reason,
        state=request.state,
        decided=decided,
        decision=request.decision or "",
        href=f"/vragen/{request.question_id}/verzoeken/{request.id}" if waits and decides else "",
    )
