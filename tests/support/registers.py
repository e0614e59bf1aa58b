"""Random registers for the figures: rows in the tables, and beside them what happened, to count by brute force."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from app.domain.calendar import Calendar
from app.domain.questions import State, Verdict
from app.store.answering import Answer
from app.store.base import Db, plan_anew
from app.store.letters import Letter, LetterCounter
from app.store.ministries import Dossier, Ministry
from app.store.questions import Question, QuestionEvent, Round
from app.store.terms import TermEntry, load_calendar
from tests.support.builders import a_register, at

LAST = date(2026, 11, 22)
PER_LETTER = 4
ROWS_AT_ONCE = 5_000
LETTERS_AT_ONCE = 2_500


@dataclass
class Reply:
    """An answer: its round, when it came, the due date in force then, and the verdict with its day, if any."""

    round: int
    on: date
    due_on: date
    judged_on: date | None = None
    concrete: bool = False


@dataclass
class History:
    """What happened to one question, as somebody could tell it who never saw a table."""

    id: int
    owner_id: int
    dossier_id: int | None
    kind: str
    asked_on: date
    term_kind: str
    named_on: date | None
    original_due_on: date
    owners: list[tuple[date, int, int]] = field(default_factory=list)  # on, from, to
    entries: list[dict[str, Any]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    withdrawn: list[tuple[date, int]] = field(default_factory=list)  # on, in which round; after sending only
    reopened: list[date] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    rounds: list[date] = field(default_factory=list)
    state: State = State.ACCEPTED

    def due_on(self, day: date, calendar: Calendar) -> tuple[date, bool]:
        """The due date of round 1 in force on a day, and whether its clock stood still, by plain arithmetic."""
        struck = {entry["voids"] for entry in self.entries}
        rolls = self.term_kind != "afspraak"
        raw = self.named_on or self.asked_on + timedelta(weeks=3)
        since: date | None = None
        for entry in sorted(self.entries, key=lambda one: (one["effective_on"], one["sequence"])):
            if entry["effective_on"] > day or entry["sequence"] in struck:
                continue
            on = entry["effective_on"]
            due = calendar.roll(raw) if rolls else raw
            if entry["kind"] == "uitgesteld" and (since or on <= due):
                raw, rolls = entry["named_on"], False
            elif entry["kind"] == "opgeschort":
                since = on
            elif entry["kind"] == "hervat" and since:
                raw, since = raw + (on - since), None
        return (calendar.roll(raw) if rolls else raw), since is not None

    def still_days(self, end: date) -> int:
        """Days up to `end` on which the clock of round 1 stood still, one by one."""
        struck = {entry["voids"] for entry in self.entries}
        marks = {
            entry["effective_on"]: entry["kind"]
            for entry in self.entries
            if entry["kind"] in {"opgeschort", "hervat"} and entry["sequence"] not in struck
        }
        days, still, day = 0, False, self.asked_on
        while day < end:
            still = {"opgeschort": True, "hervat": False}.get(marks.get(day, ""), still)
            days += still
            day += timedelta(days=1)
        return days

    def owner_on(self, day: date) -> int:
        """Who owned it at the end of a day."""
        before = [to for on, _, to in self.owners if on <= day]
        if before:
            return before[-1]
        return self.owners[0][1] if self.owners else self.owner_id


@dataclass(frozen=True)
class Habits:
    """How often things happen: of 100 questions, how many never get an answer, and whose clock is touched in which way.

    `clocks`: left alone, postponed in time, postponed too late, standing still, put on record afterwards.
    """

    silent: int = 10
    clocks: tuple[int, ...] = (67, 15, 5, 10, 3)


RARE = Habits()
"""Rare things happen often, so that a test sees them."""
ORDINARY = Habits(silent=2, clocks=(85, 9, 3, 2, 1))


class _Maker:
    def __init__(
        self, draw: Random, calendar: Calendar, ministries: list[int], dossiers: list[int], habits: Habits
    ) -> None:
        self.draw, self.calendar, self.ministries, self.dossiers = draw, calendar, ministries, dossiers
        self.habits = habits

    def days(self, mean: float) -> timedelta:
        return timedelta(days=int(self.draw.expovariate(1 / mean)))

    def history(self, number: int, asked_on: date, dossier_id: int | None) -> History:
        agreed = self.draw.random() < 0.15
        named_on = asked_on + timedelta(days=self.draw.randint(5, 60)) if agreed else None
        made = History(
            id=number,
            owner_id=self.draw.choice(self.ministries),
            dossier_id=dossier_id,
            kind=self.draw.choices(["vraag", "verzoek", "toezegging"], [6, 3, 1])[0],
            asked_on=asked_on,
            term_kind="afspraak" if agreed else self.draw.choice(["norm", "norm", "wettelijk"]),
            named_on=named_on,
            original_due_on=named_on or self.calendar.roll(asked_on + timedelta(weeks=3)),
            rounds=[asked_on],
        )
        if self.draw.random() < 0.03:  # withdrawn as a concept; sometimes the letter was sent before, on paper
            day = asked_on + timedelta(days=self.draw.randint(-5, 5))
            self.tell(made, "intrekken", day, 1)
            self.tell(made, "heropenen-als-concept", day, 1)
        self.tell(made, "verzenden", asked_on, 1)
        self.live(made)
        self.pass_on(made)
        return made

    def tell(self, made: History, act: str, on: date, round_number: int, **other: int) -> None:
        made.events.append(
            {"act": act, "on": on, "round": round_number, "ministry_id": None, "to_ministry_id": None} | other
        )

    def live(self, made: History) -> None:
        end = made.asked_on + self.days(25)
        fate = self.draw.random()
        self.touch_clock(made, end)
        if end > LAST or 100 * fate < self.habits.silent:
            return
        if fate > 0.92:
            self.withdraw(made, end)
        else:
            self.answer(made, end)

    def touch_clock(self, made: History, end: date) -> None:
        """Touch the clock of some, at days up to the end of the round: each in one of five ways."""
        first = made.asked_on + timedelta(days=self.draw.randint(1, 15))
        later = first + timedelta(days=self.draw.randint(1, 25))
        ways = [self.leave, self.postpone, self.postpone_late, self.stand_still, self.write_afterwards]
        way = self.draw.choices(ways, self.habits.clocks)[0]
        if first <= made.original_due_on:
            way(made, first, later)
        made.entries = [entry for entry in made.entries if entry["effective_on"] <= min(end, LAST)]

    def write(self, made: History, kind: str, on: date, *, named_on: date | None = None, voids: int = 0) -> None:
        sequence = len(made.entries) + 2
        entry = {"sequence": sequence, "kind": kind, "effective_on": on, "named_on": named_on, "voids": voids or None}
        made.entries.append(entry)

    def after(self, day: date, days: int) -> date:
        return self.calendar.roll(day + timedelta(days=days))

    def leave(self, made: History, first: date, later: date) -> None:
        pass

    def postpone(self, made: History, first: date, later: date) -> None:
        self.write(made, "uitgesteld", first, named_on=self.after(made.original_due_on, 20))
        if self.draw.random() < 0.25:
            self.write(made, "vervallen", later, voids=2)

    def postpone_late(self, made: History, first: date, later: date) -> None:
        late = made.original_due_on + (later - first)
        self.write(made, "uitgesteld", late, named_on=self.after(late, 9))

    def stand_still(self, made: History, first: date, later: date) -> None:
        self.write(made, "opgeschort", first)
        if self.draw.random() < 0.7:
            self.write(made, "hervat", later)
            if self.draw.random() < 0.3:
                due_on, _ = made.due_on(later, self.calendar)
                self.write(made, "uitgesteld", later, named_on=self.after(due_on, 9))

    def write_afterwards(self, made: History, first: date, later: date) -> None:
        """A postponement that was put on record after something that happened later."""
        self.write(made, "doorgeleid", later)
        self.write(made, "uitgesteld", first, named_on=self.after(made.original_due_on, 7))

    def answer(self, made: History, on: date) -> None:
        number = len(made.rounds)
        due_on = made.due_on(on, self.calendar)[0] if number == 1 else on
        reply = Reply(number, on, due_on)
        made.replies.append(reply)
        made.state = State.ANSWERED
        self.tell(made, "indienen", on, number)
        judged_on = on + self.days(8)
        if judged_on > LAST or self.draw.random() < 0.1:
            return
        reply.judged_on, reply.concrete = judged_on, self.draw.random() < 0.65
        self.tell(made, "oordelen-concreet" if reply.concrete else "oordelen-ontwijkend", judged_on, number)
        made.state = State.SETTLED if reply.concrete else State.ACCEPTED
        if reply.concrete and self.draw.random() > 0.04:
            return
        reopened_on = judged_on + self.days(10) if reply.concrete else judged_on
        if reopened_on > LAST:
            return
        if reply.concrete:
            self.reopen(made, reopened_on)
        else:
            self.next_round(made, reopened_on)

    def next_round(self, made: History, on: date) -> None:
        made.rounds.append(on)
        made.state = State.ACCEPTED
        end, fate = on + self.days(15), self.draw.random()
        if end > LAST or len(made.rounds) > 4 or fate > 0.8:
            return
        if fate > 0.7:
            self.withdraw(made, end)
        else:
            self.answer(made, end)

    def withdraw(self, made: History, on: date) -> None:
        made.withdrawn.append((on, len(made.rounds)))
        made.state = State.WITHDRAWN
        self.tell(made, "intrekken", on, len(made.rounds))
        back_on = on + self.days(12)
        if back_on <= LAST and self.draw.random() < 0.3:
            self.reopen(made, back_on)

    def reopen(self, made: History, on: date) -> None:
        made.reopened.append(on)
        self.tell(made, "heropenen", on, len(made.rounds))
        self.next_round(made, on)

    def pass_on(self, made: History) -> None:
        on, owner = made.asked_on, made.owner_id
        while self.draw.random() < 0.2:
            on += self.days(20)
            if on > LAST:
                break
            to = self.draw.choice([one for one in self.ministries if one != owner])
            act = self.draw.choice(["doorgeleiden", "toewijzen", "opvolgen"])
            self.tell(made, "afwijzen", on, 1, ministry_id=owner, to_ministry_id=to)  # a proposal, no new owner
            self.tell(made, act, on, 1, ministry_id=owner, to_ministry_id=to)
            made.owners.append((on, owner, to))
            owner = to


def a_random_register(db: Db, size: int, seed: int = 118, first: date = date(2024, 6, 3)) -> list[History]:
    """Fill a register with so many questions asked up to LAST, and tell what happened to each."""
    return [one for chunk in fill(db, size, seed, first) for one in chunk]


def fill(db: Db, size: int, seed: int, first: date, habits: Habits = RARE) -> Iterator[list[History]]:
    """Fill a register a chunk at a time, and tell what happened to the questions of each."""
    a_register(db)
    draw = Random(seed)  # noqa: S311 the same register for the same seed
    with db.reading() as session:
        ministries = list(session.scalars(sa.select(Ministry.id).order_by(Ministry.id)))[:9]
        dossiers = list(session.scalars(sa.select(Dossier.id).order_by(Dossier.id)))
        maker = _Maker(draw, load_calendar(session), ministries, dossiers, habits)
    serials = range(1, -(-size // PER_LETTER) + 1)
    for begin in range(0, len(serials), LETTERS_AT_ONCE):
        histories, letters = [], []
        for serial in serials[begin : begin + LETTERS_AT_ONCE]:
            dossier_id = draw.choice([*dossiers, None])
            asked_on = first + timedelta(days=draw.randint(0, (LAST - first).days))
            letters.append(_letter(serial, asked_on, dossier_id, ministries[0]))
            number = (serial - 1) * PER_LETTER
            histories += [maker.history(number + place, asked_on, dossier_id) for place in range(1, PER_LETTER + 1)]
        _write(db, letters, histories, draw)
        yield histories
    _count_on(db, len(serials))


def _count_on(db: Db, letters: int) -> None:
    """Set the counters of numbers, so that acts can follow; let the database plan for so many rows."""
    with db.writing() as session:
        years = sorted(session.scalars(sa.select(Letter.year).distinct()))
        session.execute(sa.insert(LetterCounter), [{"year": year, "last": letters} for year in years])
        if session.get_bind().dialect.name == "postgresql":  # its counters don't see numbers that were given
            for table in ("letters", "questions"):
                session.execute(sa.text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))  # noqa: S608
        plan_anew(session)


def _letter(serial: int, asked_on: date, dossier_id: int | None, addressee_id: int) -> dict[str, Any]:
    return {
        "id": serial,
        "year": asked_on.year,
        "serial": serial,
        "reference": f"VNG/{serial}",
        "subject": "Brief",
        "letter_date": asked_on,
        "addressee_id": addressee_id,
        "channel": "brief",
        "dossier_id": dossier_id,
        "sent_on": asked_on,
        "created_at": at(asked_on),
        "version": 1,
    }


def _write(db: Db, letters: list[dict[str, Any]], histories: list[History], draw: Random) -> None:
    rows: dict[Any, list[dict[str, Any]]] = {Letter: letters, Question: [_question(one) for one in histories]}
    rows[Round] = [
        {
            "question_id": one.id,
            "number": number,
            "asked_on": asked_on,
            "original_due_on": one.original_due_on if number == 1 else asked_on + timedelta(weeks=2),
            "term_kind": one.term_kind if number == 1 else "norm",
        }
        for one in histories
        for number, asked_on in enumerate(one.rounds, start=1)
    ]
    rows[Answer] = [_answer(one, reply, draw) for one in histories for reply in one.replies]
    rows[QuestionEvent] = [
        {**event, "question_id": one.id, "at": at(event["on"])} for one in histories for event in one.events
    ]
    rows[TermEntry] = [entry for one in histories for entry in _entries(one)]
    with db.writing() as session:
        for table, every in rows.items():
            for begin in range(0, len(every), ROWS_AT_ONCE):
                session.execute(sa.insert(table), every[begin : begin + ROWS_AT_ONCE])


def _question(one: History) -> dict[str, Any]:
    return {
        "id": one.id,
        "letter_id": (one.id - 1) // PER_LETTER + 1,
        "position": (one.id - 1) % PER_LETTER + 1,
        "title": "Vraag",
        "text": "Wanneer komt er duidelijkheid?",
        "kind": one.kind,
        "owner_id": one.owner_on(LAST),
        "state": one.state,
        "round": len(one.rounds),
        "term_kind": one.term_kind,
        "asked_on": one.asked_on,
        "due_on": one.original_due_on,
        "original_due_on": one.original_due_on,
        "term_set_on": one.asked_on,
    }


def _answer(one: History, reply: Reply, draw: Random) -> dict[str, Any]:
    """Verdicts fall at all hours, also when it is another day in UTC."""
    judged_at: datetime | None = None
    if reply.judged_on is not None:
        judged_at = at(reply.judged_on, draw.choice([0, 10, 23]))
    verdict = None if reply.judged_on is None else Verdict.CONCRETE if reply.concrete else Verdict.EVASIVE
    return {
        "question_id": one.id,
        "round": reply.round,
        "ministry_id": one.owner_id,
        "text": "Binnenkort.",
        "submitted_at": at(reply.on),
        "answered_on": reply.on,
        "due_on": reply.due_on,
        "verdict": verdict,
        "verdict_reason": "ontwijkt" if verdict is Verdict.EVASIVE else None,
        "judged_at": judged_at,
    }


def _entries(one: History) -> list[dict[str, Any]]:
    common = {
        "question_id": one.id,
        "round": 1,
        "recorded_at": at(one.asked_on),
        "rule": "geteld",
        "due_on": one.original_due_on,
    }
    agreed = one.term_kind == "afspraak"
    first = {
        "sequence": 1,
        "kind": "gezet",
        "effective_on": one.asked_on,
        "term_kind": one.term_kind,
        "term_length": None if agreed else 3,
        "term_unit": None if agreed else "weken",
        "named_on": one.named_on,
        "voids": None,
    }
    none = dict.fromkeys(("term_kind", "term_length", "term_unit"))
    later = [{**none, **entry, "announced_on": entry["effective_on"]} for entry in one.entries]
    return [{**common, "announced_on": None, **entry} for entry in (first, *later)]
