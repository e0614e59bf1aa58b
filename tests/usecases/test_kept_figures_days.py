"""What is kept, after days of random acts through the use cases: equal to brute force to the last unit."""

import os
from datetime import date, timedelta

import pytest

from app.domain.statistics import Selection, figures, standard_start
from app.store.base import Db
from app.store.figures.kept_figures import kept_histogram
from app.usecases.kept_figures import A_WEEK, KEPT, count, put_away, verify
from tests.support.builders import a_register, at
from tests.support.counting import assert_equal
from tests.support.counting import count as counted_by_hand
from tests.support.days import some_days

FIRST, EVERY, DAYS = date(2026, 9, 28), timedelta(days=4), 9
SEED = int(os.environ.get("SEED", "1"))


def test_what_is_kept_equals_brute_force_after_days_of_random_acts(db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.usecases.kept_figures.WEEKS_BACK", 1)
    a_register(db)
    days = [FIRST + EVERY * number for number in range(DAYS)]
    office = some_days(db, SEED, days, letters=1, acts=36)
    today = days[-1]
    assert SEED != 1 or len(office.done) == len({act.__name__ for act in office.acts}), "each act went through once"
    with db.reading() as s:
        counted = count(s, today, at(today, 23))
    with db.writing() as s:
        put_away(s, counted)
    histories = list(office.histories.values())
    with db.reading() as s:
        for as_of in (today - A_WEEK, today):
            for grouping in KEPT:
                chosen = Selection(as_of, standard_start(today))
                kept = kept_histogram(s, chosen, grouping)
                assert kept is not None
                found, by_hand = kept.groups(), counted_by_hand(histories, chosen, grouping, office.calendar)
                assert found.keys() == by_hand.keys()
                for key, cells in found.items():
                    assert_equal(figures(cells.answers, cells.concrete), by_hand[key], as_of, office.calendar)
        assert all(one.current and one.different == 0 for one in verify(s))
