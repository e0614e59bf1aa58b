"""Figures by where the work is now: the same questions, their ministries' groups added together."""

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.statistics import Bucket, Grouping, Selection, figures
from app.store.base import Db
from app.store.figures.statistics import histogram, questions_behind
from app.store.ministries import Dossier, DossierSuccessor, Ministry
from tests.support.registers import LAST, a_random_register

SIZE = 400


@pytest.fixture(params=[False, True], ids=["in general", "by dossier"])
def split(request: pytest.FixtureRequest) -> bool:
    """Whether a dossier goes elsewhere."""
    return bool(request.param)


def test_groups_by_successor_are_those_of_then_added_together_and_lead_to_their_questions(db: Db, split: bool) -> None:
    histories = [one for one in a_random_register(db, SIZE) if one.kind != "toezegging"]
    with db.writing() as s:
        codes = dict(s.execute(sa.select(Ministry.code, Ministry.id)).all())
        theme = s.scalars(sa.select(Dossier.id).order_by(Dossier.id)).first() or 0
        for ended, heir, until in (("BZ", "EZK", date(2026, 3, 31)), ("EZK", "BZK", date(2026, 5, 31))):
            values = {"valid_until": until, "successor_id": codes[heir]}
            s.execute(sa.update(Ministry).where(Ministry.code == ended).values(**values))
        if split:
            row = {"ministry_id": codes["EZK"], "dossier_id": theme, "successor_id": codes["FIN"]}
            s.add(DossierSuccessor(**row))
        s.execute(sa.update(Ministry).where(Ministry.code == "JENV").values(valid_until=date(2027, 12, 31)))

    def heir_of(owner_id: int, dossier_id: int | None) -> int:
        if owner_id not in {codes["BZ"], codes["EZK"]}:
            return owner_id
        return codes["FIN"] if split and dossier_id == theme else codes["BZK"]

    for as_of in (date(2026, 2, 1), LAST):
        asked = [one for one in histories if one.asked_on <= as_of]
        counted = Counter(heir_of(one.owner_on(as_of), one.dossier_id) for one in asked)
        selection = Selection(as_of, present_on=LAST)
        with db.reading() as s:
            now = histogram(s, selection, Grouping.SUCCESSOR).groups()
            found = {int(key): figures(one.answers, one.concrete) for key, one in now.items()}
            assert {key: one.asked for key, one in found.items()} == counted
            then = histogram(s, selection, Grouping.MINISTRY)
            assert sum(one.asked for one in found.values()) == figures(then.answers, then.concrete).asked
            for key in (codes["BZK"], codes["FIN"], codes["AZ"]):
                whose = Selection(as_of, heir_id=key, present_on=LAST)
                for bucket in (None, *Bucket):
                    behind = questions_behind(s, whose, bucket)
                    assert len(behind) == (found[key].buckets[bucket] if bucket else found[key].asked)
            assert codes["BZ"] not in found


def test_as_of_a_day_before_the_end_the_ministry_stands_for_itself(db: Db) -> None:
    a_random_register(db, 40)
    with db.writing() as s:
        ids = dict(s.execute(sa.select(Ministry.code, Ministry.id)).all())
        values = {"valid_until": LAST, "successor_id": ids["BZK"]}
        s.execute(sa.update(Ministry).where(Ministry.code == "EZK").values(**values))
    with db.reading() as s:
        same = [
            histogram(s, Selection(LAST, present_on=LAST), one).groups().keys()
            for one in (Grouping.MINISTRY, Grouping.SUCCESSOR)
        ]
    assert same[0] == same[1]
