"""What is kept, after days of random acts through the use cases: equal to brute force to the last unit."""

import os
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actors import CLOCKWORK
from app.domain.statistics import Selection, figures, standard_start
from app.store.base import Db
from app.store.figures.placed import PLACED
from app.store.ministries import Ministry
from app.usecases import answering, dossiers, succession
from app.usecases.kept_figures import A_WEEK, verify
from tests.support.builders import a_question, a_register, at, secretariat
from tests.support.counting import assert_equal
from tests.support.counting import count as counted_by_hand
from tests.support.days import Days, some_days
from tests.support.kept import keep, kept_histogram
from tests.support.registers import LAST

FIRST, EVERY, DAYS = date(2026, 9, 28), timedelta(days=4), 9
SEED = int(os.environ.get("SEED", "1"))


def test_what_is_kept_equals_brute_force_after_days_of_random_acts(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.usecases.kept_figures.WEEKS_BACK", 1)
    a_register(db)
    days = [FIRST + EVERY * number for number in range(DAYS)]
    office = some_days(db, SEED, days, letters=1, acts=36)
    today = days[-1]
    assert SEED != 1 or len(office.done) == len({act.__name__ for act in office.acts}), "each act went through once"
    keep(db, today)
    assert_kept_as_by_hand(db, office, today)


def test_what_happened_since_it_was_kept_is_put_in(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in the morning; each act of the day, and what was done to questions of long ago, is in the figures."""
    monkeypatch.setattr("app.usecases.kept_figures.WEEKS_BACK", 1)
    a_register(db)
    days = [FIRST + EVERY * number for number in range(DAYS)]
    office = some_days(db, SEED, days[:-1], letters=1, acts=36)
    today = days[-1]
    keep(db, today)
    before = office.done.copy()
    for _ in range(3):
        office.a_day(today, letters=1, acts=40)
        assert_kept_as_by_hand(db, office, today)
    with db.reading() as s:
        compared = verify(s)
    assert all(one.since > 20 for one in compared), "it was not counted anew"
    assert sum((office.done - before).values()) > 20


def test_what_offices_do_once_in_a_while_is_put_in_too(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another dossier, an answer from paper, a ministry that ends: each tells its questions, which are counted anew."""
    monkeypatch.setattr("app.usecases.kept_figures.WEEKS_BACK", 1)
    a_register(db)
    with db.writing() as s:
        asked = [a_question(s, owner, date(2026, 3, 2)).id for owner in ("EZK", "EZK", "JENV", "BZK")]
    keep(db, LAST)
    with db.writing() as s:
        who = secretariat(s)
        dossiers.choose_by_question(s, who, asked[2], "asiel-en-migratie", at(LAST))
        paper = [answering.ReceivedAnswer(asked[3], "Ja.")]
        answering.record_received(s, who, paper, date(2026, 3, 20), "Directeur", [], at(LAST))
        heir = s.scalars(sa.select(Ministry.id).where(Ministry.code == "BZK")).one()
        ended = {"valid_until": LAST - timedelta(days=1), "successor_id": heir}
        s.execute(sa.update(Ministry).where(Ministry.code == "EZK").values(**ended))
        succession.run(s, CLOCKWORK, LAST, at(LAST))
    with db.reading() as s:
        compared = verify(s)
    assert [(one.since, one.different, one.current) for one in compared] == [(4, 0, True)] * 8


def assert_kept_as_by_hand(db: Db, office: Days, today: date) -> None:
    histories = list(office.histories.values())
    with db.reading() as s:
        for as_of in (today - A_WEEK, today):
            for grouping in PLACED:
                chosen = Selection(as_of, standard_start(today))
                kept = kept_histogram(s, chosen, grouping)
                assert kept is not None
                found, by_hand = kept.groups(), counted_by_hand(histories, chosen, grouping, office.calendar)
                assert found.keys() == by_hand.keys()
                for key, cells in found.items():
                    assert_equal(figures(cells.answers, cells.concrete), by_hand[key], as_of, office.calendar)
        assert all(one.current and one.different == 0 for one in verify(s))
