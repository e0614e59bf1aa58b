"""Days with the ball, on a random register: equal to counting day by day."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random

import sqlalchemy as sa

from app.domain.questions import HolderKind
from app.domain.statistics import Selection
from app.store.base import Db
from app.store.figures.holding import held_days, verdicts
from app.store.ministries import DossierSuccessor, Ministry
from app.store.questions import HoldingPeriod
from app.store.terms import load_calendar
from tests.support.registers import LAST, History, a_random_register

SIZE = 240
KINDS = (HolderKind.VNG, HolderKind.OWNER, HolderKind.CONTRIBUTOR, HolderKind.CENTRE)
Period = tuple[int, HolderKind, int | None, date, date | None]


def some_periods(histories: list[History], draw: Random) -> list[Period]:
    """For each question a chain of holders, the last one sometimes still holding."""
    found: list[Period] = []
    for one in histories:
        day: date | None = one.asked_on
        while day is not None and len(found) < 5 * SIZE:
            kind = draw.choice(KINDS)
            ministry = one.owner_id if kind in {HolderKind.OWNER, HolderKind.CONTRIBUTOR} else None
            until = day + timedelta(days=draw.randint(0, 60)) if draw.random() < 0.7 else None
            found.append((one.id, kind, ministry, day, until))
            day = until
    return found


def a_register_with_holders(db: Db) -> tuple[list[History], list[Period]]:
    histories = a_random_register(db, SIZE)
    periods = some_periods(histories, Random(7))  # noqa: S311  # the same register each time
    names = ("question_id", "holder", "ministry_id", "from_on", "until_on")
    with db.writing() as s:
        s.execute(sa.insert(HoldingPeriod), [dict(zip(names, one, strict=True)) for one in periods])
    return histories, periods


def is_selected(one: History, chosen: Selection) -> bool:
    return (
        one.kind != "toezegging"
        and (chosen.asked_from or date.min) <= one.asked_on <= chosen.as_of
        and chosen.dossier_id in {None, one.dossier_id or 0}
        and chosen.owner_id in {None, one.owner_on(chosen.as_of)}
    )


def test_the_sums_are_those_of_counting_day_by_day(db: Db) -> None:
    histories, periods = a_register_with_holders(db)
    selections = [
        Selection(LAST),
        Selection(date(2026, 3, 1), date(2025, 12, 1)),
        Selection(LAST, dossier_id=histories[0].dossier_id or 0),
        Selection(date(2026, 6, 30), owner_id=histories[0].owner_id),
        Selection(date(2024, 6, 3)),
    ]
    for chosen in selections:
        among = {one.id for one in histories if is_selected(one, chosen)}
        days: Counter[tuple[HolderKind, int | None]] = Counter()
        questions: dict[tuple[HolderKind, int | None], set[int]] = defaultdict(set)
        for question_id, kind, ministry, from_on, until in periods:
            if question_id not in among or from_on > chosen.as_of:
                continue
            questions[kind, ministry].add(question_id)
            day = from_on
            while day < chosen.as_of and (until is None or day < until):
                days[kind, ministry] += 1
                day += timedelta(days=1)
        with db.reading() as s:
            found = held_days(s, chosen)
        assert {(one.holder, one.ministry_id): (one.days, one.questions) for one in found} == {
            key: (days[key], len(ids)) for key, ids in questions.items()
        }


def test_what_waits_for_a_verdict_is_late_after_fifteen_working_days(db: Db) -> None:
    histories, periods = a_register_with_holders(db)
    for as_of in (LAST, date(2026, 5, 5)):
        with db.reading() as s:
            calendar = load_calendar(s)
            found = verdicts(s, Selection(as_of), calendar)
        among = {one.id for one in histories if is_selected(one, Selection(as_of))}
        waiting = [
            (day, question_id)
            for question_id, kind, _, day, until in periods
            if kind is HolderKind.VNG and question_id in among and day <= as_of and (until is None or until > as_of)
        ]
        late = sorted((day, number) for day, number in waiting if calendar.shift(day, 15) < as_of)
        assert (found.waiting, found.late) == (len(waiting), len(late))
        assert [(one.since, one.id) for one in found.listed] == late[:50]


def test_days_of_a_ministry_that_ended_are_those_of_whoever_does_its_work(db: Db) -> None:
    histories, periods = a_register_with_holders(db)
    dossier = next(one.dossier_id for one in histories if one.dossier_id)
    with db.writing() as s:
        bz, ezk, fin = (
            s.scalars(sa.select(Ministry).where(Ministry.code == code)).one() for code in ("BZ", "EZK", "FIN")
        )
        bz.valid_until, bz.successor_id = date(2026, 3, 31), ezk.id
        s.add(DossierSuccessor(ministry_id=bz.id, dossier_id=dossier, successor_id=fin.id))
        moved = {bz.id: (ezk.id, fin.id)}
    dossier_of = {one.id: one.dossier_id for one in histories if one.kind != "toezegging"}
    days: Counter[int] = Counter()
    questions: dict[int, set[int]] = defaultdict(set)
    for number, kind, ministry, from_on, until in periods:
        if kind is HolderKind.OWNER and ministry and number in dossier_of and from_on <= LAST:
            general, special = moved.get(ministry, (ministry, ministry))
            heir = special if dossier_of[number] == dossier else general
            days[heir] += (min(until or LAST, LAST) - from_on).days
            questions[heir].add(number)
    with db.reading() as s:
        found = held_days(s, Selection(LAST, present_on=LAST), as_now=True)
        of_heir = held_days(s, Selection(LAST, heir_id=ezk.id, present_on=LAST))
        waiting = verdicts(s, Selection(LAST, heir_id=ezk.id, present_on=LAST), load_calendar(s)).waiting
        alone = held_days(s, Selection(LAST, owner_id=ezk.id, present_on=LAST))
        before = verdicts(s, Selection(LAST, owner_id=bz.id), load_calendar(s)).waiting
    assert {one.ministry_id: (one.days, one.questions) for one in found if one.holder is HolderKind.OWNER} == {
        key: (days[key], len(ids)) for key, ids in questions.items()
    }
    assert sum(one.questions for one in of_heir) > sum(one.questions for one in alone)
    assert waiting >= before > 0
