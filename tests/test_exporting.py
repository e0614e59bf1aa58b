"""Long lists are written by the clockwork: whole or not at all, with progress, for who asked and for a day."""

import csv
import io
import re
from datetime import date, timedelta

import httpx
import pytest
import sqlalchemy as sa

from app import exporting
from app.domain.letters import NewQuestion
from app.store import exports
from app.store.people import Person
from app.store.work_folders import progress_in
from app.web.questions import exchange
from tests.support.builders import a_new_letter, a_register, a_sent_letter
from tests.support.live import Live
from tests.support.visits import send, sign_in

pytestmark = pytest.mark.database("sqlite")
SECRETARIAT, CONTACT = "secretariaat@vng.example", "contact@jenv.example"


@pytest.fixture
def desk(live: Live, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> httpx.Client:
    """The secretariat, at a register with five questions, of which four are too many at once."""
    monkeypatch.setattr(exchange, "MOST_AT_ONCE", 3)
    a_register(live.db)
    with live.db.writing() as s:
        asked = [NewQuestion(f"Vraag {n}?", "JENV" if n else "BZK") for n in range(5)]
        a_sent_letter(s, a_new_letter(*asked, letter_date=date(2026, 11, 2)))
    sign_in(client, live, SECRETARIAT)
    return client


def run(live: Live) -> str:
    return exporting.run(live.app.state.office, lambda: False)


def asked_for(desk: httpx.Client, kind: str = "csv", **query: str) -> str:
    """Ask for a file as the page offers it; its address."""
    offered = desk.get(f"/vragen.{kind}", params=query)
    assert 'action="/uitvoer"' in offered.text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', offered.text))
    answer = send(desk, "/uitvoer", fields, page=f"/vragen.{kind}")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_long_list_is_written_meanwhile_and_fetched_whole(live: Live, desk: httpx.Client) -> None:
    here = asked_for(desk, "csv", ministerie="JENV")
    assert "Dit begint binnen tien seconden" in desk.get(here).text
    assert run(live) == "1 bestanden geschreven, 0 weggegooid"
    found = re.search(rf'href="({here}/vragen-2026-11-23\.csv)"', desk.get(here).text)
    assert found
    answer = desk.get(found[1]).raise_for_status()
    assert answer.headers["content-disposition"] == 'attachment; filename="vragen-2026-11-23.csv"'
    assert answer.headers["content-security-policy"].startswith("sandbox")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["Nummer"] for row in rows] == [f"2026-001.{n}" for n in (5, 4, 3, 2)]
    assert run(live) == exporting.NOTHING_TO_EXPORT


@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_each_kind_is_the_file_that_a_short_list_is(live: Live, desk: httpx.Client, kind: str) -> None:
    here = asked_for(desk, kind)
    run(live)
    assert desk.get(f"{here}/vragen-2026-11-23.{kind}").raise_for_status().content[:2] == b"PK"
    short = desk.get(f"/vragen.{kind}?ministerie=BZK").raise_for_status()
    assert short.headers["content-disposition"].startswith("attachment")


def test_nobody_else_sees_it(live: Live, desk: httpx.Client) -> None:
    here = asked_for(desk)
    run(live)
    desk.cookies.clear()
    sign_in(desk, live, "directie@vng.example")
    for address in (here, f"{here}/vragen-2026-11-23.csv"):
        assert desk.get(address).status_code == 404
    assert send(desk, f"{here}/weg", page="/uitvoer").status_code == 404
    assert here not in desk.get("/uitvoer").text
    assert len(list(live.settings.exports.glob("*/content"))) == 1


def test_it_holds_what_its_reader_may_read_when_it_is_written(live: Live, desk: httpx.Client) -> None:
    desk.cookies.clear()
    sign_in(desk, live, CONTACT)
    here = asked_for(desk)
    run(live)
    assert b"2026-001.1" not in desk.get(f"{here}/vragen-2026-11-23.csv").raise_for_status().content
    gone = asked_for(desk)
    with live.db.writing() as s:
        s.execute(sa.update(Person).where(Person.email == CONTACT).values(ended_at=live.clock()))
    run(live)
    assert list(live.settings.exports.glob(f"{gone.rsplit('/', 1)[1]}/content*")) == []


def test_it_is_gone_after_a_day_or_when_it_is_thrown_away(live: Live, desk: httpx.Client) -> None:
    first, second = asked_for(desk), asked_for(desk)
    run(live)
    assert send(desk, f"{first}/weg", page=first).status_code == 303
    assert desk.get(first).status_code == 404
    live.clock.advance(hours=25)
    assert run(live) == "0 bestanden geschreven, 1 weggegooid"
    assert list(live.settings.exports.glob("*/about.json")) == []
    del second


def test_one_person_has_three_at_most(live: Live, desk: httpx.Client) -> None:
    for _ in range(exports.MOST_EACH):
        asked_for(desk)
    answer = send(desk, "/uitvoer", {"bestand": "csv"}, page="/uitvoer")
    assert (answer.status_code, "U hebt al 3 bestanden staan" in answer.text) == (409, True)


def test_a_full_disk_is_told_and_leaves_nothing_half(
    live: Live, desk: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = asked_for(desk)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(exports.os, "fsync", full)
        run(live)
    assert "De schijf is vol. Er is niets bewaard." in desk.get(here).text
    assert list(live.settings.exports.glob("*/content*")) == []
    monkeypatch.setattr(exports, "put", full)
    answer = send(desk, "/uitvoer", {"bestand": "csv"}, page="/uitvoer")
    assert (answer.status_code, "De schijf is vol." in answer.text) == (400, True)
    assert len(list(live.settings.exports.glob("*/"))) == 1


def test_a_stopped_clockwork_leaves_it_for_the_next_with_its_progress(
    live: Live, desk: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "LOOKED_EVERY", 2)
    here, looks = asked_for(desk), iter([False, False, False, True])
    office = live.app.state.office
    exporting.run(office, lambda: next(looks))
    folder = live.settings.exports / here.rsplit("/", 1)[1]
    assert (progress_in(folder), list(folder.glob("content*"))) == ({"done": 0, "total": 5}, [])
    assert "0 van 5 vragen geschreven." in desk.get(here).text
    run(live)
    assert "Het bestand is klaar." in desk.get(here).text
    live.clock.advance(seconds=timedelta(hours=1).total_seconds())
