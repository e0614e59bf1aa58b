"""A public register that nobody here made: who sits in the Canadian Senate, for which province, from when to when.

Parliament publishes it; the development package lifelines carries a copy, up to 1 October 2013. It is no register of
letters, but it has what figures are made of: real days of beginning and end, owners (the provinces), cases still open
and cases that were broken off. An appointment stands here for a question, retirement or death for its answer,
resignation for its withdrawal; due is the eight years that a bill of 2006 (S-4) wanted to set. Regie takes days from
1990 on, so senators appointed before are left out.
"""

import csv
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_canadian_senators

from app import commands
from app.domain.actors import COMMAND
from app.domain.exchange_columns import HEADINGS
from app.domain.statistics import FEWEST, Bucket, Grouping, Selection
from app.domain.survival import MEDIAN
from app.store.base import Db
from app.store.ministries import Ministry
from app.usecases.statistics import report
from tests.support.builders import a_register
from tests.support.earlier import TODAY

COPIED = pd.Timestamp(2013, 10, 1)


@pytest.fixture(scope="module")
def senators() -> pd.DataFrame:
    """One row for each appointment since 1990; `ended` and `days` as of the day of the copy."""
    found = load_canadian_senators()
    asked = pd.to_datetime(found["start_date"])
    found = found.assign(asked=asked, owner=found["Province / Territory"])[asked >= "1990-01-01"]
    found["ended"] = pd.to_datetime(found["end_date"].where(found["observed"].astype(bool)))
    found["answered"] = found["ended"].notna() & (found["reason"] != "Resignation")
    found["due"] = found["asked"] + pd.DateOffset(years=8)
    found["days"] = (found["ended"].fillna(COPIED) - found["asked"]).dt.days
    return found


def as_contract(senators: pd.DataFrame, path: Path) -> None:
    """Write the register as docs/import.md asks for it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADINGS)
        writer.writeheader()
        for number, one in enumerate(senators.itertuples(), start=1):
            end = "" if pd.isna(one.ended) else f"{one.ended:%Y-%m-%d}"
            writer.writerow(
                {
                    "reference": f"SEN/{number}",
                    "subject": "Appointment to the Senate",
                    "letter_date": f"{one.asked:%Y-%m-%d}",
                    "question": f"Seat {number} of {one.owner}",
                    "owner": one.owner,
                    "asked_on": f"{one.asked:%Y-%m-%d}",
                    "due_on": f"{one.due:%Y-%m-%d}",
                    "answered_on" if one.answered else "withdrawn_on": end,
                }
            )


def buckets_of(rows: pd.DataFrame) -> dict[Bucket, int]:
    """The four buckets and the withdrawn, counted by pandas."""
    closed, late = rows["ended"].notna(), rows["ended"].fillna(COPIED) > rows["due"]
    masks = {
        Bucket.IN_TIME: rows["answered"] & ~late,
        Bucket.LATE: rows["answered"] & late,
        Bucket.OPEN: ~closed & ~late,
        Bucket.OPEN_LATE: ~closed & late,
        Bucket.WITHDRAWN: closed & ~rows["answered"],
    }
    return {bucket: int(mask.sum()) for bucket, mask in masks.items()}


def test_buckets_and_medians_by_owner_come_out_as_computed_independently(
    db: Db, db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, senators: pd.DataFrame
) -> None:
    a_register(db)
    monkeypatch.setenv("REGIE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("REGIE_DATABASE_URL", db_url)
    path = tmp_path / "senate.csv"
    as_contract(senators, path)
    assert commands.run("import_register", file=path, yes=True, create_owners=True) == 0

    with db.reading() as s:
        found = report(s, COMMAND, Selection(COPIED.date()), Grouping.MINISTRY, TODAY)
        names = {str(number): name for number, name in s.execute(sa.select(Ministry.id, Ministry.name))}
    by_owner = {names[group.group.key]: group.figures for group in found.groups}
    assert by_owner.keys() == set(senators["owner"])
    medians = 0
    for owner, rows in senators.groupby("owner"):
        figures = by_owner[str(owner)]
        assert dict(figures.buckets) == buckets_of(rows), owner
        if figures.response.observed >= FEWEST:
            theirs = KaplanMeierFitter().fit(rows["days"], rows["answered"]).median_survival_time_
            ours = figures.response.quantile(MEDIAN)
            assert (float("inf") if ours is None else ours) == theirs, owner
            medians += ours is not None
    assert dict(found.total.buckets) == buckets_of(senators)
    assert (found.total.asked, medians) == (len(senators), 7)
