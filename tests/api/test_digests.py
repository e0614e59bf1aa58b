"""Weekly digests by API."""

from datetime import date

import httpx
import pytest

from app.domain.definitions import DEFINITION_VERSION
from app.timetable import run_job
from tests.api.conftest import Caller
from tests.support.builders import a_question
from tests.support.live import Live


@pytest.fixture
def leadership(live: Live, caller: Caller) -> httpx.Client:
    with live.db.writing() as s:
        a_question(s, "JENV", date(2026, 10, 5))
        a_question(s, "BZK", date(2026, 10, 26))
    for day in (date(2026, 11, 16), date(2026, 11, 23)):
        run_job(live.app.state.office, "digest", day)
    return caller("directie@vng.example")


def test_digests_are_listed_newest_first(leadership: httpx.Client) -> None:
    told = leadership.get("/overzichten").raise_for_status().json()
    assert [one["week"] for one in told["overzichten"]] == ["2026-W48", "2026-W47"]
    assert told["volgende"] is None
    newest = told["overzichten"][0]
    assert newest["opDatum"] == "2026-11-22"
    assert newest["zin"] == "2 vragen te laat, 1 meer dan vorige week; de oudste is 27 dagen te laat, bij JenV."
    assert newest["kerncijfers"] == {
        "teLaat": 2,
        "open": 2,
        "opTijdPercentage": None,
        "betwist": 0,
        "wachtOpOordeel": 0,
    }
    older = leadership.get("/overzichten", params={"na": "2026-W48"}).json()["overzichten"]
    assert [one["week"] for one in older] == ["2026-W47"]


def test_a_digest_is_told_as_it_was_frozen(leadership: httpx.Client) -> None:
    told = leadership.get("/overzichten/2026-W48").raise_for_status().json()
    assert [(one["eigenaar"], one["dagenTeLaat"], one["balLigtBij"]) for one in told["teLaat"]] == [
        ("JenV", 27, "JenV"),
        ("BZK", 6, "BZK"),
    ]
    assert [one["eigenaar"] for one in told["nieuwTeLaat"]] == ["BZK"]
    assert told["vorigeWeek"]["teLaat"] == 1
    assert told["trend"] == [{"week": "2026-W47", "teLaat": 1}, {"week": "2026-W48", "teLaat": 2}]
    assert (told["van"], told["escalatieOp"], told["definitieVersie"]) == ("2026-11-16", None, DEFINITION_VERSION)
    assert len(told["controlegetal"]) == 64


@pytest.mark.database("sqlite")
def test_a_week_that_is_not_there_is_a_problem(leadership: httpx.Client) -> None:
    for week, code in (("2026-W49", "no-digest"), ("week48", "no-week")):
        answer = leadership.get(f"/overzichten/{week}")
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    wrong = leadership.get("/overzichten", params={"na": "zzz"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-page")


@pytest.mark.database("sqlite")
def test_a_ministry_can_not_read_them(leadership: httpx.Client, caller: Caller) -> None:
    assert caller("coordinator@jenv.example").get("/overzichten").status_code == 403
    assert caller("contact@jenv.example").get("/overzichten/2026-W48").status_code == 403
